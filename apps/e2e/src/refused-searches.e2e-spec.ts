import { CollectionUnderTest } from './collections-under-test';
import { type BothInstallations, startBoth } from './installations';
import { bodyOf, problemOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(180_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
  await CollectionUnderTest.of(both, 'news', [{ id: 'a', text: 'the only text', metadata: { year: 2024 } }]);
});

afterEach(async () => {
  expect(bodyOf(await both.get('/v1/collections/news/documents'))).toMatchObject({ documents: [{ id: 'a', text: 'the only text' }], nextCursor: null });
});

afterAll(endEverything);

const a = { key: 'year', equals: 1 };
const query = 'text';
const inNews = { query, collection: 'news' };
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const nots = (levels: number): object => (levels === 0 ? a : { not: nots(levels - 1) });

it.each<[what: string, request: object, field: string]>([
  ['no query', { collection: 'news' }, 'query'],
  ['an empty query', { ...inNews, query: '' }, 'query'],
  ['a query of white space', { ...inNews, query: ' \n\u3000' }, 'query'],
  ['U+0000 in a query', { ...inNews, query: 'a\0' }, 'query'],
  ['half of a character in a query', { ...inNews, query: '\ud800' }, 'query'],
  ['a query of 100,001 characters', { ...inNews, query: 'x'.repeat(100_001) }, 'query'],
  ['nothing to search', { query }, 'collection'],
  ['a bad name', { query, collection: '../news' }, 'collection'],
  ['a collection and a corpus', { ...inNews, corpus: ['a'] }, 'corpus'],
  ['an empty corpus', { query, corpus: [] }, 'corpus'],
  ['257 texts', { query, corpus: many(257, 'a') }, 'corpus'],
  ['a number for a text', { query, corpus: ['a', 7] }, 'corpus'],
  ['U+0000 in a text', { query, corpus: ['a', 'b\0'] }, 'corpus[1]'],
  ['a document without a text', { query, corpus: [{ id: 'a' }] }, 'corpus[0].text'],
  ['an id twice', { query, corpus: many(2, { id: 'a', text: 'b' }) }, 'corpus'],
  ['a change that a corpus has not', { query, corpus: ['a'], minSeq: 1 }, 'corpus'],
  ['another mode', { ...inNews, mode: 'vector' }, 'mode'],
  ['no result', { ...inNews, topK: 0 }, 'topK'],
  ['101 results', { ...inNews, topK: 101 }, 'topK'],
  ['a threshold as a text', { ...inNews, threshold: '0.5' }, 'threshold'],
  ['a weight over 1', { ...inNews, weights: { keyword: 1.5, semantic: 0 } }, 'weights.keyword'],
  ['a weight alone', { ...inNews, weights: { keyword: 1 } }, 'weights.semantic'],
  ['an unknown field', { ...inNews, limit: 5 }, 'limit'],
  ['an empty filter', { ...inNews, filter: {} }, 'filter.key'],
  ['an empty part of a filter', { ...inNews, filter: { and: [a, {}] } }, 'filter.and[1].key'],
  ['an unknown operator', { ...inNews, filter: { key: 'year', like: '%' } }, 'filter.like'],
  ['two conditions', { ...inNews, filter: { ...a, exists: true } }, 'filter.key'],
  ['a condition and a combination', { ...inNews, filter: { ...a, not: a } }, 'filter.not'],
  ['a bad value', { ...inNews, filter: { key: 'year', equals: [1] } }, 'filter.equals'],
  ['a bad bound', { ...inNews, filter: { and: [a, { key: 'year', range: { gte: null } }] } }, 'filter.and[1].range.gte'],
  ['bounds of two types', { ...inNews, filter: { key: 'year', range: { gte: 1, lt: 'b' } } }, 'filter.range'],
  ['257 values', { ...inNews, filter: { key: 'year', in: many(257, 1) } }, 'filter.in'],
  ['257 filters', { ...inNews, filter: { or: many(256, a) } }, 'filter'],
])('a search with %s is refused, and the fault is named', async (_what, request, field) => {
  const problem = problemOf(await both.post('/v1/search', request));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', instance: '/v1/search' });
  expect(problem.errors?.[0]?.field).toBe(field);
});

it('a filter nested too deep is refused', async () => {
  const problem = problemOf(await both.post('/v1/search', { ...inNews, filter: nots(16) }));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', detail: expect.stringContaining('16 levels') as unknown });
});

