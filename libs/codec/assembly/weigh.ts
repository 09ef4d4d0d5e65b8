import { log4, normalDistribution4 } from './float-math';

const BINS: u32 = 512;

/** Variance that one wrong digit among those taken as known leaves in each sum: 2 off in half of the bits. */
const MIN_VARIANCE: f32 = 2;

/**
 * Weighs each of `rows` times 512 observed bits by what all beliefs together say of it; see `DigitKernels.weigh`. Reads the observed
 * `signs` (+1, -1, 0 where nothing is known), the `rates` at which each is flipped, the expected `sums` and the `variances` (of bit j at
 * j mod 512); replaces the `weights`, adds to the `curvatures` (at j mod 512) and writes the probability of each known bit to be flipped
 * to `flips`. `room` has room for 3 times `rows` times four floats.
 *
 * Each step goes through all rows before the next begins: its operations depend on each other within a row, not between rows, and a
 * processor looks ahead far enough to work on several rows of one step at once.
 */
export function weigh(
  signs: usize,
  rates: usize,
  sums: usize,
  variances: usize,
  rows: u32,
  weights: usize,
  curvatures: usize,
  flips: usize,
  room: usize,
): void {
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const quarter = f32x4.splat(0.25);
  const end = rows * 4 * BINS;
  const above = room + 16 * rows;
  const below = above + 16 * rows;
  for (let at: u32 = 0; at < 4 * BINS; at += 16) {
    const variance = v128.load(variances + at);
    const scale = f32x4.div(one, f32x4.sqrt(f32x4.max(f32x4.splat(MIN_VARIANCE), variance)));
    for (let j = at, r: u32 = 0; j < end; j += 4 * BINS, r += 16) {
      const expected = f32x4.sub(v128.load(sums + j), f32x4.mul(variance, v128.load(weights + j)));
      v128.store(room + r, f32x4.mul(v128.load(signs + j), expected));
    }
    for (let j = at, r: u32 = 0; j < end; j += 4 * BINS, r += 16) {
      v128.store(above + r, likelihoodAt(f32x4.mul(f32x4.add(v128.load(room + r), two), scale), v128.load(rates + j)));
    }
    for (let j = at, r: u32 = 0; j < end; j += 4 * BINS, r += 16) {
      v128.store(below + r, likelihoodAt(f32x4.mul(f32x4.sub(v128.load(room + r), two), scale), v128.load(rates + j)));
    }
    for (let j = at, r: u32 = 0; j < end; j += 4 * BINS, r += 16) {
      const rate = v128.load(rates + j);
      const agreement = normalDistribution4(f32x4.mul(v128.load(room + r), scale));
      const likelihood = f32x4.add(rate, f32x4.mul(f32x4.sub(one, f32x4.mul(two, rate)), agreement));
      const flipped = f32x4.div(f32x4.mul(rate, f32x4.sub(one, agreement)), likelihood);
      v128.store(flips + j, f32x4.mul(flipped, f32x4.abs(v128.load(signs + j))));
      v128.store(room + r, likelihood);
    }
    for (let j = at, r: u32 = 0; j < end; j += 4 * BINS, r += 16) {
      const slope = log4(f32x4.div(v128.load(above + r), v128.load(below + r)));
      v128.store(weights + j, f32x4.mul(f32x4.mul(v128.load(signs + j), slope), quarter));
    }
    let curvature = v128.load(curvatures + at);
    for (let j = at, r: u32 = 0; j < end; j += 4 * BINS, r += 16) {
      const likelihood = v128.load(room + r);
      const around = f32x4.mul(v128.load(above + r), v128.load(below + r));
      curvature = f32x4.add(curvature, f32x4.mul(log4(f32x4.div(f32x4.mul(likelihood, likelihood), around)), quarter));
    }
    v128.store(curvatures + at, curvature);
  }
}

/** Probability of the observed signs, flipped at some rates, of normal variables whose means lie u deviations on that side. */
@inline
function likelihoodAt(u: v128, rate: v128): v128 {
  const gain = f32x4.sub(f32x4.splat(1), f32x4.mul(f32x4.splat(2), rate));
  return f32x4.add(rate, f32x4.mul(gain, normalDistribution4(u)));
}
