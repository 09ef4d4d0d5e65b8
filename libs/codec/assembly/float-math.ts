// Constants lie in memory: loading one takes a single instruction, making one from a literal several.

@inline
function all(constant: usize): v128 {
  return v128.load32_splat(constant);
}

const ONE = memory.data<f32>([1]);
const HALF = memory.data<f32>([0.5]);
const ROUNDING = memory.data<f32>([12582912]); // adding 1.5 * 2^23 leaves the nearest integer in the lowest bits
const LOG2_E = memory.data<f32>([1.44269504]);
const LN2_HIGH = memory.data<f32>([0.693359375]);
const LN2_LOW = memory.data<f32>([-2.1219444e-4]);
const EXPONENT_BIAS = memory.data<i32>([127]);

const EXP_5 = memory.data<f32>([1.9875691e-4]);
const EXP_4 = memory.data<f32>([1.3981999e-3]);
const EXP_3 = memory.data<f32>([8.3334519e-3]);
const EXP_2 = memory.data<f32>([4.1665796e-2]);
const EXP_1 = memory.data<f32>([1.6666666e-1]);

/** e^x for each of four x from -80 to 0 (Cephes expf): relative error below 2e-7. */
@inline
export function exp4(x: v128): v128 {
  const shifted = f32x4.add(f32x4.mul(x, all(LOG2_E)), all(ROUNDING));
  const n = f32x4.sub(shifted, all(ROUNDING));
  let r = f32x4.sub(x, f32x4.mul(n, all(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(n, all(LN2_LOW)));
  let y = all(EXP_5);
  y = f32x4.add(f32x4.mul(y, r), all(EXP_4));
  y = f32x4.add(f32x4.mul(y, r), all(EXP_3));
  y = f32x4.add(f32x4.mul(y, r), all(EXP_2));
  y = f32x4.add(f32x4.mul(y, r), all(EXP_1));
  y = f32x4.add(f32x4.mul(y, r), all(HALF));
  y = f32x4.add(f32x4.add(f32x4.mul(y, f32x4.mul(r, r)), r), all(ONE));
  return f32x4.mul(y, i32x4.shl(i32x4.add(shifted, all(EXPONENT_BIAS)), 23));
}

const MANTISSA = memory.data<i32>([0x007fffff]);
const EXPONENT_OF_HALF = memory.data<i32>([126]);
const SQRT_HALF = memory.data<f32>([0.70710678]);

const LOG_8 = memory.data<f32>([7.0376836e-2]);
const LOG_7 = memory.data<f32>([-1.151461e-1]);
const LOG_6 = memory.data<f32>([1.1676999e-1]);
const LOG_5 = memory.data<f32>([-1.2420141e-1]);
const LOG_4 = memory.data<f32>([1.4249323e-1]);
const LOG_3 = memory.data<f32>([-1.6668058e-1]);
const LOG_2 = memory.data<f32>([2.0000715e-1]);
const LOG_1 = memory.data<f32>([-2.4999994e-1]);
const LOG_0 = memory.data<f32>([3.3333331e-1]);

/** Natural logarithm of each of four positive normal floats (Cephes logf): error below 1e-7 of the larger of 1 and the logarithm. */
@inline
export function log4(x: v128): v128 {
  let exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), all(EXPONENT_OF_HALF)));
  let m = v128.or(v128.and(x, all(MANTISSA)), all(HALF));
  const isSmall = f32x4.lt(m, all(SQRT_HALF));
  exponent = f32x4.sub(exponent, v128.and(isSmall, all(ONE)));
  m = f32x4.sub(f32x4.add(m, v128.and(isSmall, m)), all(ONE));
  const z = f32x4.mul(m, m);
  let y = all(LOG_8);
  y = f32x4.add(f32x4.mul(y, m), all(LOG_7));
  y = f32x4.add(f32x4.mul(y, m), all(LOG_6));
  y = f32x4.add(f32x4.mul(y, m), all(LOG_5));
  y = f32x4.add(f32x4.mul(y, m), all(LOG_4));
  y = f32x4.add(f32x4.mul(y, m), all(LOG_3));
  y = f32x4.add(f32x4.mul(y, m), all(LOG_2));
  y = f32x4.add(f32x4.mul(y, m), all(LOG_1));
  y = f32x4.add(f32x4.mul(y, m), all(LOG_0));
  y = f32x4.mul(f32x4.mul(y, m), z);
  y = f32x4.add(y, f32x4.mul(exponent, all(LN2_LOW)));
  y = f32x4.sub(y, f32x4.mul(all(HALF), z));
  return f32x4.add(f32x4.add(m, y), f32x4.mul(exponent, all(LN2_HIGH)));
}

const MINUS_HALF = memory.data<f32>([-0.5]);
const LEAST_EXPONENT = memory.data<f32>([-80]);
const DENSITY_AT_0 = memory.data<f32>([0.39894228]);
const NORMAL_P = memory.data<f32>([0.2316419]);
const NORMAL_5 = memory.data<f32>([1.3302744]);
const NORMAL_4 = memory.data<f32>([-1.8212559]);
const NORMAL_3 = memory.data<f32>([1.7814779]);
const NORMAL_2 = memory.data<f32>([-0.35656378]);
const NORMAL_1 = memory.data<f32>([0.31938153]);

/** Distribution function of the standard normal at each of four u (Abramowitz and Stegun 26.2.17): error below 1e-7. */
@inline
export function normalDistribution4(u: v128): v128 {
  const t = f32x4.div(all(ONE), f32x4.add(all(ONE), f32x4.mul(all(NORMAL_P), f32x4.abs(u))));
  const exponent = f32x4.pmax(f32x4.mul(all(MINUS_HALF), f32x4.mul(u, u)), all(LEAST_EXPONENT));
  let y = all(NORMAL_5);
  y = f32x4.add(f32x4.mul(y, t), all(NORMAL_4));
  y = f32x4.add(f32x4.mul(y, t), all(NORMAL_3));
  y = f32x4.add(f32x4.mul(y, t), all(NORMAL_2));
  y = f32x4.add(f32x4.mul(y, t), all(NORMAL_1));
  const tail = f32x4.mul(f32x4.mul(f32x4.mul(exp4(exponent), all(DENSITY_AT_0)), t), y);
  return v128.bitselect(f32x4.sub(all(ONE), tail), tail, f32x4.ge(u, f32x4.splat(0)));
}