it.each<[what: string, documents: unknown, status: number, field: string]>([
  ['none', [], 400, 'documents'],
  ['an object', {}, 400, 'documents'],
  ['1,001', many(1_001, { text: 'a' }), 400, 'documents'],
  ['an id twice', many(2, { id: 'b', text: 'c' }), 400, 'documents'],
  ['one without a text', [{ text: 'b' }, { id: 'c' }], 400, 'documents[1].text'],
  ['one with an empty id', [{ id: '', text: 'b' }], 400, 'documents[0].id'],
  ['one with an id that leads elsewhere', [{ id: '..', text: 'b' }], 400, 'documents[0].id'],
  ['one with an id of 257 characters', [{ id: 'x'.repeat(257), text: 'b' }], 400, 'documents[0].id'],
  ['one with U+0000', [{ text: 'b\0' }], 400, 'documents[0].text'],
  ['one with half of a character', [{ text: '\ude00b' }], 400, 'documents[0].text'],
  ['one with a list for metadata', [{ text: 'b', metadata: [] }], 400, 'documents[0].metadata'],
  ['one with a dot in a key', [{ text: 'b', metadata: { 'a.b': 1 } }], 400, 'documents[0].metadata'],
  ['one with too much metadata', [{ text: 'b', metadata: { a: 'x'.repeat(16_384) } }], 400, 'documents[0].metadata'],
  ['one with another field', [{ text: 'b', title: 'c' }], 400, 'documents[0].title'],
  ['one of 100,001 characters', [{ id: 'b', text: 'c' }, { text: 'x'.repeat(100_001) }], 413, 'documents[1].text'],
])('documents of which there is %s are refused, and none is kept', async (_what, documents, status, field) => {
  const problem = problemOf(await both.put('/v1/collections/news/documents', { documents }));
  expect(problem).toMatchObject({ status, code: status === 413 ? 'PAYLOAD_TOO_LARGE' : 'INVALID_REQUEST' });
  expect(problem.errors?.[0]?.field).toBe(field);
});

it('an oversized text of a corpus is too large', async () => {
  const problem = problemOf(await both.post('/v1/search', { query, corpus: ['a', 'x'.repeat(100_001)] }));
  expect(problem).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE', errors: [{ field: 'corpus[1]' }] });
});

it('documents that do not fit a message between services are too large, in one process as over NATS, and none is kept', async () => {
  const small = await startBoth({ MAX_MESSAGE_BYTES: '65536' });
  bodyOf(await small.put('/v1/collections/news', {}));
  const documents = many(30, { text: 'x'.repeat(3_000) });
  const problem = problemOf(await small.put('/v1/collections/news/documents', { documents }));
  expect(problem).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE', detail: expect.stringMatching(/at most \d+/) as unknown });
  expect(bodyOf(await small.get('/v1/collections/news'))).toMatchObject({ documents: 0 });
});

it.each(['News', '-news', '..%2Fnews', 'ne%20ws', 'n'.repeat(64), 'n'.repeat(500), '%C3%BC', '%00'])('a collection named %s is refused', async (name) => {
  const path = `/v1/collections/${name}`;
  const replies = [await both.put(path, {}), await both.get(path), await both.delete(path), await both.get(`${path}/documents`), await both.get(`${path}/documents/a`)];
  for (const reply of replies) {
    expect(problemOf(reply)).toMatchObject({ status: 400, code: 'INVALID_REQUEST', errors: [{ field: 'name', rule: 'collectionName' }] });
  }
});

it.each(['limit=0', 'limit=101', 'limit=ten', 'limit=', 'limit=1&limit=2', 'cursor=', 'cursor=%00', 'page=2', 'name=other'])('a list of documents with %s is refused', async (search) => {
  const problem = problemOf(await both.get(`/v1/collections/news/documents?${search}`));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', instance: '/v1/collections/news/documents' });
  expect(problem.errors?.[0]?.field).toBe(search.split('=')[0]);
});

it('what was sent is not sent back in a refusal', async () => {
  const secret = 'SECRET-9b1d';
  const bodies: [path: string, body: object, method: string][] = [
    ['/v1/search', { query: `${secret}\0`, collection: secret }, 'POST'],
    ['/v1/search', { ...inNews, filter: { key: `${secret}.`, equals: secret } }, 'POST'],
    ['/v1/search', { query, corpus: [secret, { text: secret, metadata: secret }] }, 'POST'],
    ['/v1/collections/news/documents', { documents: many(2, { id: secret, text: secret }) }, 'PUT'],
    ['/v1/collections/news/documents', { documents: [{ text: secret, metadata: { [`${secret}.`]: 1 } }] }, 'PUT'],
    ['/v1/collections/news', { model: secret }, 'PUT'],
  ];
  for (const [path, body, method] of bodies) {
    const reply = await both.post(path, body, { method });
    expect([400, 422]).toContain(reply.status);
    expect(reply.text).not.toContain(secret);
  }
});
