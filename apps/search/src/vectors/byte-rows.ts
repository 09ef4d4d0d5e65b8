import { activeKernels } from '@sigmalang/vector';
import { lengthOf } from './exact-cosine';
import type { KernelRoom } from './kernel-room';

/** Levels on each side of zero that values are rounded to. */
const LEVELS = 127;

/** Bytes of the largest chunk of rows, about. */
const CHUNK_BYTES = 1 << 20;

const SMALLEST_CHUNK = 64;
const MOST_ROWS_OF_CHUNK = 16_384;

/** Rows that are copied together before they are compared. */
const GATHERED_ROWS = 512;

/** Rows one after the other, in memory that does not move. */
interface Chunk {
  readonly first: number;
  readonly capacity: number;
  readonly table: Int8Array<ArrayBuffer>;
  /** What to multiply the inner product of a row by to have that of its unit vector; NaN for a row that is not there. */
  readonly factors: Float32Array<ArrayBuffer>;
  readonly rooms: readonly Uint8Array[];
}

/** A vector rounded to bytes. */
export interface ByteVector {
  readonly bytes: Int8Array;
  /** What to multiply the bytes by to have the unit vector, about; NaN for a vector of zeros. */
  readonly factor: number;
}

/** A vector rounded to bytes, its largest value being 127 or -127; throws RangeError where a value is not finite. */
export function toBytes(vector: Float32Array, bytes = new Int8Array(vector.length)): ByteVector {
  const length = lengthOf(vector);
  if (!Number.isFinite(length)) throw new RangeError('an embedding has finite values');
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i] ?? 0));
  for (let i = 0; i < vector.length; i++) bytes[i] = largest > 0 ? Math.round(((vector[i] ?? 0) / largest) * LEVELS) : 0;
  return { bytes, factor: largest > 0 ? largest / LEVELS / length : NaN };
}

/** Unit vectors rounded to bytes, by row, in chunks that double in size up to about a mebibyte; scanned by the vector kernels. */
export class ByteRows {
  private readonly chunks: Chunk[] = [];
  private readonly largestChunk: number;
  private end = 0;
  private gathered: { readonly room: Uint8Array; readonly table: Int8Array<ArrayBuffer>; readonly factors: Float32Array } | undefined;

  constructor(
    readonly dimensions: number,
    private readonly room: KernelRoom,
  ) {
    this.largestChunk = Math.min(MOST_ROWS_OF_CHUNK, Math.max(SMALLEST_CHUNK, 2 ** Math.floor(Math.log2(CHUNK_BYTES / dimensions))));
  }

  /** Rows, dead ones among them: one more than the last row. */
  get length(): number {
    return this.end;
  }

  /** Bytes that the rows take. */
  get bytes(): number {
    return this.chunks.reduce((sum, { capacity }) => sum + capacity * (this.dimensions + 4), 0);
  }

  /** Makes room up to a row, all of it dead. */
  extend(length: number): void {
    for (let last = this.chunks.at(-1); (last ? last.first + last.capacity : 0) < length; last = this.chunks.at(-1)) {
      const first = last ? last.first + last.capacity : 0;
      this.chunks.push(this.makeChunk(first, Math.min(this.largestChunk, Math.max(SMALLEST_CHUNK, first))));
    }
    this.end = Math.max(this.end, length);
  }

  /** Writes a row that there is room for; says whether it is anything but zeros. */
  set(row: number, embedding: Float32Array): boolean {
    const { table, factors, first } = this.chunkOf(row);
    const at = row - first;
    const { factor } = toBytes(embedding, table.subarray(at * this.dimensions, (at + 1) * this.dimensions));
    factors[at] = factor;
    return factor > 0;
  }

  kill(row: number): void {
    const { factors, first } = this.chunkOf(row);
    factors[row - first] = NaN;
  }

  /** See {@link ByteVector.factor}. */
  factor(row: number): number {
    const { factors, first } = this.chunkOf(row);
    return factors[row - first] ?? NaN;
  }

