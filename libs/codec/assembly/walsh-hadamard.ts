const BYTES: u32 = 2048;

/** Walsh-Hadamard transform of 512 floats in place, in nine stages of butterflies from distance 1 to distance 256. */
export function walshHadamard(values: usize): void {
  const end = values + BYTES;
  for (let at = values; at < end; at += 16) v128.store(at, withinLanes(v128.load(at)));
  for (let half: u32 = 16; half < 1024; half *= 4) {
    for (let block = values; block < end; block += 4 * half) {
      for (let at = block; at < block + half; at += 16) {
        const a = v128.load(at);
        const b = v128.load(at + half);
        const c = v128.load(at + 2 * half);
        const d = v128.load(at + 3 * half);
        const ab = f32x4.add(a, b);
        const cd = f32x4.add(c, d);
        const aMinusB = f32x4.sub(a, b);
        const cMinusD = f32x4.sub(c, d);
        v128.store(at, f32x4.add(ab, cd));
        v128.store(at + half, f32x4.add(aMinusB, cMinusD));
        v128.store(at + 2 * half, f32x4.sub(ab, cd));
        v128.store(at + 3 * half, f32x4.sub(aMinusB, cMinusD));
      }
    }
  }
  for (let at = values; at < values + BYTES / 2; at += 16) {
    const a = v128.load(at);
    const b = v128.load(at, 1024);
    v128.store(at, f32x4.add(a, b));
    v128.store(at, f32x4.sub(a, b), 1024);
  }
}

/** The stages of distance 1 and 2 on (a, b, c, d). */
@inline
function withinLanes(v: v128): v128 {
  const first = f32x4.add(v128.shuffle<f32>(v, v, 0, 0, 2, 2), negateLanes(v128.shuffle<f32>(v, v, 1, 1, 3, 3), 0, 1, 0, 1));
  return f32x4.add(v128.shuffle<f32>(first, first, 0, 1, 0, 1), negateLanes(v128.shuffle<f32>(first, first, 2, 3, 2, 3), 0, 0, 1, 1));
}

@inline
function negateLanes(v: v128, l0: i32, l1: i32, l2: i32, l3: i32): v128 {
  return v128.xor(v, i32x4.shl(i32x4(l0, l1, l2, l3), 31));
}
