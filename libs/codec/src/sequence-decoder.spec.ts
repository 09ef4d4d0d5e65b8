import { SeededGenerator, symbolVector } from '@sigmalang/vector';
import { flipBits } from './bit-noise';
import { sigmaGeometry } from './geometry';
import { observe } from './observation';
import { sequenceCodebook } from './sequence-codebook';
import { CONFIDENCE_TABLE } from './confidence-table';
import { logOdds, sequenceConfidence } from './sequence-confidence';
import { decodeDigits } from './sequence-decoder';
import { encodeDigits } from './sequence-encoder';
import { SoftCancellation } from './soft-cancellation';

const HIGH_DIGITS = 391;

const randomDigits = (length: number, generator: SeededGenerator): Uint16Array =>
  Uint16Array.from({ length }, (_, i) => generator.nextBelow(i % 2 === 0 ? HIGH_DIGITS : 512));

/** Of some random chunks, how many are read right and how many of them with a certificate. */
function measure(bits: number, length: number, rate: number, trials: number): { right: number; certified: number } {
  const codebook = sequenceCodebook(bits);
  const generator = new SeededGenerator(`decode:${bits}:${length}:${rate}`);
  let [right, certified] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const digits = randomDigits(length, generator);
    const decoded = decodeDigits(observe([flipBits(encodeDigits(digits, codebook), rate, generator)]), length, HIGH_DIGITS, codebook);
    const isRight = decoded.digits.every((digit, i) => digit === digits[i]);
    if (decoded.isCertified && !isRight) throw new Error('a wrong reading was certified');
    right += Number(isRight);
    certified += Number(decoded.isCertified);
  }
  return { right, certified };
}

describe('decodeDigits', () => {
  it.each([
    [4096, 150],
    [4112, 50],
    [10_000, 60],
    [65_536, 2],
  ])('reads every full chunk of a vector of %i bits, certified', (dimensions, trials) => {
    const { sequenceBits, tokensPerChunk } = sigmaGeometry(dimensions);
    expect(measure(sequenceBits, 2 * tokensPerChunk, 0, trials)).toEqual({ right: trials, certified: trials });
  });

  it.each([2, 4, 20, 60, 120])('reads chunks of %i digits, certified', (length) => {
    expect(measure(7952, length, 0, 40)).toEqual({ right: 40, certified: 40 });
  });

  it.each([
    [192, 0.05, 10],
    [192, 0.1, 20],
    [192, 0.15, 10],
    [40, 0.3, 10],
    [192, 0.17, 20],
    [256, 0.1, 5],
  ])('reads %i digits of which a share of %d bits was flipped, without certificate', (length, rate, trials) => {
    expect(measure(7952, length, rate, trials)).toEqual({ right: trials, certified: 0 });
  });

  it('reads nearly all chunks of 192 digits of which 18 % of the bits were flipped', () => {
    expect(measure(7952, 192, 0.18, 40).right).toBeGreaterThan(35);
  });

  it('goes on for 6 rounds in which nothing gets better, after which a chunk may still be read, and gives up then', () => {
    const codebook = sequenceCodebook(7952);
    const generator = new SeededGenerator('patience:0.19');
    const rounds = jest.spyOn(SoftCancellation.prototype, 'round');
    const readings = Array.from({ length: 8 }, () => {
      rounds.mockClear();
      const digits = randomDigits(192, generator);
      const decoded = decodeDigits(observe([flipBits(encodeDigits(digits, codebook), 0.19, generator)]), 192, HIGH_DIGITS, codebook);
      return { isRight: decoded.digits.every((digit, i) => digit === digits[i]), rounds: rounds.mock.calls.length };
    });
    rounds.mockRestore();
    expect(readings[4]).toEqual({ isRight: true, rounds: 19 }); // after 5 rounds in which nothing got better
    expect(readings[7]).toEqual({ isRight: false, rounds: 8 }); // the second was the last in which anything did
  });

  it.each([0.003, 0.02, 0.1])('reads 16 equal copies with a share of %d flipped bits as it reads one', (rate) => {
    const generator = new SeededGenerator(`equal:${rate}`);
    const codebook = sequenceCodebook(7952);
    for (let trial = 0; trial < 4; trial++) {
      const digits = randomDigits(192, generator);
      const noisy = flipBits(encodeDigits(digits, codebook), rate, generator);
      const copies = Array.from({ length: 15 }, () => noisy);
      expect([...decodeDigits(observe([noisy, ...copies]), 192, HIGH_DIGITS, codebook).digits]).toEqual([...digits]);
    }
  });

  it('believes a good copy more than two bad ones', () => {
    const generator = new SeededGenerator('qualities');
    const codebook = sequenceCodebook(7952);
    for (let trial = 0; trial < 6; trial++) {
      const digits = randomDigits(192, generator);
      const encoded = encodeDigits(digits, codebook);
      const [bad, good, worse] = [0.4, 0.14, 0.45].map((rate) => flipBits(encoded, rate, generator));
      if (!bad || !good || !worse) throw new Error('there are three');
      expect([...decodeDigits(observe([bad, good, worse]), 192, HIGH_DIGITS, codebook).digits]).toEqual([...digits]);
    }
  });

  it('does not choose between two copies of different digits', () => {
    const codebook = sequenceCodebook(7952);
    const digits = randomDigits(192, new SeededGenerator('two texts'));
    const others = digits.map((digit, i) => (i === 77 ? digit ^ 5 : digit));
    const observation = observe([encodeDigits(digits, codebook), encodeDigits(others, codebook)]);
    const decoded = decodeDigits(observation, 192, HIGH_DIGITS, codebook);
    expect(decoded).toMatchObject({ isCertified: false, isAmbiguous: true });
    expect(sequenceConfidence(decoded, observation.knownBits)).toBeLessThanOrEqual(0.5);
  });

  it('reads 200 tokens from 7,952 bits without noise', () => {
    expect(measure(7952, 400, 0, 3)).toEqual({ right: 3, certified: 3 });
  });

  it('counts the bits that differ from the encoding of what it read', () => {
    const codebook = sequenceCodebook(7952);
    const digits = randomDigits(40, new SeededGenerator('count'));
    const encoded = encodeDigits(digits, codebook);
    const words = encoded.words.slice();
    for (const bit of [3, 77, 4000, 7951]) words[bit >>> 5] = (words[bit >>> 5] ?? 0) ^ (1 << (bit & 31));
    const decoded = decodeDigits(observe([{ dimensions: 7952, words }]), 40, HIGH_DIGITS, codebook);
    expect([...decoded.digits]).toEqual([...digits]);
    expect(decoded.bitErrors).toBe(4);
    expect(sequenceConfidence(decoded, 7952)).toBeGreaterThan(0.999);
  });

  it('gives the same result whatever was decoded before', () => {
    const codebook = sequenceCodebook(7952);
    const generator = new SeededGenerator('order');
    const noisy = flipBits(encodeDigits(randomDigits(192, generator), codebook), 0.19, generator);
    const first = decodeDigits(observe([noisy]), 192, HIGH_DIGITS, codebook);
    decodeDigits(observe([symbolVector('other', 7952)]), 100, HIGH_DIGITS, codebook);
    expect(decodeDigits(observe([noisy]), 192, HIGH_DIGITS, codebook)).toEqual(first);
  });
});

