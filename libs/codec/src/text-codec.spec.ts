import fc from 'fast-check';
import { SeededGenerator, concatVectors, symbolVector } from '@sigmalang/vector';
import { flipBits } from './bit-noise';
import {
  type SigmaVector,
  TextCodec,
  encodeChunk,
  joinChunks,
  orderChunks,
  semanticSegment,
  sigmaGeometry,
  sigmaVector,
  sigmaVectorFromBase64,
  sigmaVectorToBase64,
} from './index';
import { sequenceCodebook } from './sequence-codebook';
import { digitsOfTokens, encodeDigits } from './sequence-encoder';
import { testVocabulary } from './test-vocabulary';
import type { DecodedText } from './text-assembly';

const vocabulary = testVocabulary();
const codec = new TextCodec(vocabulary);
const PROSE =
  'Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or ' +
  'twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it. ';

const encode = (text: string, dimensions = 10_000): SigmaVector[] =>
  codec
    .splitIntoChunks(text, dimensions)
    .map((chunk, i, { length }) => encodeChunk(chunk, undefined, { chunk: i, chunks: length, model: 'none' }));
const decode = (vectors: SigmaVector[]): DecodedText =>
  joinChunks(orderChunks(vectors).map((vector) => codec.decodeChunk(vector)));

describe('TextCodec', () => {
  it('gives every text back exactly, certified', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), fc.constantFrom(4096, 4112, 10_000), (text, dimensions) => {
        const decoded = decode(encode(text, dimensions));
        expect(decoded).toEqual(expect.objectContaining({ text, exact: true, confidence: 1, bitErrors: 0 }));
      }),
      { seed: 31, numRuns: 60 },
    );
  });

  it.each([
    ['an empty text', '', 1],
    ['a byte order mark', '\uFEFFwith a byte order mark', 1],
    ['prose', PROSE.repeat(10), 6],
    ['equal letters', 'a'.repeat(5000), 7],
    ['emoji of many parts', '👩‍👩‍👧‍👦'.repeat(60), 7],
  ])('gives %s back through base64, from its vectors in any order', (_, text, chunks) => {
    const vectors = encode(text).map((vector) => sigmaVectorFromBase64(sigmaVectorToBase64(vector)));
    expect(vectors).toHaveLength(chunks);
    expect(decode(vectors.toReversed())).toEqual(expect.objectContaining({ text, exact: true, confidence: 1 }));
  });

  it('makes chunks of whole characters that fit, together the text', () => {
    const text = '𓀀𓁐 ancient 𒀀 and 😀 modern ꙮ '.repeat(40);
    const chunks = codec.splitIntoChunks(text, 4096);
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
    for (const chunk of chunks) {
      expect(chunk.text.isWellFormed()).toBe(true);
      expect(chunk.tokens.length).toBeLessThanOrEqual(37);
    }
    for (const chunk of chunks.slice(0, -1)) expect(chunk.tokens.length).toBeGreaterThanOrEqual(34);
  });

  it('carries the semantic segment and says when there is none', () => {
    const [chunk] = codec.splitIntoChunks('text', 10_000);
    if (!chunk) throw new Error('a chunk expected');
    const semantic = symbolVector('semantic', 2048);
    const place = { chunk: 0, chunks: 1, model: 'm' };
    const vector = encodeChunk(chunk, semantic, place);
    expect(semanticSegment(vector)).toEqual(semantic);
    expect(vector.header.semanticEmpty).toBe(false);
    expect(encodeChunk(chunk, undefined, place).header).toEqual({ ...vector.header, semanticEmpty: true });
    expect(() => encodeChunk(chunk, symbolVector('semantic', 1024), place)).toThrow('expected semanticBits to be 2048, found 1024');
  });

  it('splits a chunk that does not decode, until every part does', () => {
    const crowded = new TextCodec(vocabulary, {
      geometry: (dimensions) => ({ ...sigmaGeometry(dimensions), tokensPerChunk: 400 }),
    });
    const text = PROSE.repeat(10);
    const tokens = codec.tokenize(text).length;
    expect(tokens).toBeGreaterThan(400);
    const chunks = crowded.splitIntoChunks(text, 4096);
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
    expect(chunks.length).toBeGreaterThan(Math.ceil(tokens / 400));
    for (const chunk of chunks) {
      const { sequenceBits } = sigmaGeometry(4096);
      expect(encodeDigits(digitsOfTokens(chunk.tokens), sequenceCodebook(sequenceBits))).toEqual(chunk.sequence);
    }
  });

  it('says so when a single character does not fit', () => {
    const knowsTooFew = new TextCodec({
      size: 512, // so that no larger token is ever read back
      find: (bytes, start, end) => vocabulary.find(bytes, start, end),
      tokenBytes: (id) => vocabulary.tokenBytes(id),
    });
    expect(knowsTooFew.splitIntoChunks('a', 4096)).toHaveLength(1);
    expect(() => knowsTooFew.splitIntoChunks(' hello', 4096)).toThrow('cannot hold one character');
    expect(() => knowsTooFew.splitIntoChunks('𓀀 hello', 4096)).toThrow('cannot hold one character');
  });

  it('refuses unsupported dimensions and lone surrogates', () => {
    expect(() => codec.splitIntoChunks('text', 5000)).toThrow('multiple of 16');
    expect(() => codec.splitIntoChunks('\uD800', 4096)).toThrow('lone surrogate');
  });
});

