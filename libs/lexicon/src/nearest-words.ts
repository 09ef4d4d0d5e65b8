import { activeKernels, allocateRoom } from '@sigmalang/vector';
import type { Lexicon } from './lexicon';

/** Directions that one scan takes. */
const MOST_DIRECTIONS = 4;

/** Levels on each side of zero that a direction's values are rounded to. */
const LEVELS = 127;

/** What keeps the divisor of 3CosMul from zero, as its authors have it. */
const EPSILON = 0.001;

/** A word's index and its score, to what was asked. */
export interface ScoredWord {
  /** Index in the lexicon, 0 being the commonest word. */
  readonly index: number;
  /** Cosine, -1 to 1, or what a method has in its place. */
  readonly score: number;
}

/**
 * Exact nearest neighbours among all words of a lexicon, in two stages: a scan of every row by the vector kernels with the directions
 * rounded to bytes, and the exact cosines of the best of it. Keeps 20 bytes a word; the rows stay where they are, and a lexicon loaded
 * `forScanning` has them where the scan is fast. For as long as the thread lives; scans of one thread come one after the other.
 */
export class NearestWords {
  private readonly rows: Lexicon['values'];
  private readonly dimensions: number;

  /** 1 / length of each row as stored; NaN for a row of zeros, which is never among the best. */
  private readonly inverseLengths: Float32Array;

  /** Rows of one score a word, one for each direction. */
  private readonly scores: Float32Array;

  constructor(private readonly lexicon: Lexicon) {
    const { size, values, dimensions } = lexicon;
    [this.rows, this.dimensions] = [values, dimensions];
    this.inverseLengths = roomForFloats(size);
    this.scores = roomForFloats(MOST_DIRECTIONS * size);
    for (let index = 0; index < size; index++) {
      let squares = 0;
      for (let i = index * dimensions, end = i + dimensions; i < end; i++) squares += (values[i] ?? 0) ** 2;
      this.inverseLengths[index] = squares > 0 ? 1 / Math.sqrt(squares) : NaN;
    }
  }

  /**
   * The `count` words of the highest cosine to each of 1 to 4 directions of any length, best first, equal ones by index; fewer where there
   * are not so many, none for a direction of zeros. Words without a vector and those in `excluded` are left out. Throws RangeError for
   * another number of directions, a direction that is not of the lexicon's dimensions or not finite, and a count that is no whole number
   * from 1 on.
   */
  nearest(directions: readonly Float32Array[], count: number, excluded: ReadonlySet<number> = new Set()): ScoredWord[][] {
    if (directions.length < 1 || directions.length > MOST_DIRECTIONS) {
      throw new RangeError(`one scan takes 1 to ${MOST_DIRECTIONS} directions, not ${directions.length}`);
    }
    this.scan(directions, count);
    return directions.map((direction, d) => {
      const length = lengthOf(direction);
      if (length === 0) return [];
      const candidates = this.candidates(this.scoresOf(d), candidatesFor(count), excluded);
      return best(candidates, count, (index) => this.cosineTo(index, direction, length));
    });
  }

  /**
   * The `count` words d of the highest cosS(d, b) cosS(d, c) / (cosS(d, a) + 0.001) with cosS = (1 + cos) / 2, which is a : b = c : d by
   * 3CosMul (Levy and Goldberg, Linguistic Regularities in Sparse and Explicit Word Representations, CoNLL 2014), as `nearest` otherwise;
   * scores are 0 up to 1000. The cosine to a vector of zeros counts as 0.
   */
  nearestByProduct(a: Float32Array, b: Float32Array, c: Float32Array, count: number, excluded: ReadonlySet<number> = new Set()): ScoredWord[] {
    const lengths = this.scan([a, b, c], count);
    const [toA, toB, toC] = [this.scoresOf(0), this.scoresOf(1), this.scoresOf(2)];
    const [perA = 0, perB = 0, perC = 0] = lengths.map((length) => (length > 0 ? 1 / length : 0));
    const products = this.scoresOf(3);
    for (let index = 0; index < products.length; index++) {
      products[index] = cosMul((toA[index] ?? 0) * perA, (toB[index] ?? 0) * perB, (toC[index] ?? 0) * perC);
    }
    const [lengthA, lengthB, lengthC] = [lengthOf(a), lengthOf(b), lengthOf(c)];
    return best(this.candidates(products, candidatesFor(count), excluded), count, (index) =>
      cosMul(this.cosineTo(index, a, lengthA), this.cosineTo(index, b, lengthB), this.cosineTo(index, c, lengthC)),
    );
  }

