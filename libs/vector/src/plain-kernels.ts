import { BitCounters } from './bit-counters';
import type { VectorKernels } from './vector-kernels';

const { fround, imul } = Math;

/** Set bits of a 32-bit word (Warren, Hacker's Delight, figure 5-2). */
function popcount32(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function distanceOfRow(query: Uint32Array, table: Uint32Array, start: number): number {
  let distance = 0;
  for (let i = 0; i < query.length; i++) distance += popcount32((query[i] ?? 0) ^ (table[start + i] ?? 0));
  return distance;
}

const LANES = 16;
const lanes = new Float32Array(LANES);

/** Inner product in the order that the interface tells. */
function dotFloat32(query: Float32Array, table: Float32Array, start: number): number {
  for (let lane = 0; lane < LANES; lane++) {
    let sum = 0;
    for (let i = lane; i < query.length; i += LANES) sum = fround(sum + fround((query[i] ?? 0) * (table[start + i] ?? 0)));
    lanes[lane] = sum;
  }
  for (let half = LANES / 2; half >= 1; half /= 2) {
    for (let j = 0; j < half; j++) lanes[j] = (lanes[j] ?? 0) + (lanes[j + half] ?? 0);
  }
  return lanes[0] ?? 0;
}

/** The kernels in plain TypeScript, word by word and number by number. */
export const plainKernels: VectorKernels = {
  name: 'plain',

  allocate(bytes) {
    return new Uint8Array(bytes);
  },

  release() {
    // the garbage collector does
  },

  xor(a, b, target) {
    for (let i = 0; i < target.length; i++) target[i] = (a[i] ?? 0) ^ (b[i] ?? 0);
  },

  hamming(a, b) {
    return distanceOfRow(a, b, 0);
  },

  hammingToMany(query, table, distances) {
    for (let r = 0; r < distances.length; r++) distances[r] = distanceOfRow(query, table, r * query.length);
  },

  majority(vectors, tie, target) {
    const counters = new BitCounters(target.length);
    for (const vector of vectors) counters.add(vector);
    counters.majority(tie, target);
  },

  smallest(values, count) {
    const best: number[] = [];
    const valueAt = (index: number | undefined): number => values[index ?? 0] ?? Infinity;
    for (let i = 0; i < values.length; i++) {
      if (best.length === count && valueAt(i) >= valueAt(best[count - 1])) continue;
      let at = Math.min(best.length, count - 1);
      for (; at > 0 && valueAt(best[at - 1]) > valueAt(i); at--) best[at] = best[at - 1] ?? 0;
      best[at] = i;
    }
    return Uint32Array.from(best);
  },

  dotInt8ToMany(query, table, products) {
    for (let r = 0; r < products.length; r++) {
      const start = r * query.length;
      let sum = 0;
      for (let i = 0; i < query.length; i++) sum += (query[i] ?? 0) * (table[start + i] ?? 0);
      products[r] = sum;
    }
  },

  dotFloat32ToMany(query, table, products) {
    for (let r = 0; r < products.length; r++) products[r] = dotFloat32(query, table, r * query.length);
  },
};
