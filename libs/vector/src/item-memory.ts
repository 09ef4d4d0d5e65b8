import { activeKernels } from './vector-kernels';
import { type Hypervector, checkDimensions, wordCount } from './hypervector';
import { symbolVector } from './symbol-vector';
import { VectorError } from './vector-error';

/** A symbol of an {@link ItemMemory} and its similarity to the query, -1 to 1. */
export interface Neighbour {
  readonly symbol: string;
  readonly similarity: number;
}

/** Named vectors, and the nearest of them to a noisy one (clean-up memory): an exact scan over packed rows. */
export class ItemMemory {
  readonly dimensions: number;
  readonly #seed: number;
  readonly #wordsPerRow: number;
  readonly #symbols: string[] = [];
  readonly #rowOf = new Map<string, number>();
  #table: Uint32Array;

  /** An empty memory; `seed` is the one of the symbols' vectors. Throws `VectorError` (`dimensions`). */
  constructor(dimensions: number, { seed = 0 }: { seed?: number } = {}) {
    this.dimensions = checkDimensions(dimensions);
    this.#seed = seed;
    this.#wordsPerRow = wordCount(dimensions);
    this.#table = new Uint32Array(this.#wordsPerRow * 16);
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
    return smallest(distances, topK).map((row) => ({
      symbol: this.#symbols[row] ?? '',
      similarity: 1 - (2 * (distances[row] ?? 0)) / this.dimensions,
    }));
  }

  #checkDimensions(vector: Hypervector): void {
    if (vector.dimensions !== this.dimensions) {
      throw new VectorError('mismatch', `a vector of ${vector.dimensions} dimensions in a memory of ${this.dimensions}`);
    }
  }

  #grow(): void {
    const larger = new Uint32Array(this.#table.length * 2);
    larger.set(this.#table);
    this.#table = larger;
  }
}

/** Indices of the `count` smallest values, ascending, equals by index. */
function smallest(values: Uint32Array, count: number): number[] {
  const best: number[] = [];
  const valueAt = (index: number | undefined): number => (index === undefined ? Infinity : (values[index] ?? Infinity));
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && valueAt(i) >= valueAt(best[count - 1])) continue;
    let at = Math.min(best.length, count - 1);
    for (; at > 0 && valueAt(best[at - 1]) > valueAt(i); at--) best[at] = best[at - 1] ?? 0;
    best[at] = i;
  }
  return best;
}
