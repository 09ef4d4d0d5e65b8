import fc from 'fast-check';
import { codec, vocabulary } from './fuzz-codec';

const PROSE =
  'It was the best of times, it was the worst of times; nobody expected 1,234 antelopes, nor that she would say "don\'t" twice. ';

const SAMPLES = [
  'a', ' ', '\n', '\0', '\0\0\0', '\uFEFFwith a byte order mark', '\u0301', 'e\u0301', 'Z\u0351\u036B\u0343\u032A', '\uFFFD', '😀', '👩‍👩‍👧‍👦', '🇩🇪🇫🇷',
  'مرحبا بالعالم', 'שלום עולם', '\u202Eright to left\u202C', '吾輩は猫である。名前はまだ無い。', '한국어', '𓀀𓁐𒀀ꙮ', '<|endoftext|>',
  'const f = (x: number): number => x ** 2; // √\n\t\treturn [...f];\n', '{"a":[1,2,{"b":null}]}', '\r\n\r\n  \t \u00A0\u2003', PROSE,
];

const PARTS = ['\u200D', '\uFE0F', '\u0301', '\u20E3', '👩', '🏽', 'ก', 'ำ', 'क', '्', 'ষ', 'e', 'ß', 'Ǆ', '١', '½', "'", '-'];

/** Any character, some of them of one, two, three and four bytes each. */
export const characters: fc.Arbitrary<string> = fc
  .oneof(fc.nat(0x7f), fc.nat(0x7ff), fc.nat(0xffff), fc.nat(0x10ffff))
  .map((point) => String.fromCodePoint(point >= 0xd800 && point < 0xe000 ? point - 0x800 : point));

/** Well-formed texts of all kinds, up to a few hundred tokens. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ...SAMPLES),
  fc.tuple(fc.constantFrom(...SAMPLES), fc.integer({ min: 1, max: 40 })).map(([sample, times]) => sample.repeat(times)),
  fc.string({ unit: fc.constantFrom(...PARTS), maxLength: 80 }),
  fc.string({ unit: characters, maxLength: 80 }),
  fc.array(fc.constantFrom(...SAMPLES), { maxLength: 30 }).map((parts) => parts.join('')),
);

/** Where the tokens of a vector come from: a text, single bytes of a text (which no tokenizer writes), or any ids below 2^18. */
export type TokenSource = { readonly text: string } | { readonly bytesOf: string } | { readonly ids: readonly number[] };

/** Token sources: canonical, split otherwise than the tokenizer would, not UTF-8, and unknown to the vocabulary. */
export const tokenSources: fc.Arbitrary<TokenSource> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ text: texts }) },
  { weight: 1, arbitrary: fc.record({ bytesOf: texts }) },
  { weight: 1, arbitrary: fc.record({ ids: fc.array(fc.integer({ min: 0, max: vocabulary.size - 1 }), { maxLength: 120 }) }) },
  { weight: 1, arbitrary: fc.record({ ids: fc.array(fc.integer({ min: 0, max: 2 ** 18 - 1 }), { maxLength: 40 }) }) },
);

/** At most `capacity` tokens of a source, cut anywhere. */
export function tokensOf(source: TokenSource, capacity: number): Uint32Array {
  if ('text' in source) return codec.tokenize(source.text).slice(0, capacity);
  if ('ids' in source) return Uint32Array.from(source.ids.slice(0, capacity));
  const bytes = Buffer.from(source.bytesOf, 'utf8').subarray(0, capacity);
  return Uint32Array.from(bytes.keys(), (i) => vocabulary.find(bytes, i, i + 1));
}

/** Dimensions of Σ-vectors: mostly a few usual ones, some others, seldom the most, which take a second. */
export const dimensionsOfVectors: fc.Arbitrary<number> = fc.oneof(
  { weight: 300, arbitrary: fc.constantFrom(4096, 4112, 10_000) },
  { weight: 40, arbitrary: fc.integer({ min: 256, max: 800 }).map((sixteenths) => 16 * sixteenths) },
  { weight: 1, arbitrary: fc.constant(65_536) },
);
