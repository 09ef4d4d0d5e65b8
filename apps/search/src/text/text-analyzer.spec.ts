import fc from 'fast-check';
import { isStopWord } from './stop-words';
import { analyze, stemsOf, wordsOf } from './text-analyzer';

describe('analyze', () => {
  it.each([
    ['Flows over a Boundary-Layer', 'flows over a boundary layer'],
    ["I don't know Alice's U.S. N.A.C.A. report, e.g. O'Brien's", 'i do nt know alice s us naca report eg o brien s'],
    ['CAN’T we’ll', 'ca nt we ll'],
    ['1,000 and 3.5 and x-15 and 2,5 and mp3', '1000 and 3 5 and x 15 and 2 5 and mp3'],
    ['Café ﬁne ΟΔΟΣ οδός Straße İstanbul Łódź', 'cafe fine οδοσ οδοσ strasse istanbul lodz'],
    ['cafe\u0301 ｆｕｌｌ x² 3½', 'cafe full x2 3'],
    ['東京タワー2F', '東 京 タ ワ ー 2f'],
    ['ｶﾞが ก็ดี', 'カ\u3099'.normalize('NFC') + ' が ก็ ดี'],
    ['हिन्दी שָׁלוֹם قُرْآن', 'हिन्दी שלום قران'],
    ['good 😀👍🏽!', 'good 😀 👍'],
    ['"quoted" OR (x AND y)* ^col: -not', 'quoted or x and y col not'],
    ["' - . _ *", ''],
  ])('finds the words of %p', (text, words) => {
    expect(wordsOf(analyze(text)).join(' ')).toBe(words);
  });

  it('has pairs of neighbours as terms in scripts without spaces, which are no words', () => {
    const tokens = analyze('a 東京都');
    expect(stemsOf(tokens)).toEqual(['a', '東', '東京', '京', '京都', '都']);
    expect(tokens.map(({ start, end }) => [start, end])).toEqual([[0, 1], [2, 3], [2, 4], [3, 4], [3, 5], [4, 5]]);
  });

  it('gives inflected forms one stem', () => {
    expect(new Set(stemsOf(analyze('Connect connected CONNECTING connection connections')))).toEqual(new Set(['connect']));
  });

  it('says where a word is in the text as it was', () => {
    const text = '😀 don’t  Café-société';
    expect(analyze(text).map(({ start, end }) => text.slice(start, end))).toEqual(['😀', 'do', 'n’t', 'Café', 'société']);
  });

  it('bounds long words, without half a character', () => {
    const [long, wide] = analyze(`${'a'.repeat(1000)} ${'a'.repeat(63)}${'\u{10400}'.repeat(50)}`);
    expect([long?.word, long?.end, wide?.word]).toEqual(['a'.repeat(64), 1000, 'a'.repeat(63)]);
  });

  it('gives words without white space or signs, ascending within the text, each of which is its own only word', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 60 });
    const mixed = fc.array(fc.oneof(texts, fc.constantFrom(' ', '.', "'", '-', 'U.S.', "n't", '1,000', '東', '\ud800', 'ﷺ', '½', '\0'))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(mixed, (text) => {
        let before = 0;
        for (const { word, stem, start, end } of analyze(text)) {
          expect(word).toMatch(/^[\p{L}\p{M}\p{N}\p{Extended_Pictographic}]*$/u);
          expect(word.length).toBeLessThanOrEqual(64);
          expect(stem).not.toBe('');
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          before = start;
        }
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

describe('isStopWord', () => {
  it.each([['the', true], ['nt', true], ['flow', false], ['us', false], ['', false]])('says of %p %p', (word, expected) => {
    expect(isStopWord(word)).toBe(expected);
  });
});
