const { imul } = Math; // a local, because the global object is slow to reach in a test's context

/** Values of an identity code. With the 100 of the word vectors a text embedding has 256. */
export const IDENTITY_DIMENSIONS = 156;

const SIGN = 1 / Math.sqrt(IDENTITY_DIMENSIONS);
const GOLDEN = 0x9e3779b9;

/** Murmur3's final mixing of 32 bits. */
function mix(bits: number): number {
  let hash = imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** 32-bit FNV-1a over UTF-16 code units, from `start`. */
function hashUnits(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** Seed of the code of a named feature; names of different kinds never share one on purpose. */
export function featureSeed(kind: 'stem' | 'number' | 'magnitude' | 'year', name: string): number {
  return hashUnits(name, hashUnits(kind, 0x811c9dc5));
}

/** Seeds of the codes of all character trigrams of a word with its two boundaries (spaces); as many as the word has code units. */
export function trigramSeeds(word: string): number[] {
  const units = ` ${word} `;
  return Array.from({ length: units.length - 2 }, (_, i) => hashUnits(units.slice(i, i + 3), 0x3c6ef372));
}

/**
 * Adds `weight` times a feature's code to `target` (156 values): a unit vector of equal-sized values with seeded random signs, so that two
 * features' codes have a cosine of 0 ± 0.08 (random indexing: Kanerva, Kristoferson and Holst, 2000).
 */
export function addCode(target: Float64Array, seed: number, weight: number): void {
  const value = weight * SIGN;
  let bits = 0;
  for (let i = 0; i < IDENTITY_DIMENSIONS; i++) {
    if ((i & 31) === 0) bits = mix(seed + imul(GOLDEN, (i >>> 5) + 1));
    target[i] = (target[i] ?? 0) + ((bits & 1) === 1 ? value : -value);
    bits >>>= 1;
  }
}

/** Scales a vector to unit length in place; a zero vector stays. */
export function toUnitLength(vector: Float64Array): Float64Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) * factor;
  return vector;
}
