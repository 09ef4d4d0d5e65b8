import { WALSH_SIZE, walshHadamard, walshWord } from './walsh-hadamard';

const { exp } = Math;

/** Posterior probability from which on a digit is taken as known while others are decided. */
const SETTLED = 1 - 1e-3;

/** Natural logarithm of the smallest relative probability that is kept. */
const NEGLIGIBLE = -20;

/** What a decoder believes about the digits of a chunk: the likeliest digit of each position, its probability, and the mean codeword. */
export class DigitBeliefs {
  /** The likeliest digit of each position. */
  readonly digits: Uint16Array;
  /** The posterior probability of each likeliest digit. */
  readonly probabilities: Float64Array;
  /** Of each position that is not settled, the probabilities of its 512 digits, or their transform once it was asked for. */
  readonly #distributions: (Float64Array | undefined)[];
  readonly #isTransformed: Uint8Array;

  /** `length` positions, an even number; digits at even positions (the high ones) are below `highDigits`, others below 512. */
  constructor(
    readonly length: number,
    private readonly highDigits: number,
  ) {
    this.digits = new Uint16Array(length);
    this.probabilities = new Float64Array(length);
    this.#distributions = new Array<Float64Array | undefined>(length);
    this.#isTransformed = new Uint8Array(length);
  }

  /** The number of digits, counted from 0, that a position can have. */
  digitLimit(position: number): number {
    return position % 2 === 0 ? this.highDigits : WALSH_SIZE;
  }

  /** Whether the digit of a position is taken as known. */
  isSettled(position: number): boolean {
    return (this.probabilities[position] ?? 0) >= SETTLED;
  }

  /** The positions whose digit is not yet taken as known. */
  unsettled(): number[] {
    return Array.from(this.digits.keys()).filter((position) => !this.isSettled(position));
  }

  /** Expected number of positions whose likeliest digit is right. */
  expectedRight(): number {
    return this.probabilities.reduce((sum, probability) => sum + probability, 0);
  }

  /** Sets the belief about one position from the log-likelihoods of the 512 digits, `scale` times `scores` up to a constant; may overwrite `scores`. */
  update(position: number, scores: Float64Array, scale = 1): void {
    const limit = this.digitLimit(position);
    const best = indexOfLargest(scores, limit);
    const sum = exponentiate(scores, scale, scores[best] ?? 0, limit);
    this.digits[position] = best;
    this.probabilities[position] = 1 / sum;
    if (this.isSettled(position)) {
      this.#distributions[position] = undefined;
      return;
    }
    const distribution = (this.#distributions[position] ??= new Float64Array(WALSH_SIZE));
    for (let d = 0; d < limit; d++) distribution[d] = (scores[d] ?? 0) / sum;
    distribution.fill(0, limit);
    this.#isTransformed[position] = 0;
  }

  /** The expected codeword of a position, +1 for a bit of 0: 512 numbers from -1 to 1, exactly ±1 where the digit is settled. */
  mean(position: number): Float64Array {
    const distribution = this.#distributions[position];
    if (!distribution) return signsOfDigit(this.digits[position] ?? 0);
    if (this.#isTransformed[position] === 0) {
      walshHadamard(distribution);
      this.#isTransformed[position] = 1;
    }
    return distribution;
  }
}

const signs = new Float64Array(WALSH_SIZE);

function signsOfDigit(digit: number): Float64Array {
  for (let k = 0; k < WALSH_SIZE; k++) signs[k] = 1 - 2 * ((walshWord(digit, k >>> 5) >>> (k & 31)) & 1);
  return signs;
}

/** Index of the largest of the first `limit` scores, the first of equal ones. */
export function indexOfLargest(scores: Float64Array, limit: number): number {
  let best = 0;
  let highest = -Infinity;
  for (let d = 0; d < limit; d++) {
    const score = scores[d] ?? 0;
    if (score > highest) {
      highest = score;
      best = d;
    }
  }
  return best;
}

/** Turns the first `limit` log-likelihoods (`scale` times the scores) into probabilities relative to that of `highest`, and returns their sum. */
function exponentiate(scores: Float64Array, scale: number, highest: number, limit: number): number {
  let sum = 0;
  for (let d = 0; d < limit; d++) {
    const relative = scale * ((scores[d] ?? 0) - highest);
    const weight = relative > NEGLIGIBLE ? exp(relative) : 0;
    scores[d] = weight;
    sum += weight;
  }
  return sum;
}
