import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { FITTED_WEIGHTS } from '../fit/fitted-weights';
import { AnalogyExplainer, type ExplanationDepth } from './analogy-explainer';
import { solvingModels } from '../solver/solving-models';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const { space, recognizer, finder, answerWeights } = solvingModels(lexicon, CATALOGUE, FITTED_WEIGHTS);
const explainer = new AnalogyExplainer(space, recognizer, finder, answerWeights, FITTED_WEIGHTS.validity);

const indexOf = (word = ''): number => {
  const index = lexicon.indexOf(word);
  if (index === undefined) throw new Error(`not listed: ${word}`);
  return index;
};
const explain = (text: string, depth: ExplanationDepth = 2, spell?: (index: number) => string) => {
  const [a, b, c, d] = text.split(' ');
  return explainer.explain({ a: indexOf(a), b: indexOf(b), c: indexOf(c), d: indexOf(d) }, depth, spell);
};

const RIGHT = [
  'france paris japan tokyo',
  'king queen man woman',
  'man king woman queen',
  'walk walked go went',
  'good better bad worse',
  'cat cats city cities',
  'doctor hospital teacher school',
  'puppy dog kitten cat',
  'hot cold big small',
  'japan yen mexico peso',
  'quick quickly happy happily',
  'germany german spain spanish',
];
const WRONG = [
  'france paris japan kyoto',
  'france paris japan rome',
  'france paris tokyo japan',
  'king queen man king',
  'king queen man man',
  'walk walked go going',
  'good better bad worst',
  'cat cats city citys',
  'doctor hospital teacher banana',
  'table sky run quickly',
  'quick quickly happy happier',
];
const ALL = [...RIGHT, ...WRONG];

describe('the explanation of an analogy', () => {
  it.each(RIGHT)('%s holds', (words) => {
    expect(explain(words)).toMatchObject({ valid: true });
  });

  it.each(WRONG)('%s does not hold', (words) => {
    expect(explain(words)).toMatchObject({ valid: false });
  });

  it.each(ALL)('of %s has a verdict that is its confidence', (words) => {
    const { valid, confidence, explanation } = explain(words, 1);
    expect(valid).toBe(confidence >= 0.5);
    expect(confidence).toBeGreaterThan(0);
    expect(confidence).toBeLessThan(1);
    expect(explanation).toContain(valid ? ' holds by this model' : ' does not hold by this model');
  });

  it('has no cosine past 1, where rounding would have one', () => {
    const { similarity, relationAB, relationCD, steps } = explain('king king king king');
    const cosines = steps.filter(({ name }) => name.startsWith('cos')).map(({ value }) => value);
    expect(cosines).toHaveLength(4);
    for (const cosine of [similarity, relationAB?.similarity, relationCD?.similarity, ...cosines]) expect(cosine).toBeLessThanOrEqual(1);
    expect(explain('king queen king queen').similarity).toBeLessThanOrEqual(1);
  });

  it('is the same each time', () => {
    const [first, , second] = [explain('france paris japan kyoto', 3), explain('walk walked go went', 3), explain('france paris japan kyoto', 3)];
    expect(second).toEqual(first);
  });

  it.each(['france paris france paris', 'king king man man'])('of %s, which says the same twice, holds', (words) => {
    expect(explain(words)).toMatchObject({ valid: true });
  });
});

