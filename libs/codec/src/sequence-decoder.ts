import { isConclusive } from './certificate';
import { decoderWorkspace } from './decoder-workspace';
import { DigitBeliefs } from './digit-beliefs';
import { cleanUp } from './digit-cleanup';
import { NoisyChannel } from './noisy-channel';
import { type Observation, bitErrorsOf } from './observation';
import type { SequenceCodebook } from './sequence-codebook';
import { encodeDigits } from './sequence-encoder';
import { SoftCancellation } from './soft-cancellation';

const MAX_ROUNDS = 24;

/** Rounds after which the flip rate is known well enough to give up on a segment that carries more than noise lets through. */
const ROUNDS_BEFORE_GIVING_UP = 3;

/** Rounds within which the expected number of right digits must rise by half a digit. */
const PATIENCE = 6;

/** Information of one digit, in bits. */
const BITS_A_DIGIT = 9;

/** Digits read from a sequence segment. */
export interface DecodedDigits {
  readonly digits: Uint16Array;
  /** Posterior probability of each digit, 0 to 1. */
  readonly probabilities: Float64Array;
  /** Number of known bits of the segment that differ from the encoding of `digits`. */
  readonly bitErrors: number;
  /** Whether no known bit differs, and the known bits are enough to rule other digits out. */
  readonly isCertified: boolean;
  /** Whether no known bit differs, but the copies tie so often that other digits may fit as well. */
  readonly isAmbiguous: boolean;
}

/**
 * Reads `length` digits from an observed segment: plain clean-up, then rounds of soft interference cancellation until encoding the digits
 * again gives all known bits, or nothing changes any more. Digits at even positions are below `highDigits`, the others below 512.
 */
export function decodeDigits(
  observation: Observation,
  length: number,
  highDigits: number,
  codebook: SequenceCodebook,
): DecodedDigits {
  const workspace = decoderWorkspace(codebook.paddedBits, length);
  const beliefs = new DigitBeliefs(length, highDigits, workspace);
  const { digits, probabilities } = beliefs;
  const countErrors = (): number => bitErrorsOf(encodeDigits(digits, codebook), observation);
  const channel = new NoisyChannel(observation, workspace);
  const capacity = cleanUp(codebook, channel, beliefs, workspace);
  let bitErrors = countErrors();
  if (capacity > BITS_A_DIGIT * length) {
    const cancellation = new SoftCancellation(codebook, channel, beliefs, workspace);
    const limit = new RoundLimit(beliefs, channel);
    while (bitErrors > 0 && cancellation.round()) {
      bitErrors = countErrors();
      if (limit.isHopeless()) break;
    }
  }
  const isCertified = bitErrors === 0 && isConclusive(observation, length);
  const isAmbiguous = bitErrors === 0 && !isCertified && observation.knownBits < observation.readableBits;
  return { digits, probabilities, bitErrors, isCertified, isAmbiguous };
}

/** Tells when further rounds of cancellation are not likely to help. */
class RoundLimit {
  #round = 0;
  #best = { expected: 0, round: 0 };

  constructor(
    private readonly beliefs: DigitBeliefs,
    private readonly channel: NoisyChannel,
  ) {}

  /** Counts a round, and says whether it should be the last. */
  isHopeless(): boolean {
    this.#round++;
    const expected = this.beliefs.expectedRight();
    if (expected > this.#best.expected + 0.5) this.#best = { expected, round: this.#round };
    if (this.#round >= MAX_ROUNDS || this.#round - this.#best.round >= PATIENCE) return true;
    return this.#round >= ROUNDS_BEFORE_GIVING_UP && this.channel.capacity() <= BITS_A_DIGIT * this.beliefs.length;
  }
}
