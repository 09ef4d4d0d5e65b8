import { tinyLexicon } from './evaluation/tiny-lexicon';
import { WordReader } from './word-reader';

describe('reading a word', () => {
  const lexicon = tinyLexicon();
  const reader = new WordReader(lexicon);
  const reading = (word: string) => {
    const { indexes, share } = reader.read(word, lexicon.indexOf(word));
    return [indexes.map((index) => lexicon.word(index)).join('+'), share];
  };

  it.each([
    ['money', 'a listed word', 'money', 1],
    ['mony', 'too short to correct', '', 0],
    ['monney', 'a letter too many', 'money', 0.5],
    ['recieve', 'two letters swapped', 'receive', 0.5],
    ['eceive', 'the first letter missing', 'receive', 0.5],
    ['receiv', 'the last letter missing', 'receive', 0.5],
    ['receivex', 'a letter after the end', 'receive', 0.5],
    ['raceive', 'a wrong letter', 'receive', 0.5],
    ['waterproof', 'a compound', 'water+proof', 0.5],
    ['wbtfrproof', 'two errors', '', 0],
    ['wörter', 'another alphabet', '', 0],
    ['abcdefghijklmnopqrstuvwxyz', 'too long', '', 0],
  ])('takes %s (%s) for %s', (word, _, expected, share) => {
    expect(reading(word)).toEqual([expected, share]);
  });

  it('adds the common word one letter away to a rare listed one', () => {
    expect(reader.read('monney', 200_000)).toEqual({ indexes: [200_000, 4], share: 1 });
    expect(reader.read('zebra', 200_000)).toEqual({ indexes: [200_000], share: 1 });
  });
});
