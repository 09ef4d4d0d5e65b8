import fc from 'fast-check';
import { bind, similarity } from './algebra';
import { ItemMemory } from './item-memory';
import {
  cleanupAccuracy,
  cleanupPosteriors,
  falseAlarm,
  mappingSimilarity,
  MOST_FALSE_ALARMS,
  recognitionThreshold,
  recordAgreement,
  recordSimilarity,
  rightAgainstWrong,
  sharedPosteriors,
  similarityDeviation,
} from './record-theory';
import { fillerVector, roleFillerRecord, type RoleFillerPair, roleVector } from './role-filler-record';
import { SeededGenerator } from './seeded-generator';
import { symbolVector } from './symbol-vector';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

/** Pairs of a record of its own: the first `shared` are of every record of this trial. */
function pairsOf(name: string, trial: number, count: number, shared = 0): RoleFillerPair[] {
  return Array.from({ length: count }, (_pair, i) => ({ role: `${trial}:${i}`, filler: `${trial}:${i < shared ? 'both' : name}:${i}` }));
}

describe('the expected similarity', () => {
  it.each([
    [1, 1],
    [2, 1 / 2],
    [3, 1 / 2],
    [4, 3 / 8],
    [5, 3 / 8],
    [10, 252 / 1024],
    [11, 252 / 1024],
    [64, 0.09934675],
  ])('of what is unbound from %i pairs is %d', (pairs, expected) => {
    expect(recordSimilarity(pairs)).toBeCloseTo(expected, 8);
  });

  it('of the mapping of two records without a common pair is the product of theirs', () => {
    for (const [source, target] of [[1, 1], [3, 5], [4, 9], [20, 64]] as const) {
      expect(mappingSimilarity(source, target)).toBeCloseTo(recordSimilarity(source) * recordSimilarity(target), 12);
    }
  });

  it.each([
    [3, 3, 0],
    [2, 5, 1],
    [3, 3, 2],
    [4, 6, 2],
    [7, 4, 3],
    [10, 10, 5],
  ])('of records of %i and %i pairs, %i in common, and of their mapping is what comes out', (source, target, shared) => {
    const dimensions = 65_536;
    const [mapped, alike]: [number[], number[]] = [[], []];
    for (let trial = 0; trial < 40; trial++) {
      const [one, other] = [pairsOf('one', trial, source, shared), pairsOf('other', trial, target, shared)];
      const [a, b] = [roleFillerRecord(one, dimensions), roleFillerRecord(other, dimensions)];
      const [from, to] = [one[shared]?.filler ?? '', other[shared]?.filler ?? ''];
      mapped.push(similarity(bind(bind(a, b), fillerVector(from, dimensions)), fillerVector(to, dimensions)));
      alike.push(similarity(a, b));
    }
    const error = 5 / Math.sqrt(dimensions * 40);
    expect(Math.abs(mean(mapped) - mappingSimilarity(source, target, shared))).toBeLessThan(error);
    expect(Math.abs(mean(alike) - recordAgreement(source, target, shared))).toBeLessThan(error);
  });

  it('of a record to itself is 1', () => {
    expect([recordAgreement(3, 3, 3), recordAgreement(4, 4, 4)]).toEqual([1, 1]);
  });

  it.each([1, 2, 5, 10, 33])('of %i pairs scatters as its deviation says', (pairs) => {
    const found = Array.from({ length: 2_000 }, (_trial, trial) => {
      const [first, ...rest] = pairsOf('a', trial, pairs);
      if (!first) throw new Error('a pair expected');
      return similarity(bind(roleFillerRecord([first, ...rest], 1024), roleVector(first.role, 1024)), fillerVector(first.filler, 1024));
    });
    const predicted = similarityDeviation(recordSimilarity(pairs), 1024);
    expect(Math.abs(mean(found) - recordSimilarity(pairs))).toBeLessThanOrEqual((4 * predicted) / Math.sqrt(2_000));
    expect(Math.abs(deviation(found) - predicted)).toBeLessThanOrEqual((4 * predicted) / Math.sqrt(4_000));
  });
});

