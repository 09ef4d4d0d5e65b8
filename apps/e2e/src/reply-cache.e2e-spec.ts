import { METRICS } from '@sigmalang/contracts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';
import { type Installation, startStandalone } from './installations';
import { growth, metricsOf } from './metrics';
import { NatsServerUnderTest } from './nats-server-under-test';
import { type MadeModel, NlpStandIn } from './nlp-stand-in';
import { ProcessUnderTest } from './process-under-test';
import { RedisServerUnderTest } from './redis-server-under-test';
import { bodyOf, type Reply, RestClient, type SendOptions } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

afterAll(endEverything);

const xCacheOf = ({ headers }: Reply): string | null => headers.get('x-cache');

let texts = 0;

/** A text that nobody has sent yet. */
const newText = (): string => `a text of its own ${++texts}`;

describe('what else decides of it', () => {
  let folder: string;
  let rest: RestClient;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sigmalang-e2e-flags-'));
    writeFileSync(join(folder, 'flags.yaml'), 'reply-cache: {on: true, exceptSubjects: [bob]}');
    rest = (await startStandalone({ FLAGS_FILE: join(folder, 'flags.yaml') })).rest;
  });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  async function caller(subject: string): Promise<RestClient> {
    const { key } = bodyOf(await rest.post('/v1/keys', { name: 'test', subject, role: 'developer' })) as { key: string };
    return rest.as(key);
  }

  it('the flag leaves out the callers for whom it is off, and nobody else', async () => {
    const [ann, bob] = [await caller('ann'), await caller('bob')];
    const ask = (client: RestClient): Promise<Reply> => client.post('/v1/encode', { text: 'who asks for it' });
    await eventually(() => ask(ann), (reply) => xCacheOf(reply) === 'hit');
    expect([xCacheOf(await ask(bob)), xCacheOf(await ask(bob)), xCacheOf(await ask(ann))]).toEqual(['miss', 'miss', 'hit']);
  });

  it('an erasure of somebody empties it for all', async () => {
    const cid = await caller('cid');
    const ask = (client: RestClient): Promise<Reply> => client.post('/v1/encode', { text: 'what may be of somebody' });
    await eventually(() => ask(cid), (reply) => xCacheOf(reply) === 'hit');
    expect(xCacheOf(await ask(rest))).toBe('hit');
    expect((await cid.get('/v1/privacy/data?confirm=cid', { method: 'DELETE' })).status).toBe(200);
    expect([xCacheOf(await ask(rest)), xCacheOf(await ask(rest))]).toEqual(['miss', 'hit']);
  });
});