describe('the depth of an explanation', () => {
  it('leaves out all but the verdict and the relations at 1', () => {
    const { steps, supportingPairs, better, relationAB } = explain('france paris japan kyoto', 1);
    expect([steps, supportingPairs, better]).toEqual([[], [], []]);
    expect(relationAB?.candidates).toHaveLength(1);
  });

  it.each([
    [2, 3, 3, 3],
    [3, 8, 10, 5],
  ] as const)('%d has %d pairs and at most %d better words and %d relations', (depth, pairs, betterWords, relations) => {
    const { supportingPairs, better, relationAB, relationCD } = explain('france paris japan kyoto', depth);
    expect(supportingPairs).toHaveLength(pairs);
    expect(better).not.toHaveLength(0);
    expect(better.length).toBeLessThanOrEqual(betterWords);
    for (const relation of [relationAB, relationCD]) expect(relation?.candidates.length).toBeLessThanOrEqual(relations);
  });

  it('3 has the steps of 2 and more', () => {
    const [two, three] = [explain('king queen man woman', 2).steps, explain('king queen man woman', 3).steps];
    expect(three.slice(0, two.length)).toEqual(two);
    expect(three.length).toBeGreaterThan(two.length);
  });

  it('does not change the verdict', () => {
    const confidences = ([1, 2, 3] as const).map((depth) => explain('walk walked go gone', depth).confidence);
    expect(new Set(confidences).size).toBe(1);
  });
});

describe('the relations of an explanation', () => {
  it('are named with a sentence about the words', () => {
    expect(explain('king queen actor actress')).toMatchObject({
      relationAB: { name: 'female-of-male', sentence: 'queen is the female counterpart of king' },
      relationCD: { name: 'female-of-male', sentence: 'actress is the female counterpart of actor' },
    });
  });

  it('are seen from the first word of each pair', () => {
    expect(explain('queen king actor actress')).toMatchObject({
      relationAB: { name: 'male-of-female', sentence: 'queen is the female counterpart of king' },
      relationCD: { name: 'female-of-male', sentence: 'actress is the female counterpart of actor' },
    });
  });

  it('have one name both ways round where they are symmetric', () => {
    const pairs = [explain('hot cold big small'), explain('cold hot small big')].flatMap(({ relationAB, relationCD }) => [relationAB, relationCD]);
    expect(pairs.map((pair) => pair?.candidates[0]?.name)).toEqual(pairs.map(() => 'antonym-of-adjective'));
  });

  it('that are symmetric hold with one pair turned round as well', () => {
    expect([explain('hot cold big small').valid, explain('hot cold small big').valid]).toEqual([true, true]);
  });

  it('have no name, confidence or sentence where no known one is likely', () => {
    const { relationAB, relationCD, explanation } = explain('table sky run quickly');
    for (const relation of [relationAB, relationCD]) {
      expect(relation).toMatchObject({ name: null, confidence: 0 });
      expect(relation).not.toHaveProperty('sentence');
    }
    expect(explanation).toContain('No known relation is likely for table and sky');
  });

  it('name the change of form that both pairs have, if any', () => {
    expect(explain('walk walked go went').relationCD?.morphology).toBe('past tense');
    expect(explain('walk walked go gone').relationAB?.morphology).toBe('past participle');
    expect(explain('france paris japan tokyo').relationAB).not.toHaveProperty('morphology');
  });
});

