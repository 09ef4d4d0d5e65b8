import { EditDistance } from './edit-distance';
import type { Lexicon } from './lexicon';
import { SpellingEdits } from './spelling-edits';

/** Characters of the longest word that is looked at. */
const LONGEST = 40;

/** From this length on two edits leave a word recognisable. */
const SHORTEST_OF_TWO_EDITS = 4;

/** Words, from the commonest on, that are compared with a word which has too few others one edit away. */
const COMPARED = 100_000;

const edits = new SpellingEdits(LONGEST, "abcdefghijklmnopqrstuvwxyz0123456789-'.");
const oneEdit = new EditDistance(LONGEST + 2, 1);
const twoEdits = new EditDistance(LONGEST + 2, 2);
const spelling = new Uint8Array(4 * (LONGEST + 2));

/** A listed word that is spelt like another. */
export interface SimilarSpelling {
  /** Index in the lexicon, 0 being the commonest word. */
  readonly index: number;
  /** Letters missing, added, wrong or swapped with their neighbours: 1 or 2. */
  readonly distance: number;
}

/**
 * The `count` (1 or more) listed words that are spelt most like a lower-case word, best first: those one edit away, the commonest first;
 * where they are fewer and the word has at least 4 characters, those of the commonest 100,000 that are two edits away. Of edits with
 * characters that are not ASCII, too, only the commonest 100,000 words are found. Never the word itself; none for an empty word and one of
 * more than 40 characters.
 */
export function similarSpellings(lexicon: Lexicon, word: string, count: number): SimilarSpelling[] {
  const characters = Array.from(word, (character) => character.codePointAt(0) ?? 0);
  if (characters.length === 0 || word.length > LONGEST) return [];
  const found = new Map<number, number>();
  if (characters.every((character) => character < 0x80)) {
    edits.each(word, (bytes, length) => {
      const index = lexicon.indexOfUtf8(bytes, length);
      if (index !== undefined) found.set(index, 1);
    });
  }
  const self = lexicon.indexOf(word);
  if (self !== undefined) found.delete(self);
  if (found.size < count) compareCommonest(lexicon, characters, characters.length < SHORTEST_OF_TWO_EDITS ? oneEdit : twoEdits, found);
  return Array.from(found, ([index, distance]) => ({ index, distance }))
    .sort((a, b) => a.distance - b.distance || a.index - b.index)
    .slice(0, count);
}

/** Adds the common words that a distance finds near, by their characters, but not at 0. */
function compareCommonest(lexicon: Lexicon, characters: readonly number[], distances: EditDistance, found: Map<number, number>): void {
  for (let index = 0; index < Math.min(COMPARED, lexicon.size); index++) {
    const length = lexicon.readUtf8(index, spelling);
    if (length > spelling.length || length < characters.length - 2) continue;
    const distance = distanceTo(lexicon, index, length, characters, distances);
    if (distance > 0 && distance <= distances.bound) found.set(index, distance);
  }
}

function distanceTo(lexicon: Lexicon, index: number, length: number, characters: readonly number[], distances: EditDistance): number {
  for (let i = 0; i < length; i++) {
    if ((spelling[i] ?? 0) < 0x80) continue;
    const other = Array.from(lexicon.word(index), (character) => character.codePointAt(0) ?? 0);
    return distances.between(characters, characters.length, other, other.length);
  }
  return distances.between(characters, characters.length, spelling, length);
}