describe('in one process', () => {
  let standalone: Installation;

  beforeAll(async () => {
    standalone = await startStandalone();
  });

  const pairs = [{ role: 'capital', filler: 'Washington' }, { role: 'currency', filler: 'dollar' }];
  const [king, queen] = [{ symbol: 'king' }, { symbol: 'queen' }];

  it.each<[path: string, body: object]>([
    ['/v1/encode', { text: 'Größe Σ 🙂', include: ['embedding'], output: 'bipolar' }],
    ['/v1/similarity', { texts: ['a cat', 'a dog', 'tax law'] }],
    ['/v1/vectors/bind', { operands: [king, queen] }],
    ['/v1/vectors/bundle', { operands: [king, queen, { symbol: 'jack' }] }],
    ['/v1/vectors/permute', { vector: king, shift: 3 }],
    ['/v1/vectors/unbind', { vector: king, key: queen }],
    ['/v1/vectors/similarity', { a: king, b: queen }],
    ['/v1/vectors/cleanup', { vector: king, symbols: ['queen', 'king'] }],
    ['/v1/nlp/embeddings', { input: ['a cat', 'a dog'] }],
    ['/v1/embeddings', { input: 'a cat', encoding_format: 'base64' }],
    ['/v1/analogies/solve', { query: 'king:queen::man:?' }],
    ['/v1/analogies/explain', { a: 'king', b: 'queen', c: 'man', d: 'woman' }],
    ['/v1/analogies/structured', { source: { pairs }, target: { pairs }, filler: 'dollar' }],
    ['/v1/lexicon/neighbours', { words: ['king', 'qeen'] }],
  ])('the reply of %s that was kept is the one that was computed, byte for byte, and computing it again gives it too', async (path, body) => {
    const { rest } = standalone;
    await eventually(() => rest.post(path, body), (reply) => xCacheOf(reply) === 'hit'); // from when the models are known
    const hit = await rest.post(path, body, { headers: { 'x-request-id': 'mine' } });
    const anew = await rest.post(path, body, { headers: { 'cache-control': 'no-cache' } });
    expect([hit.status, xCacheOf(hit), xCacheOf(anew)]).toEqual([200, 'hit', 'miss']);
    expect(anew.text).toBe(hit.text);
    for (const name of ['content-type', 'etag', 'cache-control', 'vary']) expect([name, anew.headers.get(name)]).toEqual([name, hit.headers.get(name)]);
    expect(hit.headers.get('x-request-id')).toBe('mine');
    const unchanged = await rest.post(path, body, { headers: { 'if-none-match': String(hit.headers.get('etag')) } });
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
  });

  it('a decoded text is the one of its vectors, kept or not', async () => {
    const { rest } = standalone;
    const [one, other] = await Promise.all(['one text', 'another text'].map(async (text) => {
      const { results } = bodyOf(await rest.post('/v1/encode', { text })) as { results: { vectors: object[] }[] };
      return { vectors: results[0]?.vectors.map((vector) => ({ ...vector })) ?? [] };
    }));
    for (const xCache of ['miss', 'hit']) {
      const [first, second] = [await rest.post('/v1/decode', one ?? {}), await rest.post('/v1/decode', other ?? {})];
      expect([xCacheOf(first), xCacheOf(second)]).toEqual([xCache, xCache]);
      expect([first, second].map((reply) => (bodyOf(reply) as { results: { text: string }[] }).results[0]?.text)).toEqual(['one text', 'another text']);
    }
  });

  it('an analogy of a kept record is answered by what the record says now', async () => {
    const { rest } = standalone;
    const put = (filler: string) => rest.post('/v1/analogies/records/land', { pairs: [{ role: 'capital', filler }] }, { method: 'PUT' });
    const ask = async () => {
      const reply = await rest.post('/v1/analogies/structured', { source: { pairs }, target: { name: 'land' }, filler: 'Washington' });
      expect([xCacheOf(reply), reply.headers.get('cache-control')]).toEqual([null, 'no-store']);
      return (bodyOf(reply) as { answer: string }).answer;
    };
    for (const capital of ['Paris', 'Tokyo']) {
      expect((await put(capital)).status).toBe(200);
      expect([await ask(), await ask()]).toEqual([capital, capital]);
    }
  });

  it('what is stored has a tag, until it changes', async () => {
    const { rest } = standalone;
    const put = (description: string) => rest.post('/v1/collections/tagged', { description }, { method: 'PUT' });
    await put('one');
    const { headers } = await rest.get('/v1/collections/tagged');
    const ifChanged: SendOptions = { headers: { 'if-none-match': String(headers.get('etag')) } };
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect((await rest.get('/v1/collections/tagged', ifChanged)).status).toBe(304);
    await put('two');
    expect(bodyOf(await rest.get('/v1/collections/tagged', ifChanged))).toMatchObject({ description: 'two' });
  });

  it.each([
    ['/openapi.json', 'public, no-cache'],
    ['/v1/info', 'private, no-cache'],
    ['/v1/analogies/records', 'private, no-cache'],
  ])('%s is not sent to a caller who has it', async (path, cacheControl) => {
    const { headers } = await standalone.rest.get(path);
    expect(headers.get('cache-control')).toBe(cacheControl);
    expect((await standalone.rest.get(path, { headers: { 'if-none-match': String(headers.get('etag')) } })).status).toBe(304);
  });

  it.each(['/health', '/health/live', '/v1/nothing'])('%s may be kept by nobody', async (path) => {
    const { headers } = await standalone.rest.get(path);
    expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null]);
  });
});

