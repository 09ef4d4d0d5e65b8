import { activeKernels } from './vector-kernels';
import { type Hypervector, checkDimensions, checkSameDimensions, tailMask, wordCount } from './hypervector';
import { symbolVector } from './symbol-vector';
import { VectorError } from './vector-error';

const TIE_SYMBOL = 'sigmalang:majority-tie';

/** The vector that decides the ties of a majority: pseudo-random, the same for every bundle of one seed and size. */
export function tieVector(dimensions: number, seed = 0): Hypervector {
  return symbolVector(TIE_SYMBOL, dimensions, seed);
}

/** The bits of weight 2^p of all counters, and of the vectors of that weight that wait for a second one. */
interface Level {
  readonly plane: Uint32Array;
  readonly waiting: Uint32Array;
  isWaiting: boolean;
}

/**
 * Counts, bit by bit, how many of the added vectors have a one, in bit-sliced counters fed by a tree of carry-save adders (Harley and
 * Seal: Warren, Hacker's Delight, 5-1), and tells the majority at any moment. Reusable after `clear`.
 */
export class MajorityCounter {
  readonly dimensions: number;
  readonly #tie: Hypervector;
  readonly #carry: Uint32Array;
  readonly #levels: Level[] = [];
  #added = 0;

  /** An empty counter; `seed` names the tie-break vector. Throws `VectorError` (`dimensions`). */
  constructor(dimensions: number, { seed = 0 }: { seed?: number } = {}) {
    this.dimensions = checkDimensions(dimensions);
    this.#tie = tieVector(dimensions, seed);
    this.#carry = new Uint32Array(wordCount(dimensions));
  }

  /** How many vectors have been added. */
  get size(): number {
    return this.#added;
  }

  /** Adds one vector; throws `VectorError` (`mismatch`). */
  add(vector: Hypervector): void {
    checkSameDimensions(this.#tie, vector);
    this.#added++;
    this.#carry.set(vector.words);
    for (let p = 0; ; p++) {
      const level = this.#level(p);
      if (!level.isWaiting) {
        level.waiting.set(this.#carry);
        level.isWaiting = true;
        return;
      }
      activeKernels.carrySaveAdd(level.plane, level.waiting, this.#carry);
      level.isWaiting = false;
    }
  }

  /** Forgets all vectors added so far. */
  clear(): void {
    this.#levels.length = 0;
    this.#added = 0;
  }

  /** The bits set in more than half of the vectors, and those of the tie-break vector where exactly half have it; throws `VectorError` (`empty`). */
  majority(): Hypervector {
    if (this.#added === 0) throw new VectorError('empty', 'a majority needs at least one vector');
    const words = new Uint32Array(this.#carry.length);
    const half = new Uint32Array(this.#carry.length);
    activeKernels.compareCounters(this.#planes(), this.#added >>> 1, words, half);
    if (this.#added % 2 === 0) {
      for (let w = 0; w < words.length; w++) {
        words[w] = (words[w] ?? 0) | ((half[w] ?? 0) & (this.#tie.words[w] ?? 0));
      }
    }
    words[words.length - 1] = (words[words.length - 1] ?? 0) & tailMask(this.dimensions);
    return { dimensions: this.dimensions, words };
  }

  /** For each dimension, how many of the added vectors have a one there, 0 to `size`. */
  counts(): Uint32Array {
    const counts = new Uint32Array(this.dimensions);
    this.#planes().forEach((plane, p) => {
      for (let i = 0; i < counts.length; i++) {
        counts[i] = (counts[i] ?? 0) + ((((plane[i >>> 5] ?? 0) >>> (i & 31)) & 1) << p);
      }
    });
    return counts;
  }

  /** The planes of the counters after all waiting vectors are counted in. */
  #planes(): Uint32Array[] {
    const nothing = new Uint32Array(this.#carry.length);
    for (let p = 0; p < this.#levels.length; p++) {
      const level = this.#level(p);
      if (!level.isWaiting) continue;
      this.#carry.set(level.waiting);
      level.isWaiting = false;
      for (let q = p; this.#carry.some((word) => word !== 0); q++) {
        activeKernels.carrySaveAdd(this.#level(q).plane, nothing, this.#carry);
      }
    }
    return this.#levels.map(({ plane }) => plane);
  }

  #level(p: number): Level {
    return (this.#levels[p] ??= {
      plane: new Uint32Array(this.#carry.length),
      waiting: new Uint32Array(this.#carry.length),
      isWaiting: false,
    });
  }
}
