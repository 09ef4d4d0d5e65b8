import { log4, normalDistribution4 } from './float-math';

const BINS: u32 = 512;

/** Variance that one wrong digit among those taken as known leaves in each sum: 2 off in half of the bits. */
const MIN_VARIANCE: f32 = 2;

/**
 * Weighs each of `rows` times 512 observed bits by what all beliefs together say of it; see `Interference`. Reads the observed `signs`
 * (+1, -1), the `rates` at which each is flipped (0.5 where it is unknown), the expected `sums` and the `variances` (of bit j at j mod
 * 512); replaces the `weights`, adds to the `curvatures` (at j mod 512) and writes the probability of each bit to be flipped to `flips`.
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
): void {
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const quarter = f32x4.splat(0.25);
  for (let r: u32 = 0; r < rows; r++) {
    for (let at: u32 = 0; at < 4 * BINS; at += 16, signs += 16, rates += 16, sums += 16, weights += 16, flips += 16) {
      const variance = v128.load(variances + at);
      const scale = f32x4.div(one, f32x4.sqrt(f32x4.max(f32x4.splat(MIN_VARIANCE), variance)));
      const sign = v128.load(signs);
      const rate = v128.load(rates);
      const gain = f32x4.sub(one, f32x4.mul(two, rate));
      const sum = f32x4.mul(sign, f32x4.sub(v128.load(sums), f32x4.mul(variance, v128.load(weights))));
      const agreement = normalDistribution4(f32x4.mul(sum, scale));
      const likelihood = f32x4.add(rate, f32x4.mul(gain, agreement));
      const above = likelihoodAt(f32x4.mul(f32x4.add(sum, two), scale), rate, gain);
      const below = likelihoodAt(f32x4.mul(f32x4.sub(sum, two), scale), rate, gain);
      v128.store(weights, f32x4.mul(f32x4.mul(sign, log4(f32x4.div(above, below))), quarter));
      const bend = log4(f32x4.div(f32x4.mul(likelihood, likelihood), f32x4.mul(above, below)));
      v128.store(curvatures + at, f32x4.add(v128.load(curvatures + at), f32x4.mul(bend, quarter)));
      v128.store(flips, f32x4.div(f32x4.mul(rate, f32x4.sub(one, agreement)), likelihood));
    }
  }
}

/** Probability of the observed sign of normal variables whose means lie u deviations on that side. */
// @ts-ignore: decorator
@inline
function likelihoodAt(u: v128, rate: v128, gain: v128): v128 {
  return f32x4.add(rate, f32x4.mul(gain, normalDistribution4(u)));
}
