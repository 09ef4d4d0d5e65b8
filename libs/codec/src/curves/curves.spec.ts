import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEST_VECTOR_FOLDER } from '../test-vectors/test-vector-files';
import { channelCapacity, eachDigitAlone, expectedCleanUp } from './clean-up-theory';
import { CANDIDATES, type MeasuredDensity, halfRead, measureDensity, wilson } from './exact-chunks';
import { type MemberSimilarity, measureMemberSimilarity } from './member-similarity';
import { StateEvolution } from './state-evolution';

interface Curves {
  readonly bits: number;
  readonly bitsPerDigit: number;
  readonly fullChunkDigits: number;
  readonly trials: number;
  readonly memberSimilarity: readonly MemberSimilarity[];
  readonly limits: readonly { flipRate: number; capacityDigits: number; messagePassingDigits: number }[];
  readonly fullChunkLimits: { readonly messagePassingFlipRate: number };
  readonly byFlipRate: readonly (MeasuredDensity & { expected: { digitShare: number } })[];
}

const curves = JSON.parse(readFileSync(join(TEST_VECTOR_FOLDER, 'curves.json'), 'utf8')) as Curves;
const evolution = new StateEvolution(CANDIDATES);

describe('the committed curves', () => {
  it('were measured by this clean-up', () => {
    const { bits, fullChunkDigits: digits, trials } = curves;
    const committed = curves.byFlipRate.find(({ flipRate }) => flipRate === 0.1);
    const measured = measureDensity({ bits, digits, flipRate: 0.1 }, trials);
    expect(committed?.cleanUpDigits).toBeCloseTo(measured.cleanUpDigits, 5);
    expect(committed?.cleanUp.share).toBe(measured.cleanUp.share);
    expect(measureMemberSimilarity(bits, 2, trials).measured).toBeCloseTo(curves.memberSimilarity[0]?.measured ?? 0, 5);
  });

  it('have the limits that theory gives', () => {
    for (const { flipRate, capacityDigits, messagePassingDigits } of curves.limits) {
      expect(messagePassingDigits).toBe(evolution.mostDigits(curves.bits, flipRate));
      expect(capacityDigits).toBeCloseTo((curves.bits * channelCapacity(flipRate)) / curves.bitsPerDigit, 1);
    }
    const highest = evolution.highestFlipRate(curves.bits, curves.fullChunkDigits);
    expect(curves.fullChunkLimits.messagePassingFlipRate).toBeCloseTo(highest, 5);
  });

  it('agree with the similarity and the clean-up that theory expects', () => {
    for (const { expected, measured, error } of curves.memberSimilarity) expect(Math.abs(measured - expected)).toBeLessThan(4 * error);
    for (const { cleanUpDigits, expected } of curves.byFlipRate) expect(Math.abs(cleanUpDigits - expected.digitShare)).toBeLessThan(0.01);
  });
});

describe('theory', () => {
  it.each([
    [0, 1],
    [0.11, 0.5],
    [0.5, 0],
  ])('gives a channel that flips %d of the bits a capacity of %d', (flipRate, capacity) => {
    expect(channelCapacity(flipRate)).toBeCloseTo(capacity, 3);
  });

  it('expects clean-up to read all of few digits, and no more than chance of very many', () => {
    expect(expectedCleanUp({ bits: 7952, digits: 8, flipRate: 0 }, CANDIDATES).chunkShare).toBeCloseTo(1, 4);
    expect(expectedCleanUp({ bits: 7952, digits: 192, flipRate: 0.4999 }, [512]).digitShare).toBeCloseTo(1 / 512, 3);
  });

  it('lets message passing read more than a reader of each digit alone could, and less than the channel carries', () => {
    for (const flipRate of [0, 0.1, 0.2]) {
      const bitsPerDimension = (8.8 * evolution.mostDigits(7952, flipRate)) / 7952;
      expect(bitsPerDimension).toBeGreaterThan(eachDigitAlone(flipRate));
      expect(bitsPerDimension).toBeLessThan(channelCapacity(flipRate));
    }
  });
});

describe('measured shares', () => {
  it.each([
    [0, 100, 0, 0.037],
    [50, 100, 0.404, 0.596],
    [100, 100, 0.963, 1],
  ])('%i of %i lie within %d and %d', (successes, trials, low, high) => {
    const measured = wilson(successes, trials);
    expect(measured.share).toBe(successes / trials);
    expect(measured.low).toBeCloseTo(low, 3);
    expect(measured.high).toBeCloseTo(high, 3);
  });

  const density = (digits: number, share: number): MeasuredDensity => {
    const measured = { share, low: 0, high: 1 };
    return { bits: 7952, digits, flipRate: 0, trials: 1, cleanUp: measured, cancellation: measured, cleanUpDigits: 1 };
  };
  it.each([
    ['between the two about it', [density(10, 1), density(20, 0.75), density(30, 0.25)], 25],
    ['at the last where more always are', [density(10, 1), density(20, 0.75)], 20],
    ['nowhere among none', [], 0],
  ])('are half %s', (_, densities, digits) => {
    expect(halfRead(densities, 'cleanUp')).toBe(digits);
  });
});
