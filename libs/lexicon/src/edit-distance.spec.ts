import fc from 'fast-check';
import { EditDistance } from './edit-distance';
import { wholeEditDistance } from './evaluation/whole-edit-distance';

const codes = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

describe('EditDistance', () => {
  const distance = new EditDistance(12, 2);

  it.each([
    ['', '', 0],
    ['', 'ab', 2],
    ['abc', '', 3],
    ['word', 'word', 0],
    ['word', 'wrod', 1],
    ['word', 'wor', 1],
    ['word', 'sword', 1],
    ['word', 'ward', 1],
    ['word', 'orw', 2],
    ['word', 'drow', 3],
    ['receive', 'recieves', 2],
    ['ca', 'abc', 3],
    ['abcdef', 'badcfe', 3],
  ])('is from %j to %j %d, 3 being more than 2', (a, b, expected) => {
    expect(distance.between(codes(a), a.length, codes(b), b.length)).toBe(expected);
  });

  it('is that of the whole table as far as it goes, whatever was compared before', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 1, max: 4 }), (a, b, bound) => {
        const bounded = new EditDistance(12, bound);
        bounded.between(codes(b), b.length, codes(b), b.length);
        expect(bounded.between(codes(a), a.length, codes(b), b.length)).toBe(Math.min(wholeEditDistance(codes(a), codes(b)), bound + 1));
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});
