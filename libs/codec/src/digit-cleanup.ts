import type { Hypervector } from '@sigmalang/vector';
import type { DigitBeliefs } from './digit-beliefs';
import { foldBits } from './digit-folding';
import type { SequenceCodebook } from './sequence-codebook';
import { WALSH_SIZE, walshHadamard } from './walsh-hadamard';

const MIN_FLIP_RATE = 1e-4;
const MAX_FLIP_RATE = 0.49;

/** The model by which {@link cleanUp} weighs what it finds. */
export interface CleanUpModel {
  /** Estimated rate of flipped bits, 0.0001 to 0.49. */
  readonly flipRate: number;
  /** The rate that the estimate would be for a signal three standard deviations stronger than found, 0.0001 to 0.49. */
  readonly leastFlipRate: number;
  /** Half the log-likelihood ratio of an observed bit for the bound digit's bit being the same against not. */
  readonly weight: number;
}

/**
 * Plain clean-up: unbinds each position from the observed segment, correlates it with all 512 digits and sets the beliefs, other digits
 * counting as noise.
 */
export function cleanUp(observed: Hypervector, codebook: SequenceCodebook, beliefs: DigitBeliefs): CleanUpModel {
  const { bins, energy } = foldAll(observed, codebook, beliefs.length);
  const undisturbed = memberSimilarity(beliefs.length + 1);
  const flipRateAt = (signal: number): number => {
    const rate = (1 - memberSimilarityFromEnergy(signal, observed.dimensions) / undisturbed) / 2;
    return Math.min(MAX_FLIP_RATE, Math.max(MIN_FLIP_RATE, rate));
  };
  const flipRate = flipRateAt(energy);
  const deviation = observed.dimensions * Math.sqrt(2 / WALSH_SIZE / beliefs.length);
  const weight = Math.atanh(undisturbed * (1 - 2 * flipRate));
  const scores = new Float64Array(WALSH_SIZE);
  for (let i = 0; i < beliefs.length; i++) {
    scores.set(bins.subarray(i * WALSH_SIZE, (i + 1) * WALSH_SIZE));
    walshHadamard(scores);
    beliefs.update(i, scores, weight);
  }
  return { flipRate, leastFlipRate: flipRateAt(energy + 3 * deviation), weight };
}

/** Similarity of an odd bundle of `members` random vectors to each of them: C(n-1, (n-1)/2) / 2^(n-1) (Kanerva 1997). */
export function memberSimilarity(members: number): number {
  let result = 1;
  for (let k = 1; k <= (members - 1) / 2; k++) result *= (2 * k - 1) / (2 * k);
  return result;
}

/** The bins of every position one after the other, and the mean over the positions of the sum of their squares. */
function foldAll(observed: Hypervector, codebook: SequenceCodebook, positions: number): { bins: Int16Array; energy: number } {
  const bins = new Int16Array(positions * WALSH_SIZE);
  let energy = 0;
  for (let i = 0; i < positions; i++) {
    energy += foldBits(observed, codebook.position(i), bins.subarray(i * WALSH_SIZE, (i + 1) * WALSH_SIZE));
  }
  return { bins, energy: energy / positions };
}

/**
 * The similarity a of the segment to its members: without signal the squares of a position's bins sum to the number of bits N, with it
 * to N + (aN)² / 512 (Parseval).
 */
function memberSimilarityFromEnergy(energy: number, bits: number): number {
  return Math.sqrt(Math.max(0, energy - bits) * WALSH_SIZE) / bits;
}
