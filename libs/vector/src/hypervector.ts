import { VectorError } from './vector-error';

/** Fewest dimensions of a hypervector: below it random vectors are no longer nearly orthogonal. */
const MIN_DIMENSIONS = 1024;

/** Most dimensions of a hypervector. */
const MAX_DIMENSIONS = 65_536;

/**
 * A binary spatter code: dimension `i` is bit `i % 32` of `words[i >>> 5]`; `words` has ceil(dimensions / 32) entries and its bits
 * beyond `dimensions` are zero. To be treated as immutable.
 */
export interface Hypervector {
  readonly dimensions: number;
  readonly words: Uint32Array;
}

/** Number of 32-bit words that hold `dimensions` bits. */
export function wordCount(dimensions: number): number {
  return (dimensions + 31) >>> 5;
}

/** The bits of the last word that belong to the vector, as an unsigned 32-bit mask. */
export function tailMask(dimensions: number): number {
  const used = dimensions & 31;
  return used === 0 ? 0xffffffff : 0xffffffff >>> (32 - used);
}

/** Returns `dimensions` if it is an integer from 1,024 to 65,536; throws `VectorError` (`dimensions`) otherwise. */
export function checkDimensions(dimensions: number): number {
  if (Number.isInteger(dimensions) && dimensions >= MIN_DIMENSIONS && dimensions <= MAX_DIMENSIONS) return dimensions;
  throw new VectorError(
    'dimensions',
    `dimensions must be an integer from ${MIN_DIMENSIONS} to ${MAX_DIMENSIONS}, not ${dimensions}`,
  );
}

/**
 * A hypervector over the given words (not copied); throws `VectorError` `dimensions`, `length` when there are not exactly
 * ceil(dimensions / 32) words, or `spare-bits` when a bit beyond `dimensions` is set.
 */
export function hypervector(words: Uint32Array, dimensions: number): Hypervector {
  const expected = wordCount(checkDimensions(dimensions));
  if (words.length !== expected) {
    throw new VectorError('length', `${dimensions} dimensions need ${expected} words, found ${words.length}`);
  }
  if (((words[expected - 1] ?? 0) & ~tailMask(dimensions)) !== 0) {
    throw new VectorError('spare-bits', `bits beyond dimension ${dimensions} must be zero`);
  }
  return { dimensions, words };
}

/** A hypervector with every bit zero, the neutral element of binding. */
export function zeroVector(dimensions: number): Hypervector {
  return { dimensions, words: new Uint32Array(wordCount(checkDimensions(dimensions))) };
}

/** Throws `VectorError` (`mismatch`) unless both vectors have as many dimensions. */
export function checkSameDimensions(a: Hypervector, b: Hypervector): void {
  if (a.dimensions !== b.dimensions) {
    throw new VectorError('mismatch', `vectors of ${a.dimensions} and ${b.dimensions} dimensions cannot be combined`);
  }
}
