import { hypervector, tailMask, wordCount, zeroVector } from './hypervector';
import { VectorError } from './vector-error';

const reasonOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof VectorError) return error.reason;
    throw error;
  }
  return 'nothing thrown';
};

describe('hypervector', () => {
  it.each([1023, 65_537, 2048.5, Number.NaN, -1024, Infinity])('refuses %p dimensions', (dimensions) => {
    expect(reasonOf(() => zeroVector(dimensions))).toBe('dimensions');
  });

  it.each([
    [1024, 32, 0xffffffff],
    [1025, 33, 1],
    [1030, 33, 0b111111],
    [1055, 33, 0x7fffffff],
    [65_536, 2048, 0xffffffff],
  ])('keeps %i dimensions in %i words', (dimensions, words, mask) => {
    expect(wordCount(dimensions)).toBe(words);
    expect(tailMask(dimensions)).toBe(mask);
    expect(zeroVector(dimensions).words).toHaveLength(words);
  });

  it('takes words of the right number whose spare bits are zero', () => {
    const words = new Uint32Array(33).fill(3);
    expect(hypervector(words, 1026).words).toBe(words);
    expect(reasonOf(() => hypervector(words, 1025))).toBe('spare-bits');
    expect(reasonOf(() => hypervector(words, 1024))).toBe('length');
    expect(reasonOf(() => hypervector(words, 1057))).toBe('length');
  });
});
