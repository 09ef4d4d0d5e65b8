import { BitCounters } from '@sigmalang/vector';
import type { DigitKernels, PositionRows } from './digit-kernels';
import { expFloat, logFloat, normalDistribution } from './float-math';
import { WALSH_SIZE, walshWords } from './walsh-functions';

const { abs, fround: f, max, sqrt } = Math;

const NEGLIGIBLE = -20;
const MIN_VARIANCE = 2;
const LOWEST = -f(3.4028234663852886e38);

const codewords = walshWords();

/** Counters of the tie vector and of the chosen digits, each bound to its position. */
function count(digits: Uint16Array, chosen: Uint16Array, positions: PositionRows, tie: Uint32Array): BitCounters {
  const { rows, wordsPerRow } = positions;
  const counters = new BitCounters(wordsPerRow);
  const bound = new Uint32Array(wordsPerRow);
  counters.add(tie);
  for (const i of chosen) {
    const codeword = (digits[i] ?? 0) * 16;
    for (let w = 0; w < wordsPerRow; w++) bound[w] = (rows[i * wordsPerRow + w] ?? 0) ^ (codewords[codeword + (w & 15)] ?? 0);
    counters.add(bound);
  }
  return counters;
}

/** One stage of butterflies of a Walsh-Hadamard transform. */
function butterflies(values: Float32Array, half: number): void {
  for (let block = 0; block < WALSH_SIZE; block += 2 * half) {
    for (let i = block; i < block + half; i++) {
      const a = values[i] ?? 0;
      const b = values[i + half] ?? 0;
      values[i] = a + b;
      values[i + half] = a - b;
    }
  }
}

function indexOfHighest(scores: Float32Array): number {
  let best = 0;
  for (let d = 1; d < scores.length; d++) if ((scores[d] ?? 0) > (scores[best] ?? 0)) best = d;
  return best;
}

/** The kernels in plain TypeScript, number by number. */
export const plainDigitKernels: DigitKernels = {
  name: 'plain',

  majority(digits, chosen, positions, tie, target) {
    count(digits, chosen, positions, tie).majority(tie, target);
  },

  sum(digits, chosen, positions, tie, sums) {
    const counters = count(digits, chosen, positions, tie);
    const ones = counters.counts(sums.length);
    for (let j = 0; j < sums.length; j++) sums[j] = counters.size - 2 * (ones[j] ?? 0);
  },

  fold(weights, { rows, wordsPerRow }, position, bins) {
    for (let j = 0; j < weights.length; j++) {
      const isNegative = (((rows[position * wordsPerRow + (j >>> 5)] ?? 0) >>> (j & 31)) & 1) === 1;
      const weight = weights[j] ?? 0;
      bins[j % WALSH_SIZE] = (bins[j % WALSH_SIZE] ?? 0) + (isNegative ? -weight : weight);
    }
  },

  unfold(mean, { rows, wordsPerRow }, position, sums, variances) {
    for (let j = 0; j < sums.length; j++) {
      const isNegative = (((rows[position * wordsPerRow + (j >>> 5)] ?? 0) >>> (j & 31)) & 1) === 1;
      const value = mean[j % WALSH_SIZE] ?? 0;
      sums[j] = (sums[j] ?? 0) + (isNegative ? -value : value);
    }
    for (let k = 0; k < WALSH_SIZE; k++) variances[k] = (variances[k] ?? 0) + f(1 - f((mean[k] ?? 0) ** 2));
  },

  transform(values) {
    for (let half = 1; half < WALSH_SIZE; half *= 2) butterflies(values, half);
  },

  multiply(a, b, products) {
    for (let k = 0; k < WALSH_SIZE; k++) products[k] = (a[k] ?? 0) * (b[k] ?? 0);
  },

  scale(a, factor, products) {
    for (let k = 0; k < WALSH_SIZE; k++) products[k] = (a[k] ?? 0) * f(factor);
  },

  relativeProbabilities(scores, limit, factor, total) {
    scores.fill(LOWEST, limit);
    const best = indexOfHighest(scores);
    const highest = scores[best] ?? 0;
    const sums = new Float32Array(4);
    for (let d = 0; d < WALSH_SIZE; d++) {
      const logarithm = f(f(factor) * f((scores[d] ?? 0) - highest));
      const weight = logarithm > NEGLIGIBLE ? expFloat(logarithm) : 0;
      scores[d] = weight;
      sums[d & 3] = (sums[d & 3] ?? 0) + weight;
    }
    total[0] = f((sums[0] ?? 0) + (sums[1] ?? 0)) + f((sums[2] ?? 0) + (sums[3] ?? 0));
    return best;
  },

  weigh({ signs, rates, weights, flips }, sums, variances, curvatures) {
    for (let j = 0; j < signs.length; j++) {
      const k = j % WALSH_SIZE;
      const [sign, rate, variance] = [signs[j] ?? 0, rates[j] ?? 0, variances[k] ?? 0];
      const scale = f(1 / f(sqrt(max(MIN_VARIANCE, variance))));
      const gain = f(1 - f(2 * rate));
      const sum = f(sign * f((sums[j] ?? 0) - f(variance * (weights[j] ?? 0))));
      const likelihoodAt = (agreement: number): number => f(rate + f(gain * agreement));
      const agreement = normalDistribution(f(sum * scale));
      const likelihood = likelihoodAt(agreement);
      const above = likelihoodAt(normalDistribution(f(f(sum + 2) * scale)));
      const below = likelihoodAt(normalDistribution(f(f(sum - 2) * scale)));
      weights[j] = f(sign * logFloat(f(above / below))) * 0.25;
      const bend = logFloat(f(f(likelihood * likelihood) / f(above * below)));
      curvatures[k] = (curvatures[k] ?? 0) + f(bend * 0.25);
      flips[j] = f(f(rate * f(1 - agreement)) / likelihood) * abs(sign);
    }
  },
};
