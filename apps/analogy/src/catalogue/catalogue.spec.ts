import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { CATALOGUE } from './catalogue';
import { pairsOf } from './relation';

const asset = join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8);
const repeated = (values: readonly string[]): string[] => values.filter((value, i) => values.indexOf(value) !== i);

describe('the catalogue of known relations', () => {
  const pairs = CATALOGUE.flatMap((relation) => relation.pairs);

  it('has at least 40 relations', () => {
    expect(CATALOGUE.length).toBeGreaterThanOrEqual(40);
  });

  it('has names in kebab-case, no two alike, neither from a to b nor back', () => {
    const names = CATALOGUE.flatMap(({ name, inverse }) => (name === inverse ? [name] : [name, inverse]));
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
    expect(repeated(names)).toEqual([]);
  });

  it('has only lower-case words that the lexicon holds', () => {
    const lexicon = Lexicon.load(asset);
    const words = pairs.flat();
    expect(words.filter((word) => lexicon.indexOf(word) === undefined)).toEqual([]);
    expect(words.filter((word) => word !== word.toLowerCase())).toEqual([]);
  });

  it('has no pair twice, within a relation or in two', () => {
    expect(repeated(pairs.map((pair) => pair.join(' ')))).toEqual([]);
  });

  describe.each(CATALOGUE)('$name', (relation) => {
    it('has 12 to 20 pairs of two different words', () => {
      expect(relation.pairs.length).toBeGreaterThanOrEqual(12);
      expect(relation.pairs.length).toBeLessThanOrEqual(20);
      expect(relation.pairs.filter(([a, b]) => a === b)).toEqual([]);
    });

    it('has a sentence with a place for each word', () => {
      expect(relation.sentence.match(/\{\w+\}/g)?.sort()).toEqual(['{a}', '{b}']);
    });
  });
});

describe('a text of pairs', () => {
  it('is read pair by pair, over several lines', () => {
    expect(pairsOf('\n  one first, two second,\n  three third\n')).toEqual([['one', 'first'], ['two', 'second'], ['three', 'third']]);
  });

  it.each(['one', 'one first two', 'one first,'])('is refused when it is %j', (text) => {
    expect(() => pairsOf(text)).toThrow('not a pair of words');
  });
});
