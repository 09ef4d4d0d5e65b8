import type { Lexicon } from './lexicon';
import { SpellingEdits } from './spelling-edits';

/** A correction or a part of a compound is at least this common, so that a rare misspelling in the list explains nothing. */
const COMMON = 50_000;

/** From this rank on a listed word one letter from a common one is read as both. */
const RARE = 100_000;

/** Lengths for which one wrong letter leaves a word recognisable, and the work bounded. */
const SHORTEST = 5;
const LONGEST = 20;
const SHORTEST_PART = 3;

/** Squared length of the vector of a word that is only guessed; a listed word's is 1. */
const GUESSED = 0.5;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';

/** What a word stands for: indexes of listed words, none where nothing is known, and how much of a whole vector they deserve. */
export interface WordReading {
  readonly indexes: readonly number[];
  readonly share: number;
}

/**
 * Reads words against a lexicon. An unlisted a-z word of 5 to 20 letters is read as the commonest word one letter away (one missing, added,
 * wrong or swapped with its neighbour: 80 % of misspellings, Damerau 1964), else as the two common words it is made of.
 */
export class WordReader {
  private readonly edits = new SpellingEdits(LONGEST, ALPHABET);

  constructor(private readonly lexicon: Lexicon) {}

  /** The reading of a lower-case word whose index in the lexicon, if it has one, is given. */
  read(word: string, index: number | undefined): WordReading {
    if (index !== undefined && index < RARE) return { indexes: [index], share: 1 };
    const correction = this.correct(word);
    if (index !== undefined) return { indexes: correction === undefined ? [index] : [index, correction], share: 1 };
    const guess = correction === undefined ? this.split(word) : [correction];
    return { indexes: guess, share: guess.length > 0 ? GUESSED : 0 };
  }

  /** The commonest word one letter away. */
  private correct(word: string): number | undefined {
    if (word.length < SHORTEST || word.length > LONGEST || !/^[a-z]+$/.test(word)) return undefined;
    let best = COMMON;
    this.edits.each(word, (bytes, length) => {
      best = Math.min(best, this.lexicon.indexOfUtf8(bytes, length) ?? best);
    });
    return best < COMMON ? best : undefined;
  }

  /** The two common words an unlisted word joins, such that the rarer one is as common as can be. */
  private split(word: string): number[] {
    if (word.length > LONGEST) return [];
    let best: number[] = [];
    let rarest = COMMON;
    for (let i = SHORTEST_PART; i <= word.length - SHORTEST_PART; i++) {
      const pair = [this.lexicon.indexOf(word.slice(0, i)) ?? COMMON, this.lexicon.indexOf(word.slice(i)) ?? COMMON];
      if (Math.max(...pair) >= rarest) continue;
      best = pair;
      rarest = Math.max(...pair);
    }
    return best;
  }
}
