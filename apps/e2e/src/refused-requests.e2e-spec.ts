import type { RestEncodeResponse } from '@sigmalang/contracts';
import { type BothInstallations, startBoth } from './installations';
import { bodyOf, problemOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

const text = 'a text';
const vectors = [{ data: 'zqMB' }];

type Refusal = readonly [what: string, path: string, request: object, fields: readonly string[]];

const refusals: readonly Refusal[] = [
  ['a number for a text', '/v1/encode', { text: 1 }, ['text']],
  ['an object for a text', '/v1/encode', { text: { a: 'x' } }, ['text']],
  ['null for a text', '/v1/encode', { text: null }, ['text']],
  ['no text', '/v1/encode', {}, ['text', 'texts']],
  ['text and texts', '/v1/encode', { text, texts: [text] }, ['texts']],
  ['a text for texts', '/v1/encode', { texts: text }, ['texts']],
  ['no texts', '/v1/encode', { texts: [] }, ['texts']],
  ['null among texts', '/v1/encode', { texts: [text, null] }, ['texts']],
  ['a list among texts', '/v1/encode', { texts: [[text]] }, ['texts']],
  ['a list that says it is an object', '/v1/encode', { texts: { 0: text, length: 1 } }, ['texts']],
  ['100,001 characters', '/v1/encode', { text: 'x'.repeat(100_001) }, ['text']],
  ['100,001 emoji', '/v1/encode', { text: '🙂'.repeat(100_001) }, ['text']],
  ['257 texts', '/v1/encode', { texts: Array.from({ length: 257 }, () => 'x') }, ['texts']],
  ['an unknown field', '/v1/encode', { text, txet: 1 }, ['txet']],
  ['a field of another route', '/v1/encode', { text, vectors }, ['vectors']],
  ['an unknown format', '/v1/encode', { text, format: 'jpeg' }, ['format']],
  ['a format in capitals', '/v1/encode', { text, format: 'VECTOR' }, ['format']],
  ['null for a field that may be left out', '/v1/encode', { text, format: null }, ['format']],
  ['an unknown output', '/v1/encode', { text, output: 'hex' }, ['output']],
  ['something unknown to include', '/v1/encode', { text, include: ['everything'] }, ['include']],
  ['a text for include', '/v1/encode', { text, include: 'embedding' }, ['include']],
  ['the same to include twice', '/v1/encode', { text, include: ['embedding', 'embedding'] }, ['include']],
  ['too few dimensions', '/v1/encode', { text, dimensions: 4_080 }, ['dimensions']],
  ['too many dimensions', '/v1/encode', { text, dimensions: 65_552 }, ['dimensions']],
  ['dimensions that are no multiple of 16', '/v1/encode', { text, dimensions: 10_001 }, ['dimensions']],
  ['dimensions as a text', '/v1/encode', { text, dimensions: '10000' }, ['dimensions']],
  ['half a dimension', '/v1/encode', { text, dimensions: 10_000.5 }, ['dimensions']],
  ['several faults at once', '/v1/encode', { text: 1, dimensions: 1, nope: 1 }, ['text', 'dimensions', 'nope']],
  ['no vectors', '/v1/decode', {}, ['vectors', 'items']],
  ['an empty list of vectors', '/v1/decode', { vectors: [] }, ['vectors']],
  ['an item without vectors', '/v1/decode', { items: [{}] }, ['items[0].vectors']],
  ['vectors and items', '/v1/decode', { vectors, items: [{ vectors }] }, ['items']],
  ['257 items', '/v1/decode', { items: Array.from({ length: 257 }, () => ({ vectors })) }, ['items']],
  ['2,049 vectors', '/v1/decode', { vectors: Array.from({ length: 2_049 }, () => vectors[0]) }, ['vectors']],
  ['a text for a vector', '/v1/decode', { vectors: ['zqMB'] }, ['vectors[0]']],
  ['null for a vector', '/v1/decode', { vectors: [null] }, ['vectors[0]']],
  ['a list for a vector', '/v1/decode', { vectors: [[]] }, ['vectors']],
  ['a vector without data', '/v1/decode', { vectors: [{}] }, ['vectors[0].data']],
  ['a number for data', '/v1/decode', { vectors: [{ data: 5 }] }, ['vectors[0].data']],
  ['0 in a list of 1 and -1', '/v1/decode', { vectors: [{ data: [1, 0] }] }, ['vectors[0].data']],
  ['an unknown field in a vector', '/v1/decode', { vectors: [{ data: 'zqMB', x: 1 }] }, ['vectors[0].x']],
  ['a field of a vector with the name of a method', '/v1/decode', { vectors: [{ data: 'zqMB', toString: 1 }] }, ['vectors[0].toString']],
  ['an unknown field in a header', '/v1/decode', { vectors: [{ data: 'zqMB', header: { x: 1 } }] }, ['vectors[0].header.x']],
  ['null for a header', '/v1/decode', { vectors: [{ data: 'zqMB', header: null }] }, ['vectors[0].header']],
  ['an unknown field in an item', '/v1/decode', { items: [{ vectors, x: 1 }] }, ['items[0].x']],
  ['one side of a comparison', '/v1/similarity', { a: text }, ['b']],
  ['nothing to compare', '/v1/similarity', {}, ['a', 'b']],
  ['two sides and a list', '/v1/similarity', { a: text, b: text, texts: [text, text] }, ['texts']],
  ['a list of one text to compare', '/v1/similarity', { texts: [text] }, ['texts']],
  ['a number to compare', '/v1/similarity', { a: 1, b: text }, ['a']],
  ['an unknown field of a vector to compare', '/v1/similarity', { a: text, b: { data: 'zqMB', x: 1 } }, ['b']],
  ['100,001 characters to compare', '/v1/similarity', { a: text, b: 'x'.repeat(100_001) }, ['b']],
  ['one operand to bind', '/v1/vectors/bind', { operands: [{ symbol: 'a' }] }, ['operands']],
  ['an operand without a name', '/v1/vectors/bind', { operands: [{ symbol: '' }, { symbol: 'b' }] }, ['operands[0].symbol']],
  ['an operand of name and bits', '/v1/vectors/bind', { operands: [{ symbol: 'a', data: '' }, { symbol: 'b' }] }, ['operands[0].data']],
  ['2,049 operands', '/v1/vectors/bundle', { operands: Array.from({ length: 2_049 }, () => ({ symbol: 'a' })) }, ['operands']],
  ['bits of another length', '/v1/vectors/permute', { vector: { data: 'AAAA' } }, ['vector.data']],
  ['half a place', '/v1/vectors/permute', { vector: { symbol: 'a' }, shift: 0.5 }, ['shift']],
  ['no vector to permute', '/v1/vectors/permute', { shift: 1 }, ['vector']],
  ['no key to take out', '/v1/vectors/unbind', { vector: { symbol: 'a' } }, ['key']],
  ['1,023 dimensions', '/v1/vectors/similarity', { a: { symbol: 'a' }, b: { symbol: 'b' }, dimensions: 1_023 }, ['dimensions']],
  ['the same name twice', '/v1/vectors/cleanup', { vector: { symbol: 'a' }, symbols: ['a', 'a'] }, ['symbols']],
  ['the nearest 101', '/v1/vectors/cleanup', { vector: { symbol: 'a' }, symbols: ['a'], topK: 101 }, ['topK']],
  ['nothing to embed', '/v1/nlp/embeddings', {}, ['input']],
  ['257 texts to embed', '/v1/nlp/embeddings', { input: Array.from({ length: 257 }, () => 'x') }, ['input']],
  ['a number among texts to embed', '/v1/nlp/embeddings', { input: [text, 1] }, ['input']],
  ['a model that is not loaded', '/v1/nlp/embeddings', { input: text, model: 'gpt-9' }, ['model']],
  ['a text for yes or no', '/v1/nlp/embeddings', { input: text, normalize: 'false' }, ['normalize']],
  ['snake case where camel case is spoken', '/v1/nlp/embeddings', { input: text, encoding_format: 'float' }, ['encoding_format']],
  ['camel case where snake case is spoken', '/v1/embeddings', { input: text, encodingFormat: 'float' }, ['encodingFormat']],
  ['a model that is not loaded', '/v1/embeddings', { input: text, model: 'text-embedding-3-small' }, ['model']],
  ['other dimensions than the model has', '/v1/embeddings', { input: text, dimensions: 99 }, ['dimensions']],
];

it.each(refusals)('%s (%s) is refused, naming the fields, and the next request is answered', async (_what, path, request, fields) => {
  const reply = await both.post(path, request);
  expect(problemOf(reply)).toMatchObject({ status: 400, code: 'INVALID_REQUEST', instance: path });
  const faulty = (problemOf(reply).errors ?? []).map(({ field }) => field);
  expect(faulty).toEqual(expect.arrayContaining(fields));
  for (const { rule, message } of problemOf(reply).errors ?? []) expect(`${rule}: ${message}`).toMatch(/^\w+: \S/);
  const { results } = bodyOf(await both.post('/v1/encode', { text })) as RestEncodeResponse;
  expect(results).toMatchObject([{ tokens: 2, bytesIn: 6 }]);
});

it.each([
  ['a text', '/v1/encode', { text: 'x'.repeat(100_001) }, /100,?000/],
  ['a list of texts', '/v1/encode', { texts: Array.from({ length: 257 }, () => 'x') }, /256/],
  ['a list of vectors', '/v1/decode', { vectors: Array.from({ length: 2_049 }, () => ({ data: 'zqMB' })) }, /2,?048/],
  ['the dimensions', '/v1/encode', { text, dimensions: 65_552 }, /65,?536/],
  ['topK', '/v1/vectors/cleanup', { vector: { symbol: 'a' }, symbols: ['a'], topK: 101 }, /100/],
])('the limit of %s stands in the detail of the refusal', async (_what, path, request, limit) => {
  expect(problemOf(await both.post(path, request)).detail).toMatch(limit);
});

it('texts at their limits are answered', async () => {
  await expect(both.encode({ texts: Array.from({ length: 256 }, () => '') })).resolves.toHaveProperty('results.length', 256);
  expect((await both.post('/v1/nlp/embeddings', { input: '🙂'.repeat(100_000) })).status).toBe(200);
});

it('what was sent is not sent back in a refusal', async () => {
  const secret = 'SECRET-9b1d';
  for (const request of [{ text: { secret } }, { texts: [secret, 1] }, { text, format: secret }, { text, dimensions: secret }]) {
    const reply = await both.post('/v1/encode', request);
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain(secret);
  }
});
