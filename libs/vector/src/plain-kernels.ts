import type { VectorKernels } from './vector-kernels';

const { imul } = Math;

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

/** The kernels in plain TypeScript, word by word. */
export const plainKernels: VectorKernels = {
  name: 'plain',

  xor(a, b, target) {
    for (let i = 0; i < target.length; i++) target[i] = (a[i] ?? 0) ^ (b[i] ?? 0);
  },

  popcount(words) {
    let bits = 0;
    for (const word of words) bits += popcount32(word);
    return bits;
  },

  hamming(a, b) {
    return distanceOfRow(a, b, 0);
  },

  hammingToMany(query, table, distances) {
    for (let r = 0; r < distances.length; r++) distances[r] = distanceOfRow(query, table, r * query.length);
  },

  carrySaveAdd(sum, addend, carry) {
    for (let w = 0; w < sum.length; w++) {
      const a = sum[w] ?? 0;
      const b = addend[w] ?? 0;
      const c = carry[w] ?? 0;
      const either = a ^ b;
      sum[w] = either ^ c;
      carry[w] = (a & b) | (either & c);
    }
  },

  compareCounters(planes, threshold, above, equal) {
    above.fill(0);
    equal.fill(0xffffffff);
    for (const [p, plane] of [...planes.entries()].reverse()) {
      const isSet = ((threshold >>> p) & 1) === 1;
      for (let w = 0; w < above.length; w++) {
        const same = equal[w] ?? 0;
        const bits = plane[w] ?? 0;
        if (!isSet) above[w] = (above[w] ?? 0) | (same & bits);
        equal[w] = same & (isSet ? bits : ~bits);
      }
    }
  },
};
