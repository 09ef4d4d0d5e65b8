/** Number of bits set in each byte. */
const BITS = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** A bitmap with room for rows 0 to `rows` - 1, none of them set: row r is bit r % 8, counted from the lowest, of byte r / 8. */
export function emptyBitmap(rows: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((rows + 7) >>> 3);
}

/** The bitmap of some rows below `rows`. */
export function bitmapOf(rows: number, set: Iterable<number>): Uint8Array<ArrayBuffer> {
  const bitmap = emptyBitmap(rows);
  for (const row of set) setRow(bitmap, row);
  return bitmap;
}

/** Puts a row into a bitmap that has room for it. */
export function setRow(bitmap: Uint8Array, row: number): void {
  bitmap[row >>> 3] = (bitmap[row >>> 3] ?? 0) | (1 << (row & 7));
}

/** Takes a row out of a bitmap. */
export function clearRow(bitmap: Uint8Array, row: number): void {
  bitmap[row >>> 3] = (bitmap[row >>> 3] ?? 0) & ~(1 << (row & 7));
}

/** Whether a row is in a bitmap; what is beyond its end is not. */
export function hasRow(bitmap: Uint8Array, row: number): boolean {
  return ((bitmap[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0;
}

/** Number of rows that are in both bitmaps, of whatever lengths. */
export function countInBoth(a: Uint8Array, b: Uint8Array): number {
  const bytes = Math.min(a.length, b.length);
  let count = 0;
  for (let i = 0; i < bytes; i++) {
    const byte = (a[i] ?? 0) & (b[i] ?? 0);
    if (byte !== 0) count += BITS[byte] ?? 0;
  }
  return count;
}
