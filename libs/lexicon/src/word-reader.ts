import type { Lexicon } from './lexicon';

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

const FIRST_LETTER = 97;
const LAST_LETTER = 122;

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
  private readonly buffer = new Uint8Array(LONGEST + 1);

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
    const letters = Array.from(word, (letter) => letter.charCodeAt(0));
    let best = COMMON;
    for (let i = 0; i <= letters.length; i++) {
      best = this.tryReplacements(letters, i, 0, best);
      if (i < letters.length) {
        best = this.tryReplacements(letters, i, 1, best);
        best = this.tryEdit(letters, i, 1, [], best);
      }
      const [letter, next] = letters.slice(i, i + 2);
      if (letter !== undefined && next !== undefined) best = this.tryEdit(letters, i, 2, [next, letter], best);
    }
    return best < COMMON ? best : undefined;
  }

  /** The smallest index among `best` and the words with any letter in place of `removed` letters at `position`. */
  private tryReplacements(letters: readonly number[], position: number, removed: number, best: number): number {
    const length = this.spell(letters, position, removed, [FIRST_LETTER]);
    let smallest = best;
    for (let letter = FIRST_LETTER; letter <= LAST_LETTER; letter++) {
      this.buffer[position] = letter;
      smallest = Math.min(smallest, this.lexicon.indexOfUtf8(this.buffer, length) ?? smallest);
    }
    return smallest;
  }

  private tryEdit(letters: readonly number[], position: number, removed: number, added: readonly number[], best: number): number {
    return Math.min(best, this.lexicon.indexOfUtf8(this.buffer, this.spell(letters, position, removed, added)) ?? best);
  }

  /** Puts `letters` with `added` in place of `removed` at `position` into the buffer; gives the length. */
  private spell(letters: readonly number[], position: number, removed: number, added: readonly number[]): number {
    for (let i = 0; i < position; i++) this.buffer[i] = letters[i] ?? 0;
    this.buffer.set(added, position);
    const shift = added.length - removed;
    for (let i = position + removed; i < letters.length; i++) this.buffer[i + shift] = letters[i] ?? 0;
    return letters.length + shift;
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
