/** The numbers of little-endian float32 values in base64. */
export function unpackFloats(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_value, i) => bytes.readFloatLE(i * 4));
}
