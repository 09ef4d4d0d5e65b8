import type { DecodedDigits } from './sequence-decoder';

const NATS_PER_DIGIT = Math.log(512);

/**
 * Estimated probability, 0 to 1, that all digits read from a segment with `knownBits` known bits are right: 1 when certified, else the
 * product of the digits' posteriors times the probability that the segment is a disturbed encoding at all rather than noise.
 */
export function sequenceConfidence({ probabilities, bitErrors, isCertified }: DecodedDigits, knownBits: number): number {
  if (isCertified) return 1;
  const allRight = probabilities.reduce((product, probability) => product * probability, 1);
  return allRight * signalProbability(bitErrors, probabilities.length, knownBits);
}

/**
 * Probability that a segment is an encoding of `digits` digits with `bitErrors` of `bits` bits flipped, against fair coin tosses, both
 * equally likely before: the flipped bits save N (ln 2 - H) nats, of which naming the digits takes ln 512 each and the flip rate ln(N) /
 * 2 (minimum description length: Rissanen 1978).
 */
function signalProbability(bitErrors: number, digits: number, bits: number): number {
  const rate = bitErrors / Math.max(1, bits);
  if (rate >= 0.5) return 0;
  const logOdds = bits * (Math.LN2 - entropy(rate)) - digits * NATS_PER_DIGIT - Math.log(Math.max(1, bits)) / 2;
  return 1 / (1 + Math.exp(-logOdds));
}

/** Entropy of a coin in nats. */
function entropy(rate: number): number {
  return rate === 0 ? 0 : -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate);
}
