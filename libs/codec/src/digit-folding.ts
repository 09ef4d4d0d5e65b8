import type { Hypervector } from '@sigmalang/vector';
import { WALSH_SIZE } from './walsh-hadamard';

// A digit's codeword repeats every 512 bits, so a correlation with it needs no more of a vector than the sums over the bits j, j + 512,
// j + 1024 ... ("bins"); one Walsh-Hadamard transform of the 512 bins then gives the correlations with all digits at once.

/** Bits of the same place, one in each row of 512, that four-bit lanes can count. */
const ROWS_A_BLOCK = 15;
const WORDS_A_ROW = WALSH_SIZE / 32;

/** Ones among the bits k (mod 512), bits k, k + 8, k + 16 and k + 24 of a word in the four 8-bit lanes of one number. */
const lanes = new Int32Array(WALSH_SIZE / 4);

/**
 * Sets bin k to the number of zeros minus the number of ones among the bits j = k (mod 512) of `observed` XOR `position`. Counts eight
 * bits at a time in 4-bit lanes and adds these up in 8-bit lanes, which 65,536 bits cannot overflow. Returns the sum of the squares of
 * the bins.
 */
export function foldBits(observed: Hypervector, position: Hypervector, bins: Int16Array): number {
  lanes.fill(0);
  for (let start = 0; start < observed.words.length; start += WORDS_A_ROW * ROWS_A_BLOCK) {
    for (let column = 0; column < WORDS_A_ROW; column++) countOnes(observed.words, position.words, start + column);
  }
  const rounds = observed.dimensions >>> 9;
  let energy = 0;
  const longBins = observed.dimensions & (WALSH_SIZE - 1);
  for (let k = 0; k < WALSH_SIZE; k++) {
    const ones = ((lanes[((k >>> 5) << 3) + (k & 7)] ?? 0) >>> (k & 24)) & 0xff;
    const bin = rounds + (k < longBins ? 1 : 0) - 2 * ones;
    bins[k] = bin;
    energy += bin * bin;
  }
  return energy;
}

/** Adds to the lanes the ones of the words `first`, `first` + 16 ... of a XOR b, one word of each row of a block. */
function countOnes(a: Uint32Array, b: Uint32Array, first: number): void {
  const end = Math.min(a.length, first + WORDS_A_ROW * ROWS_A_BLOCK);
  let [n0, n1, n2, n3] = [0, 0, 0, 0];
  for (let w = first; w < end; w += WORDS_A_ROW) {
    const word = (a[w] ?? 0) ^ (b[w] ?? 0);
    n0 = (n0 + (word & 0x11111111)) | 0;
    n1 = (n1 + ((word >>> 1) & 0x11111111)) | 0;
    n2 = (n2 + ((word >>> 2) & 0x11111111)) | 0;
    n3 = (n3 + ((word >>> 3) & 0x11111111)) | 0;
  }
  const lane = (first & (WORDS_A_ROW - 1)) << 3;
  addNibbles(lane, n0);
  addNibbles(lane + 1, n1);
  addNibbles(lane + 2, n2);
  addNibbles(lane + 3, n3);
}

/** Adds the even of eight 4-bit counts to the lanes at `lane`, the odd ones four further. */
function addNibbles(lane: number, counts: number): void {
  lanes[lane] = (lanes[lane] ?? 0) + (counts & 0x0f0f0f0f);
  lanes[lane + 4] = (lanes[lane + 4] ?? 0) + ((counts >>> 4) & 0x0f0f0f0f);
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
