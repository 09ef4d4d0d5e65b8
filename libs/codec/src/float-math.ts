// The functions of assembly/float-math.ts, operation by operation: each result is rounded to 32 bits.

const { abs, fround: f, max } = Math;

const bits = new Int32Array(1);
const number = new Float32Array(bits.buffer);

/** The value of a polynomial by Horner's rule. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((y, coefficient) => f(f(y * x) + coefficient));
}

const [MAGIC, LOG2_E, LN2_HIGH, LN2_LOW] = [12582912, f(1.44269504), 0.693359375, f(-2.1219444e-4)];
const EXP = [1.9875691e-4, 1.3981999e-3, 8.3334519e-3, 4.1665796e-2, 1.6666666e-1, 0.5].map(f);
const LOG = [7.0376836e-2, -1.151461e-1, 1.1676999e-1, -1.2420141e-1, 1.4249323e-1, -1.6668058e-1, 2.0000715e-1, -2.4999994e-1, 3.3333331e-1].map(f);
const NORMAL = [1.3302744, -1.8212559, 1.7814779, -0.35656378, 0.31938153].map(f);

/** e^x for x from -80 to 0 (Cephes expf): relative error below 2e-7. */
export function expFloat(x: number): number {
  const n = f(f(f(x * LOG2_E) + MAGIC) - MAGIC);
  const r = f(f(x - f(n * LN2_HIGH)) - f(n * LN2_LOW));
  const y = f(f(f(polynomial(EXP, r) * f(r * r)) + r) + 1);
  return f(y * 2 ** n);
}

/** Natural logarithm of a positive normal float (Cephes logf): error below 1e-7 of the larger of 1 and the logarithm. */
export function logFloat(x: number): number {
  number[0] = x;
  const pattern = bits[0] ?? 0;
  let exponent = (pattern >>> 23) - 126;
  bits[0] = (pattern & 0x007fffff) | 0x3f000000;
  let m = number[0];
  const isSmall = m < f(0.70710678);
  if (isSmall) exponent--;
  m = f((isSmall ? f(m + m) : m) - 1);
  const z = f(m * m);
  let y = f(f(polynomial(LOG, m) * m) * z);
  y = f(y + f(exponent * LN2_LOW));
  y = f(y - f(0.5 * z));
  return f(f(m + y) + f(exponent * LN2_HIGH));
}

/** Distribution function of the standard normal (Abramowitz and Stegun 26.2.17): error below 1e-7. */
export function normalDistribution(u: number): number {
  const t = f(1 / f(1 + f(f(0.2316419) * abs(u))));
  const density = f(expFloat(max(f(-0.5 * f(u * u)), -80)) * f(0.39894228));
  const tail = f(f(density * t) * polynomial(NORMAL, t));
  return u >= 0 ? f(1 - tail) : tail;
}
