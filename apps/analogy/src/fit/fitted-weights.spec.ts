import { NO_RELATION_FEATURES, PAIR_FEATURES } from '../relations/relation-recognizer';
import { FEATURE_COUNT } from '../solver/answer-features';
import { PLAIN_FEATURES } from '../solver/plain-methods';
import { FITTED_WEIGHTS } from './fitted-weights';

it.each([
  ['pair', PAIR_FEATURES.length + NO_RELATION_FEATURES.length],
  ['answer', FEATURE_COUNT],
  ['add', PLAIN_FEATURES.length],
  ['mul', PLAIN_FEATURES.length],
] as const)('the weights of %s are one for each feature, and finite', (name, features) => {
  expect(FITTED_WEIGHTS[name].length).toBe(features);
  expect(FITTED_WEIGHTS[name].every(Number.isFinite)).toBe(true);
});
