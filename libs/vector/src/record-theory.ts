import { normalDensity, normalUpperQuantile, normalUpperTail } from './normal-distribution';

const { exp, expm1, floor, log, log1p, max, sqrt } = Math;

/** The largest probability with which {@link recognitionThreshold} lets something pass that is not there. */
export const MOST_FALSE_ALARMS = 0.005;

/** Standard deviations on either side that the integrals go over; beyond lie 1e-18. */
const REACH = 9;

/** Intervals of Simpson's rule. */
const INTERVALS = 360;

/** A clean-up: a noisy vector, one item that it should be like, and others that it should not. */
export interface Recall {
  /** Similarity that the right item is expected to have, above 0 to 1. */
  readonly expected: number;
  /** Bits of the vectors. */
  readonly dimensions: number;
  /** Items that are compared, the right one among them. */
  readonly candidates: number;
}

/** Probability that `count` fair signs, each 1 or -1, add up to `sum`: C(count, (count + sum) / 2) / 2^count. */
function signSum(count: number, sum: number): number {
  const plus = (count + sum) / 2;
  if (!Number.isInteger(plus) || plus < 0 || plus > count) return 0;
  let [share, halvings] = [1, count];
  for (let i = 1; i <= plus; i++) {
    share = (share * (count - plus + i)) / i;
    for (; share > 1 && halvings > 0; halvings--) share /= 2;
  }
  return share * 2 ** -halvings;
}

/** Expectation of a product of two records' quantities, given the sum of the signs of the pairs that both have. */
function overShared(shared: number, product: (sum: number) => number): number {
  let total = 0;
  for (let sum = -shared; sum <= shared; sum += 2) total += signSum(shared, sum) * product(sum);
  return total;
}

/** How far one pair decides a bit of a record of `pairs`, when others of them, `shared`, add up to `sum`. */
function influence(pairs: number, shared: number, sum: number): number {
  const others = pairs - 1 - shared;
  return pairs % 2 === 1 ? signSum(others, -sum) : (signSum(others, 1 - sum) + signSum(others, -1 - sum)) / 2;
}

/** Expectation of a bit, 1 or -1, of a record of `pairs`, when `shared` of them add up to `sum`; a tie has none. */
function lean(pairs: number, shared: number, sum: number): number {
  const others = pairs - shared;
  let total = 0;
  for (let rest = -others; rest <= others; rest += 2) total += signSum(others, rest) * Math.sign(sum + rest);
  return total;
}

/**
 * Expected similarity of what is unbound from a record of n pairs to the vector that was bound: C(n-1, (n-1)/2) / 2^(n-1) for odd n (Kanerva,
 * "Fully distributed representation", 1997). For even n the vector that breaks ties counts as one pair more: a pair decides when the n - 1 others
 * add up to 1 or -1, and then half the time, which is C(n-1, n/2) / 2^(n-1), the same as for n + 1. About sqrt(2 / (pi n)).
 */
export function recordSimilarity(pairs: number): number {
  return influence(pairs, 0, 0);
}

/**
 * Expected similarity of a filler of the target to what the mapping, source bound with target, makes of its counterpart (Kanerva, "What we mean
 * when we say 'What's the dollar of Mexico?'", 2010): for records that have no pair in common the product of both {@link recordSimilarity}, and with
 * `shared` others in common, fewer than either has, its expectation over the sum of those.
 */
export function mappingSimilarity(sourcePairs: number, targetPairs: number, shared = 0): number {
  return overShared(shared, (sum) => influence(sourcePairs, shared, sum) * influence(targetPairs, shared, sum));
}

/** Expected similarity of two records of which `shared` pairs are in both; also of any vector to what the mapping of one to the other makes of it. */
export function recordAgreement(sourcePairs: number, targetPairs: number, shared: number): number {
  if (shared === sourcePairs && shared === targetPairs) return 1;
  return overShared(shared, (sum) => lean(sourcePairs, shared, sum) * lean(targetPairs, shared, sum));
}

/**
 * Standard deviation of a similarity of which `expected` is the expectation: sqrt((1 - expected^2) / dimensions), since each bit agrees or not by
 * itself; 1 / sqrt(dimensions) for what is not alike.
 */
export function similarityDeviation(expected: number, dimensions: number): number {
  return sqrt((1 - expected * expected) / dimensions);
}

/** Probability that one of several unrelated items has at least this similarity by chance. */
export function falseAlarm(threshold: number, { dimensions, candidates }: Recall): number {
  return -expm1(candidates * log1p(-normalUpperTail(threshold * sqrt(dimensions))));
}

/**
 * The similarity from which on an item counts as recognised: half of what is expected, where wrong ones are as seldom above as right ones below,
 * but never so low that something that is not there passes with more than {@link MOST_FALSE_ALARMS}. It lies halfway between two
 * similarities that there are (they are 2 / dimensions apart), where normal and binomial distribution agree best.
 */
