import fc from 'fast-check';
import { wholeEditDistance } from './evaluation/whole-edit-distance';
import { Lexicon } from './lexicon';
import { writeLexicon } from './lexicon-file';
import { similarSpellings } from './similar-spellings';

function lexiconOf(words: readonly string[]): Lexicon {
  const bytes = writeLexicon('words', { words: [...words], dimensions: 1, values: new Float32Array(words.length) }, 'int8');
  return Lexicon.from(bytes.buffer);
}

const points = (word: string): number[] => Array.from(word, (character) => character.codePointAt(0) ?? 0);

describe('similar spellings', () => {
  const lexicon = lexiconOf(['the', 'then', 'receive', 'received', 'receiver', 'naïve', 'money', 'monkey', 'mo', 'e-mail', "o'clock", '日本', '日本人']);
  const spellings = (word: string, count = 3) => similarSpellings(lexicon, word, count).map(({ index, distance }) => `${lexicon.word(index)} ${distance}`);

  it.each([
    ['recieve', 'two letters swapped', ['receive 1', 'received 2', 'receiver 2']],
    ['monney', 'one edit from two words', ['money 1', 'monkey 1']],
    ['money', 'a listed word', ['monkey 1']],
    ['email', 'a hyphen missing', ['e-mail 1']],
    ['oclock', 'an apostrophe missing', ["o'clock 1"]],
    ['teh', 'a short word', ['the 1']],
    ['tex', 'a short word two edits away', []],
    ['naive', 'an accent missing', ['naïve 1']],
    ['naïv', 'a word of another alphabet', ['naïve 1']],
    ['日', 'one character', ['日本 1']],
    ['xxxxx', 'like nothing', []],
    ['', 'empty', []],
    ['m\ud800', 'half a character', ['mo 1']],
  ])('of %j (%s)', (word, _what, expected) => {
    expect(spellings(word)).toEqual(expected);
  });

  it('are no more than asked for, the commonest first', () => {
    expect(spellings('receivex', 1)).toEqual(['receive 1']);
    expect(spellings('receivex', 2)).toEqual(['receive 1', 'received 1']);
  });

  it('are none for a word of more than 40 characters', () => {
    const long = lexiconOf(['a'.repeat(41), 'b'.repeat(200)]);
    expect(similarSpellings(long, 'a'.repeat(40), 1)).toEqual([{ index: 0, distance: 1 }]);
    expect(similarSpellings(long, 'a'.repeat(42), 1)).toEqual([]);
    expect(similarSpellings(long, 'a'.repeat(1e6), 1)).toEqual([]);
  });

  it('are those of the smallest distances to all words', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '日'), minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(fc.uniqueArray(words, { minLength: 1, maxLength: 30 }), words, fc.integer({ min: 1, max: 30 }), (list, word, count) => {
        const most = points(word).length < 4 ? 1 : 2;
        const expected = list
          .map((other, index) => ({ index, distance: wholeEditDistance(points(word), points(other)) }))
          .filter(({ distance }) => distance > 0 && distance <= most)
          .sort((a, b) => a.distance - b.distance || a.index - b.index);
        const found = similarSpellings(lexiconOf(list), word, 100);
        expect(found).toEqual(expected);
        expect(similarSpellings(lexiconOf(list), word, count)).toEqual(found.slice(0, count));
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
