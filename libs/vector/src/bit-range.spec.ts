import fc from 'fast-check';
import { concatVectors, copyBits, sliceVector } from './bit-range';
import { toBitString } from './packing';
import { symbolVector } from './symbol-vector';

const refusal = (reason: string): Error => expect.objectContaining({ name: 'VectorError', reason }) as Error;

const bitsOf = (words: Uint32Array): string =>
  Array.from(words, (word) => word.toString(2).padStart(32, '0').split('').reverse().join('')).join('');

describe('copyBits', () => {
  it('copies exactly the asked bits and leaves the others', () => {
    const position = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(
        fc.uint32Array({ minLength: 7, maxLength: 7 }),
        fc.uint32Array({ minLength: 7, maxLength: 7 }),
        position,
        position,
        fc.integer({ min: 0, max: 124 }),
        (source, target, from, to, length) => {
          const [sourceBits, before] = [bitsOf(source), bitsOf(target)];
          copyBits(source, from, target, to, length);
          expect(bitsOf(target)).toBe(
            before.slice(0, to) + sourceBits.slice(from, from + length) + before.slice(to + length),
          );
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe('slices', () => {
  it.each([
    [1024, 3072],
    [1028, 3084],
    [2048, 7952],
    [1030, 1055],
  ])('of %i and %i bits are what was concatenated', (first, second) => {
    const [a, b] = [symbolVector('a', first), symbolVector('b', second)];
    const both = concatVectors(a, b);
    expect(toBitString(both)).toBe(toBitString(a) + toBitString(b));
    expect(sliceVector(both, 0, first)).toEqual(a);
    expect(sliceVector(both, first, second)).toEqual(b);
  });

  it.each([
    [-1, 1024],
    [1, 2048],
    [0.5, 1024],
  ])('from bit %p of %i bits are refused outside the vector', (start, length) => {
    expect(() => sliceVector(symbolVector('a', 2048), start, length)).toThrow(refusal('range'));
  });

  it('refuses a slice or a concatenation that is no hypervector', () => {
    expect(() => sliceVector(symbolVector('a', 2048), 0, 100)).toThrow(refusal('dimensions'));
    const large = symbolVector('a', 60_000);
    expect(() => concatVectors(large, large)).toThrow(refusal('dimensions'));
  });
});