  /** products[r - from] = inner product of the query and the unit vector of row r, about, for from <= r < from + products.length; NaN of a dead row. */
  scan(query: Int8Array, from: number, products: Float32Array): void {
    const to = from + products.length;
    for (let c = this.chunkIndex(from); c < this.chunks.length; c++) {
      const { first, capacity, table, factors } = this.chunks[c] as Chunk;
      if (first >= to) return;
      const [start, end] = [Math.max(from, first), Math.min(to, first + capacity)];
      activeKernels.dotInt8sToMany(
        [query],
        table.subarray((start - first) * this.dimensions, (end - first) * this.dimensions),
        factors.subarray(start - first, end - first),
        products.subarray(start - from, end - from),
      );
    }
  }

  /** products[i] = the same for row `rows[i]`; rows ascend. */
  gather(query: Int8Array, rows: Uint32Array, products: Float32Array): void {
    const { table, factors } = (this.gathered ??= this.roomForGathered());
    for (let start = 0; start < rows.length; start += GATHERED_ROWS) {
      const group = rows.subarray(start, start + GATHERED_ROWS);
      this.copy(group, table, factors);
      activeKernels.dotInt8sToMany(
        [query],
        table.subarray(0, group.length * this.dimensions),
        factors.subarray(0, group.length),
        products.subarray(start, start + group.length),
      );
    }
  }

  /** The factors and then the bytes of all rows, as views that hold until the next change. */
  *views(): Generator<Uint8Array<ArrayBuffer>> {
    for (const part of ['factors', 'table'] as const) {
      for (const chunk of this.chunks) {
        const rows = Math.min(chunk.capacity, this.end - chunk.first);
        const { buffer, byteOffset } = chunk[part];
        if (rows > 0) yield new Uint8Array(buffer, byteOffset, rows * (part === 'factors' ? 4 : this.dimensions));
      }
    }
  }

  /** Gives the memory back; nothing may be asked after that. */
  release(): void {
    for (const room of this.chunks.flatMap(({ rooms }) => rooms)) this.room.release(room);
    if (this.gathered) this.room.release(this.gathered.room);
    this.chunks.length = 0;
    this.gathered = undefined;
    this.end = 0;
  }

  /** Copies rows to where they are one after the other. */
  private copy(rows: Uint32Array, table: Int8Array<ArrayBuffer>, factors: Float32Array): void {
    const { dimensions } = this;
    let chunk = this.chunks[this.chunkIndex(rows[0] ?? 0)];
    const whole = new Int8Array(table.buffer);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (!chunk || row >= chunk.first + chunk.capacity) chunk = this.chunkOf(row);
      const start = (row - chunk.first) * dimensions;
      factors[i] = chunk.factors[row - chunk.first] ?? NaN;
      if (chunk.table.buffer !== table.buffer) {
        table.set(chunk.table.subarray(start, start + dimensions), i * dimensions);
        continue;
      }
      const from = chunk.table.byteOffset + start;
      whole.copyWithin(table.byteOffset + i * dimensions, from, from + dimensions);
    }
  }

  private chunkOf(row: number): Chunk {
    const chunk = row < this.end ? this.chunks[this.chunkIndex(row)] : undefined;
    if (!chunk) throw new RangeError(`there is no row ${row} among ${this.end}`);
    return chunk;
  }

  private chunkIndex(row: number): number {
    let [low, high] = [0, this.chunks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.chunks[middle]?.first ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private makeChunk(first: number, capacity: number): Chunk {
    const rooms = [this.room.allocate(capacity * this.dimensions), this.room.allocate(capacity * 4)] as const;
    const table = new Int8Array(rooms[0].buffer, rooms[0].byteOffset, capacity * this.dimensions);
    const factors = new Float32Array(rooms[1].buffer, rooms[1].byteOffset, capacity).fill(NaN);
    return { first, capacity, table, factors, rooms };
  }

  private roomForGathered(): NonNullable<typeof this.gathered> {
    const bytes = GATHERED_ROWS * this.dimensions;
    const room = this.room.allocate(bytes + 4 * GATHERED_ROWS);
    return {
      room,
      table: new Int8Array(room.buffer, room.byteOffset, bytes),
      factors: new Float32Array(room.buffer, room.byteOffset + bytes, GATHERED_ROWS),
    };
  }
}
