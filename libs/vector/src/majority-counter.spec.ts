import fc from 'fast-check';
import { MajorityCounter, tieVector } from './majority-counter';
import { bitAt, fromBits } from './packing';
import { symbolVector } from './symbol-vector';

const refusal = (reason: string): Error => expect.objectContaining({ name: 'VectorError', reason }) as Error;

describe('MajorityCounter', () => {
  it('agrees with counting bit by bit after every vector, also when asked in between', () => {
    fc.assert(
      fc.property(fc.constantFrom(1024, 1030, 2000), fc.integer({ min: 1, max: 40 }), (dimensions, size) => {
        const counter = new MajorityCounter(dimensions, { seed: 5 });
        const expected = new Uint32Array(dimensions);
        for (let n = 1; n <= size; n++) {
          const vector = symbolVector(`${size}:${n}`, dimensions);
          counter.add(vector);
          for (let i = 0; i < dimensions; i++) expected[i] = (expected[i] ?? 0) + bitAt(vector, i);
          if (n % 5 === 0 || n === size) expect(counter.counts()).toEqual(expected);
        }
        const tie = tieVector(dimensions, 5);
        const majority = fromBits(dimensions, (i) => {
          const twice = 2 * (expected[i] ?? 0);
          return twice === size ? bitAt(tie, i) : Number(twice > size);
        });
        expect(counter.majority()).toEqual(majority);
        expect(counter.size).toBe(size);
      }),
      { seed: 7, numRuns: 30 },
    );
  });

  it('starts anew after clear', () => {
    const counter = new MajorityCounter(1024);
    const [a, b] = [symbolVector('a', 1024), symbolVector('b', 1024)];
    counter.add(a);
    counter.add(a);
    counter.clear();
    counter.add(b);
    expect(counter.majority()).toEqual(b);
  });

  it('refuses a majority of nothing, and a vector of other dimensions', () => {
    const counter = new MajorityCounter(1024);
    expect(() => counter.majority()).toThrow(refusal('empty'));
    expect(() => {
      counter.add(symbolVector('a', 1030));
    }).toThrow(refusal('mismatch'));
  });
});
