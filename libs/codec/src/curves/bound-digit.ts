import { type Hypervector, tailMask } from '@sigmalang/vector';
import type { SequenceCodebook } from '../sequence-codebook';
import { walshWords } from '../walsh-functions';

const codewords = walshWords();

/** The codeword of a digit bound to its position. */
export function boundDigit(digit: number, position: number, codebook: SequenceCodebook): Hypervector {
  const { dimensions, words } = codebook.position(position);
  const bound = words.map((word, w) => word ^ (codewords[16 * digit + (w & 15)] ?? 0));
  bound[bound.length - 1] = (bound[bound.length - 1] ?? 0) & tailMask(dimensions);
  return { dimensions, words: bound };
}
