import { hash64 } from './hash64';

const { imul, log, sqrt } = Math;

/** One step of splitmix32 as a function of its counter: spreads a seed over 32 bits. */
function splitMix(counter: number): number {
  let z = (counter + 0x9e3779b9) | 0;
  z = imul(z ^ (z >>> 16), 0x21f0aaad);
  z = imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

/**
 * Pseudo-random numbers by xoshiro128** 1.1 (Blackman and Vigna 2018): the sequence depends on the label and the seed alone, period
 * 2^128 - 1. Not for secrets.
 */
export class SeededGenerator {
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;
  #spareGaussian: number | undefined;

  /** Starts the sequence named `label` (hashed to 64 bits) under a 32-bit integer `seed`. */
  constructor(label: string, seed = 0) {
    const [low, high] = hash64(label, seed);
    this.#s0 = splitMix(low);
    this.#s1 = splitMix(high);
    this.#s2 = splitMix(low ^ 0x6a09e667);
    this.#s3 = splitMix(high ^ 0xbb67ae85) | 1; // never all zero, the one state that xoshiro cannot leave
  }

  /** The next integer, uniform from 0 to 2^32 - 1. */
  nextUint32(): number {
    const scrambled = imul(this.#s1, 5);
    const result = imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.#s1 << 9;
    this.#s2 ^= this.#s0;
    this.#s3 ^= this.#s1;
    this.#s1 ^= this.#s2;
    this.#s0 ^= this.#s3;
    this.#s2 ^= shifted;
    this.#s3 = (this.#s3 << 11) | (this.#s3 >>> 21);
    return result;
  }

  /** The next real number, uniform in [0, 1), with 53 random bits. */
  nextUniform(): number {
    return (this.nextUint32() * 0x200000 + (this.nextUint32() >>> 11)) / 0x20000000000000;
  }

  /** The next integer, uniform from 0 to `limit` - 1, for a limit from 1 to 2^32; bias below limit / 2^53. */
  nextBelow(limit: number): number {
    return Math.floor(this.nextUniform() * limit);
  }

  /** The next number of the standard normal distribution, by Marsaglia's polar method. */
  nextGaussian(): number {
    if (this.#spareGaussian !== undefined) {
      const spare = this.#spareGaussian;
      this.#spareGaussian = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.nextUniform() - 1;
      const v = 2 * this.nextUniform() - 1;
      const s = u * u + v * v;
      if (s === 0 || s >= 1) continue;
      const scale = sqrt((-2 * log(s)) / s);
      this.#spareGaussian = v * scale;
      return u * scale;
    }
  }
}
