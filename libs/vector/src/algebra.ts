import { activeKernels } from './vector-kernels';
import { copyBits } from './bit-range';
import { type Hypervector, checkSameDimensions } from './hypervector';
import { tieVector } from './symbol-vector';
import { VectorError } from './vector-error';

/** Binds two vectors by XOR: commutative, its own inverse, distance-preserving, and unlike both inputs. Throws `VectorError` (`mismatch`). */
export function bind(a: Hypervector, b: Hypervector): Hypervector {
  checkSameDimensions(a, b);
  const words = new Uint32Array(a.words.length);
  activeKernels.xor(a.words, b.words, words);
  return { dimensions: a.dimensions, words };
}

/** Rotates a vector: bit i goes to bit (i + shift) mod dimensions, for any integer shift; throws `VectorError` (`range`) on another number. */
export function permute(vector: Hypervector, shift: number): Hypervector {
  if (!Number.isSafeInteger(shift)) throw new VectorError('range', `a shift must be an integer, not ${shift}`);
  const { dimensions } = vector;
  const by = ((shift % dimensions) + dimensions) % dimensions;
  const words = new Uint32Array(vector.words.length);
  copyBits(vector.words, 0, words, by, dimensions - by);
  copyBits(vector.words, dimensions - by, words, 0, by);
  return { dimensions, words };
}

/**
 * Bundles vectors by per-bit majority: the result is similar to each of them (for an odd number n of random vectors by
 * C(n-1, (n-1)/2) / 2^(n-1), about sqrt(2 / (pi n)): Kanerva 1997). Ties, possible for an even number only, are broken by the
 * pseudo-random vector of `seed`. Throws `VectorError` `empty` or `mismatch`.
 */
export function bundle(vectors: readonly Hypervector[], { seed = 0 }: { seed?: number } = {}): Hypervector {
  const [first] = vectors;
  if (!first) throw new VectorError('empty', 'a bundle needs at least one vector');
  for (const vector of vectors) checkSameDimensions(first, vector);
  const words = new Uint32Array(first.words.length);
  const tie = tieVector(first.dimensions, seed);
  activeKernels.majority(vectors.map((vector) => vector.words), tie.words, words);
  return { dimensions: first.dimensions, words };
}

/** Number of bits in which two vectors differ, 0 to dimensions. Throws `VectorError` (`mismatch`). */
export function hammingDistance(a: Hypervector, b: Hypervector): number {
  checkSameDimensions(a, b);
  return activeKernels.hamming(a.words, b.words);
}

/** 1 - 2 hamming / dimensions: 1 for equal vectors, about 0 (standard deviation 1 / sqrt(dimensions)) for unrelated ones, -1 for complements. */
export function similarity(a: Hypervector, b: Hypervector): number {
  return 1 - (2 * hammingDistance(a, b)) / a.dimensions;
}
