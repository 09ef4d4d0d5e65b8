import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { SeededGenerator } from '@sigmalang/vector';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { WeighedQuestion } from '../explain/evidence';
import { solvingModels } from '../solver/solving-models';
import { FITTED_WEIGHTS } from './fitted-weights';
import { type PairGroup, WrongAnalogies } from './wrong-analogies';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const named = (...names: string[]) => CATALOGUE.filter(({ name }) => names.includes(name));
const models = solvingModels(lexicon, named('capital-of-country', 'currency-of-country', 'past-of-verb', 'antonym-of-adjective'), FITTED_WEIGHTS);
const groups = models.recognizer.relations.map(({ known, examples }): PairGroup => ({ pairs: examples, isSymmetric: known.name === known.inverse, hasOneAnswer: true }));

const wrongOf = (text: string, change: Partial<PairGroup> = {}, seed = 'wrong') => {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(' ').map((word) => lexicon.indexOf(word) ?? NaN);
  const group = groups.find(({ pairs }) => pairs.some((pair) => pair.a === a && pair.b === b));
  if (!group) throw new Error(`no group: ${text}`);
  const evidence = new WeighedQuestion(models, { a, b, c }).evidence(d);
  return new WrongAnalogies(models.space, groups, new SeededGenerator(seed)).of(evidence, { ...group, ...change });
};
const texts = (wrong: ReturnType<typeof wrongOf>) => new Map(wrong.map(({ kind, ...words }) => [kind, [words.a, words.b, words.c, words.d].map((word) => lexicon.word(word)).join(' ')]));

describe('wrong analogies', () => {
  it('are of every kind, and never the right one', () => {
    const kinds = new Set<string>();
    for (const seed of ['1', '2', '3', '4', '5', '6']) {
      const wrong = texts(wrongOf('france paris japan tokyo', {}, seed));
      for (const kind of wrong.keys()) kinds.add(kind);
      expect([...wrong.values()]).not.toContain('france paris japan tokyo');
    }
    expect([...kinds].sort()).toEqual([
      'answer of another pair',
      'answer of another relation',
      'form of the third word',
      'four random words',
      'likeliest wrong word',
      'near the right word',
      'near the third word',
      'pair of another relation',
      'random word',
      'reversed pair',
      'word of the question',
    ]);
  });

  it('have the answer of another relation', () => {
    expect(texts(wrongOf('france paris japan tokyo')).get('answer of another relation')).toBe('france paris japan yen');
  });

  it('have the pair turned round, unless it holds that way too', () => {
    expect(texts(wrongOf('france paris japan tokyo')).get('reversed pair')).toBe('france paris tokyo japan');
    expect(texts(wrongOf('hot cold tall short')).has('reversed pair')).toBe(false);
  });

  it('have no likely answer where there may be several right ones', () => {
    const kinds = texts(wrongOf('france paris japan tokyo', { hasOneAnswer: false }));
    expect([kinds.has('near the right word'), kinds.has('likeliest wrong word')]).toEqual([false, false]);
  });

  it('are the same for the same seed', () => {
    expect(wrongOf('take took go went', {}, 'same')).toEqual(wrongOf('take took go went', {}, 'same'));
  });
});
