import { type Hypervector, checkDimensions, wordCount } from './hypervector';
import { VectorError } from './vector-error';

/** The 32 bits of `words` from bit `at` on (which may lie before the start or past the end: those bits are zero). */
function readWord(words: Uint32Array, at: number): number {
  const w = at >> 5;
  const offset = at & 31;
  const low = words[w] ?? 0;
  return offset === 0 ? low : (low >>> offset) | ((words[w + 1] ?? 0) << (32 - offset));
}

/** Copies `length` bits from bit `sourceStart` of `source` to bit `targetStart` of `target`, a word at a time; other bits stay. */
export function copyBits(
  source: Uint32Array,
  sourceStart: number,
  target: Uint32Array,
  targetStart: number,
  length: number,
): void {
  if (length <= 0) return;
  const end = targetStart + length;
  const lastWord = (end - 1) >> 5;
  for (let w = targetStart >> 5; w <= lastWord; w++) {
    const first = w << 5;
    let mask = -1;
    if (first < targetStart) mask = -1 << (targetStart - first);
    if (first + 32 > end) mask &= -1 >>> (first + 32 - end);
    const bits = readWord(source, sourceStart - targetStart + first);
    target[w] = ((target[w] ?? 0) & ~mask) | (bits & mask);
  }
}

/** Bits `start` to `start + length - 1` of a vector as a vector of `length` dimensions; throws `VectorError` `dimensions` or `range`. */
export function sliceVector(vector: Hypervector, start: number, length: number): Hypervector {
  checkDimensions(length);
  if (!Number.isInteger(start) || start < 0 || start + length > vector.dimensions) {
    throw new VectorError('range', `bits ${start} to ${start + length} do not lie within ${vector.dimensions} dimensions`);
  }
  const words = new Uint32Array(wordCount(length));
  copyBits(vector.words, start, words, 0, length);
  return { dimensions: length, words };
}

/** The bits of `first` followed by those of `second`; throws `VectorError` (`dimensions`) past 65,536 bits. */
export function concatVectors(first: Hypervector, second: Hypervector): Hypervector {
  const dimensions = checkDimensions(first.dimensions + second.dimensions);
  const words = new Uint32Array(wordCount(dimensions));
  words.set(first.words);
  copyBits(second.words, 0, words, first.dimensions, second.dimensions);
  return { dimensions, words };
}
