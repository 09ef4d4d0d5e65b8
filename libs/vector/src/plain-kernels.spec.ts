import fc from 'fast-check';
import { plainKernels } from './plain-kernels';

const settings = { seed: 17, numRuns: 200 };
const words = (length: number): fc.Arbitrary<Uint32Array> => fc.uint32Array({ minLength: length, maxLength: length });
const ones = (word: number): number => word.toString(2).replaceAll('0', '').length;

describe('plainKernels', () => {
  it('count differing bits', () => {
    fc.assert(
      fc.property(words(5), words(5), (a, b) => {
        const difference = new Uint32Array(5);
        plainKernels.xor(a, b, difference);
        expect([...difference]).toEqual(Array.from(a, (word, i) => (word ^ (b[i] ?? 0)) >>> 0));
        expect(plainKernels.hamming(a, b)).toBe(difference.reduce((sum, word) => sum + ones(word), 0));
      }),
      settings,
    );
  });

  it('measure one against many as one against each', () => {
    fc.assert(
      fc.property(words(3), words(12), (query, table) => {
        const distances = new Uint32Array(4);
        plainKernels.hammingToMany(query, table, distances);
        expect([...distances]).toEqual([0, 3, 6, 9].map((at) => plainKernels.hamming(query, table.subarray(at, at + 3))));
      }),
      settings,
    );
  });

  it('multiply as arithmetic does', () => {
    const products = new Int32Array(2);
    plainKernels.dotInt8ToMany(Int8Array.of(-128, 2, 3), Int8Array.of(-128, 5, 6, 127, -1, 0), products);
    expect([...products]).toEqual([16384 + 10 + 18, -128 * 127 - 2]);
    const scaled = new Float32Array(4);
    plainKernels.dotInt8sToMany([Int8Array.of(1, 2), Int8Array.of(-1, 0)], Int8Array.of(3, 4, 5, 6), Float32Array.of(0.5, 2), scaled);
    expect([...scaled]).toEqual([5.5, 34, -1.5, -10]);
    const sums = new Float32Array(1);
    plainKernels.dotFloat32ToMany(Float32Array.of(0.5, -2, 4), Float32Array.of(8, 0.25, 1), sums);
    expect([...sums]).toEqual([7.5]);
  });

  it('find the largest, equal ones by index', () => {
    expect([...plainKernels.largest(Float32Array.of(1, 3, NaN, 3, -2, 2), 4)]).toEqual([1, 3, 5, 0]);
  });
});
