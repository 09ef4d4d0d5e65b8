import { addCode, featureSeed, IDENTITY_DIMENSIONS, toUnitLength, trigramSeeds } from './identity-code';
import { stem } from './word-stem';

/** Half of an identity's squared length says exactly which one, half what it resembles. */
const HALF = Math.SQRT1_2;

/** A step of a magnitude is a factor of e^(1/3) (1.4), of a year five years. */
const STEPS_PER_E_FOLD = 3;
const YEARS_PER_STEP = 5;

/** Unit vector of which word this is: half its stem, half its character trigrams, so misspellings and relatives stay near. */
export function wordIdentity(word: string): Float64Array {
  const code = new Float64Array(IDENTITY_DIMENSIONS);
  addCode(code, featureSeed('stem', stem(word)), HALF);
  const trigrams = trigramSeeds(word);
  const each = HALF / Math.sqrt(trigrams.length);
  for (const seed of trigrams) addCode(code, seed, each);
  return toUnitLength(code);
}

/**
 * Unit vector of which number this is, from its decimal digits with at most one point: half its exact value, half its magnitude on a
 * logarithmic scale (four digits from 1000 to 2199: the year), shared linearly between the two nearest steps, so near numbers are similar.
 */
export function numberIdentity(digits: string): Float64Array {
  const value = Math.min(Number(digits), Number.MAX_VALUE);
  const isYear = /^(?:1\d|2[01])\d\d$/.test(digits);
  const position = isYear ? value / YEARS_PER_STEP : Math.log(Math.max(value, Number.MIN_VALUE)) * STEPS_PER_E_FOLD;
  const step = Math.floor(position);
  const share = position - step;
  const scale = HALF / Math.hypot(share, 1 - share);
  const kind = isYear ? 'year' : 'magnitude';
  const code = new Float64Array(IDENTITY_DIMENSIONS);
  addCode(code, featureSeed('number', digits.length <= 15 ? String(value) : digits), HALF);
  addCode(code, featureSeed(kind, String(step)), (1 - share) * scale);
  addCode(code, featureSeed(kind, String(step + 1)), share * scale);
  return toUnitLength(code);
}
