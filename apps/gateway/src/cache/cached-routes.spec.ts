import { type Contract, ServiceError } from '@sigmalang/contracts';
import { Bus, currentRequest } from '@sigmalang/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { register } from 'prom-client';
import { startGateway } from '../gateway-under-test';
import { cacheMetrics } from './cache-metrics';
import { ReplyCache } from './reply-cache';
import { ModelVersions } from './model-versions';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

/** Answers each call by a text that never comes twice, and says which requests made them. */
class FakeBus extends Bus {
  model = 'model@1';
  askedBy: (string | undefined)[] = [];
  /** What the next calls do before they answer, in turn; nothing when there is none left. */
  before: (() => unknown)[] = [];

  constructor() {
    super({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0);
  }

  override async call<Request extends object, Response extends object>({ subject }: Contract<Request, Response>): Promise<Response> {
    if (subject.endsWith('.ping')) return { service: 'x', ready: true } as unknown as Response;
    if (subject === 'nlp.v1.models') return { embeddings: [{ id: this.model, dimensions: 1, words: 1 }] } as unknown as Response;
    this.askedBy.push(currentRequest()?.requestId);
    const answer = `answer ${this.askedBy.length}`;
    await this.before.shift()?.();
    return { score: answer, model: this.model, metric: 'Σ' } as unknown as Response;
  }
}

let bus: FakeBus;
let app: NestFastifyApplication;

beforeAll(async () => {
  bus = new FakeBus();
  app = await startGateway({ bus, env: { CACHE_ENABLED: 'true', CACHE_TTL: '77', CACHE_ENTRY_BYTES: '2000' } });
  await app.listen(0, '127.0.0.1');
}, 60_000);
afterAll(async () => {
  app.getHttpServer().closeAllConnections(); // fetch may have opened one that it did not need
  await app.close();
});

beforeEach(async () => {
  bus.model = 'model@1';
  bus.askedBy = [];
  bus.before = [];
  register.resetMetrics();
  await app.get(ReplyCache).clear();
  await app.get(ModelVersions).refresh();
});

interface Sent {
  readonly status: number;
  readonly text: string;
  readonly xCache: string | null;
  readonly headers: Headers;
}

interface Sending {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const compare = { a: 'cat', b: 'dog' };

/** Sends a request, one that compares two texts unless told otherwise. */
async function send({ method = 'POST', path = '/v1/similarity', body = compare, headers = {}, signal }: Sending = {}): Promise<Sent> {
  const response = await fetch(`${await app.getUrl()}${path}`, {
    method,
    ...(signal && { signal }),
    ...(method === 'POST' && { body: JSON.stringify(body) }),
    headers: { ...(method === 'POST' && { 'content-type': 'application/json' }), ...headers },
  });
  return { status: response.status, text: await response.text(), xCache: response.headers.get('x-cache'), headers: response.headers };
}

/** A call that goes on until it is let go. */
function held(): { call: () => Promise<unknown>; begun: Promise<unknown>; letGo: (error?: Error) => void } {
  const [begun, end] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  return {
    call: () => {
      begun.resolve(undefined);
      return end.promise;
    },
    begun: begun.promise,
    letGo: (error) => { if (error) end.reject(error); else end.resolve(undefined); },
  };
}

/** Waits until as many requests wait for one that computes. */
async function untilWaiting(count: number): Promise<void> {
  for (;;) {
    const inProgress = await register.getSingleMetric('sigmalang_requests_in_progress')?.get();
    if (inProgress?.values[0]?.value === count) return;
    await new Promise((wake) => setTimeout(wake, 5));
  }
}

const OF_THE_REQUEST = ['x-request-id', 'server-timing', 'x-cache', 'date'];
const lasting = ({ headers }: Sent) => [...headers].filter(([name]) => !OF_THE_REQUEST.includes(name));

describe('a computed reply', () => {
  it('is the same when it was kept as when it was computed, byte for byte and header for header', async () => {
    const miss = await send();
    const hit = await send({ body: { b: 'dog', a: 'cat' }, headers: { 'x-request-id': 'mine' } });
    expect([miss.status, miss.xCache, hit.status, hit.xCache]).toEqual([200, 'miss', 200, 'hit']);
    expect(hit.text).toBe(miss.text);
    expect(miss.text).toBe('{"score":"answer 1","model":"model@1","metric":"Σ"}');
    expect(lasting(hit)).toEqual(lasting(miss));
    expect(Object.fromEntries(lasting(miss))).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, max-age=77',
      etag: expect.stringMatching(/^"[\w-]{43}"$/) as string,
      vary: 'Authorization, X-API-Key',
    });
  });

