/**
 * Writes the indices of the `count` largest, at least 1, of `length` 32-bit floats to `indices`, descending by value, equal ones by index,
 * and returns how many there are; what is not a number is not among them. `indices`, with room for `count`, is a heap whose root comes last.
 */
export function largest(values: usize, length: u32, count: u32, indices: usize): u32 {
  let found: u32 = 0;
  let i: u32 = 0;
  for (; i < length && found < count; i++) {
    const value = load<f32>(values + 4 * i);
    if (value === value) store<u32>(indices + 4 * found++, i);
  }
  for (let at = found >> 1; at > 0; at--) sift(values, indices, found, at - 1, load<u32>(indices + 4 * (at - 1)));
  while (i < length) {
    const worst = load<f32>(values + 4 * load<u32>(indices));
    while (i + 16 <= length && !isAnyAbove(values + 4 * i, worst)) i += 16;
    while (i < length && !(load<f32>(values + 4 * i) > worst)) i++;
    if (i < length) sift(values, indices, found, 0, i++);
  }
  for (let last = found; last > 1; last--) {
    const root = load<u32>(indices);
    sift(values, indices, last - 1, 0, load<u32>(indices + 4 * (last - 1)));
    store<u32>(indices + 4 * (last - 1), root);
  }
  return found;
}

/** Whether any of 16 values is above a bound. */
@inline
function isAnyAbove(values: usize, bound: f32): bool {
  const limit = f32x4.splat(bound);
  const first = v128.or(f32x4.gt(v128.load(values), limit), f32x4.gt(v128.load(values, 16), limit));
  const second = v128.or(f32x4.gt(v128.load(values, 32), limit), f32x4.gt(v128.load(values, 48), limit));
  return v128.any_true(v128.or(first, second));
}

/** Puts `index` where it belongs at or below the free place `at` of a heap. */
function sift(values: usize, indices: usize, size: u32, at: u32, index: u32): void {
  for (let child: u32 = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && comesAfter(values, load<u32>(indices + 4 * (child + 1)), load<u32>(indices + 4 * child))) child++;
    const below = load<u32>(indices + 4 * child);
    if (!comesAfter(values, below, index)) break;
    store<u32>(indices + 4 * at, below);
    at = child;
  }
  store<u32>(indices + 4 * at, index);
}

@inline
function comesAfter(values: usize, a: u32, b: u32): bool {
  const x = load<f32>(values + 4 * a);
  const y = load<f32>(values + 4 * b);
  return x < y || (x === y && a > b);
}
