import { SeededGenerator, hammingDistance } from '@sigmalang/vector';
import { flipBits } from './bit-noise';
import { DigitBeliefs } from './digit-beliefs';
import { cleanUp } from './digit-cleanup';
import { HardCancellation } from './hard-cancellation';
import { sequenceCodebook } from './sequence-codebook';
import { encodeDigits } from './sequence-encoder';

const HIGH_DIGITS = 391;
const TRIALS = 20;

interface Attempt {
  readonly digits: Uint16Array;
  readonly cancellation: HardCancellation;
  readonly beliefs: DigitBeliefs;
  readonly errorsOf: (digits: Uint16Array) => number;
}

/** Cancellations of full random chunks, set up from the clean-up and not yet run. */
function attempts(bits: number, length: number, rate: number): Attempt[] {
  const codebook = sequenceCodebook(bits);
  const generator = new SeededGenerator(`hard:${bits}:${length}:${rate}`);
  return Array.from({ length: TRIALS }, () => {
    const digits = Uint16Array.from({ length }, (_, i) => generator.nextBelow(i % 2 === 0 ? HIGH_DIGITS : 512));
    const observed = flipBits(encodeDigits(digits, codebook), rate, generator);
    const beliefs = new DigitBeliefs(length, HIGH_DIGITS);
    cleanUp(observed, codebook, beliefs);
    const cancellation = new HardCancellation(observed, codebook, beliefs);
    return { digits, cancellation, beliefs, errorsOf: (read) => hammingDistance(observed, encodeDigits(read, codebook)) };
  });
}

const isRead = ({ digits, cancellation }: Attempt): boolean => cancellation.digits.every((digit, i) => digit === digits[i]);

const steps = (cancellation: HardCancellation): number => Array.from(cancellation.run()).length;

describe('HardCancellation', () => {
  it.each([
    [3072, 74],
    [3084, 74],
    [7952, 192],
  ])('certifies nearly every full chunk of %i bits without noise, deciding few digits again', (bits, length) => {
    const all = attempts(bits, length, 0);
    expect(all.filter(isRead).length).toBeLessThan(TRIALS / 2);
    const decisions = all.reduce((sum, { cancellation }) => sum + steps(cancellation), 0) / TRIALS;
    expect(decisions).toBeLessThan(length / 6);
    expect(all.filter(isRead).length).toBeGreaterThanOrEqual(TRIALS - 1);
    for (const attempt of all) expect(attempt.cancellation.bitErrors === 0).toBe(isRead(attempt));
  });

  it.each([0, 0.02])('counts the bit errors that encoding its digits again gives, at every step (flip rate %d)', (rate) => {
    for (const { cancellation, errorsOf } of attempts(3084, 74, rate).slice(0, 5)) {
      const run = cancellation.run();
      do expect(cancellation.bitErrors).toBe(errorsOf(cancellation.digits));
      while (!run.next().done);
    }
  });

  it('leaves the beliefs as they are', () => {
    for (const { cancellation, beliefs } of attempts(7952, 192, 0).slice(0, 5)) {
      const [digits, probabilities] = [beliefs.digits.slice(), beliefs.probabilities.slice()];
      expect(steps(cancellation)).toBeGreaterThan(0);
      expect(cancellation.digits).not.toEqual(digits);
      expect([beliefs.digits, beliefs.probabilities]).toEqual([digits, probabilities]);
    }
  });

  it('decides at most half of the digits again', () => {
    for (const { cancellation } of attempts(7952, 192, 0.1).slice(0, 3)) expect(steps(cancellation)).toBe(96);
  });

  it.each([
    [0, 0, 0],
    [0.003, TRIALS - 3, TRIALS],
    [0.02, TRIALS, TRIALS],
    [0.05, TRIALS, TRIALS],
    [0.15, TRIALS, TRIALS],
  ])('with a flip rate of %d calls from %i to %i of 20 chunks noisy', (rate, least, most) => {
    const noisy = attempts(7952, 192, rate).filter(({ cancellation }) => cancellation.isNoisy).length;
    expect(noisy).toBeGreaterThanOrEqual(least);
    expect(noisy).toBeLessThanOrEqual(most);
  });
});