describe('the accuracy of clean-up', () => {
  it.each([
    { expected: 0.1, dimensions: 1024, candidates: 10 },
    { expected: 0.1, dimensions: 1024, candidates: 100 },
    { expected: 0.06, dimensions: 1024, candidates: 20 },
    { expected: 0.03, dimensions: 10_000, candidates: 20 },
  ])('is what clean-up reaches: %o', (recall) => {
    const { expected, dimensions, candidates } = recall;
    const noise = new SeededGenerator('clean-up');
    const threshold = (2 * Math.round(Math.sqrt(dimensions)) + 1) / dimensions;
    const trials = 2_000;
    let [right, recognised] = [0, 0];
    using memory = new ItemMemory(dimensions);
    for (let i = 0; i < candidates; i++) memory.add(`${i}`);
    for (let trial = 0; trial < trials; trial++) {
      const item = trial % candidates;
      const query = symbolVector(`${item}`, dimensions);
      for (let bit = 0; bit < dimensions; bit++) {
        if (noise.nextUniform() < (1 - expected) / 2) query.words[bit >>> 5] = (query.words[bit >>> 5] ?? 0) ^ (1 << (bit & 31));
      }
      const [best] = memory.nearest(query);
      if (best?.symbol !== `${item}`) continue;
      right++;
      if (best.similarity >= threshold) recognised++;
    }
    for (const [count, predicted] of [[right, cleanupAccuracy(recall)], [recognised, cleanupAccuracy(recall, threshold)]] as const) {
      expect(Math.abs(count / trials - predicted)).toBeLessThan(4 * Math.sqrt((predicted * (1 - predicted)) / trials) + 0.002);
    }
  });

  it.each([
    [{ expected: 0.5, dimensions: 10_000, candidates: 20 }, 1],
    [{ expected: 1, dimensions: 1024, candidates: 20 }, 1],
    [{ expected: 1e-9, dimensions: 1024, candidates: 20 }, 1 / 20],
    [{ expected: 0.001, dimensions: 1024, candidates: 1 }, 1],
  ])('is known at its ends: %o', (recall, accuracy) => {
    expect(cleanupAccuracy(recall)).toBeCloseTo(accuracy, 6);
  });

  it('is nothing above what can be reached', () => {
    expect(cleanupAccuracy({ expected: 0.1, dimensions: 65_536, candidates: 3 }, 0.9)).toBe(0);
    expect(cleanupAccuracy({ expected: 0.1, dimensions: 65_536, candidates: 3 }, 0.1)).toBeCloseTo(0.5, 6);
  });
});

describe('the threshold of recognition', () => {
  const recalls = fc.record({
    expected: fc.double({ min: 0.01, max: 1, noNaN: true }),
    dimensions: fc.integer({ min: 1024, max: 65_536 }),
    candidates: fc.integer({ min: 1, max: 128 }),
  });

  it('lets no more pass by chance than is stated, and lies at half of what is expected where that allows it', () => {
    fc.assert(
      fc.property(recalls, (recall) => {
        const threshold = recognitionThreshold(recall);
        expect(falseAlarm(threshold, recall)).toBeLessThanOrEqual(MOST_FALSE_ALARMS * (1 + 1e-6));
        const step = 2 / recall.dimensions;
        expect(threshold).toBeGreaterThanOrEqual(recall.expected / 2 - 1e-12);
        if (threshold > recall.expected / 2 + step) expect(falseAlarm(threshold - step, recall)).toBeGreaterThan(MOST_FALSE_ALARMS);
        expect(((1 - threshold) / step) % 1).toBeCloseTo(0.5, 6);
      }),
      { seed: 54, numRuns: 200 },
    );
  });

  it('is passed by unrelated vectors as often as it says', () => {
    const recall = { expected: 0.02, dimensions: 1024, candidates: 20 };
    const threshold = 81 / 1024; // halfway between two similarities, 2.53 standard deviations up
    using memory = new ItemMemory(1024);
    for (let i = 0; i < 20; i++) memory.add(`${i}`);
    let alarms = 0;
    for (let trial = 0; trial < 4_000; trial++) {
      if ((memory.nearest(symbolVector(`query ${trial}`, 1024))[0]?.similarity ?? 0) >= threshold) alarms++;
    }
    const predicted = falseAlarm(threshold, recall);
    expect(Math.abs(alarms / 4_000 - predicted)).toBeLessThan(4 * Math.sqrt((predicted * (1 - predicted)) / 4_000));
  });
});

