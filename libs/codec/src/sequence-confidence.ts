import { CONFIDENCE_TABLE } from './confidence-table';
import type { DecodedDigits } from './sequence-decoder';

const NATS_PER_DIGIT = Math.log(512);

/**
 * Estimated probability, 0 to 1, that all digits read from a segment with `knownBits` known bits are right: 1 when certified, at most 1/2
 * where the copies may as well be read in another way.
 */
export function sequenceConfidence(decoded: DecodedDigits, knownBits: number): number {
  if (decoded.isCertified) return 1;
  const computed = computedConfidence(decoded, knownBits);
  if (decoded.digits.length === 0) return computed; // there is nothing to read wrong
  return Math.min(decoded.isAmbiguous ? 0.5 : 1, calibrated(computed));
}

/**
 * The confidence before calibration: the product of the digits' posteriors times the probability that the segment is a disturbed encoding
 * at all rather than noise.
 */
export function computedConfidence({ probabilities, bitErrors }: DecodedDigits, knownBits: number): number {
  const allRight = probabilities.reduce((product, probability) => product * probability, 1);
  return allRight * signalProbability(bitErrors, probabilities.length, knownBits);
}

/** Log-odds of a probability, bounded by those of 1e-9 and 1 - 1e-9. */
export function logOdds(probability: number): number {
  const bounded = Math.min(1 - 1e-9, Math.max(1e-9, probability));
  return Math.log(bounded / (1 - bounded));
}

/** The share of right readings that was measured for a computed confidence, interpolated between log-odds. */
function calibrated(confidence: number): number {
  const odds = logOdds(confidence);
  const above = CONFIDENCE_TABLE.findIndex(([computed]) => computed >= odds);
  const [upper, measuredAbove] = CONFIDENCE_TABLE.at(above) ?? [odds, odds];
  const [lower, measuredBelow] = CONFIDENCE_TABLE.at(above === -1 ? -1 : Math.max(0, above - 1)) ?? [odds, odds];
  const share = upper === lower ? 0 : (odds - lower) / (upper - lower);
  return 1 / (1 + Math.exp(-(measuredBelow + share * (measuredAbove - measuredBelow))));
}

/**
 * Probability that a segment is an encoding of `digits` digits with `bitErrors` of `bits` bits flipped, against fair coin tosses, both
 * equally likely before: the flipped bits save N (ln 2 - H) nats, of which naming the digits takes ln 512 each and the flip rate ln(N) /
 * 2 (minimum description length: Rissanen 1978).
 */
function signalProbability(bitErrors: number, digits: number, bits: number): number {
  const rate = bitErrors / Math.max(1, bits);
  if (rate >= 0.5) return 0;
  const savedNats = bits * (Math.LN2 - entropy(rate)) - digits * NATS_PER_DIGIT - Math.log(Math.max(1, bits)) / 2;
  return 1 / (1 + Math.exp(-savedNats));
}

/** Entropy of a coin in nats. */
function entropy(rate: number): number {
  return rate === 0 ? 0 : -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate);
}
