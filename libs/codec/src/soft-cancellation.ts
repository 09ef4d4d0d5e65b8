import type { DecoderWorkspace } from './decoder-workspace';
import type { DigitBeliefs } from './digit-beliefs';
import { activeDigitKernels as kernels } from './digit-kernels';
import type { NoisyChannel } from './noisy-channel';
import type { SequenceCodebook } from './sequence-codebook';

/**
 * Soft interference cancellation: each digit is decided again on what the observed bits say when the expected sum of all other digits is
 * known; bits at which that sum is near zero say most. This is generalised approximate message passing (Rangan 2011) for a sparse
 * superposition code (Joseph and Barron 2012) with one-bit output.
 */
export class SoftCancellation {
  #fewest = Infinity;

  /** Goes on from the beliefs and weights that a clean-up left. */
  constructor(
    private readonly codebook: SequenceCodebook,
    private readonly channel: NoisyChannel,
    private readonly beliefs: DigitBeliefs,
    private readonly workspace: DecoderWorkspace,
  ) {}

  /** One round over all digits, or at first over those that are not settled if there are any; returns whether any belief is still moving. */
  round(): boolean {
    const { beliefs, workspace } = this;
    const { scores, weights, curvatures } = workspace;
    const unsettled = beliefs.positions({ settled: false });
    const isPartial = unsettled.length > 0 && unsettled.length < this.#fewest;
    this.#fewest = isPartial ? unsettled.length : Infinity;
    this.#weigh(unsettled);
    const positions = this.codebook.positions(beliefs.length);
    let changed = false;
    for (const position of isPartial ? unsettled : beliefs.digits.keys()) {
      const before = beliefs.digits[position];
      kernels.multiply(curvatures, beliefs.mean(position), scores);
      kernels.fold(weights, positions, position, scores);
      kernels.transform(scores);
      beliefs.update(position, scores);
      changed ||= beliefs.digits[position] !== before;
    }
    return changed || unsettled.length > 0;
  }

  /** Weighs the observed bits by the expected sums of the digits, and estimates the flip rates anew. */
  #weigh(unsettled: Uint16Array): void {
    const { beliefs, codebook, workspace } = this;
    const { sums, variances, curvatures } = workspace;
    const positions = codebook.positions(beliefs.length);
    kernels.sum(beliefs.digits, beliefs.positions({ settled: true }), positions, codebook.tie, sums);
    variances.fill(0);
    for (const position of unsettled) kernels.unfold(beliefs.mean(position), positions, position, sums, variances);
    curvatures.fill(0);
    kernels.weigh(workspace, sums, variances, curvatures);
    this.channel.updateFlipRates();
  }
}
