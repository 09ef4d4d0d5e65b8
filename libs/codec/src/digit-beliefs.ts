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
  readonly #means: (Float64Array | undefined)[];

  /** `length` positions, an even number; digits at even positions (the high ones) are below `highDigits`, others below 512. */
  constructor(
    readonly length: number,
    private readonly highDigits: number,
  ) {
    this.digits = new Uint16Array(length);
    this.probabilities = new Float64Array(length);
    this.#means = new Array<Float64Array | undefined>(length);
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

  /** Sets the belief about one position from the log-likelihoods of the 512 digits, `scale` times `scores` up to a constant; overwrites `scores`. */
  update(position: number, scores: Float64Array, scale = 1): void {
    const best = softmax(scores, scale, position % 2 === 0 ? this.highDigits : WALSH_SIZE);
    this.digits[position] = best;
    this.probabilities[position] = scores[best] ?? 0;
    if (this.isSettled(position)) {
      this.#means[position] = undefined;
      return;
    }
    const mean = (this.#means[position] ??= new Float64Array(WALSH_SIZE));
    mean.set(scores);
    walshHadamard(mean);
  }

  /** The expected codeword of a position, +1 for a bit of 0: 512 numbers from -1 to 1, exactly ±1 where the digit is settled. */
  mean(position: number): Float64Array {
    return this.#means[position] ?? signsOfDigit(this.digits[position] ?? 0);
  }
}

const signs = new Float64Array(WALSH_SIZE);

function signsOfDigit(digit: number): Float64Array {
  for (let k = 0; k < WALSH_SIZE; k++) signs[k] = 1 - 2 * ((walshWord(digit, k >>> 5) >>> (k & 31)) & 1);
  return signs;
}

/** Turns log-likelihoods (`scale` times the scores) into probabilities in place, zero from `limit` on, and returns the index of the largest. */
function softmax(scores: Float64Array, scale: number, limit: number): number {
  let best = 0;
  let highest = -Infinity;
  for (let d = 0; d < limit; d++) {
    const score = scores[d] ?? 0;
    if (score > highest) {
      highest = score;
      best = d;
    }
  }
  let sum = 0;
  for (let d = 0; d < limit; d++) {
    const relative = scale * ((scores[d] ?? 0) - highest);
    const weight = relative > NEGLIGIBLE ? exp(relative) : 0;
    scores[d] = weight;
    sum += weight;
  }
  for (let d = 0; d < limit; d++) scores[d] = (scores[d] ?? 0) / sum;
  scores.fill(0, limit);
  return best;
}
