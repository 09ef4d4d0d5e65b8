import { ASSET_FILES, Lexicon, NearestWords } from '@sigmalang/lexicon';
import { SeededGenerator } from '@sigmalang/vector';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { FITTED_WEIGHTS } from '../fit/fitted-weights';
import { WordSpace } from '../word-space';
import { orientedRelations } from './oriented-relation';
import { NO_RELATION_FEATURES, type Pair, PAIR_FEATURES, RelationRecognizer } from './relation-recognizer';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const space = new WordSpace(lexicon, new NearestWords(lexicon));
const relations = orientedRelations(CATALOGUE, space);
const recognizer = new RelationRecognizer(space, relations, FITTED_WEIGHTS.pair);

function pairOf(a: string, b: string): Pair {
  const [indexA, indexB] = [lexicon.indexOf(a), lexicon.indexOf(b)];
  if (indexA === undefined || indexB === undefined) throw new Error(`${a} or ${b} is not listed`);
  return { a: indexA, b: indexB };
}

const inCatalogue = new Set(CATALOGUE.flatMap(({ pairs }) => pairs.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`])));
const probabilities = (a: string, b: string, by = recognizer): Record<string, number> =>
  Object.fromEntries(by.recognize(pairOf(a, b), 0).map(({ relation, probability }) => [relation.name, probability]));

/** What is likelier than not, or nothing. */
function named(pair: Pair): string | undefined {
  const [best] = recognizer.recognize(pair, 0.5);
  return best?.relation.name;
}

/** Seeded pairs of two different words of the commonest 30,000. */
function randomPairs(count: number): Pair[] {
  const generator = new SeededGenerator('spec:pairs');
  const below = (): number => generator.nextUint32() % 30_000;
  return Array.from({ length: count }, () => ({ a: below(), b: below() })).filter(({ a, b }) => a !== b);
}

const NAMED = [
  ['germany', 'berlin', 'capital-of-country', 'country-of-capital'],
  ['denmark', 'krone', 'currency-of-country', 'country-of-currency'],
  ['argentina', 'peso', 'currency-of-country', 'country-of-currency'],
  ['oakland', 'california', 'state-of-city', 'city-of-state'],
  ['madrid', 'spain', 'country-of-city', 'city-of-country'],
  ['sweden', 'swedish', 'adjective-of-country', 'country-of-adjective'],
  ['brother', 'sister', 'female-of-male', 'male-of-female'],
  ['quiet', 'quietly', 'adverb-of-adjective', 'adjective-of-adverb'],
  ['paint', 'painter', 'agent-of-verb', 'verb-of-agent'],
  ['walk', 'walked', 'past-of-verb', 'verb-of-past'],
  ['eat', 'ate', 'past-of-verb', 'verb-of-past'],
  ['swam', 'swimming', 'present-participle-of-past', 'past-of-present-participle'],
  ['think', 'thinking', 'present-participle-of-verb', 'verb-of-present-participle'],
  ['tree', 'trees', 'plural-of-noun', 'noun-of-plural'],
  ['wise', 'wiser', 'comparative-of-adjective', 'adjective-of-comparative'],
  ['cold', 'coldest', 'superlative-of-adjective', 'adjective-of-superlative'],
  ['able', 'unable', 'negation-of-adjective', 'adjective-of-negation'],
  ['read', 'reread', 'repetition-of-verb', 'verb-of-repetition'],
] as const;

describe('the relation of two words', () => {
  it.each(NAMED)('of %s and %s, which are no example, is %s, and backwards %s', (a, b, relation, inverse) => {
    expect([named(pairOf(a, b)), named(pairOf(b, a))]).toEqual([relation, inverse]);
  });

  it('is asked for with pairs that are no examples', () => {
    expect(NAMED.filter(([a, b]) => inCatalogue.has(`${a} ${b}`))).toEqual([]);
  });

  it.each([
    ['table', 'cloud'],
    ['banana', 'seven'],
    ['slow', 'quickly'],
    ['walk', 'taught'],
    ['uncle', 'empress'],
    ['cold', 'happiest'],
    ['japan', 'gently'],
    ['puppy', 'oslo'],
    ['king', 'king'],
  ])('of %s and %s is none', (a, b) => {
    expect(named(pairOf(a, b))).toBeUndefined();
  });

  it('is none for 98 of 100 pairs of random words', () => {
    const pairs = randomPairs(500);
    expect(pairs.filter((pair) => named(pair) !== undefined).length).toBeLessThanOrEqual(0.02 * pairs.length);
  });

  it('is none, more often than not, for words of two pairs of one relation', () => {
    const mixed = relations
      .flatMap(({ examples }) => examples.map(({ a }, i) => ({ a, b: examples[(i + 7) % examples.length]?.b ?? a })))
      .filter(({ a, b }) => a !== b && !inCatalogue.has(`${lexicon.word(a)} ${lexicon.word(b)}`));
    expect(mixed.length).toBeGreaterThan(1_000);
    const sample = mixed.filter((_pair, i) => i % 5 === 0);
    expect(sample.filter((pair) => named(pair) === undefined).length).toBeGreaterThan(0.75 * sample.length);
  });

  it('has probabilities of 0 to 1 that sum to at most 1, likeliest first', () => {
    for (const pair of [...randomPairs(60), ...NAMED.map(([a, b]) => pairOf(a, b))]) {
      const all = recognizer.recognize(pair, 0).map(({ probability }) => probability);
      expect(all.length).toBe(relations.length);
      expect(all).toEqual(all.toSorted((x, y) => y - x));
      expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
      expect(all.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1);
      expect(recognizer.recognize(pair, 0.1)).toEqual(recognizer.recognize(pair, 0).filter(({ probability }) => probability >= 0.1));
    }
  });

  it('is about as probable as the inverse is backwards', () => {
    for (const [a, b] of [...NAMED, ['cheap', 'expensive'], ['lion', 'cub'], ['table', 'cloud']] as const) {
      const [forward, backward] = [probabilities(a, b), probabilities(b, a)];
      for (const { name, inverse } of CATALOGUE) expect(backward[inverse]).toBeCloseTo(forward[name] ?? NaN, 2);
    }
  });

  it('is the same whatever was asked before', () => {
    const first = recognizer.recognize(pairOf('walk', 'walked'), 0);
    for (const pair of randomPairs(20)) recognizer.recognize(pair);
    expect(recognizer.recognize(pairOf('walk', 'walked'), 0)).toEqual(first);
  });
});

describe('an example of the catalogue', () => {
  it.each([
    ['france', 'paris', 'capital-of-country'],
    ['cats', 'cat', undefined],
    ['king', 'queen', 'female-of-male'],
    ['go', 'went', 'past-of-verb'],
    ['oldest', 'old', 'adjective-of-superlative'],
    ['war', 'peace', undefined],
    ['stopping', 'stopped', 'past-of-present-participle'],
  ])('%s, %s is judged as if nothing were known of either word', (a, b, relation) => {
    const others = CATALOGUE.map((known) => ({ ...known, pairs: known.pairs.filter((pair) => !pair.includes(a) && !pair.includes(b)) }));
    const unaware = new RelationRecognizer(space, orientedRelations(others, space), FITTED_WEIGHTS.pair);
    const [aware, expected] = [probabilities(a, b), probabilities(a, b, unaware)];
    expect(Object.keys(aware).length).toBe(relations.length);
    for (const [name, probability] of Object.entries(aware)) expect(probability).toBeCloseTo(expected[name] ?? NaN, 6);
    if (relation !== undefined) expect(named(pairOf(a, b))).toBe(relation);
  });

  it('is recognised more often than not', () => {
    const examples = relations.flatMap(({ name, examples: known }) => known.map((pair) => ({ name, pair })));
    const sample = examples.filter((_example, i) => i % 11 === 0);
    const found = sample.filter(({ name, pair }) => recognizer.recognize(pair, 0)[0]?.relation.name === name);
    expect(found.length).toBeGreaterThan(0.6 * sample.length);
  });
});

describe('a relation that is withheld', () => {
  it('is not named, in either direction, and the others are', () => {
    const capital = CATALOGUE.find(({ name }) => name === 'capital-of-country');
    if (!capital) throw new Error('there is no capital-of-country');
    for (const [a, b] of [['germany', 'berlin'], ['berlin', 'germany']] as const) {
      const names = recognizer.recognize(pairOf(a, b), 0, new Set([capital])).map(({ relation }) => relation.name);
      expect(names.length).toBe(relations.length - 2);
      expect(names).not.toContain('capital-of-country');
      expect(names).not.toContain('country-of-capital');
    }
    expect(recognizer.recognize(pairOf('walk', 'walked'), 0.5, new Set([capital]))[0]?.relation.name).toBe('past-of-verb');
  });

  it('leaves the features of the others as they were', () => {
    const [first, ...rest] = recognizer.features(pairOf('germany', 'berlin'), relations);
    expect(recognizer.features(pairOf('germany', 'berlin'), relations.slice(1))).toEqual(rest);
    expect(first?.length).toBe(PAIR_FEATURES.length + NO_RELATION_FEATURES.length);
  });

  it('leaves nothing where all are', () => {
    expect(recognizer.recognize(pairOf('walk', 'walked'), 0, new Set(CATALOGUE))).toEqual([]);
  });
});

describe('a relation of which too few examples may speak', () => {
  it('has no features', () => {
    const few = orientedRelations([{ name: 'few', inverse: 'of-few', sentence: '', kind: 'world', pairs: [['dog', 'dogs'], ['cat', 'cats'], ['cow', 'cows'], ['pig', 'pigs'], ['hen', 'hens']] }], space);
    const own = new RelationRecognizer(space, few, FITTED_WEIGHTS.pair);
    const isSilent = (a: string, b: string): boolean => own.features(pairOf(a, b), few).slice(0, -1).every((row) => row.every((value) => value === 0));
    expect([isSilent('dog', 'dogs'), isSilent('dog', 'oslo'), isSilent('tree', 'trees')]).toEqual([true, true, false]);
  });
});