describe('the posterior of clean-up', () => {
  const recall = { expected: 0.5, dimensions: 1024, candidates: 3 };

  it.each([
    ['the one that is as like as expected', [0.01, 0.5, -0.02], [0, 1, 0]],
    ['both of two that are', [0.5, 0.5, 0], [0.5, 0.5, 0]],
    ['none where none is', [0.02, 0, -0.05], [0, 0, 0]],
    ['nothing there is', [], []],
  ])('believes %s', (_what, similarities, posteriors) => {
    const found = cleanupPosteriors(similarities, recall);
    expect(found).toHaveLength(posteriors.length);
    for (const [i, posterior] of found.entries()) expect(posterior).toBeCloseTo(posteriors[i] ?? Number.NaN, 6);
  });

  it('is sure of what is exactly equal, and of nothing else, where equality is expected', () => {
    const [equal, almost] = cleanupPosteriors([1, 1 - 2 / 1024], { ...recall, expected: 1 });
    expect(equal).toBeCloseTo(1, 12);
    expect(almost).toBe(0);
  });

  it('adds up to 1 with the probability of none, and ranks as the similarities do', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -200, max: 700 }), { minLength: 1, maxLength: 64 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (steps, expected) => {
        const similarities = steps.map((step) => (2 * step) / 1024);
        const noise = { ...recall, expected };
        const posteriors = cleanupPosteriors(similarities, noise);
        const none = 1 - posteriors.reduce((sum, posterior) => sum + posterior, 0);
        expect(none).toBeGreaterThan(-1e-9);
        for (const [i, posterior] of posteriors.entries()) {
          const [first = 0, one = 0] = [posteriors[0], similarities[i]];
          if (one > (similarities[0] ?? 0)) expect(posterior).toBeGreaterThanOrEqual(first);
          if (none > 1e-6 && posterior > 0) expect(Math.log(posterior / none)).toBeCloseTo(rightAgainstWrong(one, noise), 2);
        }
      }),
      { seed: 55, numRuns: 200 },
    );
  });
});

describe('the posterior where several can be right', () => {
  const recall = { expected: 0.5, dimensions: 10_000, candidates: 4 };

  it.each([
    ['one', [0.5, 0, 0.01, 0], [1, 0, 0, 0]],
    ['two, whatever their noise', [0.47, 0, 0.01, 0.53], [0.5, 0, 0, 0.5]],
    ['three', [0.47, 0.5, 0.01, 0.53], [1 / 3, 1 / 3, 0, 1 / 3]],
    ['none', [0, 0.02, -0.03, 0.01], [0, 0, 0, 0]],
  ])('believes %s alike', (_what, similarities, posteriors) => {
    const found = sharedPosteriors(similarities, recall);
    for (const [i, posterior] of found.entries()) expect(posterior).toBeCloseTo(posteriors[i] ?? Number.NaN, 9);
  });

  it('believes 64 that are all right alike, none of which another leaves out', () => {
    const found = sharedPosteriors(new Array<number>(64).fill(1), { expected: 1, dimensions: 1024, candidates: 64 });
    for (const posterior of found) expect(posterior).toBeCloseTo(1 / 64, 6);
  });

  it('is of each item the expectation of its share, over all that the others can be', () => {
    const noise = { expected: 0.1, dimensions: 1024, candidates: 6 };
    const similarities = [0.02, 0.09, 0.13, -0.01, 0.06, 0.11];
    const right = similarities.map((similarity) => 1 / (1 + 6 * Math.exp(-rightAgainstWrong(similarity, noise))));
    const found = sharedPosteriors(similarities, noise);
    for (const [item, posterior] of found.entries()) {
      const others = right.filter((_each, i) => i !== item);
      const share = Array.from({ length: 2 ** others.length }, (_set, set) =>
        others.reduce((product, each, i) => product * ((set >> i) & 1 ? each : 1 - each), 1) / (1 + others.filter((_each, i) => (set >> i) & 1).length));
      expect(posterior).toBeCloseTo((right[item] ?? NaN) * share.reduce((sum, each) => sum + each, 0), 9);
    }
  });

  it('adds up to the probability that any is right', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 20 }), (steps) => {
        const noise = { expected: 0.1, dimensions: 1024, candidates: steps.length };
        const similarities = steps.map((step) => step / 512);
        const none = similarities.reduce((product, each) => product / (1 + Math.exp(rightAgainstWrong(each, noise)) / steps.length), 1);
        const sum = sharedPosteriors(similarities, noise).reduce((total, each) => total + each, 0);
        expect(sum).toBeCloseTo(1 - none, 6);
      }),
      { seed: 56, numRuns: 100 },
    );
  });
});
