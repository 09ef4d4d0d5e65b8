import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { FITTED_WEIGHTS } from '../fit/fitted-weights';
import { WeighedQuestion } from './evidence';
import { solvingModels } from '../solver/solving-models';
import { stepsOf } from './steps';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const models = solvingModels(lexicon, CATALOGUE, FITTED_WEIGHTS);

const weigh = (text: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(' ').map((word) => lexicon.indexOf(word) ?? NaN);
  return new WeighedQuestion(models, { a, b, c }).evidence(d);
};

describe('the steps of an explanation', () => {
  const words = { a: 'walk', b: 'walked', c: 'go', d: 'went' };
  const textOf = (name: string, rank: number): string | undefined => stepsOf(weigh('walk walked go went'), rank, words, 3).find((step) => step.name.startsWith(name))?.text;

  it.each([
    [1, 'went is the word nearest to the point where the step leads'],
    [7, 'went is number 7 of the words nearest to the point where the step leads'],
    [1_001, 'went is not among the 1000 words nearest to the point where the step leads'],
  ])('tell of the rank %d', (rank, expected) => {
    expect(textOf('rank', rank)).toBe(expected);
  });

  it('tell of the form', () => {
    expect(textOf('morphology', 1)).toBe('a change of form from walk to walked makes went of go');
  });
});
