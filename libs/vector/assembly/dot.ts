/** Numbers of a row that are multiplied at once. */
const STEP: u32 = 8;

/**
 * Writes `length` signed bytes at `query` to `wide` as 16-bit numbers, as the kernels below read them, and returns the address after them.
 * Of a length that is no multiple of 8 the last are the last 8 bytes, zero where they came before; fewer than 8 stay bytes.
 */
export function widen(query: usize, length: u32, wide: usize): usize {
  if (length < STEP) {
    memory.copy(wide, query, length);
    return wide + 2 * STEP;
  }
  const end = query + (length & ~(STEP - 1));
  const last = query + length - STEP;
  for (; query < end; query += STEP, wide += 2 * STEP) v128.store(wide, v128.load_ext<i8>(query));
  if (last + STEP === end) return wide;
  v128.store(wide, v128.load_ext<i8>(last));
  memory.fill(wide, 0, 2 * (end - last));
  return wide + 2 * STEP;
}

/** products[r] = inner product of a widened query of `length` bytes and row r of a table. */
export function dotInt8ToMany(wide: usize, table: usize, length: u32, rows: u32, products: usize): void {
  const end = products + 4 * rows;
  if (length >= STEP) {
    for (; products + 16 <= end; products += 16, table += 4 * length) v128.store(products, dotsOfFour(wide, table, length));
  }
  for (; products < end; products += 4, table += length) store<i32>(products, dotOfOne(wide, table, length));
}

/** products[q * stride + r] = factors[r] times the inner product of widened query q, one after the other, and row r of a table. */
export function dotInt8sToMany(
  wide: usize,
  queries: u32,
  table: usize,
  length: u32,
  rows: u32,
  factors: usize,
  products: usize,
  stride: u32,
): void {
  const step = 2 * ((length + STEP - 1) & ~(STEP - 1));
  const end = wide + queries * step;
  let r: u32 = 0;
  if (length >= STEP) {
    for (; r + 4 <= rows; r += 4, table += 4 * length, factors += 16, products += 16) {
      let query = wide;
      let target = products;
      for (; query + step < end; query += 2 * step, target += 8 * stride) {
        dotsOfTwoAndFour(query, query + step, table, length, v128.load(factors), target, target + 4 * stride);
      }
      if (query < end) storeScaled(target, dotsOfFour(query, table, length), v128.load(factors));
    }
  }
  for (; r < rows; r++, table += length, factors += 4, products += 4) {
    let target = products;
    for (let query = wide; query < end; query += step, target += 4 * stride) {
      store<f32>(target, <f32>dotOfOne(query, table, length) * load<f32>(factors));
    }
  }
}

/** Inner products of a query and four rows, of at least 8 bytes. */
@inline
function dotsOfFour(query: usize, a: usize, length: u32): v128 {
  let sa = i32x4.splat(0);
  let sb = sa;
  let sc = sa;
  let sd = sa;
  let b = a + length;
  let c = b + length;
  let d = c + length;
  const end = a + (length & ~(STEP - 1));
  for (; a < end; a += STEP, b += STEP, c += STEP, d += STEP, query += 2 * STEP) {
    const x = v128.load(query);
    sa = plusDot(sa, x, v128.load_ext<i8>(a));
    sb = plusDot(sb, x, v128.load_ext<i8>(b));
    sc = plusDot(sc, x, v128.load_ext<i8>(c));
    sd = plusDot(sd, x, v128.load_ext<i8>(d));
  }
  if (length & (STEP - 1)) {
    const back = STEP - (length & (STEP - 1));
    const x = v128.load(query);
    sa = plusDot(sa, x, v128.load_ext<i8>(a - back));
    sb = plusDot(sb, x, v128.load_ext<i8>(b - back));
    sc = plusDot(sc, x, v128.load_ext<i8>(c - back));
    sd = plusDot(sd, x, v128.load_ext<i8>(d - back));
  }
  return sumsOfLanes(sa, sb, sc, sd);
}

/** Stores the scaled inner products of two queries and four rows, of at least 8 bytes, each of which is read once. */
@inline
function dotsOfTwoAndFour(first: usize, second: usize, a: usize, length: u32, scale: v128, target: usize, other: usize): void {
  let sa = i32x4.splat(0);
  let sb = sa;
  let sc = sa;
  let sd = sa;
  let ta = sa;
  let tb = sa;
  let tc = sa;
  let td = sa;
  let b = a + length;
  let c = b + length;
  let d = c + length;
  const whole = length & ~(STEP - 1);
  const back = whole === length ? 0 : STEP - (length - whole);
  for (let left = length; left > 0; left -= min(left, STEP)) {
    if (left < STEP) {
      a -= back;
      b -= back;
      c -= back;
      d -= back;
    }
    const x = v128.load(first);
    const y = v128.load(second);
    let row = v128.load_ext<i8>(a);
    sa = plusDot(sa, x, row);
    ta = plusDot(ta, y, row);
    row = v128.load_ext<i8>(b);
    sb = plusDot(sb, x, row);
    tb = plusDot(tb, y, row);
    row = v128.load_ext<i8>(c);
    sc = plusDot(sc, x, row);
    tc = plusDot(tc, y, row);
    row = v128.load_ext<i8>(d);
    sd = plusDot(sd, x, row);
    td = plusDot(td, y, row);
    a += STEP;
    b += STEP;
    c += STEP;
    d += STEP;
    first += 2 * STEP;
    second += 2 * STEP;
  }
  storeScaled(target, sumsOfLanes(sa, sb, sc, sd), scale);
  storeScaled(other, sumsOfLanes(ta, tb, tc, td), scale);
}

/** Inner product of a query and one row. */
function dotOfOne(query: usize, row: usize, length: u32): i32 {
  let total: i32 = 0;
  if (length < STEP) {
    for (const end = row + length; row < end; row++, query++) total += <i32>load<i8>(query) * <i32>load<i8>(row);
    return total;
  }
  const last = row + length - STEP;
  let sums = i32x4.splat(0);
  for (; row < last; row += STEP, query += 2 * STEP) sums = plusDot(sums, v128.load(query), v128.load_ext<i8>(row));
  sums = plusDot(sums, v128.load(query), v128.load_ext<i8>(last));
  const halves = i32x4.add(sums, v128.shuffle<i64>(sums, sums, 1, 0));
  return i32x4.extract_lane(halves, 0) + i32x4.extract_lane(halves, 1);
}

@inline
function plusDot(sums: v128, x: v128, y: v128): v128 {
  return i32x4.add(sums, i32x4.dot_i16x8_s(x, y));
}

/** The sum of the lanes of each of four vectors. */
@inline
function sumsOfLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

@inline
function storeScaled(target: usize, products: v128, scale: v128): void {
  v128.store(target, f32x4.mul(f32x4.convert_i32x4_s(products), scale));
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
