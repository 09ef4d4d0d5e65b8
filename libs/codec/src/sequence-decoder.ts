import { type Hypervector, hammingDistance } from '@sigmalang/vector';
import { DigitBeliefs } from './digit-beliefs';
import { cleanUp } from './digit-cleanup';
import { HardCancellation } from './hard-cancellation';
import { Interference } from './interference';
import type { SequenceCodebook } from './sequence-codebook';
import { encodeDigits } from './sequence-encoder';
import { WALSH_SIZE, walshHadamard } from './walsh-hadamard';

const MAX_ROUNDS = 24;

/** Rounds after which the flip rate is known well enough to give up on a segment that carries more than noise lets through. */
const ROUNDS_BEFORE_GIVING_UP = 3;

/** Rounds within which the expected number of right digits must rise by half a digit. */
const PATIENCE = 6;

/** Digits read from a sequence segment. */
export interface DecodedDigits {
  readonly digits: Uint16Array;
  /** Posterior probability of each digit, 0 to 1. */
  readonly probabilities: Float64Array;
  /** Number of bits of the segment in which it differs from the encoding of `digits`; 0 certifies them. */
  readonly bitErrors: number;
}

/**
 * Reads `length` digits from a segment: plain clean-up, then hard interference cancellation in case there is no noise; if that does not
 * certify a reading, from the clean-up on rounds of soft interference cancellation over the digits that are not settled, until encoding
 * the digits again gives the segment, or nothing changes any more. Digits at even positions are below `highDigits`, the others below
 * 512.
 */
export function decodeDigits(
  observed: Hypervector,
  length: number,
  highDigits: number,
  codebook: SequenceCodebook,
): DecodedDigits {
  const beliefs = new DigitBeliefs(length, highDigits);
  const countErrors = (): number => hammingDistance(observed, encodeDigits(beliefs.digits, codebook));
  const { digits, probabilities } = beliefs;
  if (length === 0) return { digits, probabilities, bitErrors: countErrors() };

  const model = cleanUp(observed, codebook, beliefs);
  const cancellation = new HardCancellation(observed, codebook, beliefs);
  let { bitErrors } = cancellation;
  if (!isWithinCapacity(model.leastFlipRate, codebook.bits, length)) return { digits, probabilities, bitErrors };
  const certified = certify(cancellation, observed, codebook);
  if (certified) return { digits: certified, probabilities: probabilities.fill(1), bitErrors: 0 };
  const interference = new Interference(observed, codebook, model);
  const limit = new RoundLimit(codebook.bits, length);
  while (bitErrors > 0 && cancel(beliefs, interference, limit.round === 0)) {
    bitErrors = countErrors();
    if (limit.isHopeless(beliefs, interference)) break;
  }
  return { digits, probabilities, bitErrors };
}

/** The digits that hard cancellation settles on, if there may be no noise and encoding them gives the segment. */
function certify(
  cancellation: HardCancellation,
  observed: Hypervector,
  codebook: SequenceCodebook,
): Uint16Array | undefined {
  if (cancellation.isNoisy) return undefined;
  const decisions = cancellation.run();
  while (!decisions.next().done);
  const { bitErrors, digits } = cancellation;
  return bitErrors === 0 && hammingDistance(observed, encodeDigits(digits, codebook)) === 0 ? digits : undefined;
}

/** Tells when further rounds of cancellation are not likely to help. */
class RoundLimit {
  round = 0;
  #best = { expected: 0, round: 0 };

  constructor(
    private readonly bits: number,
    private readonly digits: number,
  ) {}

  /** Counts a round, and says whether it should be the last. */
  isHopeless(beliefs: DigitBeliefs, interference: Interference): boolean {
    this.round++;
    const expected = beliefs.expectedRight();
    if (expected > this.#best.expected + 0.5) this.#best = { expected, round: this.round };
    return (
      this.round >= MAX_ROUNDS ||
      this.round - this.#best.round >= PATIENCE ||
      (this.round >= ROUNDS_BEFORE_GIVING_UP && !isWithinCapacity(interference.flipRate, this.bits, this.digits))
    );
  }
}

/** One round over all digits, or at first over those that are not settled if there are any; returns whether any belief is still moving. */
function cancel(beliefs: DigitBeliefs, interference: Interference, isFirst: boolean): boolean {
  const unsettled = beliefs.unsettled();
  const positions = isFirst && unsettled.length > 0 ? unsettled : beliefs.digits.keys();
  const scores = new Float64Array(WALSH_SIZE);
  interference.measure(beliefs);
  let changed = false;
  for (const position of positions) {
    const before = beliefs.digits[position];
    interference.residual(position, beliefs, scores);
    walshHadamard(scores);
    beliefs.update(position, scores);
    changed ||= beliefs.digits[position] !== before;
  }
  return changed || unsettled.length > 0;
}

/** Whether `digits` base-512 digits fit into `bits` bits flipped at a rate: the capacity of the binary symmetric channel (Shannon 1948). */
function isWithinCapacity(flipRate: number, bits: number, digits: number): boolean {
  const entropy = -flipRate * Math.log2(flipRate) - (1 - flipRate) * Math.log2(1 - flipRate);
  return bits * (1 - entropy) > 9 * digits;
}
