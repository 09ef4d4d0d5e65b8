import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { observeSequence } from '../observed-vector';
import { readObservedVector } from '../packed-vector';
import { sigmaVectorFromBase64 } from '../sigma-vector';
import { joinChunks, orderChunks } from '../text-assembly';
import { TextCodec } from '../text-codec';
import { testVocabulary } from '../test-vocabulary';
import type { DisturbedTestVectors } from './disturbed';
import { jsonText } from './json-text';
import { type MalformedTestVectors, reasonOf } from './malformed';
import { TEST_VECTOR_FOLDER, testVectorFiles } from './test-vector-files';
import type { TextTestVectors } from './vectors';

const codec = new TextCodec(testVocabulary());
const committed = (name: string): string => readFileSync(join(TEST_VECTOR_FOLDER, name), 'utf8');

describe('the committed test vectors', () => {
  it.each(Object.entries(testVectorFiles))('%s are what npm run test-vectors writes', (name, contents) => {
    expect(committed(name)).toBe(jsonText(contents(codec)));
  });

  const { texts } = JSON.parse(committed('vectors.json')) as TextTestVectors;
  it.each(texts)('decode to $text at $dimensions dimensions', ({ text, dimensions, model, semanticEmpty, chunks }) => {
    const read = orderChunks(chunks.map(({ data }) => sigmaVectorFromBase64(data)));
    for (const [i, { header }] of read.entries()) {
      expect(header).toMatchObject({ dimensions, model, semanticEmpty, chunk: i, tokens: chunks[i]?.tokens.length });
    }
    const decoded = joinChunks(read.map((vector) => codec.decodeChunk(vector)));
    expect(decoded).toMatchObject({ text, exact: true, bitErrors: 0, chunks: chunks.map((chunk) => ({ text: chunk.text })) });
  });

  const disturbed = JSON.parse(committed('disturbed.json')) as DisturbedTestVectors;
  it.each(disturbed.vectors)('are read when disturbed: $what', ({ what, tokens, knownBits, confidence, ...vector }) => {
    const { data, erased, copies, ...expected } = vector;
    const observed = readObservedVector({ data, ...(erased !== undefined && { erased }), ...(copies && { copies }) });
    const decoded = codec.decodeChunk(observed);
    expect(what).not.toBe('');
    expect(decoded).toMatchObject(expected);
    expect(decoded.confidence).toBeGreaterThanOrEqual(confidence[0]);
    expect(decoded.confidence).toBeLessThanOrEqual(confidence[1]);
    expect(observeSequence(observed).knownBits).toBe(knownBits);
    if (tokens) expect(tokens).toHaveLength(observed.header.tokens);
  });

  const malformed = JSON.parse(committed('malformed.json')) as MalformedTestVectors;
  it.each(malformed.vectors)('are refused with $what', ({ data, reason }) => {
    expect(reasonOf(data)).toBe(reason);
  });
});

describe('jsonText', () => {
  it('keeps values, short ones on a line and long ones over several, and shows what is invisible', () => {
    const value = { short: [1, 2], long: Array.from({ length: 40 }, (_, i) => `item ${i}`), text: '\u0085\uFEFF', nothing: null };
    const text = jsonText(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toContain('"short": [1,2],\n');
    expect(text).toContain('    "item 3",\n');
    expect(text).toContain('"\\u0085\\ufeff"');
  });
});
