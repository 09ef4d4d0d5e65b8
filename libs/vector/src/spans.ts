import { type Hypervector, checkDimensions, zeroVector } from './hypervector';
import { VectorError } from './vector-error';

/** A run of dimensions: `length` of them, from `start` on. */
export interface Span {
  /** First dimension, from 0. */
  readonly start: number;
  /** Number of dimensions, 1 or more. */
  readonly length: number;
}

/**
 * Ones at the dimensions that a span covers, zeros elsewhere; spans may overlap and come in any order. Throws `VectorError`
 * `dimensions`, or `range` when a span is empty or does not lie within the vector.
 */
export function maskOfSpans(spans: readonly Span[], dimensions: number): Hypervector {
  checkDimensions(dimensions);
  spans.forEach(({ start, length }, i) => {
    const isWithin = Number.isInteger(start) && Number.isInteger(length) && start >= 0 && length >= 1 && start + length <= dimensions;
    if (isWithin) return;
    throw new VectorError('range', `span ${i}, ${length} from ${start} on, does not lie within ${dimensions} dimensions`);
  });
  const mask = zeroVector(dimensions);
  let covered = 0;
  for (const { start, length } of spans.toSorted((a, b) => a.start - b.start)) {
    setBits(mask.words, Math.max(start, covered), start + length);
    covered = Math.max(covered, start + length);
  }
  return mask;
}

/** Sets bits `start` to `end` - 1, a word at a time. */
function setBits(words: Uint32Array, start: number, end: number): void {
  for (let at = start; at < end; at = (at | 31) + 1) {
    const upTo = Math.min(end, (at | 31) + 1);
    words[at >>> 5] = (words[at >>> 5] ?? 0) | ((-1 >>> (32 - (upTo - at))) << (at & 31));
  }
}