describe('sequenceConfidence', () => {
  it.each([0, 2, 10, 60, 192])('is near zero for a random segment said to hold %i digits', (length) => {
    const codebook = sequenceCodebook(7952);
    for (let trial = 0; trial < 4; trial++) {
      const decoded = decodeDigits(observe([symbolVector(`random:${length}:${trial}`, 7952)]), length, HIGH_DIGITS, codebook);
      expect(decoded.bitErrors).toBeGreaterThan(2000);
      expect(sequenceConfidence(decoded, 7952)).toBeLessThan(0.05);
    }
  });

  it('is 1 with a certificate and nearly 0 where more than half of the bits differ', () => {
    const digits = Uint16Array.of(1, 2);
    expect(sequenceConfidence({ digits, probabilities: Float64Array.of(0.5, 0.5), bitErrors: 0, isCertified: true, isAmbiguous: false }, 7952)).toBe(1);
    expect(sequenceConfidence({ digits, probabilities: Float64Array.of(1, 1), bitErrors: 5000, isCertified: false, isAmbiguous: false }, 7952)).toBeLessThan(0.01);
  });

  it('is the share of right readings that was measured for what is computed', () => {
    for (const [computed, measured] of CONFIDENCE_TABLE) {
      const probability = 1 / (1 + Math.exp(-computed));
      const decoded = { digits: Uint16Array.of(1, 2), probabilities: Float64Array.of(probability, 1), bitErrors: 0, isCertified: false, isAmbiguous: false };
      expect(logOdds(sequenceConfidence(decoded, 7952))).toBeCloseTo(measured, 3);
    }
  });

  it('is about the share of right readings, in bins, between flip rates of 0 and 0.4', () => {
    const codebook = sequenceCodebook(3072);
    const generator = new SeededGenerator('calibration');
    const bins = Array.from({ length: 10 }, () => ({ claimed: 0, right: 0 }));
    const trials = 150;
    for (let trial = 0; trial < trials; trial++) {
      const digits = randomDigits(2 * (1 + generator.nextBelow(37)), generator);
      const noisy = flipBits(encodeDigits(digits, codebook), 0.4 * generator.nextUniform(), generator);
      const decoded = decodeDigits(observe([noisy]), digits.length, HIGH_DIGITS, codebook);
      const confidence = sequenceConfidence(decoded, 3072);
      const bin = bins[Math.min(9, Math.floor(confidence * 10))];
      if (!bin) throw new Error(`confidence ${confidence} is not between 0 and 1`);
      bin.claimed += confidence;
      bin.right += Number(decoded.digits.every((digit, i) => digit === digits[i]));
    }
    const error = bins.reduce((sum, { claimed, right }) => sum + Math.abs(claimed - right), 0) / trials;
    expect(error).toBeLessThan(0.02);
    expect(bins[9]?.right).toBeGreaterThan(60);
    expect(bins[0]?.claimed).toBeLessThan(2);
  });
});
