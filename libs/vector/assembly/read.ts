/** Reads `bytes` bytes, a multiple of 64, and nothing else: the ceiling that scans are measured against. */
export function read(address: usize, bytes: u32): i64 {
  let a = i64x2.splat(0);
  let b = i64x2.splat(0);
  let c = i64x2.splat(0);
  let d = i64x2.splat(0);
  const end = address + bytes;
  for (; address < end; address += 64) {
    a = v128.or(a, v128.load(address));
    b = v128.or(b, v128.load(address, 16));
    c = v128.or(c, v128.load(address, 32));
    d = v128.or(d, v128.load(address, 48));
  }
  const all = v128.or(v128.or(a, b), v128.or(c, d));
  return i64x2.extract_lane(all, 0) | i64x2.extract_lane(all, 1);
}
