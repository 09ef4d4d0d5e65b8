import { expFloat, logFloat, normalDistribution } from './float-math';

describe('32-bit functions', () => {
  it('give e^x to a relative error below 2e-7 from -80 to 0', () => {
    for (let x = -80; x <= 0; x += 0.0137) {
      const argument = Math.fround(x);
      expect(Math.abs(expFloat(argument) / Math.exp(argument) - 1)).toBeLessThan(2e-7);
    }
    expect(expFloat(0)).toBe(1);
  });

  it('give the natural logarithm to an error below 1e-7 of the larger of 1 and itself', () => {
    for (let x = 1e-9; x < 100; x *= 1.0137) {
      const argument = Math.fround(x);
      const exact = Math.log(argument);
      expect(Math.abs(logFloat(argument) - exact)).toBeLessThan(1.2e-7 * Math.max(1, Math.abs(exact)));
    }
    expect(logFloat(1)).toBe(0);
  });

  it.each([
    [0, 0.5],
    [1, 0.8413447],
    [-1, 0.1586553],
    [1.959964, 0.975],
    [-3, 0.0013499],
    [40, 1],
    [-40, 0],
  ])('give the normal distribution at %d as %d', (u, expected) => {
    expect(normalDistribution(u)).toBeCloseTo(expected, 6);
  });
});
