import { carryOf, sumOf } from './carry-save';

/** target = a XOR b, `words` 32-bit words. */
export function xor(a: usize, b: usize, target: usize, words: u32): void {
  const end = a + 4 * words;
  for (; a + 16 <= end; a += 16, b += 16, target += 16) v128.store(target, v128.xor(v128.load(a), v128.load(b)));
  for (; a < end; a += 4, b += 4, target += 4) store<u32>(target, load<u32>(a) ^ load<u32>(b));
}

/** Bits in which two arrays of `words` 32-bit words differ. */
export function hamming(a: usize, b: usize, words: u32): u32 {
  let ones = i8x16.splat(0);
  let twos = i8x16.splat(0);
  let fours = i8x16.splat(0);
  let eights = i16x8.splat(0);
  let even: i64 = 0;
  let odd: i64 = 0;
  const end = a + 4 * words;
  // 128 bytes by a tree of carry-save adders (Harley and Seal), and beside it 48 bytes on the scalar units, which would idle.
  for (; a + 176 <= end; a += 176, b += 176) {
    const d0 = v128.xor(v128.load(a), v128.load(b));
    const d1 = v128.xor(v128.load(a, 16), v128.load(b, 16));
    const twosA = carryOf(ones, d0, d1);
    ones = sumOf(ones, d0, d1);
    even += popcnt<i64>(load<i64>(a, 128) ^ load<i64>(b, 128));
    odd += popcnt<i64>(load<i64>(a, 136) ^ load<i64>(b, 136));
    const d2 = v128.xor(v128.load(a, 32), v128.load(b, 32));
    const d3 = v128.xor(v128.load(a, 48), v128.load(b, 48));
    const twosB = carryOf(ones, d2, d3);
    ones = sumOf(ones, d2, d3);
    const foursA = carryOf(twos, twosA, twosB);
    twos = sumOf(twos, twosA, twosB);
    even += popcnt<i64>(load<i64>(a, 144) ^ load<i64>(b, 144));
    odd += popcnt<i64>(load<i64>(a, 152) ^ load<i64>(b, 152));
    const d4 = v128.xor(v128.load(a, 64), v128.load(b, 64));
    const d5 = v128.xor(v128.load(a, 80), v128.load(b, 80));
    const twosC = carryOf(ones, d4, d5);
    ones = sumOf(ones, d4, d5);
    even += popcnt<i64>(load<i64>(a, 160) ^ load<i64>(b, 160));
    odd += popcnt<i64>(load<i64>(a, 168) ^ load<i64>(b, 168));
    const d6 = v128.xor(v128.load(a, 96), v128.load(b, 96));
    const d7 = v128.xor(v128.load(a, 112), v128.load(b, 112));
    const twosD = carryOf(ones, d6, d7);
    ones = sumOf(ones, d6, d7);
    const foursB = carryOf(twos, twosC, twosD);
    twos = sumOf(twos, twosC, twosD);
    eights = i16x8.add(eights, bitsOf(carryOf(fours, foursA, foursB)));
    fours = sumOf(fours, foursA, foursB);
  }
  for (; a + 16 <= end; a += 16, b += 16) {
    even += popcnt<i64>(load<i64>(a) ^ load<i64>(b));
    odd += popcnt<i64>(load<i64>(a, 8) ^ load<i64>(b, 8));
  }
  for (; a < end; a += 4, b += 4) even += <i64>popcnt<i32>(load<i32>(a) ^ load<i32>(b));
  let counts = i16x8.add(i16x8.shl(eights, 3), i16x8.shl(bitsOf(fours), 2));
  counts = i16x8.add(counts, i16x8.add(i16x8.shl(bitsOf(twos), 1), bitsOf(ones)));
  const total = i32x4.extadd_pairwise_i16x8_u(counts);
  const low = i32x4.extract_lane(total, 0) + i32x4.extract_lane(total, 1);
  return <u32>(even + odd) + low + i32x4.extract_lane(total, 2) + i32x4.extract_lane(total, 3);
}

/** Set bits in each lane of 16. */
@inline
function bitsOf(bits: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_u(v128.popcnt<i8>(bits));
}

/** distances[r] = Hamming distance of the query and row r of a table whose rows of `words` words follow one another. */
export function hammingToMany(query: usize, table: usize, words: u32, rows: u32, distances: usize): void {
  for (let r: u32 = 0; r < rows; r++, table += 4 * words, distances += 4) {
    store<u32>(distances, hamming(query, table, words));
  }
}
