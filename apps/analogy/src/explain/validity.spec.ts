import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { FITTED_WEIGHTS } from '../fit/fitted-weights';
import { WeighedQuestion } from './evidence';
import { solvingModels } from '../solver/solving-models';
import { VALIDITY_FEATURES, validityFeatures, validityOf } from './validity';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const models = solvingModels(lexicon, CATALOGUE, FITTED_WEIGHTS);

const weigh = (text: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(' ').map((word) => lexicon.indexOf(word) ?? NaN);
  return new WeighedQuestion(models, { a, b, c }).evidence(d);
};
const featureOf = (text: string, name: (typeof VALIDITY_FEATURES)[number]): number | undefined => validityFeatures(weigh(text))[VALIDITY_FEATURES.indexOf(name)];

describe('the features of validity', () => {
  it.each(['king queen man woman', 'table sky run quickly', 'king king man man', 'king queen king queen'])('of %s are as many finite numbers as there are names', (words) => {
    const features = validityFeatures(weigh(words));
    expect(features).toHaveLength(VALIDITY_FEATURES.length);
    expect(features.filter((value) => !Number.isFinite(value))).toHaveLength(0);
    expect(FITTED_WEIGHTS.validity).toHaveLength(VALIDITY_FEATURES.length);
  });

  it.each([
    ['king queen man man', 1],
    ['king king man woman', 1],
    ['king queen man king', 1],
    ['king king man man', 0],
    ['king queen king queen', 0],
    ['measles disease mumps disease', 0],
  ])('of %s say %d of a word that is repeated', (words, expected) => {
    expect(featureOf(words, 'repeats a word')).toBe(expected);
  });

  it('say whether the fourth word is the likeliest', () => {
    expect(featureOf('walk walked go went', 'd before the next')).toBeGreaterThan(0);
    expect(featureOf('walk walked go went', 'd behind the likeliest')).toBe(0);
    expect(featureOf('walk walked go going', 'd before the next')).toBe(0);
    expect(featureOf('walk walked go going', 'd behind the likeliest')).toBeLessThan(0);
  });

  it('make a probability of one half where they weigh nothing', () => {
    expect(validityOf(validityFeatures(weigh('king queen man woman')), [])).toBe(0.5);
  });
});
