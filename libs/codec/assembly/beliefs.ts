import { exp4 } from './float-math';

const SIZE: u32 = 512;

/** Natural logarithm of the smallest relative probability that is kept. */
const NEGLIGIBLE: f32 = -20;

/** products[k] = a[k] b[k] for 512 floats. */
export function multiply(a: usize, b: usize, products: usize): void {
  for (let at: u32 = 0; at < 4 * SIZE; at += 16) {
    v128.store(products + at, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
}

/** products[k] = factor a[k] for 512 floats. */
export function scale(a: usize, factor: f32, products: usize): void {
  const factors = f32x4.splat(factor);
  for (let at: u32 = 0; at < 4 * SIZE; at += 16) v128.store(products + at, f32x4.mul(v128.load(a + at), factors));
}

/**
 * Turns 512 scores into probabilities relative to that of the highest of the first `limit`, `factor` times the scores being their
 * logarithms up to a constant; those from `limit` on become 0. Writes their sum (number i goes to sum i mod 4; then sums 0 + 1, 2 + 3,
 * and both) to `total`, and returns the index of the highest score, the first of equal ones.
 */
export function relativeProbabilities(scores: usize, limit: u32, factor: f32, total: usize): u32 {
  for (let d = limit; d < SIZE; d++) store<f32>(scores + 4 * d, -f32.MAX_VALUE);
  let highest4 = v128.load(scores);
  for (let at: u32 = 16; at < 4 * SIZE; at += 16) highest4 = f32x4.pmax(highest4, v128.load(scores + at));
  const highest = max(
    max(f32x4.extract_lane(highest4, 0), f32x4.extract_lane(highest4, 1)),
    max(f32x4.extract_lane(highest4, 2), f32x4.extract_lane(highest4, 3)),
  );
  let best: u32 = 0;
  while (load<f32>(scores + 4 * best) !== highest) best++;
  const factors = f32x4.splat(factor);
  const top = f32x4.splat(highest);
  const least = f32x4.splat(NEGLIGIBLE);
  let sum = f32x4.splat(0);
  for (let at: u32 = 0; at < 4 * SIZE; at += 16) {
    const logarithm = f32x4.mul(factors, f32x4.sub(v128.load(scores + at), top));
    const isKept = f32x4.gt(logarithm, least);
    if (!v128.any_true(isKept)) {
      v128.store(scores + at, f32x4.splat(0));
      continue;
    }
    const weight = v128.and(exp4(f32x4.pmax(logarithm, least)), isKept);
    v128.store(scores + at, weight);
    sum = f32x4.add(sum, weight);
  }
  const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
  store<f32>(total, low + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)));
  return best;
}