export function recognitionThreshold({ expected, dimensions, candidates }: Recall): number {
  const tail = -expm1(log1p(-MOST_FALSE_ALARMS) / candidates);
  const least = max(expected / 2, normalUpperQuantile(tail) / sqrt(dimensions));
  const mostDiffering = floor((dimensions * (1 - least)) / 2 - 0.5);
  return 1 - (2 * mostDiffering + 1) / dimensions;
}

/**
 * Probability that the right item is the most similar one and at least as similar as `threshold`: the integral of phi(z) Phi(...)^(m-1) over the
 * noise z of the right item's similarity, m - 1 others being below (as in Frady, Kleyko and Sommer, "A theory of sequence indexing and working
 * memory in recurrent neural networks", 2018). Similarities are taken as normally distributed, each by itself.
 */
export function cleanupAccuracy({ expected, dimensions, candidates }: Recall, threshold = -1): number {
  const deviation = similarityDeviation(expected, dimensions);
  const othersBelow = (similarity: number): number => (1 - normalUpperTail(similarity * sqrt(dimensions))) ** (candidates - 1);
  if (deviation === 0) return expected < threshold ? 0 : othersBelow(expected);
  const from = max(-REACH, (threshold - expected) / deviation);
  if (from >= REACH) return 0;
  return simpson(from, REACH, (z) => normalDensity(z) * othersBelow(expected + deviation * z));
}

/**
 * Logarithm of how much likelier a similarity is for the right item than for another one: of two binomial probabilities, of as many bits that
 * differ among all, when each differs with probability (1 - expected) / 2 or with 1/2.
 */
export function rightAgainstWrong(similarity: number, { expected, dimensions }: Recall): number {
  const differing = (dimensions * (1 - similarity)) / 2;
  const ofDiffering = differing === 0 ? 0 : differing * log(1 - expected);
  const agreeing = dimensions - differing;
  return ofDiffering + (agreeing === 0 ? 0 : agreeing * log1p(expected));
}

/**
 * Probability of each item to be the right one, from the similarities of all: by Bayes' rule and {@link rightAgainstWrong}, where beforehand each
 * item, and that none of them is right, are equally likely. What is missing to 1 is the probability of none.
 */
export function cleanupPosteriors(similarities: readonly number[], recall: Recall): number[] {
  const logarithms = similarities.map((similarity) => rightAgainstWrong(similarity, recall));
  const largest = max(0, ...logarithms);
  const weights = logarithms.map((logarithm) => exp(logarithm - largest));
  const total = weights.reduce((sum, weight) => sum + weight, exp(-largest));
  return weights.map((weight) => weight / total);
}

/**
 * Probability of each item to be the one that is meant, where several can be right: each is right or not by itself, one of `candidates` beforehand,
 * and of those that are right any may be meant. That is q times the expectation of 1 / (1 + number of others that are right), of
 * which the integral of the product of 1 - q + q t over t from 0 to 1 is the value.
 */
export function sharedPosteriors(similarities: readonly number[], recall: Recall): number[] {
  const right = similarities.map((similarity) => 1 / (1 + recall.candidates * exp(-rightAgainstWrong(similarity, recall))));
  const shares = new Float64Array(right.length);
  for (const [t, weight] of simpsonNodes(0, 1)) {
    productsOfOthers(right.map((own) => 1 - own + own * t)).forEach((product, item) => { shares[item] = (shares[item] ?? 0) + weight * product; });
  }
  return right.map((own, item) => own * (shares[item] ?? 0));
}

/** Of each factor the product of all others, without a division: a factor may be zero. */
function productsOfOthers(factors: readonly number[]): Float64Array {
  const products = new Float64Array(factors.length).fill(1);
  for (let item = 1, before = 1; item < factors.length; item++) products[item] = before *= factors[item - 1] ?? 1;
  for (let item = factors.length - 2, after = 1; item >= 0; item--) products[item] = (products[item] ?? 1) * (after *= factors[item + 1] ?? 1);
  return products;
}

/** The integral of a function by Simpson's rule. */
function simpson(from: number, to: number, valueAt: (x: number) => number): number {
  let sum = 0;
  for (const [x, weight] of simpsonNodes(from, to)) sum += weight * valueAt(x);
  return sum;
}

/** Where Simpson's rule looks at a function, and how much that counts. */
function* simpsonNodes(from: number, to: number): Generator<readonly [x: number, weight: number]> {
  const width = (to - from) / INTERVALS;
  for (let i = 0; i <= INTERVALS; i++) yield [from + i * width, ((i === 0 || i === INTERVALS ? 1 : 2 + 2 * (i % 2)) * width) / 3];
}
