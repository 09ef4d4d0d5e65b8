import { type Hypervector, SeededGenerator } from '@sigmalang/vector';
import { flipBits } from './bit-noise';
import { decoderWorkspace } from './decoder-workspace';
import { DigitBeliefs } from './digit-beliefs';
import { cleanUp, memberSimilarity } from './digit-cleanup';
import { NoisyChannel } from './noisy-channel';
import { observe } from './observation';
import { sequenceCodebook } from './sequence-codebook';
import { encodeDigits } from './sequence-encoder';

const BITS = 7952;
const codebook = sequenceCodebook(BITS);

function cleanedUp(observed: Hypervector, length: number, highDigits: number): { beliefs: DigitBeliefs; channel: NoisyChannel } {
  const workspace = decoderWorkspace(codebook.paddedBits, length);
  const beliefs = new DigitBeliefs(length, highDigits, workspace);
  const channel = new NoisyChannel(observe([observed]), workspace);
  cleanUp(codebook, channel, beliefs, workspace);
  return { beliefs, channel };
}

/** Share of right digits and mean estimated flip rate of plain clean-up over a few random chunks. */
function measure(length: number, rate: number): { right: number; flipRate: number; claimed: number } {
  const generator = new SeededGenerator(`cleanup:${length}:${rate}`);
  const trials = 10;
  let [right, flipRate, claimed] = [0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const digits = Uint16Array.from({ length }, (_, i) => generator.nextBelow(i % 2 === 0 ? 391 : 512));
    const { beliefs, channel } = cleanedUp(flipBits(encodeDigits(digits, codebook), rate, generator), length, 391);
    flipRate += (channel.flipRates[0] ?? 0) / trials;
    right += digits.filter((digit, i) => beliefs.digits[i] === digit).length / length / trials;
    claimed += beliefs.expectedRight() / length / trials;
  }
  return { right, flipRate, claimed };
}

describe('cleanUp', () => {
  it.each([
    [96, 0, 1],
    [96, 0.1, 0.997],
    [192, 0, 0.974],
    [192, 0.1, 0.854],
    [256, 0, 0.912],
  ])('reads %i digits with flip rate %d right at the rate of %d known for random codebooks', (length, rate, expected) => {
    expect(Math.abs(measure(length, rate).right - expected)).toBeLessThan(0.03);
  });

  it.each([0, 0.1, 0.2, 0.3])('estimates a flip rate of %d, and claims to be right about as often as it is', (rate) => {
    const { right, flipRate, claimed } = measure(192, rate);
    expect(Math.abs(flipRate - rate)).toBeLessThan(0.03);
    expect(Math.abs(claimed - right)).toBeLessThan(0.05);
  });

  it('never chooses a high digit beyond the limit', () => {
    const { beliefs } = cleanedUp(codebook.position(500), 40, 3);
    expect(beliefs.digits.filter((_, i) => i % 2 === 0).every((digit) => digit < 3)).toBe(true);
    expect(beliefs.digits.some((digit) => digit >= 3)).toBe(true);
  });
});

describe('memberSimilarity', () => {
  it.each([
    [1, 1],
    [3, 1 / 2],
    [5, 6 / 16],
    [7, 20 / 64],
  ])('of a bundle of %i is C(n-1, (n-1)/2) / 2^(n-1) = %d', (members, expected) => {
    expect(memberSimilarity(members)).toBeCloseTo(expected, 12);
  });

  it('approaches sqrt(2 / (pi n))', () => {
    expect(memberSimilarity(193)).toBeCloseTo(Math.sqrt(2 / (Math.PI * 193)), 3);
  });
});
