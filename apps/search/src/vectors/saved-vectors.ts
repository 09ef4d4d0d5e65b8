import type { ByteRows } from './byte-rows';
import { SavedVectorsError } from './vector-index-error';

/** Fills `into` with the bytes from `position` on as far as there are any, and says how many there were; `readSync` of a file does so. */
export type ReadBytes = (into: Uint8Array, position: number) => number;

const MAGIC = 'SGVR';
const VERSION = 1;
const HEADER_BYTES = 16;

/** Magic, version, dimensions and rows, each in four bytes, little-endian; the factors (32-bit floats) and the bytes of all rows follow. */
export function savedHeader(dimensions: number, rows: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  header.writeUInt32LE(VERSION, 4);
  header.writeUInt32LE(dimensions, 8);
  header.writeUInt32LE(rows, 12);
  return header;
}

/** Reads saved rows into a table without any; throws SavedVectorsError where they are not of its dimensions, or damaged as far as can be seen. */
export function readVectors(saved: Uint8Array | ReadBytes, table: ByteRows): void {
  const read = typeof saved === 'function' ? saved : bytesOf(saved);
  const header = Buffer.alloc(HEADER_BYTES);
  if (readAll(read, header, 0) < HEADER_BYTES) throw new SavedVectorsError('truncated');
  if (header.toString('latin1', 0, 4) !== MAGIC) throw new SavedVectorsError('foreign');
  if (header.readUInt32LE(4) !== VERSION) throw new SavedVectorsError('version');
  if (header.readUInt32LE(8) !== table.dimensions) throw new SavedVectorsError('foreign');
  const rows = header.readUInt32LE(12);
  const end = HEADER_BYTES + rows * (table.dimensions + 4);
  if (readAll(read, Buffer.alloc(1), end) > 0 || (rows > 0 && readAll(read, Buffer.alloc(1), end - 1) === 0)) throw new SavedVectorsError('truncated');
  table.extend(rows);
  let position = HEADER_BYTES;
  for (const view of table.views()) {
    if (readAll(read, view, position) < view.length) throw new SavedVectorsError('truncated');
    position += view.length;
  }
  for (let row = 0; row < rows; row++) {
    const factor = table.factor(row);
    if (!Number.isNaN(factor) && !(factor > 0 && factor <= 0.01)) throw new SavedVectorsError('corrupt');
  }
}

function bytesOf(saved: Uint8Array): ReadBytes {
  return (into, position) => {
    const part = saved.subarray(position, position + into.length);
    into.set(part);
    return part.length;
  };
}

/** Reads until there is no more. */
function readAll(read: ReadBytes, into: Uint8Array, position: number): number {
  let total = 0;
  while (total < into.length) {
    const count = read(into.subarray(total), position + total);
    if (count <= 0) break;
    total += count;
  }
  return total;
}
