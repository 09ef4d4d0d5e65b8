/** e^x for each of four x from -80 to 0 (Cephes expf): relative error below 2e-7. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const magic = f32x4.splat(12582912);
  const n = f32x4.sub(f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), magic), magic);
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let y = f32x4.splat(1.9875691e-4);
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.3981999e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(8.3334519e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(4.1665796e-2));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.6666666e-1));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(0.5));
  y = f32x4.add(f32x4.add(f32x4.mul(y, f32x4.mul(r, r)), r), f32x4.splat(1));
  return f32x4.mul(y, i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23));
}

/** Natural logarithm of each of four positive normal floats (Cephes logf): error below 1e-7 of the larger of 1 and the logarithm. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const half = f32x4.splat(0.5);
  let exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), half);
  const isSmall = f32x4.lt(m, f32x4.splat(0.70710678));
  exponent = f32x4.sub(exponent, v128.and(isSmall, f32x4.splat(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(isSmall, m)), f32x4.splat(1));
  const z = f32x4.mul(m, m);
  let y = f32x4.splat(7.0376836e-2);
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-1.151461e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(1.1676999e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-1.2420141e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(1.4249323e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-1.6668058e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(2.0000715e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-2.4999994e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(3.3333331e-1));
  y = f32x4.mul(f32x4.mul(y, m), z);
  y = f32x4.add(y, f32x4.mul(exponent, f32x4.splat(-2.1219444e-4)));
  y = f32x4.sub(y, f32x4.mul(half, z));
  return f32x4.add(f32x4.add(m, y), f32x4.mul(exponent, f32x4.splat(0.693359375)));
}

/** Distribution function of the standard normal at each of four u (Abramowitz and Stegun 26.2.17): error below 1e-7. */
// @ts-ignore: decorator
@inline
export function normalDistribution4(u: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(f32x4.splat(0.2316419), f32x4.abs(u))));
  const exponent = f32x4.max(f32x4.mul(f32x4.splat(-0.5), f32x4.mul(u, u)), f32x4.splat(-80));
  let y = f32x4.splat(1.3302744);
  y = f32x4.add(f32x4.mul(y, t), f32x4.splat(-1.8212559));
  y = f32x4.add(f32x4.mul(y, t), f32x4.splat(1.7814779));
  y = f32x4.add(f32x4.mul(y, t), f32x4.splat(-0.35656378));
  y = f32x4.add(f32x4.mul(y, t), f32x4.splat(0.31938153));
  const tail = f32x4.mul(f32x4.mul(f32x4.mul(exp4(exponent), f32x4.splat(0.39894228)), t), y);
  return v128.bitselect(f32x4.sub(one, tail), tail, f32x4.ge(u, f32x4.splat(0)));
}
