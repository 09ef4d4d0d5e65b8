import { type Hypervector, MajorityCounter, tailMask, zeroVector } from '@sigmalang/vector';
import type { SequenceCodebook } from './sequence-codebook';
import { WALSH_SIZE, walshWord } from './walsh-hadamard';

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

/** Sums of bound digits, bit by bit: the codeword of each digit (its Walsh function, repeated every 512 bits) XOR its position's vector. */
export class DigitSum {
  readonly #counter: MajorityCounter;
  readonly #bound: Hypervector;

  /** Starts with the tie vector of the codebook alone, so that an even number of digits never leaves a tie. */
  constructor(private readonly codebook: SequenceCodebook) {
    this.#counter = new MajorityCounter(codebook.bits);
    this.#bound = zeroVector(codebook.bits);
    this.#counter.add(codebook.tie);
  }

  /** Adds one digit at its position. */
  add(digit: number, position: number): void {
    const { words } = this.codebook.position(position);
    const bound = this.#bound.words;
    for (let w = 0; w < bound.length; w++) bound[w] = (words[w] ?? 0) ^ walshWord(digit, w & 15);
    bound[bound.length - 1] = (bound[bound.length - 1] ?? 0) & tailMask(this.codebook.bits);
    this.#counter.add(this.#bound);
  }

  /** The per-bit majority of the tie vector and the digits added. */
  majority(): Hypervector {
    return this.#counter.majority();
  }

  /** Writes the sums to `target`, a bit of 0 counting +1 and a bit of 1 counting -1. */
  writeTo(target: Float64Array): void {
    const ones = this.#counter.counts();
    for (let j = 0; j < target.length; j++) target[j] = this.#counter.size - 2 * (ones[j] ?? 0);
  }
}

/**
 * The sequence segment: each digit bound to its position, all bundled by majority together with the codebook's tie vector (which is
 * the whole segment where there are no digits). `digits` has an even length, two digits a token.
 */
export function encodeDigits(digits: Uint16Array, codebook: SequenceCodebook): Hypervector {
  const sum = new DigitSum(codebook);
  for (let i = 0; i < digits.length; i++) sum.add(digits[i] ?? 0, i);
  return sum.majority();
}
