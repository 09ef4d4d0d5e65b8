/**
 * Writes the indices of the `count` smallest of `length` unsigned 32-bit values to `indices`, ascending by value, equal ones by index, and
 * returns how many there are; `indices` has room for `count`.
 */
export function smallest(values: usize, length: u32, count: u32, indices: usize): u32 {
  let found: u32 = 0;
  let worst: u32 = 0;
  let i: u32 = 0;
  while (i < length) {
    if (found === count) {
      const bound = i32x4.splat(worst);
      while (i + 4 <= length && !v128.any_true(i32x4.lt_u(v128.load(values + 4 * i), bound))) i += 4;
      if (i >= length) break;
      if (load<u32>(values + 4 * i) >= worst) {
        i++;
        continue;
      }
    }
    const value = load<u32>(values + 4 * i);
    let at = found < count ? found++ : count - 1;
    for (; at > 0 && load<u32>(values + 4 * load<u32>(indices + 4 * (at - 1))) > value; at--) {
      store<u32>(indices + 4 * at, load<u32>(indices + 4 * (at - 1)));
    }
    store<u32>(indices + 4 * at, i);
    worst = load<u32>(values + 4 * load<u32>(indices + 4 * (found - 1)));
    i++;
  }
  return found;
}
