import { KERNELS } from './kernels.gen';
import { dotInt8sOneByOne, plainKernels } from './plain-kernels';
import type { VectorKernels } from './vector-kernels';

/** 512 MiB of address space, of which the machine gives what is touched. It never grows: a buffer that does detaches every view of it. */
const PAGES = 8192;

/** Bytes of room for each operand and result that has to be copied; longer ones go to the plain kernels. */
const OPERAND_BYTES = 65_536;

/** Bytes of room for rows of a table that has to be copied. */
const TABLE_BYTES = 524_288;

/** Bytes of room for bit-sliced counters, or for bytes widened to 16 bits. */
const PLANES_BYTES = 262_144;

interface KernelExports {
  allocate(bytes: number): number;
  release(address: number): void;
  xor(a: number, b: number, target: number, words: number): void;
  hamming(a: number, b: number, words: number): number;
  hammingToMany(query: number, table: number, words: number, rows: number, distances: number): void;
  addToCounters(row: number, rows: number, bytes: number, planes: number): void;
  majorityOfCounters(plane: number, planes: number, bytes: number, threshold: number, tie: number, target: number): void;
  smallest(values: number, length: number, count: number, indices: number): number;
  largest(values: number, length: number, count: number, indices: number): number;
  widen(query: number, length: number, wide: number): number;
  dotInt8ToMany(wide: number, table: number, length: number, rows: number, products: number): void;
  dotInt8sToMany(wide: number, queries: number, table: number, length: number, rows: number, factors: number, products: number, stride: number): void;
  dotFloat32ToMany(query: number, table: number, length: number, rows: number, products: number): void;
  read(address: number, bytes: number): bigint;
}

type Numbers = Uint32Array | Int32Array | Int8Array | Float32Array;

/** One of the exports that go through a table row by row. */
type ToMany = 'hammingToMany' | 'dotInt8ToMany' | 'dotFloat32ToMany';

/** The kernels in WebAssembly with 128-bit SIMD. */
export class WasmKernels implements VectorKernels {
  readonly name = 'wasm';

  /** The memory that all WebAssembly of this thread shares. */
  readonly memory: WebAssembly.Memory;

  readonly #kernels: KernelExports;
  readonly #words: Uint32Array;
  readonly #views: Readonly<Record<string, Numbers>>;
  readonly #first: number;
  readonly #second: number;
  readonly #result: number;
  readonly #table: number;
  readonly #planes: number;

