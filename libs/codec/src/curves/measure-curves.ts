import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_DIMENSIONS, sigmaGeometry } from '../geometry';
import { jsonText } from '../test-vectors/json-text';
import { TEST_VECTOR_FOLDER } from '../test-vectors/test-vector-files';
import { type ExpectedCleanUp, channelCapacity, eachDigitAlone, expectedCleanUp } from './clean-up-theory';
import { CANDIDATES, type MeasuredDensity, halfRead, measureDensity } from './exact-chunks';
import { measureMemberSimilarity } from './member-similarity';
import { StateEvolution } from './state-evolution';

/** Information of one random digit in bits, the mean over the positions. */
const BITS_A_DIGIT = Math.log2(CANDIDATES[0] * CANDIDATES[1]) / 2;
const FLIP_RATES = [0, 0.05, 0.1, 0.15, 0.2];
const { sequenceBits: BITS, tokensPerChunk } = sigmaGeometry(DEFAULT_DIMENSIONS);
const FULL = 2 * tokensPerChunk;

const { values } = parseArgs({ options: { trials: { type: 'string', default: '100' } } });
const trials = Number(values.trials);
const evolution = new StateEvolution(CANDIDATES);

/** How many digits can be read at a flip rate, in principle and by message passing in very long segments. */
interface Limits {
  readonly flipRate: number;
  readonly capacityDigits: number;
  readonly messagePassingDigits: number;
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
}

function limitsAt(flipRate: number): Limits {
  const capacityDigits = (BITS * channelCapacity(flipRate)) / BITS_A_DIGIT;
  return { flipRate, capacityDigits, messagePassingDigits: evolution.mostDigits(BITS, flipRate) };
}

function expectedAt(digits: number, flipRate: number): ExpectedCleanUp {
  return expectedCleanUp({ bits: BITS, digits, flipRate }, CANDIDATES);
}

function measured(digits: number, flipRate: number): MeasuredDensity & { readonly expected: ExpectedCleanUp } {
  const density = measureDensity({ bits: BITS, digits, flipRate }, trials);
  process.stdout.write(
    `${digits} digits, ${(100 * flipRate).toFixed(0)} % flipped: clean-up ${density.cleanUp.share.toFixed(2)}, ` +
      `cancellation ${density.cancellation.share.toFixed(2)}\n`,
  );
  return { ...density, expected: expectedAt(digits, flipRate) };
}

/** Densities to measure: closer together where clean-up and where cancellation are expected to fail, up to a fifth past the latter. */
function densitiesUpTo(limit: number): number[] {
  return range(32, 1.2 * limit, 16).filter(
    (digits) => digits % 32 === 0 || digits < FULL || Math.abs(digits / limit - 1) < 0.15,
  );
}

/** The flip rate at which the channel carries no more than so many digits. */
function highestFlipRate(digits: number): number {
  const carries = (flipRate: number): boolean => BITS * channelCapacity(flipRate) >= BITS_A_DIGIT * digits;
  return Math.max(...range(0, 5000, 1).map((step) => step / 10_000).filter(carries));
}

/** Bits a dimension: what the channel carries, what theory promises of three ways to read, and where half of the chunks were read. */
function perDimension({ flipRate, capacityDigits, messagePassingDigits }: Limits, densities: readonly MeasuredDensity[]): object {
  const of = (digits: number): number => (BITS_A_DIGIT * digits) / BITS;
  const series = densities.filter((density) => density.flipRate === flipRate);
  return {
    flipRate,
    capacity: of(capacityDigits),
    messagePassing: of(messagePassingDigits),
    eachDigitAlone: eachDigitAlone(flipRate),
    halfByCancellation: of(halfRead(series, 'cancellation')),
    halfByCleanUp: of(halfRead(series, 'cleanUp')),
  };
}

/** Six digits of a number, for the file to be read. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}

const start = performance.now();
const limits = FLIP_RATES.map(limitsAt);
const flipRates = [...range(0, 14, 2), ...range(15, 25, 1), ...range(26, 40, 2)].map((percent) => percent / 100);
const byDigits = limits.flatMap(({ flipRate, messagePassingDigits }) =>
  densitiesUpTo(messagePassingDigits).map((digits) => measured(digits, flipRate)),
);
const curves = {
  about: 'section 12 of docs/sigma-vector.md; written by npm run curves; low and high bound a share by 95 % (Wilson)',
  bits: BITS,
  bitsPerDigit: BITS_A_DIGIT,
  fullChunkDigits: FULL,
  trials,
  seeds: 'curves:<bits>:<digits>:<flip rate> for each density, curves:similarity:<digits>, curves:state-evolution',
  memberSimilarity: [2, 10, 48, 96, 192, 384].map((digits) => measureMemberSimilarity(BITS, digits, trials)),
  limits,
  fullChunkLimits: {
    capacityFlipRate: highestFlipRate(FULL),
    messagePassingFlipRate: evolution.highestFlipRate(BITS, FULL),
  },
  bitsPerDimension: limits.map((limit) => perDimension(limit, byDigits)),
  byDigits,
  byFlipRate: flipRates.map((flipRate) => measured(FULL, flipRate)),
  expectedByDigits: FLIP_RATES.flatMap((flipRate) =>
    range(8, 256, 8).map((digits) => ({ flipRate, digits, ...expectedAt(digits, flipRate) })),
  ),
};
mkdirSync(TEST_VECTOR_FOLDER, { recursive: true });
const path = join(TEST_VECTOR_FOLDER, 'curves.json');
writeFileSync(path, jsonText(JSON.parse(JSON.stringify(curves, rounded))));
process.stdout.write(`${path}: ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
