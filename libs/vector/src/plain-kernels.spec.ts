import fc from 'fast-check';
import { activeKernels } from './vector-kernels';
import { plainKernels } from './plain-kernels';

const settings = { seed: 17, numRuns: 200 };
const words = (length: number): fc.Arbitrary<Uint32Array> => fc.uint32Array({ minLength: length, maxLength: length });
const ones = (word: number): number => word.toString(2).replaceAll('0', '').length;

describe('plainKernels', () => {
  it('are the active ones and say so', () => {
    expect(activeKernels).toBe(plainKernels);
    expect(activeKernels.name).toBe('plain');
  });

  it('count set bits and differing bits', () => {
    fc.assert(
      fc.property(words(5), words(5), (a, b) => {
        const expected = Array.from(a, (word, i) => ones((word ^ (b[i] ?? 0)) >>> 0)).reduce((x, y) => x + y, 0);
        const difference = new Uint32Array(5);
        plainKernels.xor(a, b, difference);
        expect(plainKernels.popcount(difference)).toBe(expected);
        expect(plainKernels.hamming(a, b)).toBe(expected);
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

  it('add three bits in every place', () => {
    fc.assert(
      fc.property(words(2), words(2), words(2), (a, b, c) => {
        const [sum, carry] = [a.slice(), c.slice()];
        plainKernels.carrySaveAdd(sum, b, carry);
        for (let bit = 0; bit < 64; bit++) {
          const at = (array: Uint32Array): number => ((array[bit >>> 5] ?? 0) >>> (bit & 31)) & 1;
          if (at(a) + at(b) + at(c) !== at(sum) + 2 * at(carry)) throw new Error(`wrong sum in place ${bit}`);
        }
      }),
      settings,
    );
  });

  it('compare every counter with a number', () => {
    const planes = [Uint32Array.of(0xaaaaaaaa), Uint32Array.of(0xcccccccc), Uint32Array.of(0xf0f0f0f0)];
    for (let threshold = 0; threshold < 8; threshold++) {
      const [above, equal] = [new Uint32Array(1), new Uint32Array(1)];
      plainKernels.compareCounters(planes, threshold, above, equal);
      for (let place = 0; place < 32; place++) {
        expect(((above[0] ?? 0) >>> place) & 1).toBe(Number(place % 8 > threshold));
        expect(((equal[0] ?? 0) >>> place) & 1).toBe(Number(place % 8 === threshold));
      }
    }
  });
});
