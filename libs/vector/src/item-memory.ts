import { activeKernels, allocateRoom } from './vector-kernels';
import { type Hypervector, checkDimensions, wordCount } from './hypervector';
import { symbolVector } from './symbol-vector';
import { VectorError } from './vector-error';

/** A symbol of an {@link ItemMemory} and its similarity to the query, -1 to 1. */
export interface Neighbour {
  readonly symbol: string;
  readonly similarity: number;
}

/**
 * Named vectors, and the nearest of them to a noisy one (clean-up memory): an exact scan over packed rows. The rows lie in the memory of
 * the kernels, which no garbage collector sees: a memory that is not kept for good is to be disposed of (`using`).
 */
export class ItemMemory implements Disposable {
  readonly dimensions: number;
  readonly #seed: number;
  readonly #wordsPerRow: number;
  readonly #symbols: string[] = [];
  readonly #rowOf = new Map<string, number>();
  #room: Uint8Array<ArrayBuffer>;
  #table: Uint32Array;

  /** An empty memory; `seed` is the one of the symbols' vectors. Throws `VectorError` (`dimensions`). */
  constructor(dimensions: number, { seed = 0 }: { seed?: number } = {}) {
    this.dimensions = checkDimensions(dimensions);
    this.#seed = seed;
    this.#wordsPerRow = wordCount(dimensions);
    this.#room = allocateRoom(this.#wordsPerRow * 4 * FIRST_ROWS);
    this.#table = wordsOf(this.#room);
  }

  /** How many symbols are known. */
  get size(): number {
    return this.#symbols.length;
  }

  /** Adds a symbol under its own pseudo-random vector or the given one; throws `VectorError` `duplicate` or `mismatch`. */
  add(symbol: string, vector: Hypervector = symbolVector(symbol, this.dimensions, this.#seed)): void {
    if (this.#rowOf.has(symbol)) throw new VectorError('duplicate', `symbol ${JSON.stringify(symbol)} is already known`);
    this.#checkDimensions(vector);
    const row = this.#symbols.length;
    const end = (row + 1) * this.#wordsPerRow;
    if (end > this.#table.length) this.#grow();
    this.#table.set(vector.words, row * this.#wordsPerRow);
    this.#rowOf.set(symbol, row);
    this.#symbols.push(symbol);
  }

  /** The vector of a symbol (a copy), or undefined if it is not known. */
  get(symbol: string): Hypervector | undefined {
    const row = this.#rowOf.get(symbol);
    if (row === undefined) return undefined;
    const start = row * this.#wordsPerRow;
    return { dimensions: this.dimensions, words: this.#table.slice(start, start + this.#wordsPerRow) };
  }

  /** The `topK` symbols most similar to the query, best first, equals in the order in which they were added; throws `VectorError` `mismatch` or `range`. */
  nearest(query: Hypervector, topK = 1): Neighbour[] {
    this.#checkDimensions(query);
    if (!Number.isInteger(topK) || topK < 1) throw new VectorError('range', `topK must be a positive integer, not ${topK}`);
    const distances = new Uint32Array(this.#symbols.length);
    activeKernels.hammingToMany(query.words, this.#table, distances);
    return Array.from(activeKernels.smallest(distances, topK), (row) => ({
      symbol: this.#symbols[row] ?? '',
      similarity: 1 - (2 * (distances[row] ?? 0)) / this.dimensions,
    }));
  }

  #checkDimensions(vector: Hypervector): void {
    if (vector.dimensions !== this.dimensions) {
      throw new VectorError('mismatch', `a vector of ${vector.dimensions} dimensions in a memory of ${this.dimensions}`);
    }
  }

  /** Gives the room of the rows back; the memory is empty then. */
  [Symbol.dispose](): void {
    activeKernels.release(this.#room);
    this.#room = new Uint8Array();
    this.#table = wordsOf(this.#room);
    this.#symbols.length = 0;
    this.#rowOf.clear();
  }

  #grow(): void {
    const larger = allocateRoom(Math.max(this.#room.length * 2, this.#wordsPerRow * 4 * FIRST_ROWS));
    larger.set(this.#room);
    activeKernels.release(this.#room);
    this.#room = larger;
    this.#table = wordsOf(larger);
  }
}

/** Rows that a memory has room for at first. */
const FIRST_ROWS = 16;

function wordsOf(room: Uint8Array<ArrayBuffer>): Uint32Array {
  return new Uint32Array(room.buffer, room.byteOffset, room.length / 4);
}
