import fc from 'fast-check';
import { BitCounters } from './bit-counters';
import { bitAt, fromBits } from './packing';
import { symbolVector } from './symbol-vector';

describe('BitCounters', () => {
  it('agree with counting bit by bit after every vector, also when asked in between', () => {
    fc.assert(
      fc.property(fc.constantFrom(1024, 1030, 2000), fc.integer({ min: 1, max: 40 }), (dimensions, size) => {
        const tie = symbolVector('tie', dimensions);
        const counters = new BitCounters(tie.words.length);
        const expected = new Uint32Array(dimensions);
        for (let n = 1; n <= size; n++) {
          const vector = symbolVector(`${size}:${n}`, dimensions);
          counters.add(vector.words);
          for (let i = 0; i < dimensions; i++) expected[i] = (expected[i] ?? 0) + bitAt(vector, i);
          if (n % 5 === 0 || n === size) expect(counters.counts(dimensions)).toEqual(expected);
        }
        const majority = fromBits(dimensions, (i) => {
          const twice = 2 * (expected[i] ?? 0);
          return twice === size ? bitAt(tie, i) : Number(twice > size);
        });
        const target = new Uint32Array(tie.words.length);
        counters.majority(tie.words, target);
        expect(target).toEqual(majority.words);
        expect(counters.size).toBe(size);
      }),
      { seed: 7, numRuns: 30 },
    );
  });
});
