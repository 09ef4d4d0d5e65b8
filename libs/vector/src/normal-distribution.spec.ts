import fc from 'fast-check';
import { normalDensity, normalUpperQuantile, normalUpperTail } from './normal-distribution';

describe('the normal distribution', () => {
  it.each([
    [0, 0.5],
    [1, 0.15865525393145707],
    [-1, 0.8413447460685429],
    [1.959963984540054, 0.025],
    [2.999, 0.0013543365337271066],
    [3, 0.0013498980316300957],
    [5, 2.866515718791939e-7],
    [8, 6.220960574271785e-16],
    [20, 2.7536241186062337e-89],
    [60, 0],
  ])('leaves above %d the probability %d', (x, probability) => {
    expect(Math.abs(normalUpperTail(x) - probability)).toBeLessThanOrEqual(1e-10 * probability);
  });

  it('falls as its density says', () => {
    fc.assert(
      fc.property(fc.double({ min: -6, max: 6, noNaN: true }), (x) => {
        const slope = (normalUpperTail(x - 1e-4) - normalUpperTail(x + 1e-4)) / 2e-4;
        expect(Math.abs(slope - normalDensity(x))).toBeLessThan(1e-8);
      }),
      { seed: 51, numRuns: 200 },
    );
  });

  it('gives back by its quantile the number whose tail has a probability', () => {
    fc.assert(
      fc.property(fc.double({ min: -6, max: 30, noNaN: true }), (x) => {
        expect(Math.abs(normalUpperQuantile(normalUpperTail(x)) - x)).toBeLessThan(1e-6);
      }),
      { seed: 52, numRuns: 200 },
    );
  });
});
