import type { Hypervector } from '@sigmalang/vector';
import { WALSH_SIZE } from './walsh-hadamard';

// A digit's codeword repeats every 512 bits, so a correlation with it needs no more of a vector than the sums over the bits j, j + 512,
// j + 1024 ... ("bins"); one Walsh-Hadamard transform of the 512 bins then gives the correlations with all digits at once.

const lanes = new Int32Array(WALSH_SIZE / 4);

/**
 * Sets bin k to the number of zeros minus the number of ones among the bits j = k (mod 512) of `observed` XOR `position`. Counts four
 * bits at a time in four 8-bit lanes, which 65,536 bits cannot overflow. Returns the sum of the squares of the bins.
 */
export function foldBits(observed: Hypervector, position: Hypervector, bins: Int16Array): number {
  lanes.fill(0);
  for (let w = 0; w < observed.words.length; w++) {
    const word = (observed.words[w] ?? 0) ^ (position.words[w] ?? 0);
    const first = (w & 15) << 3;
    for (let nibble = 0; nibble < 8; nibble++) {
      const spread = (((word >>> (nibble << 2)) & 15) * 0x00204081) & 0x01010101;
      lanes[first + nibble] = (lanes[first + nibble] ?? 0) + spread;
    }
  }
  const rounds = observed.dimensions >>> 9;
  let energy = 0;
  const longBins = observed.dimensions & (WALSH_SIZE - 1);
  for (let k = 0; k < WALSH_SIZE; k++) {
    const ones = ((lanes[k >>> 2] ?? 0) >>> ((k & 3) << 3)) & 0xff;
    const bin = rounds + (k < longBins ? 1 : 0) - 2 * ones;
    bins[k] = bin;
    energy += bin * bin;
  }
  return energy;
}

/** Adds to bin k the sum, over the bits j = k (mod 512), of `weights[j]` with the sign of bit j of `position` (minus for a one). */
export function foldWeights(weights: Float64Array, position: Hypervector, bins: Float64Array): void {
  const bits = weights.length;
  for (let start = 0; start < bits; start += 32) {
    const word = position.words[start >>> 5] ?? 0;
    const bin = start & (WALSH_SIZE - 1);
    const count = bits - start < 32 ? bits - start : 32;
    for (let b = 0; b < count; b++) {
      const sign = 1 - (((word >>> b) & 1) << 1);
      bins[bin + b] = (bins[bin + b] ?? 0) + sign * (weights[start + b] ?? 0);
    }
  }
}

/** The transpose of {@link foldWeights}: adds `values[j mod 512]` with the sign of bit j of `position` to `target[j]`. */
export function unfoldValues(values: Float64Array, position: Hypervector, target: Float64Array): void {
  const bits = target.length;
  for (let start = 0; start < bits; start += 32) {
    const word = position.words[start >>> 5] ?? 0;
    const bin = start & (WALSH_SIZE - 1);
    const count = bits - start < 32 ? bits - start : 32;
    for (let b = 0; b < count; b++) {
      const sign = 1 - (((word >>> b) & 1) << 1);
      target[start + b] = (target[start + b] ?? 0) + sign * (values[bin + b] ?? 0);
    }
  }
}
