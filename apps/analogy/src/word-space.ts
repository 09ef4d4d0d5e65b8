import type { Lexicon, NearestWords } from '@sigmalang/lexicon';

/** Vectors that are kept at hand. */
const MOST_KEPT = 8_192;

/** Vectors of words, once as they are listed and once whitened, where no direction is commoner than another; all of unit length or zero. */
export class WordSpace {
  private readonly units = new Map<number, Float32Array>();
  private readonly whiteneds = new Map<number, Float32Array>();

  constructor(
    readonly lexicon: Lexicon,
    readonly nearest: NearestWords,
  ) {}

  /** The word's vector. */
  unit(index: number): Float32Array {
    return keep(this.units, index, () => this.nearest.unit(index));
  }

  /** The word's whitened vector. */
  whitened(index: number): Float32Array {
    return keep(this.whiteneds, index, () => toUnit(Float32Array.from(this.lexicon.whiten(this.unit(index)))));
  }

  /** Whether a word is listed. */
  readonly isListed = (word: string): boolean => this.lexicon.indexOf(word) !== undefined;
}

function keep(kept: Map<number, Float32Array>, index: number, make: () => Float32Array): Float32Array {
  const known = kept.get(index);
  if (known) return known;
  if (kept.size >= MOST_KEPT) for (const [oldest] of kept) if (kept.size > MOST_KEPT / 2) kept.delete(oldest);
  const made = make();
  kept.set(index, made);
  return made;
}

/** Inner product of two equally long vectors. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Scales a vector to unit length in place; zeros stay zeros. */
export function toUnit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length;
  return vector;
}

/** a - b. */
export function difference(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - (b[i] ?? 0));
}

/** b - a + c. */
export function transferred(a: Float32Array, b: Float32Array, c: Float32Array): Float32Array {
  return c.map((value, i) => value + (b[i] ?? 0) - (a[i] ?? 0));
}

/** Mean of vectors of a given length; zeros where there is none. */
export function mean(vectors: readonly Float32Array[], dimensions: number): Float32Array {
  const sum = new Float32Array(dimensions);
  for (const vector of vectors) for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
  return sum.map((value) => value / Math.max(1, vectors.length));
}
