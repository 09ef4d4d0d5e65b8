import { SeededGenerator } from '@sigmalang/vector';
import fc from 'fast-check';
import { type Choice, fitSoftmax, scoreOf, softmax } from './softmax-regression';

const WEIGHTS = [1.5, -2, 0.5];

/** Choices among options of random features, made by chance with the probabilities of `weights`. */
function sampledChoices(weights: readonly number[], count: number, options: number): Choice[] {
  const generator = new SeededGenerator('spec:choices');
  return Array.from({ length: count }, () => {
    const rows = Array.from({ length: options }, () => Float64Array.from(weights, () => generator.nextGaussian()));
    const probabilities = softmax(rows, weights);
    let left = generator.nextUint32() / 2 ** 32;
    const right = probabilities.findIndex((probability) => (left -= probability) < 0);
    return { options: rows, right: Math.max(0, right) };
  });
}

/** The mean of -log p of what was chosen, and the ridge, by their definition. */
function lossOf(choices: readonly Choice[], weights: readonly number[], ridge: number): number {
  let [sum, total] = [0, 0];
  for (const { options, right, weight = 1 } of choices) {
    const odds = options.map((features) => Math.exp(scoreOf(features, weights)));
    sum -= weight * Math.log((odds[right] ?? NaN) / odds.reduce((all, each) => all + each, 0));
    total += weight;
  }
  return sum / total + (ridge / 2) * weights.reduce((squares, weight) => squares + weight ** 2, 0);
}

/** How the loss changes with each weight, by small steps to both sides. */
function slopes(choices: readonly Choice[], weights: readonly number[], ridge: number): number[] {
  const step = 1e-5;
  const moved = (at: number, by: number): number[] => weights.map((weight, i) => (i === at ? weight + by : weight));
  return weights.map((_weight, i) => (lossOf(choices, moved(i, step), ridge) - lossOf(choices, moved(i, -step), ridge)) / (2 * step));
}

describe('softmax', () => {
  it('gives each option the share of its exponential', () => {
    const [half = 0, quarter = 0, other = 0] = softmax([Float64Array.of(Math.LN2, 5), Float64Array.of(0, 5), Float64Array.of(0, 5)], [1, 0]);
    expect([half, quarter, other]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.25, 12), expect.closeTo(0.25, 12)]);
  });

  it.each([
    ['huge', [1e300, 1e300, -1e300], [0.5, 0.5, 0]],
    ['far apart', [800, 0, -800], [1, 0, 0]],
    ['all very negative', [-1e6, -1e6, -1e6 - 1e3], [0.5, 0.5, 0]],
  ])('does not overflow where scores are %s', (_what, scores, probabilities) => {
    expect(Array.from(softmax(scores.map((score) => Float64Array.of(score)), [1]))).toEqual(probabilities);
  });

  it('sums to 1 and keeps the order of the scores', () => {
    const scores = fc.array(fc.double({ min: -500, max: 500, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(scores, (list) => {
        const probabilities = softmax(list.map((score) => Float64Array.of(score)), [1]);
        expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 10);
        for (const [i, one] of list.entries()) for (const [j, other] of list.entries()) if (one > other) expect(probabilities[i]).toBeGreaterThanOrEqual(probabilities[j] ?? NaN);
      }),
      { seed: 13 },
    );
  });

  it('of no options is nothing, and of one is certain', () => {
    expect(Array.from(softmax([], [1]))).toEqual([]);
    expect(Array.from(softmax([Float64Array.of(-7)], [1]))).toEqual([1]);
  });
});

describe('fitting', () => {
  const choices = sampledChoices(WEIGHTS, 4_000, 5);

  it('recovers the weights by which choices were made', () => {
    const { weights } = fitSoftmax(choices, 3, 1e-6);
    weights.forEach((weight, i) => { expect(Math.abs(weight - (WEIGHTS[i] ?? NaN))).toBeLessThan(0.1); });
  });

  it('is better than the weights by which they were made, and says how good it is', () => {
    const { weights, loss } = fitSoftmax(choices, 3, 0.01);
    expect(loss).toBeCloseTo(lossOf(choices, weights, 0.01), 10);
    expect(loss).toBeLessThan(lossOf(choices, WEIGHTS, 0.01));
    expect(loss).toBeLessThan(Math.log(5));
  });

  it.each([1e-4, 0.01, 1])('with a ridge of %d ends where the loss no longer changes with any weight', (ridge) => {
    const { weights } = fitSoftmax(choices, 3, ridge);
    for (const slope of slopes(choices, weights, ridge)) expect(Math.abs(slope)).toBeLessThan(1e-4);
    expect(Math.max(...slopes(choices, weights.map((weight) => weight + 0.1), ridge).map(Math.abs))).toBeGreaterThan(1e-3);
  });

  it('is pulled to zero by the ridge, the more the greater it is', () => {
    const lengths = [1e-4, 0.01, 0.1, 1, 10, 1e4].map((ridge) => Math.hypot(...fitSoftmax(choices, 3, ridge).weights));
    expect(lengths).toEqual(lengths.toSorted((x, y) => y - x));
    expect(lengths[0]).toBeGreaterThan(2);
    expect(lengths.at(-1)).toBeLessThan(1e-3);
  });

  it('stays finite where one feature tells every choice', () => {
    const told = choices.map(({ options, right }) => ({ options: options.map((features, i) => Float64Array.of(...features, i === right ? 1 : 0)), right }));
    const { weights, loss } = fitSoftmax(told, 4, 1e-4);
    expect(weights.every((weight) => Number.isFinite(weight) && Math.abs(weight) < 100)).toBe(true);
    expect(loss).toBeLessThan(0.02);
  });

  it('stays finite where every choice is told and there is no ridge', () => {
    const told = Array.from({ length: 10 }, (_choice, i) => ({ options: [Float64Array.of(i % 2), Float64Array.of(1 - (i % 2))], right: i % 2 === 0 ? 1 : 0 }));
    const { weights, loss } = fitSoftmax(told, 1, 0);
    expect(weights.every(Number.isFinite)).toBe(true);
    expect(weights[0]).toBeGreaterThan(5);
    expect(loss).toBeLessThan(0.01);
  });

  it('gives a feature that is never there, or is the same in all options, no weight', () => {
    const wider = choices.slice(0, 500).map(({ options, right }) => ({ options: options.map((features) => Float64Array.of(...features, 0, 3)), right }));
    const [, , , absent = NaN, constant = NaN] = fitSoftmax(wider, 5, 1e-3).weights;
    expect([absent, constant]).toEqual([expect.closeTo(0, 8), expect.closeTo(0, 8)]);
  });

  it('counts a choice as often as its weight says', () => {
    const some = choices.slice(0, 60);
    const weighted = fitSoftmax(some.map((choice, i) => ({ ...choice, weight: 1 + (i % 3) })), 3, 0.01);
    const repeated = fitSoftmax(some.flatMap((choice, i) => new Array<Choice>(1 + (i % 3)).fill(choice)), 3, 0.01);
    weighted.weights.forEach((weight, i) => { expect(weight).toBeCloseTo(repeated.weights[i] ?? NaN, 8); });
    expect(weighted.weights[0]).not.toBeCloseTo(fitSoftmax(some, 3, 0.01).weights[0] ?? NaN, 4);
  });

  it('is the same every time', () => {
    expect(fitSoftmax(choices, 3, 0.01)).toEqual(fitSoftmax(choices, 3, 0.01));
  });
});
