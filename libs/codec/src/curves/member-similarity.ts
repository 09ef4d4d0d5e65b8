import { SeededGenerator, similarity } from '@sigmalang/vector';
import { memberSimilarity } from '../digit-cleanup';
import { sequenceCodebook } from '../sequence-codebook';
import { encodeDigits } from '../sequence-encoder';
import { boundDigit } from './bound-digit';

/** Expected and measured similarity of a bundle to its members. */
export interface MemberSimilarity {
  readonly digits: number;
  readonly expected: number;
  readonly approximate: number;
  readonly measured: number;
  /** Standard error of the measured mean. */
  readonly error: number;
}

/** The mean similarity of encodings to each of their digits, over `trials` encodings of random digits in `bits` bits. */
export function measureMemberSimilarity(bits: number, digits: number, trials: number): MemberSimilarity {
  const generator = new SeededGenerator(`curves:similarity:${digits}`);
  const codebook = sequenceCodebook(bits);
  const means = Array.from({ length: trials }, () => {
    const written = Uint16Array.from({ length: digits }, () => generator.nextBelow(512));
    const segment = encodeDigits(written, codebook);
    const sum = written.reduce((total, digit, i) => total + similarity(segment, boundDigit(digit, i, codebook)), 0);
    return sum / digits;
  });
  const measured = means.reduce((sum, value) => sum + value, 0) / trials;
  const squares = means.reduce((sum, value) => sum + (value - measured) ** 2, 0);
  return {
    digits,
    expected: memberSimilarity(digits + 1),
    approximate: Math.sqrt(2 / (Math.PI * (digits + 1))),
    measured,
    error: Math.sqrt(squares / (trials - 1) / trials),
  };
}
