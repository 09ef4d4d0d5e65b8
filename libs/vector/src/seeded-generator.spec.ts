import { SeededGenerator } from './seeded-generator';

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);

describe('SeededGenerator', () => {
  it('repeats its sequence for one label and seed, and gives another for another', () => {
    const sequence = (label: string, seed?: number): number[] => {
      const generator = new SeededGenerator(label, seed);
      return draw(8, () => generator.nextUint32());
    };
    expect(sequence('a', 7)).toEqual(sequence('a', 7));
    expect(sequence('a')).toEqual(sequence('a', 0));
    expect(sequence('a', 7)).not.toEqual(sequence('a', 8));
    expect(sequence('a', 7)).not.toEqual(sequence('b', 7));
  });

  it('keeps the sequence of version 1 of the scheme', () => {
    const generator = new SeededGenerator('sigmalang', 0);
    expect(draw(4, () => generator.nextUint32())).toMatchInlineSnapshot(`
[
  1893510604,
  1676100781,
  1484808358,
  3685378260,
]
`);
  });

  it('draws uniform numbers with the mean and variance of [0, 1)', () => {
    const generator = new SeededGenerator('uniform');
    const values = draw(50_000, () => generator.nextUniform());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(0, 1000))).toBeLessThan(1);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  it('draws integers below a limit, each about as often', () => {
    const generator = new SeededGenerator('below');
    const counts = new Map<number, number>();
    for (const value of draw(30_000, () => generator.nextBelow(3))) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].toSorted()).toEqual([0, 1, 2]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('draws normal numbers with mean 0, variance 1 and kurtosis 3', () => {
    const generator = new SeededGenerator('normal');
    const values = draw(50_000, () => generator.nextGaussian());
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.02);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
  });
});
