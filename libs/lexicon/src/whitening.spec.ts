import { multiplyLower, whiteningMatrix } from './whitening';
import { WordFrequency } from './word-frequency';

describe('word frequency by rank', () => {
  it.each([1, 2, 1000])('sums to one over a list of %d words', (size) => {
    const frequency = new WordFrequency(size);
    const total = Array.from({ length: size }, (_, index) => frequency.probability(index)).reduce((a, b) => a + b);
    expect(total).toBeCloseTo(1, 12);
  });

  it('falls as weights rise from near 0 to near 1', () => {
    const frequency = new WordFrequency(340_000);
    const weights = [0, 10, 1000, 100_000].map((index) => frequency.weight(index));
    expect(weights).toEqual([...weights].sort((a, b) => a - b));
    expect(weights[0]).toBeLessThan(0.02);
    expect(weights[3]).toBeGreaterThan(0.99);
  });
});

describe('whitening', () => {
  const words = Array.from({ length: 400 }, (_, i) => (i % 10 === 0 ? ',' : 'w') + String(i));
  const values = Float32Array.from({ length: 1200 }, (_, i) => (i % 3 === 0 ? 5 : 0) + Math.sin(i * i) * (i % 3 === 1 ? 2 : 0.5));
  const matrix = whiteningMatrix({ words, dimensions: 3, values });

  it('leaves no direction commoner than another in the weighted sum of words', () => {
    const frequency = new WordFrequency(words.length);
    const moment = new Float64Array(9);
    let total = 0;
    words.forEach((word, index) => {
      if (word.startsWith(',')) return;
      const weight = frequency.probability(index) * frequency.weight(index) ** 2;
      const vector = multiplyLower(matrix, values.subarray(3 * index, 3 * index + 3));
      total += weight;
      for (let i = 0; i < 9; i++) moment[i] = (moment[i] ?? 0) + weight * (vector[Math.floor(i / 3)] ?? 0) * (vector[i % 3] ?? 0);
    });
    moment.forEach((sum, i) => {
      expect(sum / total).toBeCloseTo(i % 4 === 0 ? 1 : 0, 3);
    });
  });

  it('is finite where words are fewer than dimensions, or all vectors are zero', () => {
    expect(whiteningMatrix({ words: ['one'], dimensions: 2, values: Float32Array.of(1, 1) }).every(Number.isFinite)).toBe(true);
    expect(whiteningMatrix({ words: ['one'], dimensions: 2, values: new Float32Array(2) }).every(Number.isFinite)).toBe(true);
  });
});
