import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { IRREGULAR_ADVERBS, IRREGULAR_COMPARISONS, IRREGULAR_ORDINALS, IRREGULAR_PLURALS, IRREGULAR_VERBS } from './irregular-forms';

const asset = join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8);
const verbs = IRREGULAR_VERBS.map(({ base, past, participle, thirdPerson, presentParticiple }) =>
  [base, ...past, ...participle, thirdPerson, presentParticiple].filter((form) => form !== undefined));

describe.each([
  ['verbs', verbs, 180, 3],
  ['plurals', IRREGULAR_PLURALS, 110, 2],
  ['comparisons', IRREGULAR_COMPARISONS, 5, 3],
  ['adverbs', IRREGULAR_ADVERBS, 9, 2],
  ['ordinals', IRREGULAR_ORDINALS, 7, 2],
] as const)('the table of irregular %s', (_, entries: readonly (readonly string[])[], least, forms) => {
  it(`has at least ${least} entries of ${forms} forms or more`, () => {
    expect(entries.length).toBeGreaterThanOrEqual(least);
    expect(entries.filter((entry) => entry.length < forms)).toEqual([]);
  });

  it('has no base twice', () => {
    const bases = entries.map(([base]) => base);
    expect(bases.filter((base, i) => bases.indexOf(base) !== i)).toEqual([]);
  });

  it('has only words that the lexicon holds', () => {
    const lexicon = Lexicon.load(asset);
    expect(entries.flat().filter((word) => lexicon.indexOf(word) === undefined)).toEqual([]);
  });
});

describe('an irregular form', () => {
  it.each([
    { base: 'be', past: ['was', 'were'], participle: ['been'], thirdPerson: 'is', presentParticiple: 'being' },
    { base: 'go', past: ['went'], participle: ['gone'], thirdPerson: 'goes' },
    { base: 'withdraw', past: ['withdrew'], participle: ['withdrawn'] },
    { base: 'learn', past: ['learned', 'learnt'], participle: ['learned', 'learnt'] },
    { base: 'die', past: ['died'], participle: ['died'], presentParticiple: 'dying' },
  ])('of the verb $base is as it should be', (verb) => {
    expect(IRREGULAR_VERBS.find(({ base }) => base === verb.base)).toEqual(verb);
  });

  it.each([
    ['the noun child', IRREGULAR_PLURALS, ['child', 'children']],
    ['the noun phenomenon', IRREGULAR_PLURALS, ['phenomenon', 'phenomena']],
    ['the noun sheep', IRREGULAR_PLURALS, ['sheep', 'sheep']],
    ['the adjective good', IRREGULAR_COMPARISONS, ['good', 'better', 'best']],
    ['the adjective whole', IRREGULAR_ADVERBS, ['whole', 'wholly']],
    ['the number twelve', IRREGULAR_ORDINALS, ['twelve', 'twelfth']],
  ])('of %s is as it should be', (_, entries: readonly (readonly string[])[], entry) => {
    expect(entries).toContainEqual(entry);
  });
});
