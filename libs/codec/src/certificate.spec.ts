import { bind, fromBits, symbolVector } from '@sigmalang/vector';
import { differingShare, isConclusive } from './certificate';
import { sigmaGeometry } from './geometry';
import { observe } from './observation';

/** Whether bits of a segment of `bits` are enough for `digits` digits when only those are known that `isKnown` says. */
const proves = (bits: number, digits: number, isKnown: (bit: number) => boolean): boolean =>
  isConclusive(observe([symbolVector('any', bits)], fromBits(bits, (bit) => Number(!isKnown(bit)))), digits);

describe('isConclusive', () => {
  it.each([4096, 4112, 10_000, 65_536])('is true for all chunks of %i dimensions, whole or with a fifth erased', (dimensions) => {
    const { sequenceBits, tokensPerChunk } = sigmaGeometry(dimensions);
    for (const tokens of [0, 1, 2, tokensPerChunk >>> 1, tokensPerChunk]) {
      expect(proves(sequenceBits, 2 * tokens, () => true)).toBe(true);
      expect(proves(sequenceBits, 2 * tokens, (bit) => bit % 2000 >= 400)).toBe(true);
    }
  });

  it('is false where fewer bits are known than the digits carry', () => {
    expect(proves(7952, 192, (bit) => bit < 1700)).toBe(false);
    expect(proves(7952, 192, () => false)).toBe(false);
    expect(proves(7952, 0, (bit) => bit < 60)).toBe(false);
  });

  it('is false where the known bits recur so that two codewords do not differ in them', () => {
    expect(proves(7952, 2, (bit) => bit % 2 === 0)).toBe(false);
    expect(proves(63_488, 20, (bit) => bit % 512 === 7)).toBe(false);
    expect(proves(7952, 2, (bit) => bit % 3 === 0)).toBe(true);
  });

  it('is false where the copies differ in as many bits as two readings do', () => {
    const copies = (bits: number, share: number) => {
      const one = symbolVector('any', bits);
      return observe([one, bind(one, fromBits(bits, (bit) => Number(bit % 1000 < 1000 * share)))]);
    };
    expect(isConclusive(copies(7952, 0.01), 192)).toBe(true);
    expect(isConclusive(copies(7952, 0.032), 192)).toBe(false);
    expect(isConclusive(copies(7952, 0.15), 2)).toBe(true);
    expect(isConclusive(copies(7952, 0.25), 2)).toBe(false);
    expect(isConclusive(copies(7952, 0.5), 0)).toBe(true);
  });
});

/** The expected number of other readings of `length` digits that agree in all of so many known bits, as a power of 2. */
function doubtOf(bits: number, length: number): number {
  let [logOfReadings, expected] = [0, 0];
  for (let t = 1; t <= length; t++) {
    logOfReadings += Math.log2(((length - t + 1) / t) * 511);
    expected += 2 ** (logOfReadings + bits * Math.log2(1 - differingShare(t, length)));
  }
  return Math.log2(expected);
}

describe('the most digits that known bits prove', () => {
  it.each([512, 1024, 1536])('leave a doubt of at most 2^-40 where %i bits are known, and one digit more leaves more', (bits) => {
    const lengths = Array.from({ length: 250 }, (_item, length) => length);
    const proved = lengths.findLast((length) => proves(4096, length, (bit) => bit < bits)) ?? 0;
    expect(doubtOf(bits, proved)).toBeLessThanOrEqual(-40);
    expect(doubtOf(bits, proved + 1)).toBeGreaterThan(-40 - Math.log2(proved + 1));
  });
});

/** The probabilities of the sums of `terms` random signs, by the number of positive ones. */
function probabilities(terms: number): number[] {
  let row = [1];
  for (let n = 0; n < terms; n++) row = [...row, 0].map((value, k) => (value + (row[k - 1] ?? 0)) / 2);
  return row;
}

/** The probability that two sums of `length` + 1 random signs differ in their own sign, all but t of their terms being the same. */
function shareOf(t: number, length: number): number {
  const own = probabilities(t);
  const common = length + 1 - t;
  return probabilities(common).reduce((sum, probability, k) => {
    const negative = own.reduce((part, value, positive) => part + (2 * (k + positive) < common + t ? value : 0), 0);
    return sum + 2 * probability * negative * (1 - negative);
  }, 0);
}

describe('differingShare', () => {
  it('is never more than the signs of two sums differ by, and at most an eighth less', () => {
    for (const length of [2, 4, 10, 36, 192, 500]) {
      for (let t = 1; t <= Math.min(length, 60); t++) {
        const exact = shareOf(t, length);
        expect(differingShare(t, length)).toBeLessThan(exact);
        expect(differingShare(t, length)).toBeGreaterThan(0.875 * exact);
      }
    }
  });
});
