import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import fc from 'fast-check';
import { join } from 'node:path';
import { formChanges, type IsListed } from './form-change';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8));
const isListed: IsListed = (word) => lexicon.indexOf(word) !== undefined;
const namesOf = (a: string, b: string): string[] => formChanges(a, b, isListed).map(({ name }) => name);

/** Words that the change from a to b makes of another, the surest first. */
function made(a: string, b: string, word: string, known = isListed): string[] {
  const all = formChanges(a, b, known).flatMap((change) => change.apply(word));
  return [...new Set(all.toSorted((x, y) => y.weight - x.weight).map((each) => each.word))];
}

/** A list of words in place of the lexicon. */
const only = (...words: string[]): IsListed => (word) => words.includes(word);

describe('the change of form', () => {
  it.each([
    ['stop', 'stopped', 'past tense'],
    ['stopped', 'stop', 'base of past tense'],
    ['make', 'making', 'present participle'],
    ['lie', 'lying', 'present participle'],
    ['be', 'being', 'present participle'],
    ['lying', 'lie', 'base of present participle'],
    ['hide', 'hidden', 'past participle'],
    ['saw', 'see', 'base of past tense'],
    ['walking', 'walked', 'present participle to past tense'],
    ['hiding', 'hid', 'present participle to past tense'],
    ['goes', 'went', 'third person singular to past tense'],
    ['box', 'boxes', 'plural'],
    ['leaves', 'leaf', 'base of plural'],
    ['better', 'best', 'comparative to superlative'],
    ['best', 'good', 'base of superlative'],
    ['biggest', 'bigger', 'superlative to comparative'],
    ['true', 'truly', 'adverb'],
    ['basically', 'basic', 'base of adverb'],
    ['decide', 'decision', 'action (-ion)'],
    ['invasion', 'invade', 'base of action (-ion)'],
    ['happiness', 'happily', 'quality (-ness) to adverb'],
    ['possible', 'impossible', 'prefix im-'],
    ['legal', 'illegal', 'prefix il-'],
    ['regular', 'irregular', 'prefix ir-'],
    ['aware', 'unaware', 'prefix un-'],
    ['unaware', 'aware', 'without prefix un-'],
    ['write', 'rewrite', 'prefix re-'],
    ['japan', 'japanese', '- to -ese'],
    ['france', 'french', undefined],
    ['catalog', 'catalyst', '-og to -yst'],
  ])('from %s to %s is named %s', (a, b, name) => {
    if (name === undefined) expect(namesOf(a, b)).toEqual([]);
    else expect(namesOf(a, b)).toContain(name);
  });

  it.each([
    ['the same word', 'read', 'read'],
    ['two words that share no letter', 'dog', 'cat'],
    ['two words that begin with the same two letters', 'dog', 'door'],
    ['two words whose endings are too long', 'person', 'personalities'],
    ['a prefix before two letters', 'do', 'redo'],
    ['an irregular form written regularly', 'go', 'goed'],
    ['two words of the same form', 'walked', 'talked'],
    ['the empty text and a word', '', 'dogs'],
    ['a word and the empty text', 'dogs', ''],
  ])('is none for %s', (_what, a, b) => {
    expect(formChanges(a, b, isListed)).toEqual([]);
  });

  it('is an ending of letters only where no rule explains it', () => {
    expect(namesOf('cat', 'cats')).toEqual(['plural', 'third person singular']);
    expect(namesOf('japan', 'japanese')).toEqual(['- to -ese']);
  });
});

