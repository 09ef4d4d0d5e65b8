import { memberSimilarity } from '../digit-cleanup';
import { normalDistribution } from '../float-math';
import type { Density } from './density';

const { PI, exp, log, log2, sqrt } = Math;

const STEP = 0.01;
const FARTHEST = 8;

/** The mean of a function of a standard normal variable. */
export function meanOverNormal(value: (x: number) => number): number {
  let sum = 0;
  for (let x = -FARTHEST; x <= FARTHEST; x += STEP) sum += value(x) * exp((-x * x) / 2);
  return (sum * STEP) / sqrt(2 * PI);
}

/** What clean-up alone is expected to read right. */
export interface ExpectedCleanUp {
  /** Share of the digits. */
  readonly digitShare: number;
  /** Share of the chunks, errors of their digits being independent. */
  readonly chunkShare: number;
}

/** The expected shares where each position has one of the numbers of candidates, as many positions each. */
export function expectedCleanUp({ bits, digits, flipRate }: Density, candidates: readonly number[]): ExpectedCleanUp {
  const rates = candidates.map((count) => cleanUpRate(bits, digits, flipRate, count));
  const logarithm = rates.reduce((sum, rate) => sum + log(rate), 0);
  return {
    digitShare: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    chunkShare: exp((logarithm * digits) / rates.length),
  };
}

/**
 * The probability that clean-up reads one of `digits` digits right in `bits` bits of which a share `flipRate` was flipped: that a normal
 * score of mean a N (1 - 2e) is above those of `candidates` - 1 other digits, of mean 0, all of variance N.
 */
function cleanUpRate(bits: number, digits: number, flipRate: number, candidates: number): number {
  const signal = memberSimilarity(digits + 1) * sqrt(bits) * (1 - 2 * flipRate);
  return meanOverNormal((x) => normalDistribution(x + signal) ** (candidates - 1));
}

/** Capacity in bits of a binary symmetric channel that flips a share `flipRate` of the bits (Shannon 1948). */
export function channelCapacity(flipRate: number): number {
  if (flipRate === 0) return 1;
  return 1 + flipRate * log2(flipRate) + (1 - flipRate) * log2(1 - flipRate);
}

/**
 * Bits a dimension that signs of sums of very many digits carry to a reader who takes each digit alone, the others as noise:
 * (1 - 2e)² / (pi ln 2). Message passing over digits of very many candidates starts there too (Barbier, Dia and Macris 2019).
 */
export function eachDigitAlone(flipRate: number): number {
  return (1 - 2 * flipRate) ** 2 / (PI * Math.LN2);
}
