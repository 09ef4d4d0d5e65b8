import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import fc from 'fast-check';
import { join } from 'node:path';
import { isReadAsAnother, type ReadWord, WordReader, write } from './word-reader';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8));
const reader = new WordReader(lexicon);

function read(text: string): ReadWord {
  const found = reader.read(text);
  if (!found) throw new Error(`${text} is unknown`);
  return found;
}

describe('a word as people write it', () => {
  it.each([
    ['as it is listed', 'king', 'king'],
    ['with a capital', 'Paris', 'paris'],
    ['in capitals', 'PARIS', 'paris'],
    ['with capitals within', 'iPhone', 'iphone'],
    ['with white space around it', ' \tking\n', 'king'],
    ['with accents that the list lacks', 'São', 'sao'],
    ['with accents that are letters of their own', 'Łódź', 'lodz'],
    ['with accents as signs of their own', 'cafe\u0301', 'cafe'],
    ['with a ligature', 'ﬁsh', 'fish'],
    ['in wide letters', 'ＫＩＮＧ', 'king'],
    ['with a sharp s', 'Straße', 'strasse'],
    ['with a Turkish capital', 'İstanbul', 'istanbul'],
    ['in two words', 'new york', 'new-york'],
    ['in two words with an underscore', 'New_York', 'new-york'],
    ['in two words that are listed as one', 'soft ware', 'software'],
    ['with a hyphen', 'e-mail', 'e-mail'],
    ['that is a country and no pronoun', 'US', 'usa'],
    ['that is a pronoun', 'us', 'us'],
    ['with dots', 'U.S.', 'usa'],
    ['with dots but the last', 'U.K', 'uk'],
    ['with a possessive', "king's", 'king'],
    ['with a typographic possessive', 'king’s', 'king'],
    ['with the possessive of a plural', "queens'", 'queens'],
    ['with a possessive and a capital', 'Norway’s', 'norway'],
    ['with a possessive in capitals', "KING'S", 'king'],
    ['with the possessive of a plural in capitals', 'QUEENS’', 'queens'],
  ])('%s, %j, is %s', (_how, text, word) => {
    expect(read(text).word).toBe(word);
    expect(lexicon.word(read(text).index)).toBe(word);
  });

  it.each([
    ['oinks', 'oink', 'plural'],
    ['lasagnas', 'lasagna', 'plural'],
    ['whinnies', 'whinny', 'plural'],
    ['podcasted', 'podcast', 'past tense'],
    ['whinnied', 'whinny', 'past tense'],
    ['oinking', 'oink', 'present participle'],
    ['nerdier', 'nerdy', 'comparative'],
    ['fluffiest', 'fluffy', 'superlative'],
    ['crispily', 'crispy', 'adverb'],
  ])('that is not listed, %s, is the %s of which it is the %s', (text, base, form) => {
    expect(lexicon.indexOf(text)).toBeUndefined();
    const found = read(text);
    expect([found.word, found.style.form?.name]).toEqual([base, form]);
    expect(read(`${text.toUpperCase()}’S`)).toMatchObject({ word: base, style: { letters: 'CAPITALS', possessive: '’S', form: { name: form } } });
  });

  it('is listed before it is the form of another', () => {
    for (const word of ['dogs', 'walked', 'walking', 'happier', 'quickly', 'boss', 'news', 'thing']) expect(read(word)).toMatchObject({ word, style: { form: undefined } });
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n\t'],
    ['a possessive alone', "'s"],
    ['letters that are no word', 'zzxqy'],
    ['another script', '東京'],
    ['an emoji', '🙂'],
    ['half a surrogate pair', '\ud83d'],
    ['a quality, which is no inflection', 'meowness'],
    ['a word of 256 letters', 'x'.repeat(256)],
    ['a word of many endings', `zz${'ing'.repeat(1_000)}`],
    ['many apostrophes', "'".repeat(10_000)],
  ])('that is %s is unknown', (_what, text) => {
    expect(reader.read(text)).toBeUndefined();
  });

  it.each(['king', 'KING', ' King '])('%j is not read as another, whatever its capitals', (text) => {
    expect(isReadAsAnother(text, read(text))).toBe(false);
  });

  it.each(["king's", 'São', 'new york', 'oinked'])('%j is read as another', (text) => {
    expect(isReadAsAnother(text, read(text))).toBe(true);
  });
});

