import fc from 'fast-check';
import { encode as referenceEncode } from 'gpt-tokenizer/encoding/o200k_base';
import { BytePairEncoder } from './byte-pair-encoder';
import { endOfPart, pieces } from './pre-tokenizer';
import { testVocabulary } from './test-vocabulary';
import { MalformedTextError, Tokenizer } from './tokenizer';

const vocabulary = testVocabulary();
const tokenizer = new Tokenizer(vocabulary);
const reference = (text: string): number[] => referenceEncode(text, { disallowedSpecial: new Set() });
const hasShortPieces = (text: string): boolean => [...pieces(text)].every((piece) => Buffer.byteLength(piece) <= 64);

describe('Tokenizer', () => {
  it.each([
    'Hello, world! The quick brown fox jumps over the lazy dog.',
    'int main(void) {\n\treturn 0x1F << 3; /* done */\n}\r\n',
    'Größe, naïve café, Übermaß; Привет, мир! שלום',
    '日本語の文章です。你好,世界!안녕하세요 👩‍👩‍👧‍👦 🇩🇪',
    "We'll see: they've HTTPServer'd 1234567 times (3.14159)   \n\n\n   indented",
    '<|endoftext|> and <|im_start|>system<|im_end|> are text',
    'controls \u0000\u0007\u001b and \u200b\u2028',
    '',
  ])('gives the ids of o200k_base for %j', (text) => {
    expect([...tokenizer.encode(text)]).toEqual(reference(text));
  });

  it('gives the ids of o200k_base for any text whose pieces are short', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        fc.pre(hasShortPieces(text));
        expect([...tokenizer.encode(text)]).toEqual(reference(text));
      }),
      { seed: 3, numRuns: 1500 },
    );
  });

  it('takes a byte order mark for the token that it is', () => {
    const [mark = -1] = tokenizer.encode('\uFEFFtext');
    expect([...vocabulary.tokenBytes(mark)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  it('keeps the exact bytes of every well-formed text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }), fc.nat(400)).map(([a, n]) => a.repeat(n)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const tokens = tokenizer.encode(text);
        expect(Buffer.from(tokenizer.decode(tokens))).toEqual(Buffer.from(text));
        expect(tokens.every((token) => token < vocabulary.size)).toBe(true);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it.each([
    ['a\uD800', 1],
    ['\uDC00', 0],
    ['😀😀\uD83Dx', 4],
    ['\uDE00\uD83D', 0],
  ])('refuses the lone surrogate in %j at index %i', (text, index) => {
    expect(() => tokenizer.encode(text)).toThrow(MalformedTextError);
    expect(() => tokenizer.encode(text)).toThrow(`index ${index}`);
  });

  it('gives no bytes for ids that the vocabulary does not have', () => {
    expect(tokenizer.decode(Uint32Array.of(199_998, 262_143))).toHaveLength(0);
  });
});

describe('the work of encoding', () => {
  /** Looked-up bytes for each byte of text. */
  const workOf = (text: string): number => {
    let looked = 0;
    const counting = new BytePairEncoder({
      find: (bytes, start, end) => {
        looked += end - start;
        return vocabulary.find(bytes, start, end);
      },
    });
    let total = 0;
    for (const piece of pieces(text)) {
      const bytes = new TextEncoder().encode(piece);
      for (let start = 0; start < bytes.length; start = endOfPart(bytes, start, bytes.length)) {
        counting.encode(bytes, start, endOfPart(bytes, start, bytes.length), []);
      }
      total += bytes.length;
    }
    return looked / total;
  };

  const prose = 'It was the best of times, it was the worst of times; nobody expected antidisestablishmentarianism. ';

  it.each([
    ['equal letters', 'a'],
    ['capitals', 'A'],
    ['spaces', ' '],
    ['newlines', '\n'],
    ['combining marks', '\u0301'],
    ['ideographs', '日'],
    ['emoji', '😀'],
    ['digits', '7'],
    ['spaces and newlines', ' \n'],
    ['capital and small letters', 'Zz'],
  ])('on 100,000 %s is at most 15 times that on prose, and grows with the length alone', (_, unit) => {
    const characters = Math.floor(100_000 / unit.length);
    const work = workOf(unit.repeat(characters));
    expect(work).toBeLessThan(15 * workOf(prose.repeat(20)));
    expect(work).toBeLessThan(1.1 * workOf(unit.repeat(characters / 10)) + 0.1);
  });
});
