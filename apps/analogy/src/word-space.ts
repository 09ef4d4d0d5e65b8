import type { Lexicon, NearestWords } from '@sigmalang/lexicon';
import { activeKernels, allocateRoom } from '@sigmalang/vector';

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

/** Cosine of two vectors that are each of unit length or zero: their inner product, which rounding takes past 1 where they are the same. */
export function cosineOfUnits(a: Float32Array, b: Float32Array): number {
  return Math.max(-1, Math.min(1, dot(a, b)));
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

/** Vectors of one length in a row, in the memory of the kernels, for as long as the thread lives or until they are released. */
export class VectorTable {
  private readonly table: Float32Array;
  private readonly room: Uint8Array<ArrayBuffer>;
  private readonly rows: number;

  constructor(vectors: readonly Float32Array[]) {
    const dimensions = vectors[0]?.length ?? 0;
    this.rows = vectors.length;
    this.room = allocateRoom(4 * dimensions * vectors.length);
    this.table = new Float32Array(this.room.buffer, this.room.byteOffset, dimensions * vectors.length);
    vectors.forEach((vector, row) => { this.table.set(vector, row * dimensions); });
  }

  /** Inner products of a vector and each of the table. */
  products(vector: Float32Array, out: Float32Array = new Float32Array(this.rows)): Float32Array {
    activeKernels.dotFloat32ToMany(vector, this.table, out);
    return out;
  }

  /** Gives the room back. */
  release(): void {
    activeKernels.release(this.room);
  }
}

/** The largest `most` of the values that are added, and their mean. */
export class Top {
  private readonly values: number[] = [];

  constructor(private readonly most: number) {}

  add(value: number): void {
    const { values, most } = this;
    if (values.length === most && value <= (values[most - 1] ?? 0)) return;
    let at = Math.min(values.length, most - 1);
    for (; at > 0 && (values[at - 1] ?? 0) < value; at--) values[at] = values[at - 1] ?? 0;
    values[at] = value;
  }

  /** Mean of the largest; 0 of none. */
  get mean(): number {
    return this.values.reduce((sum, value) => sum + value, 0) / Math.max(1, this.values.length);
  }
}