  it('carries the id and the time of the request that it answers', async () => {
    await send({ headers: { 'x-request-id': 'first' } });
    const { headers } = await send({ headers: { 'x-request-id': 'second' } });
    expect(headers.get('x-request-id')).toBe('second');
    expect(headers.get('server-timing')).toMatch(/^total;dur=/);
    expect(bus.askedBy).toEqual(['first']);
  });

  it.each<[what: string, Sending]>([
    ['another body', { body: { a: 'cat', b: 'Dog' } }],
    ['another route', { path: '/v1/analogies/explain', body: { a: 'a', b: 'b', c: 'c', d: 'd' } }],
  ])('is not the reply to %s', async (_what, other) => {
    await send();
    expect((await send(other)).xCache).toBe('miss');
  });

  it.each<[what: string, header: string, isKept: boolean]>([
    ['no-cache', 'no-cache', true],
    ['max-age=0', 'private, max-age=0', true],
    ['no-store', 'no-store', false],
    ['both', 'No-Store, no-cache', false],
  ])('is computed anew for Cache-Control: %s', async (_what, header, isKept) => {
    await send();
    const anew = await send({ headers: { 'cache-control': header } });
    expect([anew.xCache, anew.text]).toEqual(['miss', expect.stringContaining('answer 2')]);
    expect((await send()).text).toContain(isKept ? 'answer 2' : 'answer 1');
  });

  it.each(['max-age=60', 'max-age=05', 'only-if-cached', 'x-no-cache', 'no-cached'])('is not computed anew for Cache-Control: %s', async (header) => {
    await send();
    expect((await send({ headers: { 'cache-control': header } })).xCache).toBe('hit');
  });

