import type { DecoderWorkspace } from './decoder-workspace';
import { activeDigitKernels as kernels } from './digit-kernels';
import { WALSH_SIZE } from './walsh-functions';

/** Posterior probability from which on a digit is taken as known while others are decided. */
const SETTLED = 1 - 1e-3;

/** What a decoder believes about the digits of a chunk: the likeliest digit of each position, its probability, and the mean codeword. */
export class DigitBeliefs {
  /** The likeliest digit of each position. */
  readonly digits: Uint16Array;
  /** The posterior probability of each likeliest digit. */
  readonly probabilities: Float64Array;
  readonly #isTransformed: Uint8Array;

  /** `length` positions, an even number; digits at even positions (the high ones) are below `highDigits`, others below 512. */
  constructor(
    readonly length: number,
    private readonly highDigits: number,
    private readonly workspace: DecoderWorkspace,
  ) {
    this.digits = new Uint16Array(length);
    this.probabilities = new Float64Array(length);
    this.#isTransformed = new Uint8Array(length);
  }

  /** Whether the digit of a position is taken as known. */
  isSettled(position: number): boolean {
    return (this.probabilities[position] ?? 0) >= SETTLED;
  }

  /** The positions whose digit is, or is not, taken as known. */
  positions({ settled }: { settled: boolean }): Uint16Array {
    return Uint16Array.from(this.digits.keys()).filter((position) => this.isSettled(position) === settled);
  }

  /** Expected number of positions whose likeliest digit is right. */
  expectedRight(): number {
    return this.probabilities.reduce((sum, probability) => sum + probability, 0);
  }

  /** Sets the belief about one position from the log-likelihoods of the 512 digits, `scale` (above 0) times `scores` up to a constant; overwrites `scores`. */
  update(position: number, scores: Float32Array, scale = 1): void {
    const limit = position % 2 === 0 ? this.highDigits : WALSH_SIZE;
    const { total, distributions } = this.workspace;
    this.digits[position] = kernels.relativeProbabilities(scores, limit, scale, total);
    const probability = 1 / (total[0] ?? 1);
    this.probabilities[position] = probability;
    const distribution = distributions[position];
    if (this.isSettled(position) || !distribution) return;
    kernels.scale(scores, probability, distribution);
    this.#isTransformed[position] = 0;
  }

  /** The expected codeword of a position, +1 for a bit of 0: 512 numbers from -1 to 1, exactly ±1 where the digit is settled. */
  mean(position: number): Float32Array {
    const { distributions, walshSigns } = this.workspace;
    const mean = this.isSettled(position) ? walshSigns[this.digits[position] ?? 0] : distributions[position];
    if (!mean) throw new RangeError(`position ${position} is not one of ${this.length}`);
    if (!this.isSettled(position) && this.#isTransformed[position] === 0) {
      kernels.transform(mean);
      this.#isTransformed[position] = 1;
    }
    return mean;
  }
}
