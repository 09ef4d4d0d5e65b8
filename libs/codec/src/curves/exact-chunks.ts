import { SeededGenerator } from '@sigmalang/vector';
import { flipBits } from '../bit-noise';
import { decoderWorkspace } from '../decoder-workspace';
import { DigitBeliefs } from '../digit-beliefs';
import { cleanUp } from '../digit-cleanup';
import { NoisyChannel } from '../noisy-channel';
import { type Observation, observe } from '../observation';
import { sequenceCodebook } from '../sequence-codebook';
import { decodeDigits } from '../sequence-decoder';
import { encodeDigits } from '../sequence-encoder';
import type { Density } from './density';

const { max, min, sqrt } = Math;

/** How many values digits at even positions and at odd ones take. */
export const CANDIDATES = [391, 512] as const;

/** A share of trials with its 95 % interval (Wilson 1927). */
export interface MeasuredShare {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** What became of random chunks of one density. */
export interface MeasuredDensity extends Density {
  readonly trials: number;
  /** Chunks of which clean-up alone reads every digit right. */
  readonly cleanUp: MeasuredShare;
  /** Chunks of which cancellation reads every digit right. */
  readonly cancellation: MeasuredShare;
  /** Share of single digits that clean-up alone reads right. */
  readonly cleanUpDigits: number;
}

/** Encodes random digits, flips bits and reads them, `trials` times. */
export function measureDensity({ bits, digits, flipRate }: Density, trials: number): MeasuredDensity {
  const generator = new SeededGenerator(`curves:${bits}:${digits}:${flipRate}`);
  const codebook = sequenceCodebook(bits);
  let [plainExact, softExact, plainDigits] = [0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const written = Uint16Array.from({ length: digits }, (_, i) => generator.nextBelow(CANDIDATES[i % 2] ?? 0));
    const observation = observe([flipBits(encodeDigits(written, codebook), flipRate, generator)]);
    const plain = agreement(written, readByCleanUp(observation, digits));
    const soft = agreement(written, decodeDigits(observation, digits, CANDIDATES[0], codebook).digits);
    [plainDigits, plainExact, softExact] = [plainDigits + plain, plainExact + Number(plain === digits), softExact + Number(soft === digits)];
  }
  return {
    bits,
    digits,
    flipRate,
    trials,
    cleanUp: wilson(plainExact, trials),
    cancellation: wilson(softExact, trials),
    cleanUpDigits: plainDigits / (trials * digits),
  };
}

/** Between which densities, of rising numbers of digits, half of the chunks are read, interpolated; the last where more always are. */
export function halfRead(densities: readonly MeasuredDensity[], by: 'cleanUp' | 'cancellation'): number {
  const after = densities.findIndex((density) => density[by].share < 0.5);
  const [a, b] = [densities[after - 1] ?? densities.at(-1), densities[after]];
  if (!a || !b) return a?.digits ?? 0;
  return a.digits + ((b.digits - a.digits) * (a[by].share - 0.5)) / (a[by].share - b[by].share);
}

function readByCleanUp(observation: Observation, digits: number): Uint16Array {
  const codebook = sequenceCodebook(observation.bits.dimensions);
  const workspace = decoderWorkspace(codebook.paddedBits, digits);
  const beliefs = new DigitBeliefs(digits, CANDIDATES[0], workspace);
  cleanUp(codebook, new NoisyChannel(observation, workspace), beliefs, workspace);
  return beliefs.digits;
}

function agreement(written: Uint16Array, read: Uint16Array): number {
  return written.filter((digit, i) => digit === read[i]).length;
}

/** The share of successes with the interval in which the true one lies by 95 %. */
export function wilson(successes: number, trials: number): MeasuredShare {
  const share = successes / trials;
  const z = 1.96;
  const middle = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half = (z * sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / (1 + (z * z) / trials);
  return { share, low: max(0, middle - half), high: min(1, middle + half) };
}
