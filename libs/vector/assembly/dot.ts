/** products[r] = inner product of `length` signed bytes of the query and of row r of a table. */
export function dotInt8ToMany(query: usize, table: usize, length: u32, rows: u32, products: usize): void {
  for (let r: u32 = 0; r < rows; r++, table += length, products += 4) store<i32>(products, dotInt8(query, table, length));
}

@inline
function dotInt8(a: usize, b: usize, length: u32): i32 {
  let even = i32x4.splat(0);
  let odd = i32x4.splat(0);
  const end = a + length;
  for (; a + 16 <= end; a += 16, b += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    even = i32x4.add(even, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(x), i16x8.extend_low_i8x16_s(y)));
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(x), i16x8.extend_high_i8x16_s(y)));
  }
  const sum = i32x4.add(even, odd);
  let total = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
  for (; a < end; a++, b++) total += <i32>load<i8>(a) * <i32>load<i8>(b);
  return total;
}

/**
 * products[r] = inner product of `length` 32-bit floats of the query and of row r of a table: product i goes to sum i mod 16, and sum j + 8
 * to sum j, j + 4 to j, j + 2 to j, 1 to 0.
 */
export function dotFloat32ToMany(query: usize, table: usize, length: u32, rows: u32, products: usize): void {
  for (let r: u32 = 0; r < rows; r++, table += 4 * length, products += 4) store<f32>(products, dotFloat32(query, table, length));
}

@inline
function dotFloat32(a: usize, b: usize, length: u32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  const end = a + 4 * length;
  for (; a + 64 <= end; a += 64, b += 64) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a), v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
    s2 = f32x4.add(s2, f32x4.mul(v128.load(a, 32), v128.load(b, 32)));
    s3 = f32x4.add(s3, f32x4.mul(v128.load(a, 48), v128.load(b, 48)));
  }
  if (a + 16 <= end) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    if (a + 16 <= end) {
      s1 = f32x4.add(s1, f32x4.mul(v128.load(a), v128.load(b)));
      a += 16;
      b += 16;
      if (a + 16 <= end) {
        s2 = f32x4.add(s2, f32x4.mul(v128.load(a), v128.load(b)));
        a += 16;
        b += 16;
        s3 = f32x4.add(s3, lastProducts(a, b, end));
      } else s2 = f32x4.add(s2, lastProducts(a, b, end));
    } else s1 = f32x4.add(s1, lastProducts(a, b, end));
  } else s0 = f32x4.add(s0, lastProducts(a, b, end));
  const s = f32x4.add(f32x4.add(s0, s2), f32x4.add(s1, s3));
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 2) + (f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 3));
}

/** Products of the last 0 to 3 numbers, zero in the other lanes. */
@inline
function lastProducts(a: usize, b: usize, end: usize): v128 {
  let products = f32x4.splat(0);
  if (a < end) products = f32x4.replace_lane(products, 0, load<f32>(a) * load<f32>(b));
  if (a + 4 < end) products = f32x4.replace_lane(products, 1, load<f32>(a, 4) * load<f32>(b, 4));
  if (a + 8 < end) products = f32x4.replace_lane(products, 2, load<f32>(a, 8) * load<f32>(b, 8));
  return products;
}
