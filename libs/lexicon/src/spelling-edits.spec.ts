import { wholeEditDistance } from './evaluation/whole-edit-distance';
import { SpellingEdits } from './spelling-edits';

const LETTERS = ['a', 'b', 'c'];
const codes = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

/** All words of the letters, of a length. */
function wordsOf(length: number): string[] {
  return length === 0 ? [''] : wordsOf(length - 1).flatMap((word) => LETTERS.map((letter) => word + letter));
}

describe('SpellingEdits', () => {
  const edits = new SpellingEdits(5, LETTERS.join(''));

  it.each(['', 'a', 'ab', 'aa', 'abc', 'baab', 'cabca'])('spell all words at most one edit from %j and no other', (word) => {
    const spelt = new Set<string>();
    edits.each(word, (bytes, length) => spelt.add(Buffer.from(bytes.subarray(0, length)).toString()));
    const near = [0, 1, 2, 3, 4, 5, 6].flatMap(wordsOf).filter((other) => wholeEditDistance(codes(word), codes(other)) <= 1);
    if (word === '') near.shift(); // nothing is not an edit of itself
    expect([...spelt].sort()).toEqual(near.sort());
  });
});
