/** A bit for each row, row r being bit r % 8 of byte r / 8, of a byte for each row that is 0 or 1. */
export function packRows(bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array((bytes.length + 7) >>> 3);
  const whole = bytes.length >>> 3;
  for (let i = 0, at = 0; i < whole; i++, at += 8) {
    bits[i] =
      (bytes[at] as number) | ((bytes[at + 1] as number) << 1) | ((bytes[at + 2] as number) << 2) | ((bytes[at + 3] as number) << 3) |
      ((bytes[at + 4] as number) << 4) | ((bytes[at + 5] as number) << 5) | ((bytes[at + 6] as number) << 6) | ((bytes[at + 7] as number) << 7);
  }
  for (let row = 8 * whole; row < bytes.length; row++) bits[whole] = (bits[whole] ?? 0) | ((bytes[row] as number) << (row & 7));
  return bits;
}
