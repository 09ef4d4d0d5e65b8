import { addToCounters, majorityOfCounters } from '../../vector/assembly/counters';

/** Rows that are bound before they are counted; together they stay in the cache nearest to the processor. */
const ROWS: u32 = 16;

/** Length in bytes of a digit's codeword, a Walsh function. */
const CODEWORD: u32 = 64;

/**
 * Adds digits, bound to their positions, to bit-sliced counters: codeword `digits[i]` repeated every 64 bytes XOR row i of `positions`, for
 * each i of `chosen` (16-bit integers, as the digits are). `bytes` is a multiple of 64; `rows` has room for 16 rows.
 */
export function addDigits(
  digits: usize,
  chosen: usize,
  count: u32,
  positions: usize,
  codewords: usize,
  bytes: u32,
  rows: usize,
  planes: usize,
): void {
  for (let first: u32 = 0; first < count; first += ROWS) {
    const some = min(ROWS, count - first);
    for (let r: u32 = 0; r < some; r++) {
      const i = <u32>load<u16>(chosen + 2 * (first + r));
      bind(codewords + CODEWORD * <u32>load<u16>(digits + 2 * i), positions + i * bytes, bytes, rows + r * bytes);
    }
    addToCounters(rows, some, bytes, planes);
  }
}

@inline
function bind(codeword: usize, position: usize, bytes: u32, target: usize): void {
  const w0 = v128.load(codeword);
  const w1 = v128.load(codeword, 16);
  const w2 = v128.load(codeword, 32);
  const w3 = v128.load(codeword, 48);
  for (let at: u32 = 0; at < bytes; at += 64) {
    v128.store(target + at, v128.xor(w0, v128.load(position + at)));
    v128.store(target + at, v128.xor(w1, v128.load(position + at, 16)), 16);
    v128.store(target + at, v128.xor(w2, v128.load(position + at, 32)), 32);
    v128.store(target + at, v128.xor(w3, v128.load(position + at, 48)), 48);
  }
}

/** Adds one row to the counters. */
export function addRow(row: usize, bytes: u32, planes: usize): void {
  addToCounters(row, 1, bytes, planes);
}

/** target[j] = `added` minus twice counter j: the sum over the added rows, a bit of 0 counting +1 and a bit of 1 counting -1. */
export function sumsOfCounters(plane: usize, planes: u32, bytes: u32, added: u32, target: usize): void {
  const spread = i32x4(8, 4, 2, 1);
  const all = i32x4.splat(added);
  for (let at: u32 = 0; at < bytes; at += 4) {
    for (let group: i32 = 28; group >= 0; group -= 4, target += 16) {
      let ones = i32x4.splat(0);
      for (let p: u32 = 0; p < planes; p++) {
        const bits = i32x4.mul(v128.load32_splat(plane + p * bytes + at), spread);
        ones = i32x4.add(ones, i32x4.shl(i32x4.shr_u(i32x4.shl(bits, group), 31), p));
      }
      v128.store(target, f32x4.convert_i32x4_s(i32x4.sub(all, i32x4.shl(ones, 1))));
    }
  }
}

export { majorityOfCounters };
