import { endianness } from 'node:os';

const isLittleEndian = endianness() === 'LE';

/** Embeddings one after the other, each number as float32 little-endian; throws a TypeError where one is not of so many dimensions. */
export function toEmbeddingBytes(embeddings: readonly Float32Array[], dimensions: number): Buffer {
  const bytes = Buffer.allocUnsafe(embeddings.length * dimensions * 4);
  embeddings.forEach((embedding, i) => {
    if (embedding.length !== dimensions) throw new TypeError(`An embedding has ${embedding.length} dimensions instead of ${dimensions}`);
    Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength).copy(bytes, i * dimensions * 4);
  });
  return isLittleEndian ? bytes : bytes.swap32();
}

/** The numbers of one embedding as the database keeps it. */
export function fromEmbeddingBytes(bytes: Buffer): Float32Array {
  const copy = Buffer.from(Uint8Array.from(bytes).buffer); // at an address that a Float32Array can have
  if (!isLittleEndian) copy.swap32();
  return new Float32Array(copy.buffer, copy.byteOffset, copy.byteLength / 4);
}
