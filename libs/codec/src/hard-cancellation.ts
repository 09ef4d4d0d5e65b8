import type { Hypervector } from '@sigmalang/vector';
import { type DigitBeliefs, indexOfLargest } from './digit-beliefs';
import type { SequenceCodebook } from './sequence-codebook';
import { DigitSum } from './sequence-encoder';
import { WALSH_SIZE, walshHadamard, walshWord } from './walsh-hadamard';

const { exp, max, min, sqrt } = Math;

/** Variance that a wrong digit leaves in each sum: 2 off in half of the bits. */
const VARIANCE_OF_WRONG_DIGIT = 2;

/** Deviations by which the sum at a bit may miss the observed sign before the bit is taken for a flipped one. */
const MAX_DEVIATIONS = 5;

/** Share of wrong bits after the clean-up that only noise explains: full chunks without it have some 6 %. */
const MAX_ERRORS_WITHOUT_NOISE = 1 / 8;

/** At most one position in so many is decided again. */
const POSITIONS_A_DECISION = 2;

/**
 * Hard interference cancellation, for segments without noise: all other digits are taken as known while one is decided again, from the
 * bits at which the others sum to nearly zero. Where they sum to zero, a segment without noise shows the digit's own bit.
 */
export class HardCancellation {
  /** The digits decided so far. */
  readonly digits: Uint16Array;
  /** Number of observed bits that are not the majority of these digits and the tie vector; 0 certifies them. */
  bitErrors: number;
  /** Whether bits must have been flipped: too many contradict the first digits, or one does so too clearly. */
  readonly isNoisy: boolean;
  /** At each bit the sum of all bound digits and the tie vector (each ±1), positive where it agrees with the observed bit. */
  readonly #sums: Int32Array;
  /** The weight of a bit at which the other digits and the tie vector sum to s, at index s + length + 1. */
  readonly #weights: Float64Array;
  readonly #scores = new Float64Array(WALSH_SIZE);
  readonly #unbound: Uint32Array;

  /** Starts from the likeliest digits; `beliefs` stay as they are. */
  constructor(
    private readonly observed: Hypervector,
    private readonly codebook: SequenceCodebook,
    private readonly beliefs: DigitBeliefs,
  ) {
    this.digits = beliefs.digits.slice();
    this.#sums = agreeingSums(observed, this.digits, codebook);
    this.bitErrors = countNegative(this.#sums);
    const variance = VARIANCE_OF_WRONG_DIGIT * max(1, beliefs.length - beliefs.expectedRight());
    this.isNoisy =
      this.bitErrors > MAX_ERRORS_WITHOUT_NOISE * codebook.bits || lowest(this.#sums) < -MAX_DEVIATIONS * sqrt(variance);
    this.#weights = weightsOfSums(beliefs.length, variance);
    this.#unbound = new Uint32Array(observed.words.length);
  }

  /** Decides the doubtful positions again, the most doubtful first, until the digits are certified; yields after each the number of bits gone through. */
  *run(): Generator<number, void> {
    const { probabilities, length } = this.beliefs;
    const doubtful = Array.from(this.digits.keys()).sort((a, b) => (probabilities[a] ?? 0) - (probabilities[b] ?? 0));
    for (const position of doubtful.slice(0, Math.ceil(length / POSITIONS_A_DECISION))) {
      if (this.bitErrors === 0) return;
      this.#decide(position);
      yield this.codebook.bits;
    }
  }

  #decide(position: number): void {
    const unbound = this.#unbound;
    const { words } = this.codebook.position(position);
    for (let w = 0; w < unbound.length; w++) unbound[w] = (words[w] ?? 0) ^ (this.observed.words[w] ?? 0);
    const before = this.digits[position] ?? 0;
    const scores = this.#scores.fill(0);
    foldWithout(before, unbound, this.#sums, this.#weights, scores);
    walshHadamard(scores);
    const digit = indexOfLargest(scores, this.beliefs.digitLimit(position));
    if (digit === before) return;
    replaceDigit(before, digit, unbound, this.#sums);
    this.digits[position] = digit;
    this.bitErrors = countNegative(this.#sums);
  }
}

function agreeingSums(observed: Hypervector, digits: Uint16Array, codebook: SequenceCodebook): Int32Array {
  const sum = new DigitSum(codebook);
  for (let i = 0; i < digits.length; i++) sum.add(digits[i] ?? 0, i);
  const values = new Float64Array(codebook.bits);
  sum.writeTo(values);
  const sums = new Int32Array(codebook.bits);
  for (let j = 0; j < sums.length; j++) sums[j] = (values[j] ?? 0) * signOfBit(observed.words[j >>> 5] ?? 0, j & 31);
  return sums;
}

/** exp(-s² / 2v) for the sums s from -length - 1 to length + 1, with the variance v that the wrong ones among the other digits leave. */
function weightsOfSums(length: number, variance: number): Float64Array {
  const weights = new Float64Array(2 * length + 3);
  for (let at = 0; at < weights.length; at++) weights[at] = exp(-((at - length - 1) ** 2) / (2 * variance));
  return weights;
}

/** Adds to bin j (mod 512) of `scores` the sign of bit j of `unbound` times the weight of the sum without the digit's own bit. */
function foldWithout(digit: number, unbound: Uint32Array, sums: Int32Array, weights: Float64Array, scores: Float64Array): void {
  const zero = weights.length >>> 1;
  for (let start = 0; start < sums.length; start += 32) {
    const word = unbound[start >>> 5] ?? 0;
    const own = word ^ walshWord(digit, (start >>> 5) & 15);
    const bin = start & (WALSH_SIZE - 1);
    const count = sums.length - start < 32 ? sums.length - start : 32;
    for (let b = 0; b < count; b++) {
      const others = (sums[start + b] ?? 0) - signOfBit(own, b);
      scores[bin + b] = (scores[bin + b] ?? 0) + signOfBit(word, b) * (weights[zero + others] ?? 0);
    }
  }
}

/** Takes the bits of one digit out of the sums and adds those of another at the same position. */
function replaceDigit(before: number, digit: number, unbound: Uint32Array, sums: Int32Array): void {
  for (let start = 0; start < sums.length; start += 32) {
    const word = unbound[start >>> 5] ?? 0;
    const out = word ^ walshWord(before, (start >>> 5) & 15);
    const into = word ^ walshWord(digit, (start >>> 5) & 15);
    const count = sums.length - start < 32 ? sums.length - start : 32;
    for (let b = 0; b < count; b++) sums[start + b] = (sums[start + b] ?? 0) + signOfBit(into, b) - signOfBit(out, b);
  }
}

/** +1 for a bit of 0, -1 for a bit of 1. */
function signOfBit(word: number, bit: number): number {
  return 1 - (((word >>> bit) & 1) << 1);
}

function countNegative(values: Int32Array): number {
  let count = 0;
  for (let j = 0; j < values.length; j++) count += (values[j] ?? 0) >>> 31;
  return count;
}

function lowest(values: Int32Array): number {
  let least = Infinity;
  for (let j = 0; j < values.length; j++) least = min(least, values[j] ?? 0);
  return least;
}
