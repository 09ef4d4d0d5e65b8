import { plainDigitKernels } from './plain-digit-kernels';
import { loadWasmDigitKernels } from './wasm-digit-kernels';

/** The positions of one segment size: rows of as many words, a multiple of 16, one a position. */
export interface PositionRows {
  readonly rows: Uint32Array;
  readonly wordsPerRow: number;
}

/**
 * The hot loops of encoding and decoding digits; implementations give bit-identical results in 32-bit floats. All arrays lie in room that
 * the active vector kernels gave, except the lists of digits and positions. Nothing is checked.
 */
export interface DigitKernels {
  /** Which implementation this is. */
  readonly name: 'plain' | 'wasm';

  /** target = the majority of `tie` and of the digits of an even number of `chosen` positions, each digit bound to its position. */
  majority(digits: Uint16Array, chosen: Uint16Array, positions: PositionRows, tie: Uint32Array, target: Uint32Array): void;

  /** sums = the sums, bit by bit, of `tie` and of the digits of the `chosen` positions, a bit of 0 counting +1 and a bit of 1 counting -1. */
  sum(digits: Uint16Array, chosen: Uint16Array, positions: PositionRows, tie: Uint32Array, sums: Float32Array): void;

  /** bins[j mod 512] += weights[j], negated where bit j of the position is set. */
  fold(weights: Float32Array, positions: PositionRows, position: number, bins: Float32Array): void;

  /** The transpose of {@link fold}: sums[j] += mean[j mod 512], negated likewise; and variances[k] += 1 - mean[k]². */
  unfold(mean: Float32Array, positions: PositionRows, position: number, sums: Float32Array, variances: Float32Array): void;

  /** Walsh-Hadamard transform of 512 numbers in place: output d is the sum over k of input k times (-1)^parity(d & k). */
  transform(values: Float32Array): void;

  /** products[k] = a[k] b[k], 512 of them. */
  multiply(a: Float32Array, b: Float32Array, products: Float32Array): void;

  /** products[k] = factor a[k], 512 of them. */
  scale(a: Float32Array, factor: number, products: Float32Array): void;

  /**
   * Turns 512 scores into probabilities relative to that of the highest of the first `limit`, `factor` (above 0) times the scores being
   * their logarithms up to a constant; those from `limit` on become 0. Sets `total[0]` to their sum, and returns the index of the highest
   * score, the first of equal ones.
   */
  relativeProbabilities(scores: Float32Array, limit: number, factor: number, total: Float32Array): number;

  /**
   * With s the expected sum of all bound digits at a bit and v its variance (of bit j at j mod 512), takes the bit for the sign of a
   * normal variable N(s - v times its weight so far, v), flipped at its rate (0.5 where it is unknown). Replaces the weights by the
   * derivative of the log-likelihood of the observed sign, adds the second derivative, negated, to the curvatures (of bit j at j mod
   * 512), and sets `flips` to the probability of each observed sign to be a flipped one, 0 where there is no sign.
   */
  weigh(channel: ChannelArrays, sums: Float32Array, variances: Float32Array, curvatures: Float32Array): void;
}

/** What is known of each observed bit. */
export interface ChannelArrays {
  /** +1 for a bit of 0, -1 for a bit of 1, 0 where it is unknown. */
  readonly signs: Float32Array;
  /** Probability that the bit was flipped, before the others are looked at: 0 to 0.5, 0.5 where it is unknown. */
  readonly rates: Float32Array;
  /** How much the bit says, with its sign. */
  readonly weights: Float32Array;
  /** Probability that the bit was flipped, by all that is believed. */
  readonly flips: Float32Array;
}

/** The kernels that encoding and decoding use: WebAssembly with SIMD where it runs. */
export const activeDigitKernels: DigitKernels = loadWasmDigitKernels() ?? plainDigitKernels;
