import { carryOf, sumOf } from './carry-save';

// Bit-sliced counters: plane p, `bytes` bytes long, holds the bit of weight 2^p of the counter of each place.

/** Adds `rows` rows of `bytes` bytes (a multiple of 16), one after the other, to the counters; there are at least three planes, and enough. */
export function addToCounters(row: usize, rows: u32, bytes: u32, planes: usize): void {
  for (let c: u32 = 0; c < bytes; c += 16) addColumn(row + c, rows, bytes, planes + c);
}

@inline
function addColumn(row: usize, rows: u32, bytes: u32, plane: usize): void {
  let ones = v128.load(plane);
  let twos = v128.load(plane + bytes);
  let fours = v128.load(plane + 2 * bytes);
  const above = plane + 3 * bytes;
  let left = rows;
  for (; left >= 8; left -= 8) {
    const r2 = row + 2 * bytes;
    const r4 = r2 + 2 * bytes;
    const r6 = r4 + 2 * bytes;
    const d0 = v128.load(row);
    const d1 = v128.load(row + bytes);
    const twosA = carryOf(ones, d0, d1);
    ones = sumOf(ones, d0, d1);
    const d2 = v128.load(r2);
    const d3 = v128.load(r2 + bytes);
    const twosB = carryOf(ones, d2, d3);
    ones = sumOf(ones, d2, d3);
    const foursA = carryOf(twos, twosA, twosB);
    twos = sumOf(twos, twosA, twosB);
    const d4 = v128.load(r4);
    const d5 = v128.load(r4 + bytes);
    const twosC = carryOf(ones, d4, d5);
    ones = sumOf(ones, d4, d5);
    const d6 = v128.load(r6);
    const d7 = v128.load(r6 + bytes);
    const twosD = carryOf(ones, d6, d7);
    ones = sumOf(ones, d6, d7);
    const foursB = carryOf(twos, twosC, twosD);
    twos = sumOf(twos, twosC, twosD);
    carryInto(above, bytes, carryOf(fours, foursA, foursB));
    fours = sumOf(fours, foursA, foursB);
    row = r6 + 2 * bytes;
  }
  for (; left > 0; left--, row += bytes) {
    const bits = v128.load(row);
    const toTwos = v128.and(ones, bits);
    ones = v128.xor(ones, bits);
    const toFours = v128.and(twos, toTwos);
    twos = v128.xor(twos, toTwos);
    carryInto(above, bytes, v128.and(fours, toFours));
    fours = v128.xor(fours, toFours);
  }
  v128.store(plane, ones);
  v128.store(plane + bytes, twos);
  v128.store(plane + 2 * bytes, fours);
}

/** Adds bits of weight 8 to the planes of that weight and above. */
@inline
function carryInto(plane: usize, bytes: u32, carry: v128): void {
  for (; v128.any_true(carry); plane += bytes) {
    const before = v128.load(plane);
    v128.store(plane, v128.xor(before, carry));
    carry = v128.and(before, carry);
  }
}

/** target = the places whose counter exceeds `threshold`, and those of `tie` where it meets it; `planes` is how many there are. */
export function majorityOfCounters(plane: usize, planes: u32, bytes: u32, threshold: u32, tie: usize, target: usize): void {
  for (let c: u32 = 0; c < bytes; c += 16) {
    let above = i32x4.splat(0);
    let equal = i32x4.splat(-1);
    for (let p: i32 = planes - 1; p >= 0; p--) {
      const bits = v128.load(plane + p * bytes + c);
      if ((threshold >>> p) & 1) {
        equal = v128.and(equal, bits);
      } else {
        above = v128.or(above, v128.and(equal, bits));
        equal = v128.andnot(equal, bits);
      }
    }
    v128.store(target + c, v128.or(above, v128.and(equal, v128.load(tie + c))));
  }
}
