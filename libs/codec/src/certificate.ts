import { activeKernels } from '@sigmalang/vector';
import { activeDigitKernels } from './digit-kernels';
import type { Observation } from './observation';
import { WALSH_SIZE } from './walsh-functions';

const { PI, acos, log } = Math;

/** Most that the expected number of other readings with the same known bits may be: 2^-40. */
const LOG_OF_DOUBT = -40 * Math.LN2;

/** Fewest known bits that say anything. */
const FEWEST_BITS = 64;

/** At least this part of the angle's share of the bits differs; the least, sqrt(pi) / 2, where one digit of very many does. */
const MARGIN = 0.886;

const room = activeKernels.allocate(4 * WALSH_SIZE);
const places = new Float32Array(room.buffer, room.byteOffset, WALSH_SIZE);

/**
 * Whether known bits that all agree with the encoding of `length` digits prove these digits: the expected number of other readings that
 * agree as well, over all that differ in t digits, is below 2^-40. Bits in which the copies tie are no chance: copies of two readings tie
 * wherever these differ, so another reading may have all its differences there.
 */
export function isConclusive(observation: Observation, length: number): boolean {
  const bits = distinguishingBits(observation);
  if (bits < FEWEST_BITS) return false;
  const tied = observation.readableBits - observation.knownBits;
  let logOfReadings = 0;
  for (let t = 1; t <= length; t++) {
    logOfReadings += log((length - t + 1) / t) + log(WALSH_SIZE - 1);
    if (logOfReadings + logOfAtMost(tied, bits + tied, differingShare(t, length)) > LOG_OF_DOUBT - log(length)) return false;
  }
  return true;
}

/** Logarithm of a bound of the probability that of `trials` events, each of probability `chance`, at most `few` happen (Chernoff 1952). */
function logOfAtMost(few: number, trials: number, chance: number): number {
  const share = few / trials;
  if (share >= chance) return 0;
  const divergence = (1 - share) * log((1 - share) / (1 - chance)) + (share === 0 ? 0 : share * log(share / chance));
  return -trials * divergence;
}

/**
 * A share of the bits in which the encodings of two readings of `length` digits differ at least, on average, when t digits do: of two
 * normal sums with length + 1 - t of length + 1 terms in common the signs differ at acos(1 - t / (length + 1)) / pi of the bits.
 */
export function differingShare(t: number, length: number): number {
  return (MARGIN * acos(1 - t / (length + 1))) / PI;
}

/**
 * Twice the fewest known bits in which the codewords of two digits differ, at most the number of known bits. It is much smaller where
 * the known bits recur with the period of the codewords: bits of which only each 512th is known cannot tell digits apart.
 */
function distinguishingBits({ known, knownBits }: Observation): number {
  places.fill(0);
  for (let j = 0; j < known.dimensions; j++) {
    places[j % WALSH_SIZE] = (places[j % WALSH_SIZE] ?? 0) + (((known.words[j >>> 5] ?? 0) >>> (j & 31)) & 1);
  }
  activeDigitKernels.transform(places);
  return knownBits - places.subarray(1).reduce((most, value) => Math.max(most, value), 0);
}
