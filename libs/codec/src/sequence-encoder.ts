import { type Hypervector, activeKernels, tailMask, wordCount } from '@sigmalang/vector';
import { activeDigitKernels } from './digit-kernels';
import type { SequenceCodebook } from './sequence-codebook';
import { WALSH_SIZE } from './walsh-functions';

/** The digits of token ids below 2^18 in base 512, two a token, the high one first. */
export function digitsOfTokens(tokens: Uint32Array): Uint16Array {
  const digits = new Uint16Array(tokens.length * 2);
  tokens.forEach((token, t) => {
    digits[2 * t] = token >>> 9;
    digits[2 * t + 1] = token & (WALSH_SIZE - 1);
  });
  return digits;
}

/** The inverse of {@link digitsOfTokens}. */
export function tokensOfDigits(digits: Uint16Array): Uint32Array {
  return Uint32Array.from({ length: digits.length / 2 }, (_, t) => ((digits[2 * t] ?? 0) << 9) | (digits[2 * t + 1] ?? 0));
}

/** All positions of `count` digits, in order. */
export function allPositions(count: number): Uint16Array {
  return Uint16Array.from({ length: count }, (_, i) => i);
}

const room = activeKernels.allocate(8192);
const segment = new Uint32Array(room.buffer, room.byteOffset, room.length / 4);

/**
 * The sequence segment: each digit's codeword (its Walsh function, repeated every 512 bits) bound to its position by XOR, all bundled by
 * majority together with the codebook's tie vector (which is the whole segment where there are no digits). `digits` has an even length,
 * two digits a token.
 */
export function encodeDigits(digits: Uint16Array, codebook: SequenceCodebook): Hypervector {
  const positions = codebook.positions(digits.length);
  const target = segment.subarray(0, codebook.wordsPerRow);
  activeDigitKernels.majority(digits, allPositions(digits.length), positions, codebook.tie, target);
  const words = target.slice(0, wordCount(codebook.bits));
  words[words.length - 1] = (words[words.length - 1] ?? 0) & tailMask(codebook.bits);
  return { dimensions: codebook.bits, words };
}
