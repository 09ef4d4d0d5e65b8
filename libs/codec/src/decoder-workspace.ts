import { activeKernels } from '@sigmalang/vector';
import type { ChannelArrays } from './digit-kernels';
import { WALSH_SIZE, writeWalshSigns } from './walsh-functions';

/** Numbers in the memory of the kernels, and their room. */
class Floats {
  #room = activeKernels.allocate(0);
  #values = new Float32Array();

  #periods: Float32Array[] = [];

  /** The first `length` of the numbers; what they hold is from before, or zero. */
  take(length: number): Float32Array {
    if (this.#values.length < length) {
      const larger = activeKernels.allocate(4 * length);
      activeKernels.release(this.#room);
      this.#room = larger;
      this.#values = new Float32Array(this.#room.buffer, this.#room.byteOffset, length);
      this.#periods = [];
    }
    return this.#values.subarray(0, length);
  }

  /** The first `count` periods of 512 numbers. */
  takePeriods(count: number): Float32Array[] {
    const values = this.take(count * WALSH_SIZE);
    while (this.#periods.length < count) {
      const start = this.#periods.length * WALSH_SIZE;
      this.#periods.push(values.subarray(start, start + WALSH_SIZE));
    }
    return this.#periods.slice(0, count);
  }
}

const channel = { signs: new Floats(), rates: new Floats(), weights: new Floats(), flips: new Floats() };
const sums = new Floats();
const ones = new Floats();
const distributions = new Floats();
const periods = new Floats();
const walshSigns = new Floats();
let hasWalshSigns = false;
const none = new Float32Array();

/** The numbers that one decoding works on. A thread has one set of them, since it decodes one segment after another. */
export interface DecoderWorkspace extends ChannelArrays {
  /** Expected sum of all bound digits at each bit. */
  readonly sums: Float32Array;
  /** All 1, as many as there are bits. */
  readonly ones: Float32Array;
  /** Variance of each sum, the same for all bits of one place mod 512. */
  readonly variances: Float32Array;
  /** Negated second derivative of the log-likelihood by the sum, summed over the bits of one place mod 512. */
  readonly curvatures: Float32Array;
  /** Scores of the 512 digits at the position being decided. */
  readonly scores: Float32Array;
  /** One number. */
  readonly total: Float32Array;
  /** For each position the probabilities of its 512 digits, or their transform. */
  readonly distributions: readonly Float32Array[];
  /** For each digit its codeword, +1 for a bit of 0 and -1 for a bit of 1. */
  readonly walshSigns: readonly Float32Array[];
}

/** The workspace for a segment of so many bits (a multiple of 512) and positions; what was in it is overwritten. */
export function decoderWorkspace(paddedBits: number, positions: number): DecoderWorkspace {
  const [variances = none, curvatures = none, scores = none, total = none] = periods.takePeriods(4);
  const signsOfDigits = walshSigns.takePeriods(WALSH_SIZE);
  if (!hasWalshSigns) writeWalshSigns(walshSigns.take(WALSH_SIZE * WALSH_SIZE));
  hasWalshSigns = true;
  return {
    signs: channel.signs.take(paddedBits).fill(0),
    rates: channel.rates.take(paddedBits).fill(0.5),
    weights: channel.weights.take(paddedBits).fill(0),
    flips: channel.flips.take(paddedBits),
    sums: sums.take(paddedBits),
    ones: ones.take(paddedBits).fill(1),
    variances,
    curvatures,
    scores,
    total: total.subarray(0, 1),
    distributions: distributions.takePeriods(positions),
    walshSigns: signsOfDigits,
  };
}
