import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { FITTED_WEIGHTS } from '../fit/fitted-weights';
import { difference, dot, toUnit } from '../word-space';
import { WeighedQuestion } from './evidence';
import { solvingModels } from '../solver/solving-models';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const models = solvingModels(lexicon, CATALOGUE, FITTED_WEIGHTS);
const { space } = models;

const weigh = (text: string, withheld?: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(' ').map((word) => lexicon.indexOf(word) ?? NaN);
  const relations = CATALOGUE.filter(({ name }) => name === withheld);
  return new WeighedQuestion(models, { a, b, c }, new Set(relations)).evidence(d);
};

describe('what is measured of four words', () => {
  it('has the cosines of their vectors', () => {
    const { question, d, cosineAB, cosineCD, cosineOffsets, cosineToTarget } = weigh('king queen man woman');
    const [a, b, c, last] = [space.unit(question.a), space.unit(question.b), space.unit(question.c), space.unit(d.index)];
    expect(cosineAB).toBeCloseTo(dot(a, b));
    expect(cosineCD).toBeCloseTo(dot(c, last));
    expect(cosineOffsets).toBeCloseTo(dot(toUnit(difference(b, a)), toUnit(difference(last, c))));
    expect(cosineToTarget).toBeCloseTo(dot(toUnit(a.map((value, i) => (b[i] ?? 0) - value + (c[i] ?? 0))), last));
  });

  it.each(['king queen man woman', 'king queen man banana'])('has probabilities of %s that leave a rest for no answer', (words) => {
    const { d, others } = weigh(words);
    const sum = others.reduce((total, { probability }) => total + probability, d.probability);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(1);
    expect(Math.exp(d.score)).toBeCloseTo(d.probability / (1 - sum), 3);
    expect(others.filter(({ index }) => index === d.index)).toEqual([]);
  });

  it('has the other words likeliest first', () => {
    const { others } = weigh('walk walked go going');
    const scores = others.map(({ score }) => score);
    expect(lexicon.word(others[0]?.index ?? 0)).toBe('went');
    expect(scores).toEqual([...scores].sort((x, y) => y - x));
  });

  it('knows a relation in common from the same one turned round', () => {
    const [same, reversed] = [weigh('king queen man woman'), weigh('king queen woman man')];
    expect(same.relationAgreement).toBeGreaterThan(0.8);
    expect(same.relationReversal).toBeLessThan(0.05);
    expect(reversed.relationAgreement).toBeLessThan(0.05);
    expect(reversed.relationReversal).toBeGreaterThan(0.8);
  });

  it('knows nothing of a relation that is withheld', () => {
    const { relationsAB, relationsCD } = weigh('king queen man woman', 'female-of-male');
    expect([...relationsAB, ...relationsCD].filter(({ relation }) => relation.known.name === 'female-of-male')).toEqual([]);
  });

  it.each([
    ['walk walked go went', 1],
    ['walk walked go going', 0],
    ['france paris japan tokyo', 0],
  ])('has for %s the agreement in form %d', (words, agreement) => {
    expect(weigh(words).formAgreement).toBe(agreement);
  });

  it('names a change of form that both pairs have before the others', () => {
    const { formsAB, formsCD } = weigh('walk walked go gone');
    expect([formsAB[0], formsCD[0]]).toEqual(['past participle', 'past participle']);
  });
});