  /** Cosine of the word at an index and a vector, -1 to 1, 0 where either is all zeros, by which results are ordered; throws RangeError as `nearest`. */
  cosine(index: number, vector: Float32Array): number {
    this.lexicon.scale(index);
    this.check(vector);
    return this.cosineTo(index, vector, lengthOf(vector));
  }

  /** The word's vector at unit length, or zeros where it has none, into `out` where given; throws RangeError outside 0..size - 1. */
  unit(index: number, out = new Float32Array(this.dimensions)): Float32Array {
    const length = lengthOf(this.lexicon.vector(index, out));
    for (let i = 0; i < out.length && length > 0; i++) out[i] = (out[i] ?? 0) / length;
    return out;
  }

  /** Scores every word against each direction and returns what to divide the scores by to have cosines, about. */
  private scan(directions: readonly Float32Array[], count: number): number[] {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`a count is a whole number from 1 on, not ${count}`);
    for (const direction of directions) this.check(direction);
    if (this.rows instanceof Int8Array) {
      const queries = directions.map(toBytes);
      activeKernels.dotInt8sToMany(queries, this.rows, this.inverseLengths, this.scores.subarray(0, directions.length * this.lexicon.size));
      return queries.map(lengthOf);
    }
    const lengths = directions.map(lengthOf);
    for (const [d, direction] of directions.entries()) {
      const [scores, length = 0] = [this.scoresOf(d), lengths[d]];
      activeKernels.dotFloat32ToMany(length > 0 ? direction.map((value) => value / length) : direction, this.rows, scores);
      for (let index = 0; index < scores.length; index++) scores[index] = (scores[index] ?? 0) * (this.inverseLengths[index] ?? 0);
    }
    return lengths.map((length) => (length > 0 ? 1 : 0));
  }

  private scoresOf(direction: number): Float32Array {
    return this.scores.subarray(direction * this.lexicon.size, (direction + 1) * this.lexicon.size);
  }

  /** The words of the highest scores that are not excluded, at least `count` if there are as many. */
  private candidates(scores: Float32Array, count: number, excluded: ReadonlySet<number>): Uint32Array {
    return activeKernels.largest(scores, Math.min(count + excluded.size, scores.length)).filter((index) => !excluded.has(index));
  }

  private cosineTo(index: number, vector: Float32Array, length: number): number {
    const { rows } = this;
    let [product, squares] = [0, 0];
    for (let i = 0, at = index * this.dimensions; i < vector.length; i++, at++) {
      const value = rows[at] ?? 0;
      product += value * (vector[i] ?? 0);
      squares += value * value;
    }
    const lengths = Math.sqrt(squares) * length;
    return lengths > 0 ? Math.max(-1, Math.min(1, product / lengths)) : 0;
  }

  private check(vector: Float32Array): void {
    if (vector.length !== this.dimensions) throw new RangeError(`a vector has ${this.dimensions} values, not ${vector.length}`);
    if (!vector.every(Number.isFinite)) throw new RangeError('a vector has finite values');
  }
}

/**
 * Words to look at exactly so that the `count` best are among them. Of 1,000 questions, half of them b - a + c of three words, the scan had
 * the exact 10 among its first 12, 100 among 108, 1,000 among 1,055.
 */
function candidatesFor(count: number): number {
  return 2 * count + 64;
}

/** The `count` indices of the highest score, best first, equal ones by index. */
function best(candidates: Uint32Array, count: number, scoreOf: (index: number) => number): ScoredWord[] {
  return Array.from(candidates, (index) => ({ index, score: scoreOf(index) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, count);
}

/** 3CosMul of a word from its cosines to a, b and c, see {@link NearestWords.nearestByProduct}. */
export function cosMul(toA: number, toB: number, toC: number): number {
  return (((1 + toB) / 2) * ((1 + toC) / 2)) / ((1 + toA) / 2 + EPSILON);
}

/** A direction rounded to bytes, its largest value being 127 or -127: without loss for a vector of a lexicon that is stored so. */
function toBytes(direction: Float32Array): Int8Array {
  const largest = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int8Array.from(direction, (value) => (largest > 0 ? Math.round((value / largest) * LEVELS) : 0));
}

function lengthOf(vector: Float32Array | Int8Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}

function roomForFloats(count: number): Float32Array {
  const { buffer, byteOffset } = allocateRoom(4 * count);
  return new Float32Array(buffer, byteOffset, count);
}
