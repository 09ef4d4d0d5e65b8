import type { Contract, Problem } from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { register } from 'prom-client';
import { startGateway } from './gateway-under-test';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

/** Notes what it is asked, and answers with that. */
class FakeBus extends Bus {
  asked: { subject: string; request: unknown } | undefined;

  constructor() {
    super({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0);
  }

  override call<Request extends object, Response extends object>({ subject }: Contract<Request, Response>, request: Request): Promise<Response> {
    this.asked = { subject, request: JSON.parse(JSON.stringify(request)) };
    return Promise.resolve({ asked: subject } as unknown as Response);
  }
}

const bus = new FakeBus();
let app: NestFastifyApplication;

beforeAll(async () => {
  app = await startGateway({ bus });
  await app.listen(0, '127.0.0.1');
}, 60_000);

afterAll(() => app.close());

beforeEach(() => {
  bus.asked = undefined;
});

type Method = 'GET' | 'PUT' | 'DELETE' | 'POST';

/** Sends a body, as JSON unless it is a text already. */
async function send(method: Method, path: string, body?: object | string, to = app): Promise<{ status: number; text: string }> {
  const json = typeof body === 'object' ? JSON.stringify(body) : body;
  const response = await fetch(`${await to.getUrl()}${path}`, {
    method,
    ...(json !== undefined && { body: json, headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, text: await response.text() };
}

/** Sends a request and gives what the bus was asked for it. */
async function ask(method: Method, path: string, body?: object): Promise<FakeBus['asked']> {
  const { status, text } = await send(method, path, body);
  expect([status, text]).toEqual([200, JSON.stringify({ asked: bus.asked?.subject })]);
  return bus.asked;
}

/** Sends a request that is refused before anybody is asked. */
async function refusal(method: Method, path: string, body?: object | string): Promise<Problem> {
  const { text } = await send(method, path, body);
  expect(bus.asked).toBeUndefined();
  return JSON.parse(text) as Problem;
}

const document = { id: 'a', text: 'b', metadata: { year: 2024, tags: ['x'], by: { name: 'y' } } };

describe('a route', () => {
  it.each<[Method, string, object | undefined, subject: string, request: object]>([
    ['GET', '/v1/collections', undefined, 'list-collections', { limit: 50 }],
    ['GET', '/v1/collections?limit=7&cursor=news', undefined, 'list-collections', { limit: 7, cursor: 'news' }],
    ['PUT', '/v1/collections/news', {}, 'put-collection', { name: 'news' }],
    ['PUT', '/v1/collections/news', { description: 'a', model: 'm' }, 'put-collection', { name: 'news', description: 'a', model: 'm' }],
    ['GET', '/v1/collections/news', undefined, 'get-collection', { name: 'news' }],
    ['DELETE', '/v1/collections/news', undefined, 'delete-collection', { name: 'news' }],
    ['PUT', '/v1/collections/news/documents', { documents: [document, { text: '' }] }, 'put-documents', { name: 'news', documents: [document, { text: '' }] }],
    ['GET', '/v1/collections/news/documents', undefined, 'list-documents', { name: 'news', limit: 50 }],
    ['GET', '/v1/collections/news/documents?limit=100&cursor=a%2Fb%20%C3%BC', undefined, 'list-documents', { name: 'news', limit: 100, cursor: 'a/b ü' }],
    ['GET', '/v1/collections/news/documents?cursor=7', undefined, 'list-documents', { name: 'news', limit: 50, cursor: '7' }],
    ['GET', '/v1/collections/news/documents/a', undefined, 'get-document', { name: 'news', id: 'a' }],
    ['DELETE', '/v1/collections/news/documents/a', undefined, 'delete-document', { name: 'news', id: 'a' }],
  ])('%s %s asks for what it says', async (method, url, body, verb, request) => {
    expect(await ask(method, url, body)).toEqual({ subject: `search.v1.${verb}`, request });
  });

  it.each([
    'a/b',
    'https://example.org/news?id=1&page=2#top',
    'two words',
    'a+b',
    '100%',
    'Größe №7 🙂',
    'documents',
    "'; DROP TABLE documents;--",
    '\u0001\n',
    'constructor',
    '7',
    'x'.repeat(256),
    '🙂'.repeat(256),
  ])('takes the id %j of a document, percent-encoded', async (id) => {
    for (const method of ['GET', 'DELETE'] as const) {
      const asked = await ask(method, `/v1/collections/news/documents/${encodeURIComponent(id)}`);
      expect(asked?.request).toEqual({ name: 'news', id });
    }
  });

  it.each<[what: string, Method, path: string, field: string]>([
    ['a name with a capital', 'GET', 'News', 'name'],
    ['a name that leads elsewhere', 'DELETE', '..%2Fnews', 'name'],
    ['a name of 200 characters', 'PUT', 'n'.repeat(200), 'name'],
    ['an id of 257 characters', 'GET', `news/documents/${'x'.repeat(257)}`, 'id'],
    ['an id of 257 characters of two bytes', 'GET', `news/documents/${encodeURIComponent('ü'.repeat(257))}`, 'id'],
    ['an id with U+0000', 'DELETE', 'news/documents/a%00', 'id'],
    ['a bad name beside a good id', 'GET', 'N/documents/a', 'name'],
    ['a limit of 0', 'GET', 'news/documents?limit=0', 'limit'],
    ['a limit of 101', 'GET', 'news/documents?limit=101', 'limit'],
    ['two limits', 'GET', 'news/documents?limit=1&limit=2', 'limit'],
    ['an empty cursor', 'GET', 'news/documents?cursor=', 'cursor'],
    ['two cursors', 'GET', 'news/documents?cursor=a&cursor=b', 'cursor'],
    ['another parameter', 'GET', 'news/documents?page=2', 'page'],
    ['a name in the query', 'GET', 'news/documents?name=other', 'name'],
  ])('refuses %s (%s)', async (_what, method, path, field) => {
    const problem = await refusal(method, `/v1/collections/${path}`, method === 'PUT' ? {} : undefined);
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(problem.errors?.map((fault) => fault.field)).toContain(field);
  });

  it.each(['%2E', '%2e%2E', '', '..', '.'])('of a document with the id %j, by which a URL means something else, removes nothing', async (id) => {
    const problem = await refusal('DELETE', `/v1/collections/news/documents/${id}`);
    expect([400, 404]).toContain(problem.status);
  });

  it.each(['%zz', '%C3', 'a%'])('refuses the id %s, which cannot be decoded', async (id) => {
    expect(await refusal('GET', `/v1/collections/news/documents/${id}`)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });
});

describe('documents', () => {
  it.each<[what: string, documents: unknown[], field: string]>([
    ['of one id', [document, document], 'documents'],
    ['without a text', [document, { id: 'b' }], 'documents[1].text'],
    ['with U+0000', [{ text: 'a\0' }], 'documents[0].text'],
    ['with bad metadata', [{ text: 'a', metadata: { 'a.b': 1 } }], 'documents[0].metadata'],
    ['with another field', [{ text: 'a', title: 'b' }], 'documents[0].title'],
    ['that are texts', ['a'], 'documents'],
  ])('%s are refused, naming the part', async (_what, documents, field) => {
    const problem = await refusal('PUT', '/v1/collections/news/documents', { documents });
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(problem.errors?.map((fault) => fault.field)).toContain(field);
  });

  it('of half a character are refused', async () => {
    const problem = await refusal('PUT', '/v1/collections/news/documents', '{"documents":[{"text":"a\\ud83d"},{"id":"\\udc00","text":"b"}]}');
    expect(problem.errors?.map(({ field }) => field)).toEqual(['documents[0].text', 'documents[1].id']);
  });

  it('whose text is too long are too large, and the document is named', async () => {
    const documents = [{ text: 'x'.repeat(100_000) }, { id: 'b', text: 'x'.repeat(100_001) }];
    expect(await refusal('PUT', '/v1/collections/news/documents', { documents })).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
      detail: expect.stringContaining('at most 100000 characters') as unknown,
      errors: [{ field: 'documents[1].text', rule: 'documentText' }],
    });
  });

  it('of 100,000 characters of four bytes are taken', async () => {
    const documents = [{ text: '🙂'.repeat(100_000) }];
    expect((await ask('PUT', '/v1/collections/news/documents', { documents }))?.request).toEqual({ name: 'news', documents });
  });

  it('of more than 6 MiB are too large, and of 6 MiB are not', async () => {
    const most = 6 * 1_048_576;
    const body = '{"documents":[{"text":"a"}]}';
    expect((await send('PUT', '/v1/collections/news/documents', body.padEnd(most))).status).toBe(200);
    bus.asked = undefined;
    expect(await refusal('PUT', '/v1/collections/news/documents', body.padEnd(most + 1))).toMatchObject({
      status: 413,
      detail: expect.stringContaining(String(most)) as unknown,
    });
  });
});

describe('a search', () => {
  const search = (body: object) => ask('POST', '/v1/search', { query: 'a', ...body });
  const defaults = { query: 'a', mode: 'hybrid', topK: 10, threshold: 0, highlight: true, explain: false };

  it('of a collection is asked for with its defaults filled in', async () => {
    const filter = { and: [{ key: 'year', range: { gte: 2024 } }, { not: { key: 'tags', in: ['x', null] } }] };
    const request = { collection: 'news', filter, minSeq: 7, weights: { keyword: 1, semantic: 0 } };
    expect(await search(request)).toEqual({ subject: 'search.v1.search', request: { ...defaults, ...request } });
  });

  it('of a corpus makes documents of its texts', async () => {
    const asked = await search({ corpus: ['b', document, { text: 'c' }], mode: 'exact' });
    expect(asked?.request).toEqual({ ...defaults, mode: 'exact', corpus: [{ text: 'b' }, document, { text: 'c' }] });
  });

  it.each<[what: string, corpus: unknown[], status: number, field: string]>([
    ['a long text', ['b', 'x'.repeat(100_001)], 413, 'corpus[1]'],
    ['a long document', ['b', { text: 'x'.repeat(100_001) }], 413, 'corpus[1].text'],
    ['a text with U+0000', ['b\0'], 400, 'corpus[0]'],
    ['a document with U+0000', ['b', { text: '\0' }], 400, 'corpus[1].text'],
    ['a document without a text', [{ id: 'b' }], 400, 'corpus[0].text'],
    ['bad metadata', [document, { text: 'a', metadata: [] }], 400, 'corpus[1].metadata'],
    ['another field', [{ text: 'a', title: 'b' }], 400, 'corpus[0].title'],
    ['an id twice', [document, 'b', document], 400, 'corpus'],
    ['an id that is the place of another', ['b', { id: '0', text: 'c' }], 400, 'corpus'],
    ['a list', [['b']], 400, 'corpus'],
    ['a number', ['b', 7], 400, 'corpus'],
  ])('of a corpus with %s is refused, naming the item', async (_what, corpus, status, field) => {
    const { errors, ...problem } = await refusal('POST', '/v1/search', { query: 'a', corpus });
    expect([problem.status, errors?.map((fault) => fault.field)]).toEqual([status, [field]]);
    expect(errors?.[0]?.message).toContain(field);
  });
});

describe('what passes the gateway', () => {
  let messageBytes = 8_388_608;
  const sent: number[] = [];
  let real: NestFastifyApplication;

  beforeAll(async () => {
    const transport = {
      maxMessageBytes: () => messageBytes,
      request: (_subject: string, payload: Uint8Array) => {
        sent.push(payload.byteLength);
        return Promise.resolve(Buffer.from('{"response":{}}'));
      },
    };
    register.clear();
    real = await startGateway({ bus: new Bus(transport, 30_000) });
    await real.listen(0, '127.0.0.1');
  }, 60_000);

  afterAll(() => real.close());

  const put = (documents: string[]) => send('PUT', '/v1/collections/news/documents', `{"documents":[${documents.join()}]}`, real);

  /** Documents as JSON, as many as a body holds. */
  function full(documentOf: (i: number) => string): string[] {
    const documents: string[] = [];
    for (let bytes = 16; documents.length < 1_000; ) {
      const next = documentOf(documents.length);
      bytes += Buffer.byteLength(next) + 1;
      if (bytes > 6 * 1_048_576) break;
      documents.push(next);
    }
    return documents;
  }

  it.each([
    ['control characters, which JSON escapes', '\\u0001'],
    ['control characters with an escape of their own', '\\n'],
    ['quotation marks', '\\"'],
    ['characters that need no escape and have one', '\\u00fc'],
    ['emoji', '🙂'],
    ['U+2028', '\u2028'],
    ['U+007F', '\u007f'],
  ])('a full body of %s fits a message', async (_what, character) => {
    const text = character.repeat(5_000);
    expect((await put(full((i) => `{"id":"${i}","text":"${text}"}`))).status).toBe(200);
    expect(sent.pop()).toBeLessThanOrEqual(6 * 1_048_576 + 1_024);
  });

  it('a body of numbers that grow when they are written out is too large for a message, and so refused', async () => {
    const numbers = Array.from({ length: 740 }, () => '1e20').join(); // 22 bytes each when written
    const documents = full(() => `{"text":"","metadata":{"k":[${numbers}]}}`).slice(0, 60);
    messageBytes = 2 * documents.join().length;
    const before = sent.length;
    const reply = await put(documents);
    expect(JSON.parse(reply.text)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE', detail: expect.stringMatching(/at most \d+/) as unknown });
    expect(sent).toHaveLength(before);
  });
});

it('a removal may name a type of content without having content', async () => {
  const response = await fetch(`${await app.getUrl()}/v1/collections/news`, { method: 'DELETE', headers: { 'content-type': 'application/json' } });
  expect(response.status).toBe(200);
  expect(bus.asked).toEqual({ subject: 'search.v1.delete-collection', request: { name: 'news' } });
});
