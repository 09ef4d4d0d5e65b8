import type { DecodeResult } from '@sigmalang/contracts';
import fc from 'fast-check';
import { type BothInstallations, startBoth } from './installations';
import { problemOf } from './rest-client';
import { shuffled } from './seeded-random';
import { endEverything } from './teardown';
import { awkwardTexts, ordinaryText } from './texts';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

/** Sends texts to be encoded, and what comes of it to be decoded. */
async function roundTrip(texts: readonly string[], options: object = {}): Promise<DecodeResult[]> {
  const { results } = await both.encode({ texts: [...texts], ...options });
  return both.decode({ items: results.map(({ vectors }) => ({ vectors })) });
}

function certified(text: string): object {
  return { text, exact: true, confidence: 1, bitErrors: 0 };
}

it.each(awkwardTexts)('%s comes back exactly and certified, chunk by chunk', async (_kind, text) => {
  const { results } = await both.encode({ text });
  expect(results).toMatchObject([{ bytesIn: Buffer.byteLength(text) }]);
  const [result] = await both.decode({ vectors: results[0]?.vectors });
  expect(result).toMatchObject(certified(text));
  expect(result?.chunks).toHaveLength(results[0]?.vectors.length ?? 0);
  expect(result?.chunks.map((chunk) => chunk.text).join('')).toBe(text);
  for (const chunk of result?.chunks ?? []) expect(chunk).toMatchObject(certified(chunk.text));
});

it.each([
  ['any code points', fc.string({ unit: 'binary', maxLength: 80 })],
  ['whole graphemes', fc.string({ unit: 'grapheme', maxLength: 40 })],
  ['printable ASCII', fc.string({ maxLength: 120 })],
])('arbitrary texts of %s come back exactly', async (_kind, text) => {
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 64, size: 'max' }), async (texts) => {
      expect(await roundTrip(texts)).toMatchObject(texts.map(certified));
    }),
    { seed: 20261121, numRuns: 6 },
  );
});

it.each([4_096, 4_112, 10_000, 65_536])('texts come back exactly from vectors of %i dimensions', async (dimensions) => {
  const texts = [...awkwardTexts.map(([, text]) => text.slice(0, 400)), ordinaryText(1_500)];
  const { results } = await both.encode({ texts, dimensions });
  expect(new Set(results.flatMap(({ vectors }) => vectors.map(({ header }) => header.dimensions)))).toEqual(
    new Set([dimensions]),
  );
  expect(await both.decode({ items: results.map(({ vectors }) => ({ vectors })) })).toMatchObject(texts.map(certified));
});

it('vectors say the same in base64, as a string of bits and as a list of 1 and -1', async () => {
  const text = ordinaryText(1_200);
  const forms = [];
  for (const output of ['base64', 'bits', 'bipolar'] as const) {
    const { results } = await both.encode({ text, output });
    const vectors = results[0]?.vectors ?? [];
    forms.push({ headers: vectors.map(({ header }) => header), decoded: await both.decode({ vectors }) });
    const { data } = vectors[0] ?? {};
    const form = { base64: /^[A-Za-z0-9+/]+=*$/, bits: /^[01]{10000}$/, bipolar: /^-?1(,-?1){9999}$/ }[output];
    expect(String(data)).toMatch(form);
  }
  const [base64, bits, bipolar] = forms;
  expect(base64?.decoded).toMatchObject([certified(text)]);
  expect(bits).toEqual(base64);
  expect(bipolar).toEqual(base64);
});

it.each([1, 2, 3])('the vectors of a text may come in any order (shuffle %i)', async (seed) => {
  const text = ordinaryText(4_000);
  const { results } = await both.encode({ text });
  const vectors = shuffled(results[0]?.vectors ?? [], seed);
  expect(vectors.map(({ header }) => header.chunk)).not.toEqual(vectors.map((_vector, i) => i));
  expect(await both.decode({ vectors })).toMatchObject([certified(text)]);
});

it('256 texts come back in the order they were sent', async () => {
  const texts = Array.from({ length: 256 }, (_value, i) => `text ${(i * 167) % 256} ${'with more '.repeat(i % 7)}`);
  const { results } = await both.encode({ texts });
  expect(results.map(({ bytesIn }) => bytesIn)).toEqual(texts.map((text) => text.length));
  expect(await both.decode({ items: results.map(({ vectors }) => ({ vectors })) })).toMatchObject(texts.map(certified));
});

it('says what the vectors of a text weigh', async () => {
  const { results } = await both.encode({ texts: ['', 'hello world'] });
  const size = 84 + 10_000 / 8;
  expect(results).toMatchObject([
    { tokens: 0, bytesIn: 0, bytesOut: size, ratio: null },
    { tokens: 2, bytesIn: 11, bytesOut: size, ratio: size / 11 },
  ]);
  expect(Buffer.from(String(results[1]?.vectors[0]?.data), 'base64')).toHaveLength(size);
});

it('the embedding of the whole text comes when it is asked for, and is the one that /nlp/embeddings gives', async () => {
  const text = 'A man is playing a guitar';
  const { results, model } = await both.encode({ text, include: ['embedding'] });
  const reply = await both.post('/v1/nlp/embeddings', { input: text });
  expect(reply.body).toMatchObject({ model, data: [{ embedding: results[0]?.embedding }] });
  const without = await both.encode({ text });
  expect(without.results[0]).not.toHaveProperty('embedding');
});

it.each([
  ['/v1/encode', { text: 'a\ud800' }, 'text'],
  ['/v1/encode', { text: '\udc00\ud800' }, 'text'],
  ['/v1/encode', { texts: ['fine', '\udfff'] }, 'texts'],
  ['/v1/similarity', { a: '\ud83d', b: 'fine' }, 'a'],
  ['/v1/similarity', { a: 'fine', b: '\ud83d' }, 'b'],
  ['/v1/similarity', { texts: ['fine', '\ude00'] }, 'texts'],
  ['/v1/nlp/embeddings', { input: '\ud83d ' }, 'input'],
  ['/v1/nlp/embeddings', { input: ['fine', '\ude00'] }, 'input'],
  ['/v1/embeddings', { input: '\ude00\ud83d' }, 'input'],
  ['/v1/embeddings', { input: ['\ud83d'] }, 'input'],
  ['/v1/vectors/similarity', { a: { symbol: '\ud83d' }, b: { symbol: 'fine' } }, 'a.symbol'],
  ['/v1/vectors/cleanup', { vector: { symbol: 'fine' }, symbols: ['fine', '\ude00'] }, 'symbols'],
])('%s refuses %j: half of a character could not come back, and would equal any other', async (path, request, field) => {
  const reply = await both.post(path, request);
  expect(problemOf(reply)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  expect(problemOf(reply).errors?.[0]?.field).toContain(field);
});
