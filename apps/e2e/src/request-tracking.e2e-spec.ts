import { type BothInstallations, startBoth } from './installations';
import { problemOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

const requests = [
  ['a request that is answered', { text: 'a' }, 200],
  ['a request that is refused', { text: 1 }, 400],
] as const;

describe.each(requests)('%s', (_what, request, status) => {
  it.each(['a', 'order-4711', 'A.b:c/d+e=f_', 'x'.repeat(128), '7d4b0c1e-2f3a-4b5c-8d6e-9f0a1b2c3d4e'])(
    'carries the id %j of its caller',
    async (id) => {
      const reply = await both.post('/v1/encode', request, { headers: { 'x-request-id': id } });
      expect(reply.status).toBe(status);
      expect(reply.headers.get('x-request-id')).toBe(id);
      if (status !== 200) expect(problemOf(reply).requestId).toBe(id);
    },
  );

  it.each(['', 'x'.repeat(129), 'two words', '"}{"msg":"forged"', '<script>', 'a,b', 'caf\u00e9', '${jndi:ldap}', 'a;b', '{}'])(
    'gets an id of its own instead of the hostile %j',
    async (id) => {
      const reply = await both.post('/v1/encode', request, { headers: { 'x-request-id': id } });
      expect(reply.status).toBe(status);
      expect(reply.headers.get('x-request-id')).toMatch(/^[\w-]{12,64}$/);
      expect(reply.headers.get('x-request-id')).not.toBe(id);
    },
  );

  it('says how long it took', async () => {
    const reply = await both.post('/v1/encode', request);
    const timing = /^total;dur=(\d+(\.\d+)?)$/.exec(reply.headers.get('server-timing') ?? '');
    expect(Number(timing?.[1])).toBeLessThanOrEqual(reply.ms);
  });
});

it('two requests never get the same id', async () => {
  const replies = await Promise.all(Array.from({ length: 50 }, () => both.standalone.rest.get('/v1/nothing')));
  expect(new Set(replies.map(({ headers }) => headers.get('x-request-id'))).size).toBe(50);
});

const pages = ['/v1/info', '/openapi.json', '/docs', '/health', '/v1/nothing', '/v1/%zz'];

it.each(pages)('GET %s carries an id and its time too', async (path) => {
  for (const { rest } of both.each) {
    const { headers } = await rest.get(path, { headers: { 'x-request-id': 'mine' } });
    expect(headers.get('x-request-id')).toBe('mine');
    expect(headers.get('server-timing')).toMatch(/^total;dur=/);
  }
});

it('/v1/info tells version, services, models, limits and features', async () => {
  const { model } = await both.encode({ text: 'a' });
  const { body } = await both.get('/v1/info');
  expect(body).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as unknown,
    build: 'development',
    services: ['encoder', 'decoder', 'nlp', 'analogy', 'search'].map((name) => ({ name, ready: true })),
    models: [
      { id: model, dimensions: 256, words: expect.any(Number) as unknown },
      { id: model.replace('@', '-dense@'), dimensions: 100, words: expect.any(Number) as unknown },
    ],
    limits: {
      textCharacters: 100_000,
      textsPerCall: 256,
      vectorsPerCall: 2_048,
      documentsPerCall: 1_000,
      corpusTexts: 256,
      metadataKeys: 64,
      metadataBytes: 16_384,
      topK: 100,
      bodyBytes: 1_048_576,
      vectorBodyBytes: 6_291_456,
      requestTimeoutMs: 30_000,
    },
    features: expect.arrayContaining(['vectors', 'similarity', 'embeddings', 'analogies', 'neighbours', 'search']) as unknown,
  });
});
