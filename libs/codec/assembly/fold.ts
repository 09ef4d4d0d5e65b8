/** Bins of a fold: the period of a digit's codeword, in bits. */
const BINS: u32 = 512;

/** Sign bits for four floats, from bits `group` to `group` + 3 of a word that was spread by multiplication with (8, 4, 2, 1). */
@inline
function signs(spread: v128, group: i32): v128 {
  return v128.and(i32x4.shl(spread, 28 - group), i32x4.splat(0x80000000));
}

@inline
function spreadWord(word: usize): v128 {
  return i32x4.mul(v128.load32_splat(word), i32x4(8, 4, 2, 1));
}

/** bins[j mod 512] += weights[j], negated where bit j of the position is set, for `rows` times 512 weights. */
export function fold(weights: usize, position: usize, rows: u32, bins: usize): void {
  for (let column: u32 = 0; column < BINS; column += 32, bins += 128, weights += 128, position += 4) {
    let b0 = v128.load(bins);
    let b1 = v128.load(bins, 16);
    let b2 = v128.load(bins, 32);
    let b3 = v128.load(bins, 48);
    let b4 = v128.load(bins, 64);
    let b5 = v128.load(bins, 80);
    let b6 = v128.load(bins, 96);
    let b7 = v128.load(bins, 112);
    for (let r: u32 = 0, w = weights, word = position; r < rows; r++, w += 4 * BINS, word += 64) {
      const spread = spreadWord(word);
      b0 = f32x4.add(b0, v128.xor(v128.load(w), signs(spread, 0)));
      b1 = f32x4.add(b1, v128.xor(v128.load(w, 16), signs(spread, 4)));
      b2 = f32x4.add(b2, v128.xor(v128.load(w, 32), signs(spread, 8)));
      b3 = f32x4.add(b3, v128.xor(v128.load(w, 48), signs(spread, 12)));
      b4 = f32x4.add(b4, v128.xor(v128.load(w, 64), signs(spread, 16)));
      b5 = f32x4.add(b5, v128.xor(v128.load(w, 80), signs(spread, 20)));
      b6 = f32x4.add(b6, v128.xor(v128.load(w, 96), signs(spread, 24)));
      b7 = f32x4.add(b7, v128.xor(v128.load(w, 112), signs(spread, 28)));
    }
    v128.store(bins, b0);
    v128.store(bins, b1, 16);
    v128.store(bins, b2, 32);
    v128.store(bins, b3, 48);
    v128.store(bins, b4, 64);
    v128.store(bins, b5, 80);
    v128.store(bins, b6, 96);
    v128.store(bins, b7, 112);
  }
}

/**
 * The transpose of `fold`: sums[j] += mean[j mod 512], negated where bit j of the position is set, for `rows` times 512 sums; and
 * variances[k] += 1 - mean[k]².
 */
export function unfold(mean: usize, position: usize, rows: u32, sums: usize, variances: usize): void {
  const one = f32x4.splat(1);
  for (let column: u32 = 0; column < BINS; column += 32, mean += 128, sums += 128, variances += 128, position += 4) {
    const m0 = v128.load(mean);
    const m1 = v128.load(mean, 16);
    const m2 = v128.load(mean, 32);
    const m3 = v128.load(mean, 48);
    const m4 = v128.load(mean, 64);
    const m5 = v128.load(mean, 80);
    const m6 = v128.load(mean, 96);
    const m7 = v128.load(mean, 112);
    for (let r: u32 = 0, s = sums, word = position; r < rows; r++, s += 4 * BINS, word += 64) {
      const spread = spreadWord(word);
      v128.store(s, f32x4.add(v128.load(s), v128.xor(m0, signs(spread, 0))));
      v128.store(s, f32x4.add(v128.load(s, 16), v128.xor(m1, signs(spread, 4))), 16);
      v128.store(s, f32x4.add(v128.load(s, 32), v128.xor(m2, signs(spread, 8))), 32);
      v128.store(s, f32x4.add(v128.load(s, 48), v128.xor(m3, signs(spread, 12))), 48);
      v128.store(s, f32x4.add(v128.load(s, 64), v128.xor(m4, signs(spread, 16))), 64);
      v128.store(s, f32x4.add(v128.load(s, 80), v128.xor(m5, signs(spread, 20))), 80);
      v128.store(s, f32x4.add(v128.load(s, 96), v128.xor(m6, signs(spread, 24))), 96);
      v128.store(s, f32x4.add(v128.load(s, 112), v128.xor(m7, signs(spread, 28))), 112);
    }
    for (let at: u32 = 0; at < 128; at += 16) {
      const m = v128.load(mean + at);
      v128.store(variances + at, f32x4.add(v128.load(variances + at), f32x4.sub(one, f32x4.mul(m, m))));
    }
  }
}