describe('two gateways that share a Redis', () => {
  const OLD: MadeModel = { id: 'made-old@1', dimensions: 256 };
  const NEW: MadeModel = { id: 'made-new@2', dimensions: 256 };

  let nats: NatsServerUnderTest;
  let redis: RedisServerUnderTest;
  let nlp: NlpStandIn;
  let encoder: ProcessUnderTest;
  let gateways: readonly ProcessUnderTest[];
  let one: RestClient;
  let other: RestClient;

  const folder = mkdtempSync(join(tmpdir(), 'sigmalang-e2e-warm-up-'));
  afterAll(() => { rmSync(folder, { recursive: true }); });

  function startGateway(env: Readonly<Record<string, string>> = {}): Promise<ProcessUnderTest> {
    return ProcessUnderTest.start('gateway', { env: { NATS_URL: nats.url, REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '1000', ...env } });
  }

  const startEncoder = (): Promise<ProcessUnderTest> => ProcessUnderTest.start('encoder', { env: { NATS_URL: nats.url } });

  beforeAll(async () => {
    [nats, redis] = await Promise.all([NatsServerUnderTest.start(), RedisServerUnderTest.start()]);
    nlp = await NlpStandIn.start(nats.url, [OLD]);
    [encoder, ...gateways] = await Promise.all([startEncoder(), startGateway(), startGateway()]);
    [one, other] = gateways.map(({ origin }) => new RestClient(origin)) as [RestClient, RestClient];
    await untilShared();
  });

  const encode = (rest: RestClient, text: string, options?: SendOptions): Promise<Reply> => rest.post('/v1/encode', { text }, options);
  const modelOf = (reply: Reply): string => (bodyOf(reply) as { model: string }).model;

  /** Waits until what one gateway computed is found by the other, both ways. */
  async function untilShared(): Promise<void> {
    for (const [first, second] of [[one, other], [other, one]] as const) {
      await eventually(async () => {
        const text = newText();
        await encode(first, text);
        return encode(second, text);
      }, (reply) => xCacheOf(reply) === 'hit');
    }
  }

  it('find what the other computed, byte for byte', async () => {
    const text = newText();
    const before = await Promise.all(gateways.map(metricsOf));
    const miss = await encode(one, text);
    const hit = await eventually(() => encode(other, text), (reply) => xCacheOf(reply) === 'hit');
    const again = await encode(other, text);
    expect([xCacheOf(miss), hit.text, again.text]).toEqual(['miss', miss.text, miss.text]);
    expect(hit.headers.get('etag')).toBe(miss.headers.get('etag'));
    const after = await Promise.all(gateways.map(metricsOf));
    const [, counted] = after.map((metrics, i) => growth(METRICS.cacheHits, before[i] ?? new Map(), metrics));
    expect(counted).toEqual({ '{level="redis"}': 1, '{level="memory"}': 1 });
  });

  it('compute once what is asked of one of them many times at once', async () => {
    nlp.delayMs = 500;
    const text = newText();
    const before = await metricsOf(encoder);
    const replies = await Promise.all(Array.from({ length: 30 }, () => encode(one, text)));
    nlp.delayMs = 0;
    expect(new Set(replies.map((reply) => `${reply.status} ${reply.text}`)).size).toBe(1);
    expect(replies.filter((reply) => xCacheOf(reply) === 'miss')).toHaveLength(1);
    expect(growth(METRICS.requests, before, await metricsOf(encoder))).toEqual({ '{contract="encoder.v1.encode",code="OK"}': 1 });
  });

  it('keep what was computed, and not what failed, while the service that computes is away', async () => {
    const [known, text] = [newText(), newText()];
    await encode(one, known);
    await encoder.stop();
    for (let i = 0; i < 2; i++) {
      const { status, headers } = await encode(one, text);
      expect([status, headers.get('cache-control'), headers.get('etag'), headers.get('x-cache')]).toEqual([503, 'no-store', null, null]);
    }
    expect(xCacheOf(await encode(one, known))).toBe('hit');
    encoder = await startEncoder();
    expect(xCacheOf(await eventually(() => encode(one, text), ({ status }) => status === 200))).toBe('miss');
  });

  it('answer by a new model when nlp has one, and by what was kept when it has the old one again', async () => {
    const text = newText();
    const old = await encode(one, text);
    nlp.models = [NEW];
    const fresh = await encode(one, newText()); // of which it learns at once
    expect([modelOf(old), modelOf(fresh)]).toEqual([OLD.id, NEW.id]);
    for (const rest of [one, other]) {
      const reply = await eventually(() => encode(rest, text), (each) => modelOf(each) === NEW.id);
      expect(reply.text).not.toBe(old.text);
      expect((await encode(rest, text)).text).toBe(reply.text);
    }
    nlp.models = [OLD];
    for (const rest of [one, other]) {
      const reply = await eventually(() => encode(rest, text), (each) => modelOf(each) === OLD.id);
      expect([xCacheOf(reply), reply.text]).toEqual(['hit', old.text]);
    }
  });

  it.each<[what: string, leave: () => unknown, comeBack: () => unknown]>([
    ['is gone', () => redis.kill(), () => redis.start()],
    ['hangs', () => { redis.freeze(); }, () => { redis.thaw(); }],
  ])('answer rightly while Redis %s, each by its own memory, and share again when it is back', async (_what, leave, comeBack) => {
    const [known, text] = [newText(), newText()];
    const before = await encode(one, known);
    await leave();
    const replies = [await encode(one, known), await encode(one, text), await encode(one, text), await encode(other, text)];
    expect(replies.map((reply) => [reply.status, xCacheOf(reply)])).toEqual([[200, 'hit'], [200, 'miss'], [200, 'hit'], [200, 'miss']]);
    expect(replies[0]?.text).toBe(before.text);
    expect(new Set(replies.slice(1).map((reply) => reply.text)).size).toBe(1);
    await comeBack();
    await untilShared();
  });

  it('compute each time what a gateway is asked that keeps nothing', async () => {
    const rest = new RestClient((await startGateway({ CACHE_ENABLED: 'false' })).origin);
    const text = newText();
    await encode(one, text);
    const replies = [await encode(rest, text), await encode(rest, text)];
    expect(replies.map((reply) => [reply.status, xCacheOf(reply), reply.headers.get('cache-control')])).toEqual([[200, null, 'no-store'], [200, null, 'no-store']]);
  });

  it('find what one computed at its start, of a file; what is faulty there is counted and not told', async () => {
    const [text, file] = [newText(), join(folder, 'requests.jsonl')];
    const lines = [{ path: '/v1/encode', body: { text } }, { path: '/v1/encode', body: { hunter2: 1 } }, { path: '/v1/collections/hunter2', body: {} }];
    writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const warmed = await startGateway({ CACHE_WARMUP_FILE: file });
    await eventually(() => Promise.resolve(warmed.log), (log) => log.some(({ msg }) => msg.startsWith('The cache is warm')));
    expect(warmed.log.find(({ msg }) => msg.startsWith('The cache is warm'))).toMatchObject({ replies: 1, lines: [2, 3] });
    expect(warmed.output.join()).not.toContain('hunter2');
    expect(xCacheOf(await encode(new RestClient(warmed.origin), text))).toBe('hit');
    expect(xCacheOf(await encode(other, text))).toBe('hit');
  });

  it('do not start with a file of requests that is not there', async () => {
    const refused = ProcessUnderTest.spawn('gateway', { env: { NATS_URL: nats.url, CACHE_WARMUP_FILE: join(folder, 'nothing') } });
    expect(await refused.exitCode()).toBe(1);
    expect(refused.errorOutput).toContain('CACHE_WARMUP_FILE: cacheWarmupFile must be a file that can be read');
  });
});
