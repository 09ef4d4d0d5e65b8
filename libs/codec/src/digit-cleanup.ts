import { activeKernels } from '@sigmalang/vector';
import type { DecoderWorkspace } from './decoder-workspace';
import type { DigitBeliefs } from './digit-beliefs';
import { activeDigitKernels as kernels } from './digit-kernels';
import type { NoisyChannel } from './noisy-channel';
import type { SequenceCodebook } from './sequence-codebook';
import { WALSH_SIZE } from './walsh-functions';

const { atanh, max, sqrt } = Math;

/** The flip rates of the copies that a clean-up estimates, and how low they may be (three standard deviations). */
interface FlipRates {
  readonly likely: readonly number[];
  readonly least: readonly number[];
}

/**
 * Plain clean-up: unbinds each position from the observed segment, correlates it with all 512 digits and sets the beliefs, other digits
 * counting as noise. Leaves the weights of the bits in the workspace and the estimated flip rates in the channel. Returns how many bits
 * of information get through at the lowest flip rates that the segment may have.
 */
export function cleanUp(
  codebook: SequenceCodebook,
  channel: NoisyChannel,
  beliefs: DigitBeliefs,
  workspace: DecoderWorkspace,
): number {
  const undisturbed = memberSimilarity(beliefs.length + 1);
  const { likely, least } = estimateFlipRates(codebook, channel, beliefs.length, workspace);
  channel.setFlipRates(least);
  const capacity = channel.capacity();
  channel.setFlipRates(likely);
  const { weights, signs, rates, distributions } = workspace;
  const weightAt = (rate: number): number => atanh(undisturbed * (1 - 2 * rate));
  const isOneCopy = channel.copies.length === 1;
  const weight = weightAt(likely[0] ?? 0);
  for (let j = 0; j < codebook.bits; j++) {
    weights[j] = (signs[j] ?? 0) * (isOneCopy ? weight : weightAt(rates[j] ?? 0.5));
  }
  const positions = codebook.positions(beliefs.length);
  distributions.forEach((scores, i) => {
    if (!isOneCopy) kernels.fold(weights, positions, i, scores.fill(0)); // else they hold the folds of the signs
    kernels.transform(scores);
    beliefs.update(i, scores, isOneCopy ? weight : 1);
  });
  return capacity;
}

/** Similarity of an odd bundle of `members` random vectors to each of them: C(n-1, (n-1)/2) / 2^(n-1) (Kanerva 1997). */
export function memberSimilarity(members: number): number {
  let result = 1;
  for (let k = 1; k <= (members - 1) / 2; k++) result *= (2 * k - 1) / (2 * k);
  return result;
}

/**
 * The flip rate of each copy from its energy: the mean over the positions of the sum of the squares of the 512 bins of its signs. Leaves
 * the bins of the last copy in the distributions.
 */
function estimateFlipRates(
  codebook: SequenceCodebook,
  { copies, bounded }: NoisyChannel,
  length: number,
  { weights, total, distributions }: DecoderWorkspace,
): FlipRates {
  const undisturbed = memberSimilarity(length + 1);
  const positions = codebook.positions(length);
  const [likely, least]: [number[], number[]] = [[], []];
  for (const copy of copies) {
    weights.set(copy);
    const bits = copy.reduce((sum, sign) => sum + sign * sign, 0);
    const rateAt = (energy: number): number => bounded((1 - similarityFromEnergy(energy, bits) / undisturbed) / 2);
    let energy = 0;
    for (const [i, bins] of distributions.entries()) {
      kernels.fold(weights, positions, i, bins.fill(0));
      activeKernels.dotFloat32ToMany(bins, bins, total);
      energy += (total[0] ?? 0) / length;
    }
    likely.push(rateAt(energy));
    least.push(rateAt(energy + 3 * bits * sqrt(2 / WALSH_SIZE / length)));
  }
  return { likely, least };
}

/**
 * The similarity a of a segment to its members: without signal the squares of a position's bins sum to the number of bits N, with it to
 * N + (aN)² / 512 (Parseval).
 */
function similarityFromEnergy(energy: number, bits: number): number {
  return sqrt(max(0, energy - bits) * WALSH_SIZE) / max(1, bits);
}
