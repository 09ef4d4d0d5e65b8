import fc from 'fast-check';
import { foldText, tokenize } from './text-tokens';

const KNOWN = new Set(['boundary', 'layer', 'x-ray', 'ray', "o'clock", 'old', 'year', 'co-op', 'boundary-layer']);
const tokens = (text: string) =>
  Array.from(tokenize(text, (word) => KNOWN.has(word)), (token) => (token.kind === 'number' ? `#${token.digits}` : token.text));

describe('the tokens of a text', () => {
  it.each([
    ['words in lower case without accents', 'Café ÉCOLE Łódź straße', ['cafe', 'ecole', 'lodz', 'strasse']],
    ['nothing for punctuation and space', ' \t.,;—!?“”\n', []],
    ['possessives without their s', "the dog's dogs' men’s", ['the', 'dog', 'dogs', 'men']],
    ['contractions in full', "Don't can't won't isn't we'll I'm cannot", ['do', 'not', 'can', 'not', 'will', 'not', 'is', 'not', 'we', 'i', 'can', 'not']],
    ['known words with an apostrophe or hyphen whole', "o'clock x-ray", ["o'clock", 'x-ray']],
    ['hyphenated words in their known parts', 'boundary-layer rock-n-roll d’angelo', ['boundary', 'layer', 'rock', 'n', 'roll', 'd', 'angelo']],
    ['numbers with their groups joined', '1,234,567.5 3.14 10.12.2013 007', ['#1234567.5', '#3.14', '#10', '#12', '#2013', '#007']],
    ['numbers with ordinal and plural endings as numbers', '1990s 2nd 21st 4th 100,000th', ['#1990', '#2', '#21', '#4', '#100000']],
    ['numbers with letters as one word', 'h1n1 3d 10am 747-b', ['h1n1', '3d', '10am', '#747', 'b']],
    ['number words as numbers', 'Seven of twenty-five, twenty-one or one', ['#7', 'of', '#25', 'or', 'one', '#21'].sort()],
    ['other hyphens between number words apart', 'two-three twenty-twenty ten-five twenty-five-year', ['#2', '#3', '#20', '#20', '#10', '#5', '#20', '#5', 'year']],
    ['ages', 'a 20-year-old', ['a', '#20', 'year', 'old']],
    ['dotted acronyms without their dots', 'U.S. p.m. e.g. the u.k', ['usa', 'pm', 'eg', 'the', 'uk']],
    ['the country and the pronoun apart', 'US gives us', ['usa', 'gives', 'us']],
    ['the pronoun in a text of capitals', 'TELL US', ['tell', 'us']],
    ['characters and pairs of scripts without spaces', '東京都 abc', ['東', '東京', '京', '京都', '都', 'abc']],
    ['words of other scripts', 'Привет, κόσμε! नमस्ते 한국어', ['привет', 'κοσμε', 'नमस्ते', '한국어']],
    ['pictographs and other numerals', '🙂☃ ٣', ['🙂', '☃', '٣']],
  ])('are %s', (name, text, expected) => {
    const found = tokens(text);
    expect(name === 'number words as numbers' ? found.sort() : found).toEqual(expected);
  });

  it('are the same for every Unicode form of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokens(text.normalize('NFD'))).toEqual(tokens(text.normalize('NFC')));
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('are never empty words, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(tokens(text)).not.toContain('');
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it.each([
    ['hyphens', 'a-'],
    ['groups of digits', '1,111'],
    ['dots', 'a.'],
    ['apostrophes', "a'"],
    ['one letter', 'a'],
  ])('stay linear in 100,000 characters of %s', (_, unit) => {
    expect(tokens(unit.repeat(100_000 / unit.length)).length).toBeGreaterThan(0);
  });

  it('keep voiced kana and composed Hangul while other accents go', () => {
    expect(foldText('ガが한é')).toBe('ガが한e');
  });
});
