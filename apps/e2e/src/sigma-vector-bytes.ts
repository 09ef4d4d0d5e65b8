/** Where the fields of a Σ-vector's binary header stand: little-endian, 84 bytes, the bits after them. */
export const HEADER = {
  magic: 0,
  version: 2,
  flags: 3,
  dimensions: 4,
  semanticBits: 8,
  tokens: 10,
  chunk: 12,
  chunks: 16,
  model: 21,
  bits: 84,
} as const;

/** A Σ-vector in base64 after `edit` has changed its bytes, or given others. */
export function edited(data: string | number[] | undefined, edit: (bytes: Buffer) => Buffer | number | undefined): string {
  const bytes = Buffer.from(String(data), 'base64');
  const changed = edit(bytes);
  return (Buffer.isBuffer(changed) ? changed : bytes).toString('base64');
}

/** The same vector under the name of another model. */
export function ofAnotherModel(data: string | number[] | undefined): string {
  return edited(data, (bytes) => bytes.writeUInt8(bytes.readUInt8(HEADER.model) ^ 1, HEADER.model));
}