  constructor() {
    this.memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(KERNELS, 'base64')), {
      env: { memory: this.memory },
    });
    this.#kernels = exports as unknown as KernelExports;
    const { buffer } = this.memory;
    this.#words = new Uint32Array(buffer);
    this.#views = {
      Uint32Array: this.#words,
      Int32Array: new Int32Array(buffer),
      Int8Array: new Int8Array(buffer),
      Float32Array: new Float32Array(buffer),
    };
    [this.#first, this.#second] = [this.#room(OPERAND_BYTES), this.#room(OPERAND_BYTES)];
    this.#result = this.#room(OPERAND_BYTES);
    [this.#table, this.#planes] = [this.#room(TABLE_BYTES), this.#room(PLANES_BYTES)];
  }

  allocate(bytes: number): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(this.memory.buffer, this.#room(bytes), bytes);
    } catch {
      throw new RangeError(`no room for ${bytes} bytes in the memory of the kernels`);
    }
  }

  release(room: Uint8Array): void {
    if (this.#isInPlace(room)) this.#kernels.release(room.byteOffset);
  }

  xor(a: Uint32Array, b: Uint32Array, target: Uint32Array): void {
    if (target.byteLength > OPERAND_BYTES) plainKernels.xor(a, b, target);
    else {
      const result = this.#isInPlace(target) ? target.byteOffset : this.#result;
      this.#kernels.xor(this.#in(a, this.#first), this.#in(b, this.#second), result, target.length);
      this.#out(result, target);
    }
  }

  hamming(a: Uint32Array, b: Uint32Array): number {
    if (a.byteLength > OPERAND_BYTES) return plainKernels.hamming(a, b);
    return this.#kernels.hamming(this.#in(a, this.#first), this.#in(b, this.#second), a.length);
  }

  hammingToMany(query: Uint32Array, table: Uint32Array, distances: Uint32Array): void {
    this.#toMany('hammingToMany', query, table, distances);
  }

  majority(vectors: readonly Uint32Array[], tie: Uint32Array, target: Uint32Array): void {
    const bytes = (target.byteLength + 15) & ~15;
    const planes = Math.max(3, 32 - Math.clz32(vectors.length));
    if (planes * bytes > PLANES_BYTES || bytes > OPERAND_BYTES) {
      plainKernels.majority(vectors, tie, target);
      return;
    }
    this.#words.fill(0, this.#planes >>> 2, (this.#planes + planes * bytes) >>> 2);
    const rowsAtOnce = Math.floor(TABLE_BYTES / bytes);
    for (let first = 0; first < vectors.length; first += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, vectors.length - first);
      for (let r = 0; r < rows; r++) this.#words.set(vectors[first + r] ?? [], (this.#table + r * bytes) >>> 2);
      this.#kernels.addToCounters(this.#table, rows, bytes, this.#planes);
    }
    // An odd number has no ties, and its counters may meet the threshold all the same.
    this.#words.fill(0, this.#first >>> 2, (this.#first + bytes) >>> 2);
    if (vectors.length % 2 === 0) this.#words.set(tie, this.#first >>> 2);
    this.#kernels.majorityOfCounters(this.#planes, planes, bytes, vectors.length >>> 1, this.#first, this.#result);
    this.#out(this.#result, target);
  }

  smallest(values: Uint32Array, count: number): Uint32Array {
    const most = Math.min(count, values.length);
    if ((!this.#isInPlace(values) && values.byteLength > TABLE_BYTES) || most * 4 > OPERAND_BYTES || most === 0) {
      return plainKernels.smallest(values, count);
    }
    const found = this.#kernels.smallest(this.#in(values, this.#table), values.length, most, this.#result);
    return this.#words.slice(this.#result >>> 2, (this.#result >>> 2) + found);
  }

  largest(values: Float32Array, count: number): Uint32Array {
    const most = Math.min(count, values.length);
    if ((!this.#isInPlace(values) && values.byteLength > TABLE_BYTES) || most * 4 > OPERAND_BYTES || most === 0) {
      return plainKernels.largest(values, count);
    }
    const found = this.#kernels.largest(this.#in(values, this.#table), values.length, most, this.#result);
    return this.#words.slice(this.#result >>> 2, (this.#result >>> 2) + found);
  }

  dotInt8ToMany(query: Int8Array, table: Int8Array, products: Int32Array): void {
    this.#toMany('dotInt8ToMany', query, table, products);
  }

  dotInt8sToMany(queries: readonly Int8Array[], table: Int8Array, factors: Float32Array, products: Float32Array): void {
    const { length } = queries[0] ?? [];
    const isRoomForQueries = length > 0 && length <= OPERAND_BYTES && queries.length * (2 * length + 16) <= PLANES_BYTES;
    if (!isRoomForQueries || ![table, factors, products].every((numbers) => this.#isInPlace(numbers))) {
      dotInt8sOneByOne(this, queries, table, factors, products);
      return;
    }
    let end = this.#planes;
    for (const query of queries) end = this.#kernels.widen(this.#in(query, this.#first), length, end);
    const rows = factors.length;
    this.#kernels.dotInt8sToMany(this.#planes, queries.length, table.byteOffset, length, rows, factors.byteOffset, products.byteOffset, rows);
  }

  dotFloat32ToMany(query: Float32Array, table: Float32Array, products: Float32Array): void {
    this.#toMany('dotFloat32ToMany', query, table, products);
  }

  /** Reads room of a multiple of 64 bytes in this memory and does nothing else: the ceiling that scans are measured against. */
  readThrough(room: Uint8Array): void {
    this.#kernels.read(room.byteOffset, room.byteLength);
  }

  /** Goes through the rows of a table in groups whose results, and whose numbers if they are elsewhere, there is room for. */
  #toMany(kernel: ToMany, query: Numbers, table: Numbers, results: Numbers): void {
    // The counters of the Hamming kernel hold no more than an operand; sums of floats have no such bound.
    const isUnbounded = kernel === 'dotFloat32ToMany' && this.#isInPlace(query) && this.#isInPlace(table);
    if ((query.byteLength > OPERAND_BYTES && !isUnbounded) || query.length === 0) {
      (plainKernels[kernel] as (query: Numbers, table: Numbers, results: Numbers) => void)(query, table, results);
      return;
    }
    const isTableInPlace = this.#isInPlace(table);
    const isResultInPlace = this.#isInPlace(results);
    let at = this.#in(query, this.#first);
    if (kernel === 'dotInt8ToMany') {
      this.#kernels.widen(at, query.length, this.#planes);
      at = this.#planes;
    }
    let rowsAtOnce = results.length;
    if (!isResultInPlace) rowsAtOnce = Math.min(rowsAtOnce, OPERAND_BYTES / 4);
    if (!isTableInPlace) rowsAtOnce = Math.min(rowsAtOnce, Math.floor(TABLE_BYTES / query.byteLength));
    for (let first = 0; first < results.length; first += rowsAtOnce) {
      const last = Math.min(first + rowsAtOnce, results.length);
      const rows = isTableInPlace
        ? table.byteOffset + first * query.byteLength
        : this.#in(table.subarray(first * query.length, last * query.length), this.#table);
      const target = isResultInPlace ? results.byteOffset + 4 * first : this.#result;
      this.#kernels[kernel](at, rows, query.length, last - first, target);
      if (!isResultInPlace) this.#out(target, results.subarray(first, last));
    }
  }

  #room(bytes: number): number {
    return this.#kernels.allocate((bytes + 15) & ~15) >>> 0;
  }

  #isInPlace(numbers: Numbers | Uint8Array): boolean {
    return numbers.buffer === this.memory.buffer;
  }

  /** Address of numbers: their own if they are in this memory, else that of a copy at `room`. */
  #in(numbers: Numbers, room: number): number {
    if (this.#isInPlace(numbers)) return numbers.byteOffset;
    this.#viewLike(numbers).set(numbers, room / numbers.BYTES_PER_ELEMENT);
    return room;
  }

  /** Copies numbers at an address to where they are wanted, if that is elsewhere. */
  #out(address: number, target: Numbers): void {
    if (target.buffer === this.memory.buffer && target.byteOffset === address) return;
    const start = address / target.BYTES_PER_ELEMENT;
    target.set(this.#viewLike(target).subarray(start, start + target.length));
  }

  #viewLike({ constructor }: Numbers): Numbers {
    return this.#views[constructor.name] ?? this.#words;
  }
}

/** The kernels in WebAssembly, or undefined where the machine does not run them. */
export function loadWasmKernels(): WasmKernels | undefined {
  try {
    return new WasmKernels();
  } catch {
    return undefined;
  }
}