  it('is not sent to a caller who has it, whether it was kept or not', async () => {
    const etag = String((await send()).headers.get('etag'));
    for (const headers of [{ 'if-none-match': etag }, { 'if-none-match': `"x", W/${etag}` }, { 'if-none-match': '*' }]) {
      const { status, text, xCache, headers: sent } = await send({ headers });
      expect([status, text, xCache, sent.get('etag'), sent.get('content-type')]).toEqual([304, '', 'hit', etag, null]);
      expect(sent.get('cache-control')).toBe('private, max-age=77');
    }
    expect((await send({ headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    expect((await send({ headers: { 'if-none-match': etag, 'cache-control': 'no-cache' } })).status).toBe(304); // as every fetch sends it
    expect((await send({ headers: { 'if-none-match': etag, 'cache-control': 'no-store' } })).status).toBe(200); // computed anew, it never is the same here
  });

  it('to a body larger than may be kept is computed each time', async () => {
    const body = { a: 'x'.repeat(2_000), b: 'dog' };
    expect([(await send({ body })).xCache, (await send({ body })).xCache]).toEqual(['miss', 'miss']);
    expect(bus.askedBy).toHaveLength(2);
  });

  it('is computed each time where that is asked for, as by a flag', async () => {
    await send();
    const cache = app.get(ReplyCache);
    const asked: unknown[] = [];
    cache.isBypassed = () => {
      asked.push(currentRequest()?.requestId);
      return true;
    };
    const replies = [await send({ headers: { 'x-request-id': 'mine' } }), await send()];
    cache.isBypassed = () => false;
    expect([...replies, await send()].map(({ xCache }) => xCache)).toEqual(['miss', 'miss', 'hit']);
    expect(asked[0]).toBe('mine');
  });
});

describe('what is not kept', () => {
  it.each<[what: string, status: number, Sending, failure: Error | undefined]>([
    ['a refused request', 400, { body: { a: 1, b: 'dog' } }, undefined],
    ['a body that is no object', 400, { body: [1] }, undefined],
    ['a body nested too deeply to be looked for', 400, { body: Array.from({ length: 500 }).reduce((value: unknown) => ({ a: value }), 1) }, undefined],
    ['a request that a service refused', 422, {}, new ServiceError('UNPROCESSABLE', 'No')],
    ['a request that failed', 503, {}, new ServiceError('UNAVAILABLE', 'Gone')],
  ])('is %s', async (_what, status, sending, failure) => {
    if (failure) bus.before = [() => Promise.reject(failure), () => Promise.reject(failure)];
    for (let i = 0; i < 2; i++) {
      const { status: sent, headers } = await send(sending);
      expect([sent, headers.get('etag'), headers.get('x-cache'), headers.get('cache-control')]).toEqual([status, null, null, 'no-store']);
    }
    if (failure) expect(bus.askedBy).toHaveLength(2);
    else expect(bus.askedBy).toEqual([]);
  });

  it.each<[what: string, Sending]>([
    ['a search, whose reply tells its time', { path: '/v1/search', body: { query: 'a', corpus: ['a'] } }],
    ['an analogy of a kept record', { path: '/v1/analogies/structured', body: { source: { name: 'usa' }, target: { pairs: [{ role: 'a', filler: 'b' }] }, filler: 'b' } }],
  ])('is the reply to %s', async (_what, sending) => {
    for (let i = 1; i < 3; i++) {
      const { status, headers } = await send(sending);
      expect([status, headers.get('etag'), headers.get('x-cache'), headers.get('cache-control')]).toEqual([200, null, null, 'no-store']);
      expect(bus.askedBy).toHaveLength(i);
    }
  });

  it('is not an analogy of records that the request brings along', async () => {
    const pairs = [{ role: 'a', filler: 'b' }];
    const sending = { path: '/v1/analogies/structured', body: { source: { pairs }, target: { pairs }, filler: 'b' } };
    expect([(await send(sending)).xCache, (await send(sending)).xCache]).toEqual(['miss', 'hit']);
  });
});

describe('another model', () => {
  it('than is known is asked about at once, and its reply is not kept under that', async () => {
    bus.model = 'model@2';
    expect((await send()).text).toContain('answer 1');
    await app.get(ModelVersions).refresh();
    expect(app.get(ModelVersions).ids).toEqual(['model@2']);
    expect([(await send()).text, (await send()).text]).toEqual([expect.stringContaining('answer 2'), expect.stringContaining('answer 2')]);
    bus.model = 'model@1';
    await app.get(ModelVersions).refresh();
    expect((await send()).text).toContain('answer 3');
  });

  it('has replies of its own', async () => {
    await send();
    bus.model = 'model@2';
    await app.get(ModelVersions).refresh();
    expect((await send()).text).toContain('answer 2');
    bus.model = 'model@1';
    await app.get(ModelVersions).refresh();
    expect((await send()).text).toContain('answer 1');
  });
});

describe('the same request many times at once', () => {
  it('is computed once', async () => {
    const first = held();
    bus.before = [first.call];
    const replies = Array.from({ length: 20 }, () => send());
    await first.begun;
    await untilWaiting(20);
    first.letGo();
    const texts = (await Promise.all(replies)).map(({ status, text, xCache }) => `${status} ${text} ${String(xCache)}`);
    expect(new Set(texts).size).toBe(2);
    expect(texts.filter((text) => text.endsWith('miss'))).toHaveLength(1);
    expect(bus.askedBy).toHaveLength(1);
    expect((await cacheMetrics.hits.get()).values).toEqual([{ labels: { level: 'flight' }, value: 19 }]);
  });

  it('is computed by each for itself, under its own id, when the first fails', async () => {
    const first = held();
    bus.before = [first.call];
    const failing = send({ headers: { 'x-request-id': 'first' } });
    await first.begun;
    const others = ['second', 'third'].map((id) => send({ headers: { 'x-request-id': id } }));
    await untilWaiting(3);
    first.letGo(new ServiceError('UNAVAILABLE', 'Gone'));
    expect((await failing).status).toBe(503);
    expect((await Promise.all(others)).map(({ status, xCache }) => [status, xCache])).toEqual([[200, 'miss'], [200, 'miss']]);
    expect(bus.askedBy.toSorted()).toEqual(['first', 'second', 'third']);
  });

  it('is computed by one of the others when the caller of the first is gone', async () => {
    const [first, second] = [held(), held()];
    bus.before = [first.call, second.call];
    const leaving = new AbortController();
    const left = send({ signal: leaving.signal, headers: { 'x-request-id': 'first' } }).catch((error: unknown) => error);
    await first.begun;
    const others = [1, 2, 3].map(() => send({ headers: { 'x-request-id': 'other' } }));
    await untilWaiting(4);
    leaving.abort();
    await second.begun;
    second.letGo();
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(bus.askedBy).toEqual(['first', 'other']);
    first.letGo();
    expect(await left).toHaveProperty('name', 'AbortError');
  });
});

describe('a reply about what is stored', () => {
  it.each(['/v1/collections', '/v1/collections/news', '/v1/collections/news/documents', '/v1/collections/news/documents/a', '/v1/analogies/records', '/v1/analogies/records/a'])(
    'of %s is asked for each time, and not sent to a caller who has it',
    async (path) => {
      bus.before = [() => { bus.askedBy = []; }, () => { bus.askedBy = []; }]; // so that the answer is the same
      const { headers, status } = await send({ method: 'GET', path });
      const etag = String(headers.get('etag'));
      expect([status, headers.get('cache-control'), headers.get('vary'), headers.get('x-cache')]).toEqual([200, 'private, no-cache', 'Authorization, X-API-Key', null]);
      expect((await send({ method: 'GET', path, headers: { 'if-none-match': etag } })).status).toBe(304);
      bus.askedBy = ['before'];
      const changed = await send({ method: 'GET', path, headers: { 'if-none-match': etag } });
      expect([changed.status, changed.text]).toEqual([200, expect.stringContaining('answer 2')]);
    },
  );

  it('has its tag in HEAD too', async () => {
    const [got, head] = [await send({ method: 'GET', path: '/v1/info' }), await send({ method: 'HEAD', path: '/v1/info' })];
    expect(head.headers.get('etag')).toBe(got.headers.get('etag'));
    expect([got.status, head.status, head.text]).toEqual([200, 200, '']);
  });

  it.each(['*', '"other", W/"that"'])('is asked for in HEAD whether it has changed, by If-None-Match: %s', async (tags) => {
    bus.before = [() => { bus.askedBy = []; }, () => { bus.askedBy = []; }];
    const { headers } = await send({ method: 'HEAD', path: '/v1/info' });
    const etag = String(headers.get('etag'));
    const unchanged = await send({ method: 'HEAD', path: '/v1/info', headers: { 'if-none-match': tags.replace('"that"', etag) } });
    expect([unchanged.status, unchanged.text, unchanged.headers.get('etag')]).toEqual([304, '', etag]);
  });

  it.each([
    ['PUT', '/v1/collections/news', { description: 'a' }],
    ['DELETE', '/v1/collections/news', undefined],
  ])('%s that changes it is kept by nobody', async (method, path, body) => {
    const response = await fetch(`${await app.getUrl()}${path}`, { method, ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) });
    expect([response.status, response.headers.get('cache-control'), response.headers.get('etag')]).toEqual([200, 'no-store', null]);
  });
});
