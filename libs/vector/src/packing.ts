import { type Hypervector, checkDimensions, hypervector, tailMask, wordCount } from './hypervector';
import { VectorError } from './vector-error';

/** The vector as ceil(dimensions / 8) bytes: dimension i is bit i % 8 (least significant first) of byte i >> 3. */
export function toBytes(vector: Hypervector): Uint8Array {
  const bytes = new Uint8Array((vector.dimensions + 7) >>> 3);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (vector.words[i >>> 2] ?? 0) >>> ((i & 3) << 3);
  return bytes;
}

/** The inverse of {@link toBytes}; throws `VectorError` `dimensions`, `length` or `spare-bits`. */
export function fromBytes(bytes: Uint8Array, dimensions: number): Hypervector {
  const expected = (checkDimensions(dimensions) + 7) >>> 3;
  if (bytes.length !== expected) {
    throw new VectorError('length', `${dimensions} dimensions need ${expected} bytes, found ${bytes.length}`);
  }
  const words = new Uint32Array(wordCount(dimensions));
  for (let i = 0; i < bytes.length; i++) words[i >>> 2] = (words[i >>> 2] ?? 0) | ((bytes[i] ?? 0) << ((i & 3) << 3));
  return hypervector(words, dimensions);
}

/** {@link toBytes} in base64 (RFC 4648 section 4, padded). */
export function toBase64(vector: Hypervector): string {
  return Buffer.from(toBytes(vector)).toString('base64');
}

/** The inverse of {@link toBase64}; throws `VectorError` as {@link fromBytes} and {@link decodeBase64} do. */
export function fromBase64(text: string, dimensions: number): Hypervector {
  return fromBytes(decodeBase64(text), dimensions);
}

/**
 * The bytes of canonical, padded base64; throws `VectorError` (`base64`) on a foreign character, missing padding or non-zero spare bits,
 * and on what is no text, of which an object with a length would be taken for so many bytes.
 */
export function decodeBase64(text: string): Uint8Array {
  if (typeof text !== 'string') throw new VectorError('base64', `expected base64, found ${typeof text}`);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) {
    throw new VectorError('base64', 'expected canonical base64 with padding (RFC 4648 section 4)');
  }
  return bytes;
}

/** One character '0' or '1' a dimension, dimension 0 first. */
export function toBitString(vector: Hypervector): string {
  let text = '';
  for (let i = 0; i < vector.dimensions; i++) text += bitAt(vector, i) ? '1' : '0';
  return text;
}

/** The inverse of {@link toBitString}, the length giving the dimensions; throws `VectorError` `dimensions` or `digit`. */
export function fromBitString(text: string): Hypervector {
  return fromBits(text.length, (i) => {
    const digit = text.charCodeAt(i) - 48;
    if (digit === 0 || digit === 1) return digit;
    throw new VectorError('digit', `expected '0' or '1' at position ${i}, found ${JSON.stringify(text.charAt(i))}`);
  });
}

/** One number a dimension: +1 for a bit of 0 and -1 for a bit of 1, so that XOR of bits is the product of numbers. */
export function toBipolar(vector: Hypervector): number[] {
  return Array.from({ length: vector.dimensions }, (_, i) => 1 - 2 * bitAt(vector, i));
}

/** The inverse of {@link toBipolar}, the length giving the dimensions; throws `VectorError` `dimensions` or `bipolar`. */
export function fromBipolar(values: ArrayLike<number>): Hypervector {
  return fromBits(values.length, (i) => {
    const value = values[i];
    if (value === 1 || value === -1) return (1 - value) / 2;
    throw new VectorError('bipolar', `expected +1 or -1 at position ${i}, found ${String(value)}`);
  });
}

/** Bit `index` of a vector, 0 or 1; `index` from 0 to dimensions - 1. */
export function bitAt(vector: Hypervector, index: number): number {
  return ((vector.words[index >>> 5] ?? 0) >>> (index & 31)) & 1;
}

/** A vector from a function that gives each bit as 0 or 1; throws `VectorError` (`dimensions`). */
export function fromBits(dimensions: number, bit: (index: number) => number): Hypervector {
  const words = new Uint32Array(wordCount(checkDimensions(dimensions)));
  for (let i = 0; i < dimensions; i++) words[i >>> 5] = (words[i >>> 5] ?? 0) | (bit(i) << (i & 31));
  return { dimensions, words };
}

/** A copy of a vector with every bit inverted; its similarity to the original is -1. */
export function complement(vector: Hypervector): Hypervector {
  const words = vector.words.map((word) => ~word);
  words[words.length - 1] = (words[words.length - 1] ?? 0) & tailMask(vector.dimensions);
  return { dimensions: vector.dimensions, words };
}
