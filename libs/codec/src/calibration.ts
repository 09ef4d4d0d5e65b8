import { SeededGenerator } from '@sigmalang/vector';
import { type SigmaGeometry, sigmaGeometry } from './geometry';
import { type Noise, type NoiseTrial, noiseTrial } from './noise-trial';

/** Readings whose computed confidence was about the same. */
export interface ConfidenceBin {
  readonly count: number;
  /** Mean confidence. */
  readonly claimed: number;
  /** Share of right readings. */
  readonly right: number;
}

/** One reading that was not certified, or was, and how sure the decoder said to be. */
export interface Claim {
  readonly confidence: number;
  readonly isRight: boolean;
}

/**
 * Reads chunks of some vectors with random kinds and amounts of noise: flips up to a rate of `most`, spans erased in every third, copies
 * in every fourth. Where `most` is 0.5, every tenth is random altogether.
 */
export function* mixedTrials(trials: number, most: number, seed: string): Generator<NoiseTrial> {
  const generator = new SeededGenerator(`calibration:${seed}`);
  for (let trial = 0; trial < trials; trial++) {
    const geometry = sigmaGeometry(trial % 5 === 0 ? 10_000 : 4096);
    const tokens = trial % 2 === 0 ? geometry.tokensPerChunk : 1 + generator.nextBelow(geometry.tokensPerChunk);
    yield noiseTrial(geometry.sequenceBits, 2 * tokens, drawNoise(trial, most, geometry, tokens, generator), generator);
  }
}

/** In every other trial a flip rate of about the size at which chunks cease to be readable, since few readings elsewhere are in doubt. */
function drawNoise(trial: number, most: number, geometry: SigmaGeometry, tokens: number, generator: SeededGenerator): Noise {
  if (most === 0.5 && trial % 10 === 9) return { flipRate: most };
  const erasedShare = trial % 3 === 0 ? 0.5 * generator.nextUniform() : 0;
  const copies = trial % 4 === 0 ? 2 + generator.nextBelow(3) : 1;
  if (trial % 8 < 4 || copies > 1) return { flipRate: most * generator.nextUniform(), erasedShare, copies };
  const known = geometry.sequenceBits * (1 - erasedShare);
  const hardest = 0.5 - Math.sqrt((18 * tokens * 2 * Math.LN2) / known / 4);
  const flipRate = Math.max(0, hardest) * (0.6 + 0.5 * generator.nextUniform());
  return { flipRate: Math.min(most, flipRate), erasedShare };
}

/** The bins of claims between some confidences, ascending; empty ones are left out. */
export function binsOf(claims: readonly Claim[], edges: readonly number[]): ConfidenceBin[] {
  const bins = [-Infinity, ...edges].map((from, i) =>
    claims.filter(({ confidence }) => confidence >= from && confidence < (edges[i] ?? Infinity)),
  );
  return bins
    .filter((bin) => bin.length > 0)
    .map((bin) => ({
      count: bin.length,
      claimed: bin.reduce((sum, { confidence }) => sum + confidence, 0) / bin.length,
      right: bin.filter(({ isRight }) => isRight).length / bin.length,
    }));
}

/** Expected calibration error over ten bins of equal width: the mean distance between claimed and right, weighted by count. */
export function expectedCalibrationError(claims: readonly Claim[]): number {
  const edges = Array.from({ length: 9 }, (_, i) => (i + 1) / 10);
  const error = binsOf(claims, edges).reduce((sum, { count, claimed, right }) => sum + count * Math.abs(claimed - right), 0);
  return error / claims.length;
}
