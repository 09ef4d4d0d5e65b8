// Read by build-vocabulary.mjs too, which compiles this file alone: no imports.

const { imul } = Math;

/** First word of the asset: 'ΣV' in UTF-8 and a zero, little-endian. */
export const VOCABULARY_MAGIC = 0x0056a3ce;

/** Version of the asset's layout and of {@link hashToken}. */
export const VOCABULARY_VERSION = 1;

/**
 * Length of the asset's header in 32-bit words: magic, version, token count, slots of the hash table (a power of two), bytes of all
 * tokens together, CRC-32 of what follows the header. Then come token count + 1 offsets, the slots (token id + 1, 0 for free, linear
 * probing), all little-endian 32-bit words, and the tokens' bytes.
 */
export const VOCABULARY_HEADER_WORDS = 6;

/** Hash of bytes `start` to `end - 1`: FNV-1a of 32 bits with the final mix of MurmurHash3. */
export function hashToken(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