describe('the numbers of an explanation', () => {
  it.each(ALL)('of %s are those of its fields', (words) => {
    const { explanation, confidence, similarity, relationAB, relationCD, better } = explain(words, 3);
    const probabilities = [confidence, relationAB, relationCD, ...(relationAB?.candidates ?? []), ...(relationCD?.candidates ?? []), ...better]
      .map((field) => (typeof field === 'number' ? field : (field?.confidence ?? 0)));
    const cosines = [...explanation.matchAll(/cosine (-?\d\.\d\d)/g)].map(([, cosine]) => Number(cosine));
    expect(cosines).toEqual([expect.closeTo(similarity, 2)]);
    const shares = [...explanation.matchAll(/(above |below |)(\d+) %/g)];
    expect(shares.length + cosines.length).toBe(explanation.match(/\d+(?:\.\d+)?/g)?.length);
    for (const [, bound, share] of shares) {
      const isOne = (field: number): boolean => (bound === 'above ' ? field > 0.99 : bound === 'below ' ? field < 0.01 : Math.round(100 * field) === Number(share));
      expect(probabilities.filter(isOne)).not.toHaveLength(0);
    }
  });

  it.each(ALL)('of %s claim no more than was measured', (words) => {
    expect(explain(words, 3).explanation).not.toMatch(/certain|sure|always|never|undoubted|100 %/i);
  });

  it('have a step each', () => {
    const { steps, similarity, relationAB, relationCD } = explain('france paris japan tokyo');
    const valueOf = (name: string) => steps.find((step) => step.name === name)?.value;
    expect(valueOf('cos(a, b)')).toBe(relationAB?.similarity);
    expect(valueOf('cos(c, d)')).toBe(relationCD?.similarity);
    expect(valueOf('cos(b - a, d - c)')).toBe(similarity);
    expect(valueOf('rank of d by cos to b - a + c')).toBe(1);
    expect(valueOf('morphology agreement')).toBe(0);
    expect(valueOf('p(d)')).toBeGreaterThan(0.5);
    expect(steps.filter(({ text }) => text === '')).toEqual([]);
  });

  it('say so where the fourth word is not among the ranked ones', () => {
    const { steps } = explain('doctor hospital teacher banana');
    expect(steps.find(({ name }) => name.startsWith('rank'))).toMatchObject({ value: 1_001, text: 'banana is not among the 1000 words nearest to the point where the step leads' });
  });
});

describe('the pairs that support an explanation', () => {
  it('are the most similar ones of the catalogue, best first', () => {
    const { supportingPairs } = explain('france paris japan tokyo', 3);
    const similarities = supportingPairs.map(({ similarity }) => similarity);
    expect(similarities).toEqual([...similarities].sort((x, y) => y - x));
    expect(supportingPairs[0]?.relation).toBe('capital-of-country');
  });

  it.each(ALL)('never hold a word of %s', (words) => {
    const { supportingPairs } = explain(words, 3);
    expect(supportingPairs).toHaveLength(8);
    expect(supportingPairs.filter(({ a, b }) => words.split(' ').some((word) => word === a || word === b))).toEqual([]);
    expect(new Set(supportingPairs.map(({ a, b }) => `${a} ${b}`)).size).toBe(8);
  });
});

describe('the better words of an explanation', () => {
  it.each([
    ['france paris japan kyoto', 'tokyo'],
    ['walk walked go going', 'went'],
    ['king queen man king', 'woman'],
    ['good better bad worst', 'worse'],
  ])('of %s begin with %s, which is also told', (words, expected) => {
    const { better, explanation } = explain(words);
    expect(better[0]?.answer).toBe(expected);
    expect(better[0]?.confidence).toBeGreaterThan(0.5);
    expect(explanation).toContain(`A likelier fourth word is ${expected} (`);
  });

  it.each(['france paris japan tokyo', 'walk walked go went', 'cat cats city cities'])('are none where %s has the likeliest', (words) => {
    const { better, explanation } = explain(words, 3);
    expect(better).toEqual([]);
    expect(explanation).not.toContain('likelier fourth word');
  });

  it('are likelier than the fourth word, likeliest first', () => {
    const { better, steps } = explain('doctor hospital teacher banana', 3);
    const own = steps.find(({ name }) => name === 'p(d)')?.value ?? 1;
    const confidences = better.map(({ confidence }) => confidence);
    expect(confidences).toEqual([...confidences].sort((x, y) => y - x));
    expect(confidences.filter((confidence) => confidence <= own)).toEqual([]);
  });

  it('are written as the caller writes them', () => {
    const spell = (index: number): string => lexicon.word(index).toUpperCase();
    const { better, explanation, relationAB, steps } = explain('king queen man king', 2, spell);
    expect(better[0]?.answer).toBe('WOMAN');
    expect(explanation).toMatch(/^KING : QUEEN :: MAN : KING /);
    expect(relationAB?.sentence).toBe('QUEEN is the female counterpart of KING');
    expect(steps[0]?.text).toContain('KING and QUEEN');
  });
});