describe('the same change of another word', () => {
  it.each([
    ['walk', 'walked', 'stop', ['stopped']],
    ['walk', 'walked', 'go', ['went', 'gone']],
    ['walked', 'walk', 'went', ['go']],
    ['go', 'went', 'read', []],
    ['eat', 'ate', 'panic', ['panicked']],
    ['walking', 'walked', 'hiding', ['hid', 'hidden']],
    ['sang', 'singing', 'lay', ['lying']],
    ['box', 'boxes', 'city', ['cities']],
    ['cats', 'cat', 'heroes', ['hero', 'heroe']],
    ['big', 'bigger', 'good', ['better']],
    ['good', 'better', 'happy', ['happier']],
    ['better', 'best', 'worse', ['worst']],
    ['slow', 'slowly', 'happy', ['happily']],
    ['true', 'truly', 'basic', ['basically']],
    ['happily', 'happy', 'basically', ['basic']],
    ['act', 'action', 'decide', ['decision']],
    ['possible', 'impossible', 'legal', ['illegal']],
    ['legal', 'illegal', 'aware', ['unaware']],
    ['fair', 'unfair', 'regular', ['irregular']],
    ['unfair', 'fair', 'irregular', ['regular']],
    ['write', 'rewrite', 'build', ['rebuild']],
    ['japan', 'japanese', 'vietnam', ['vietnamese']],
    ['walk', 'walked', 'xyzzy', []],
    ['japan', 'japanese', 'norway', []],
    ['catalog', 'catalyst', 'dog', []],
  ])('%s to %s makes of %s: %j', (a, b, word, expected) => {
    const words = made(a, b, word);
    expect(words.slice(0, Math.max(1, expected.length))).toEqual(expected);
  });

  it('gives words that are listed and no others', () => {
    expect(made('walk', 'walked', 'stop', only('walk', 'stop', 'stoped'))).toEqual(['stoped']);
    expect(made('walk', 'walked', 'stop', only('walk', 'stop'))).toEqual([]);
    expect(made('fair', 'unfair', 'legal', only('unlegal', 'legal'))).toEqual(['unlegal']);
  });

  it('is surer of the first spelling of the rules, and of the prefix that was shown', () => {
    const weights = (a: string, b: string, word: string, ...listed: string[]): object[] => formChanges(a, b, only(...listed)).flatMap((change) => change.apply(word));
    expect(weights('walk', 'walking', 'stop', 'stopping', 'stoping')).toEqual([{ word: 'stopping', weight: 1 }, { word: 'stoping', weight: 0.7 }]);
    expect(weights('walk', 'walking', 'stop', 'stoping')).toEqual([{ word: 'stoping', weight: 0.7 }]);
    expect(weights('fair', 'unfair', 'able', 'unable', 'disable')).toEqual([{ word: 'unable', weight: 1 }, { word: 'disable', weight: 0.5 }]);
    expect(weights('fair', 'unfair', 'able', 'disable')).toEqual([{ word: 'disable', weight: 1 }]);
    expect(weights('legal', 'illegal', 'possible', 'impossible', 'inpossible')).toEqual([{ word: 'impossible', weight: 1 }]);
    expect(weights('unfair', 'fair', 'dishonest', 'honest')).toEqual([{ word: 'honest', weight: 0.5 }]);
  });

  it('makes the second word of the first, for any two listed words that share a form', () => {
    const words = fc.nat(30_000).map((index) => lexicon.word(index));
    let changes = 0;
    fc.assert(
      fc.property(words, fc.constantFrom('s', 'ed', 'ing', 'ly', 'er', 'ness'), (a, ending) => {
        const b = a.replace(/e$/, '') + ending;
        if (!isListed(b)) return;
        for (const change of formChanges(a, b, isListed)) {
          expect([change.name, change.apply(a).map(({ word }) => word)]).toEqual([change.name, expect.arrayContaining([b])]);
          changes++;
        }
        for (const change of formChanges(b, a, isListed)) expect([change.name, change.apply(b).map(({ word }) => word)]).toEqual([change.name, expect.arrayContaining([a])]);
      }),
      { seed: 9, numRuns: 1_000 },
    );
    expect(changes).toBeGreaterThan(100);
  });

  it('never gives the word itself, nor a weight outside 0 to 1', () => {
    const word = fc.nat(30_000).map((index) => lexicon.word(index));
    const pair = fc.constantFrom(...['walk walked', 'cats cat', 'fair unfair', 'unfair fair', 'read reads', 'walking walked', 'japan japanese'].map((each) => each.split(' ')));
    fc.assert(
      fc.property(pair, word, ([a = '', b = ''], c) => {
        for (const { word: result, weight } of formChanges(a, b, isListed).flatMap((change) => change.apply(c))) {
          expect(result).not.toBe(c);
          expect(isListed(result)).toBe(true);
          expect(weight > 0 && weight <= 1).toBe(true);
        }
      }),
      { seed: 10, numRuns: 500 },
    );
  });
});

describe.each([
  ['the empty text', ''],
  ['a name of an object', '__proto__'],
  ['accents', 'cafés'],
  ['an emoji', '🙂🙂'],
  ['half a surrogate pair', '\ud83d\ude42\ud83d'],
  ['a very long word', 'stop'.repeat(2_500)],
  ['a very long word of one letter', 's'.repeat(10_000)],
])('%s', (_what, word) => {
  it('is harmless on any side of a change, where every word is listed', () => {
    const all: IsListed = () => true;
    for (const [a, b] of [[word, `${word}s`], [`${word}s`, word], [word, `un${word}`], ['walk', word], [word, 'walk']] as const) {
      const changes = formChanges(a, b, all);
      expect(changes.length).toBeLessThan(200);
      for (const { apply } of changes) expect(Math.max(apply(word).length, apply('walk').length, apply('').length)).toBeLessThan(1_000);
    }
    for (const { apply } of formChanges('walking', 'walked', all)) expect(apply(word).length).toBeLessThan(1_000);
  });
});