describe('reading disturbed vectors', () => {
  const generator = new SeededGenerator('disturbed');
  const [vector] = encode(PROSE.repeat(2));
  if (!vector) throw new Error('a vector expected');
  const flipped = (rate: number): SigmaVector => ({ ...vector, bits: flipBits(vector.bits, rate, generator) });

  it.each([0.001, 0.05, 0.1, 0.15])('gives the text with a share of %d flipped bits, sure but not certified', (rate) => {
    const decoded = codec.decodeChunk(flipped(rate));
    expect(decoded.text).toBe(codec.decodeChunk(vector).text);
    expect(decoded.exact).toBe(false);
    expect(decoded.confidence).toBeGreaterThan(0.99);
    expect(decoded.confidence).toBeLessThanOrEqual(1);
    expect(Math.abs(decoded.bitErrors / 7952 - rate)).toBeLessThan(0.01);
  });

  it('is not disturbed by flips of the semantic segment', () => {
    const sequence = symbolVector('other', 2048);
    const bits = concatVectors(sequence, codec.splitIntoChunks('text', 10_000)[0]?.sequence ?? sequence);
    expect(codec.decodeChunk({ header: { ...vector.header, tokens: 1 }, bits })).toEqual({
      text: 'text',
      exact: true,
      confidence: 1,
      bitErrors: 0,
    });
  });

  it.each([0, 1, 5, 40, 96])('claims nothing of a random vector said to hold %i tokens', (tokens) => {
    for (let trial = 0; trial < 3; trial++) {
      const bits = symbolVector(`random:${tokens}:${trial}`, 10_000);
      const decoded = codec.decodeChunk({ header: { ...vector.header, tokens }, bits });
      expect(decoded.exact).toBe(false);
      expect(decoded.confidence).toBeLessThan(0.05);
    }
  });

  it('never certifies one of two texts of which copies are given', () => {
    for (const [one, other] of [['cat', 'dog'], [PROSE, PROSE.replace('sister', 'brother')], ['a a a a', 'b b b b']] as const) {
      const [[first], [second]] = [encode(one), encode(other)];
      if (!first || !second) throw new Error('two vectors expected');
      expect(second.header).toEqual(first.header);
      for (const copies of [[second.bits], [second.bits, first.bits, second.bits]]) {
        expect(codec.decodeChunk({ ...first, copies }).exact).toBe(false);
      }
      expect(codec.decodeChunk({ ...first, copies: [second.bits, first.bits] })).toMatchObject({ text: one, exact: true });
    }
  });

  it('certifies two copies that differ in a few bits', () => {
    const copies = [flipBits(vector.bits, 0.002, generator)];
    expect(codec.decodeChunk({ ...vector, copies })).toMatchObject({ exact: true, confidence: 1, bitErrors: 0 });
  });

  it('does not take a wrong token count for exact', () => {
    const { tokens } = vector.header;
    for (const wrong of [tokens - 1, tokens - 20, 0]) {
      expect(codec.decodeChunk({ ...vector, header: { ...vector.header, tokens: wrong } }).exact).toBe(false);
    }
  });

  /** A vector that holds token ids which no text has. */
  const forged = (...ids: number[]): SigmaVector => {
    const digits = digitsOfTokens(Uint32Array.from(ids));
    const bits = concatVectors(symbolVector('semantic', 2048), encodeDigits(digits, sequenceCodebook(7952)));
    return sigmaVector({ ...vector.header, tokens: ids.length }, bits);
  };

  it('replaces bytes that are not UTF-8 by U+FFFD, and never calls that exact', () => {
    const lead = vocabulary.find(Uint8Array.of(0xe6), 0, 1);
    const [a = -1] = codec.tokenize('a');
    expect(codec.decodeChunk(forged(a, lead, a))).toEqual({ text: 'a\uFFFDa', exact: false, confidence: 0, bitErrors: 0 });
  });

  it('never calls a token exact that the vocabulary does not have', () => {
    const [a = -1] = codec.tokenize('a');
    expect(codec.decodeChunk(forged(a, 200_000, a))).toEqual({ text: 'aa', exact: false, confidence: 0, bitErrors: 0 });
  });
});

