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

/** `dotInt8sToMany` by the `dotInt8ToMany` of the same kernels, query by query. */
export function dotInt8sOneByOne(
  kernels: Pick<VectorKernels, 'dotInt8ToMany'>,
  queries: readonly Int8Array[],
  table: Int8Array,
  factors: Float32Array,
  products: Float32Array,
): void {
  const rows = factors.length;
  const whole = new Int32Array(rows);
  queries.forEach((query, q) => {
    kernels.dotInt8ToMany(query, table, whole);
    for (let r = 0; r < rows; r++) products[q * rows + r] = fround(whole[r] ?? 0) * (factors[r] ?? 0);
  });
}

/** Indices of the `count` values that come first, in their order, of which equal ones are by index. */
function firstOf(length: number, count: number, comesBefore: (a: number, b: number) => boolean): Uint32Array {
  const best: number[] = [];
  for (let i = 0; i < length; i++) {
    if (best.length === count && !comesBefore(i, best[count - 1] ?? i)) continue;
    let at = Math.min(best.length, count - 1);
    for (; at > 0 && comesBefore(i, best[at - 1] ?? i); at--) best[at] = best[at - 1] ?? 0;
    best[at] = i;
  }
  return Uint32Array.from(best);
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
    return firstOf(values.length, count, (a, b) => (values[a] ?? 0) < (values[b] ?? 0));
  },

  largest(values, count) {
    const numbers = Uint32Array.from(values.keys()).filter((i) => !Number.isNaN(values[i]));
    const valueAt = (n: number): number => values[numbers[n] ?? 0] ?? 0;
    return firstOf(numbers.length, count, (a, b) => valueAt(a) > valueAt(b)).map((n) => numbers[n] ?? 0);
  },

  dotInt8ToMany(query, table, products) {
    for (let r = 0; r < products.length; r++) {
      const start = r * query.length;
      let sum = 0;
      for (let i = 0; i < query.length; i++) sum += (query[i] ?? 0) * (table[start + i] ?? 0);
      products[r] = sum;
    }
  },

  dotInt8sToMany(queries, table, factors, products) {
    dotInt8sOneByOne(plainKernels, queries, table, factors, products);
  },

  dotFloat32ToMany(query, table, products) {
    for (let r = 0; r < products.length; r++) products[r] = dotFloat32(query, table, r * query.length);
  },
};
