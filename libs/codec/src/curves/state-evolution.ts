import { SeededGenerator } from '@sigmalang/vector';
import { normalDistribution } from '../float-math';
import { meanOverNormal } from './clean-up-theory';
import type { Density } from './density';

const { PI, exp, floor, max, min, sqrt } = Math;

const SAMPLES = 400;
const STRONGEST = 80;

/**
 * Predicts of very long segments whether cancellation reads them, from one number a round: the share of a digit's codeword that is still
 * unknown (state evolution of generalised approximate message passing: Rangan 2011).
 */
export class StateEvolution {
  /** The mean posterior of the right digit where its score is normal with mean and variance 0, 1, … 80. */
  readonly #posteriors: readonly number[];

  /** `candidates` are the numbers of digits that a position may hold, as many positions each. */
  constructor(candidates: readonly number[]) {
    const generator = new SeededGenerator('curves:state-evolution');
    const tables = candidates.map((count) => meanPosteriors(count, generator));
    this.#posteriors = Array.from({ length: STRONGEST + 1 }, (_, strength) => mean(tables.map((table) => table[strength] ?? 1)));
  }

  /** Whether the unknown share goes to zero from one. */
  isRead({ bits, digits, flipRate }: Density): boolean {
    let unknown = 1;
    for (;;) {
      const next = 1 - this.#posteriorAt(bits * information(unknown, digits, flipRate));
      if (next < 0.01) return true;
      if (next > unknown - 1e-4) return false;
      unknown = next;
    }
  }

  /** The most digits that are read, an even number below 4,000. */
  mostDigits(bits: number, flipRate: number): number {
    return 2 * floor(lastTrue(0, 2000, 0.5, (half) => this.isRead({ bits, digits: 2 * floor(half), flipRate })));
  }

  /** The highest flip rate at which so many digits are read, 0 to 0.5. */
  highestFlipRate(bits: number, digits: number): number {
    return lastTrue(0, 0.5, 1e-5, (flipRate) => this.isRead({ bits, digits, flipRate }));
  }

  #posteriorAt(strength: number): number {
    const below = min(STRONGEST - 1, floor(strength));
    const share = min(1, strength - below);
    return (1 - share) * (this.#posteriors[below] ?? 0) + share * (this.#posteriors[below + 1] ?? 1);
  }
}

/**
 * Fisher information that a bit has on one more term of the sum, when a share `unknown` of each of `digits` terms is: the known part of
 * the sum is normal, and so is what is left of it.
 */
function information(unknown: number, digits: number, flipRate: number): number {
  const variance = max(2, digits * unknown);
  const known = sqrt(max(0, digits - variance));
  const gain = 1 - 2 * flipRate;
  return meanOverNormal((x) => {
    const u = (known * x) / sqrt(variance);
    const likelihood = flipRate + gain * normalDistribution(u);
    const slope = (gain * exp((-u * u) / 2)) / sqrt(2 * PI * variance);
    return slope === 0 ? 0 : (slope * slope) / (likelihood * max(1e-12, 1 - likelihood));
  });
}

function meanPosteriors(candidates: number, generator: SeededGenerator): number[] {
  const samples = Array.from({ length: SAMPLES }, () => Float64Array.from({ length: candidates }, () => generator.nextGaussian()));
  return Array.from({ length: STRONGEST + 1 }, (_, strength) =>
    mean(samples.map((normals) => posteriorOfFirst(normals, strength))),
  );
}

/** The posterior of the first digit where its score is its normal number times the root of `strength` plus `strength`, those of others without. */
function posteriorOfFirst(normals: Float64Array, strength: number): number {
  const first = (normals[0] ?? 0) * sqrt(strength) + strength;
  const sum = normals.subarray(1).reduce((total, normal) => total + exp(normal * sqrt(strength) - first), 1);
  return 1 / sum;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The last number from `from` to `to` at which a condition holds that holds up to it and not beyond. */
function lastTrue(from: number, to: number, precision: number, holds: (value: number) => boolean): number {
  let [low, high] = [from, to];
  while (high - low > precision) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