describe('orderChunks', () => {
  const vectors = encode(PROSE.repeat(8));
  const [first, second, third] = vectors;
  if (!first || !second || !third) throw new Error('three vectors expected');
  const changed = (vector: SigmaVector, changes: object): SigmaVector => ({
    ...vector,
    header: { ...vector.header, ...changes },
  });

  it.each([
    ['no-vectors', [], 'found none'],
    ['missing-chunk', vectors.slice(1), `chunk 0 of ${vectors.length} is missing`],
    ['missing-chunk', [first, ...vectors.slice(2)], `chunk 1 of ${vectors.length} is missing`],
    ['missing-chunk', vectors.slice(0, -1), `chunk ${vectors.length - 1} of ${vectors.length} is missing`],
    ['missing-chunk', [changed(first, { chunks: 0xffffffff })], 'chunk 1 of 4294967295 is missing'],
    ['duplicate-chunk', [...vectors, second], 'chunk 1 was given more than once'],
    ['mixed-chunks', [changed(first, { chunks: 9 }), ...vectors.slice(1)], 'differ in chunks: 9 and'],
    ['mixed-models', [first, changed(second, { model: 'other' }), third], 'differ in model: none and other'],
    ['mixed-dimensions', [...encode(PROSE, 4096), second], 'differ in dimensions: 4096 and 10000'],
  ])('refuses with %s', (reason, given, message) => {
    expect(() => orderChunks(given)).toThrow(expect.objectContaining({ name: 'SigmaVectorError', reason }) as Error);
    expect(() => orderChunks(given)).toThrow(message);
  });

  it('joins what is known of the chunks', () => {
    const chunk = { text: 'a', exact: true, confidence: 1, bitErrors: 0 };
    const doubtful = { text: 'b', exact: false, confidence: 0.5, bitErrors: 7 };
    expect(joinChunks([chunk, doubtful, doubtful])).toEqual({
      text: 'abb',
      exact: false,
      confidence: 0.25,
      bitErrors: 14,
      chunks: [chunk, doubtful, doubtful],
    });
  });
});
