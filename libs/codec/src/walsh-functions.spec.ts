import { WALSH_SIZE, walshWords, writeWalshSigns } from './walsh-functions';

const words = walshWords();
const bitOf = (digit: number, k: number): number => ((words[digit * 16 + (k >>> 5)] ?? 0) >>> (k & 31)) & 1;
const ones = (word: number): number => word.toString(2).replaceAll('0', '').length;

describe('the digit codebook', () => {
  it('has parity(digit & k) as bit k of each codeword', () => {
    for (let digit = 0; digit < WALSH_SIZE; digit += 7) {
      for (let k = 0; k < WALSH_SIZE; k += 3) expect(bitOf(digit, k)).toBe(ones(digit & k) % 2);
    }
  });

  it('is linear and has every two codewords differ in exactly half of the bits', () => {
    const wordsOf = (digit: number): number[] => [...words.subarray(16 * digit, 16 * digit + 16)];
    for (const [a, b] of [[1, 2], [3, 511], [256, 255], [0, 77]] as const) {
      const sum = wordsOf(a).map((word, k) => (word ^ (wordsOf(b)[k] ?? 0)) >>> 0);
      expect(sum).toEqual(wordsOf(a ^ b));
      expect(sum.reduce((count, word) => count + ones(word), 0)).toBe(WALSH_SIZE / 2);
    }
  });

  it('is +1 for a bit of 0 and -1 for a bit of 1 as numbers', () => {
    const signs = new Float32Array(WALSH_SIZE * WALSH_SIZE);
    writeWalshSigns(signs);
    for (let at = 0; at < signs.length; at += 13) expect(signs[at]).toBe(1 - 2 * bitOf(at >>> 9, at & 511));
  });
});
