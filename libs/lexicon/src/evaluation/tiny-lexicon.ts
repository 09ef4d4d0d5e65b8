import { Lexicon } from '../lexicon';
import { writeLexicon, type LexiconForm } from '../lexicon-file';
import type { WordVectors } from '../whitening';

/** Ten words in frequency order with vectors of three values, among them names that trip up plain objects and a non-ASCII one. */
export const TINY_VECTORS: WordVectors = {
  words: ['the', ',', 'not', 'receive', 'money', 'water', 'proof', '__proto__', 'naïve', 'nil'],
  dimensions: 3,
  values: Float32Array.of(...[1, 1, 1], ...[0.9, 1, 1.1], ...[0.5, -1, 0.25], ...[1, 0, 0], ...[0.9, 0.5, 0], ...[0, 1, 0], ...[0, 0.5, -1], ...[-1, 0, 0], ...[0, -2, 1], ...[0, 0, 0]),
};

/** The bytes of the tiny lexicon's file. */
export function tinyLexiconBytes(form: LexiconForm = 'float32'): ArrayBuffer {
  return Uint8Array.from(writeLexicon('tiny', TINY_VECTORS, form)).buffer;
}

/** The tiny lexicon in memory. */
export function tinyLexicon(form: LexiconForm = 'float32'): Lexicon {
  return Lexicon.from(tinyLexiconBytes(form));
}