describe('the style of a word', () => {
  it.each([
    ['woman', 'queen', 'woman'],
    ['woman', 'Queen', 'Woman'],
    ['woman', 'QUEEN', 'WOMAN'],
    ['woman', 'iPhone', 'woman'],
    ['woman', 'McDonald', 'Woman'],
    ['woman', "queen's", "woman's"],
    ['woman', 'Queen’s', 'Woman’s'],
    ['woman', "QUEEN's", "WOMAN'S"],
    ['woman', "QUEEN'S", "WOMAN'S"],
    ['girls', "queens'", "girls'"],
    ['women', "queens'", "women's"],
    ['women', 'QUEENS’', 'WOMEN’S'],
    ['new-york', 'Paris', 'New-York'],
    ['émile', 'Paris', 'Émile'],
    ['whistle', 'oinked', 'whistled'],
    ['go', 'oinked', 'went'],
    ['run', 'Oinking', 'Running'],
    ['city', 'LASAGNAS', 'CITIES'],
    ['happy', 'crispily', 'happily'],
    ['pfft', 'oinked', 'pfft'],
  ])('makes %s of the style of %s: %s', (word, text, written) => {
    expect(write(word, read(text).style)).toBe(written);
  });

  it('gives a listed word back as it was written', () => {
    const ending = fc.constantFrom('', "'s", '’s');
    const words = fc.nat(20_000).map((index) => lexicon.word(index)).filter((word) => /^[a-z]{2,}$/.test(word));
    const letters = fc.constantFrom((text: string) => text, (text: string) => text.toUpperCase(), (text: string) => text.charAt(0).toUpperCase() + text.slice(1));
    fc.assert(
      fc.property(words, ending, letters, (word, possessive, cased) => {
        const text = cased(word) + (cased('ss') === 'SS' ? possessive.toUpperCase() : possessive);
        if (possessive !== '' && lexicon.indexOf((word + possessive).replace('’', "'")) !== undefined) return;
        expect(write(word, read(text).style)).toBe(text);
      }),
      { seed: 11, numRuns: 1_000 },
    );
  });
});

describe('an unknown word', () => {
  it.each([
    ['quene', 'queen'],
    ['Qeen', 'queen'],
    ['recieve', 'receive'],
  ])('%s is spelled like %s among at most three others', (text, word) => {
    const similar = reader.spelledLike(text);
    expect(similar).toContain(word);
    expect(similar.length).toBeLessThanOrEqual(3);
    expect(reader.spelledLike(` ${text.toUpperCase()} `)).toEqual(similar);
  });

  it('is spelled like none where none is near, where there is nothing, and where it is very long', () => {
    expect(['zzxqyvvkq', '', 'x'.repeat(41), 'king'.repeat(2_000)].map((text) => reader.spelledLike(text))).toEqual([[], [], [], []]);
  });

  it('is spelled the same way when it is asked for again, whatever became of the first answer, after thousands of others', () => {
    const own = new WordReader(lexicon);
    const [first, again] = [own.spelledLike('quene'), own.spelledLike('quene')];
    first.length = 0;
    expect(own.spelledLike('quene')).toEqual(again);
    for (let i = 0; i < 2_500; i++) own.spelledLike(`${i}${'x'.repeat(40)}`);
    expect(own.spelledLike('quene')).toEqual(again);
    expect(again.length).toBe(3);
  });
});

it('reading takes any text without harm', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 256 }), fc.constantFrom('__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty')), (text) => {
      const found = reader.read(text);
      if (found) expect(lexicon.word(found.index)).toBe(found.word);
    }),
    { seed: 12, numRuns: 1_000 },
  );
});
