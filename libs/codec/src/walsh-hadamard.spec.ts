import { SeededGenerator } from '@sigmalang/vector';
import { WALSH_SIZE, walshHadamard, walshWord } from './walsh-hadamard';

const bitOf = (digit: number, k: number): number => (walshWord(digit, k >>> 5) >>> (k & 31)) & 1;
const parity = (value: number): number => value.toString(2).replaceAll('0', '').length % 2;

describe('the digit codebook', () => {
  it('has parity(digit & k) as bit k of each codeword', () => {
    for (let digit = 0; digit < WALSH_SIZE; digit += 7) {
      for (let k = 0; k < WALSH_SIZE; k += 3) expect(bitOf(digit, k)).toBe(parity(digit & k));
    }
  });

  it('is linear and has every two codewords differ in exactly half of the bits', () => {
    const word = (digit: number): string => Array.from({ length: 16 }, (_, k) => walshWord(digit, k)).join();
    for (const [a, b] of [[1, 2], [3, 511], [256, 255], [0, 77]] as const) {
      const sum = Array.from({ length: 16 }, (_, k) => (walshWord(a, k) ^ walshWord(b, k)) >>> 0);
      expect(sum.join()).toBe(word(a ^ b));
      expect(sum.map((w) => parityCount(w)).reduce((x, y) => x + y, 0)).toBe(WALSH_SIZE / 2);
    }
  });
});

const parityCount = (word: number): number => word.toString(2).replaceAll('0', '').length;

describe('walshHadamard', () => {
  const generator = new SeededGenerator('wht');
  const values = Float64Array.from({ length: WALSH_SIZE }, () => generator.nextGaussian());

  it('correlates with every codeword at once', () => {
    const transformed = values.slice();
    walshHadamard(transformed);
    for (let digit = 0; digit < WALSH_SIZE; digit += 5) {
      const expected = values.reduce((sum, value, k) => sum + value * (1 - 2 * bitOf(digit, k)), 0);
      expect(transformed[digit]).toBeCloseTo(expected, 9);
    }
  });

  it('is its own inverse up to a factor of 512', () => {
    const twice = values.slice();
    walshHadamard(twice);
    walshHadamard(twice);
    twice.forEach((value, k) => {
      expect(value / WALSH_SIZE).toBeCloseTo(values[k] ?? 0, 9);
    });
  });
});
