import { BaseConfig, Bus } from '@sigmalang/runtime';
import { register } from 'prom-client';
import { RedisConfig } from '../redis/redis.config';
import { RedisLink } from '../redis/redis-link';
import { CacheConfig } from './cache.config';
import { type KeptReply, replyOf } from './kept-reply';
import { ModelVersions } from './model-versions';
import { cacheMetrics } from './cache-metrics';
import { type Computation, ReplyCache } from './reply-cache';
import { SharedReplies } from './shared-replies';

/** Knows the models that it is told. */
class FakeModels extends ModelVersions {
  constructor(public known: readonly string[] | undefined = ['model@1']) {
    super(new Bus({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0), new CacheConfig());
  }

  override get ids(): readonly string[] | undefined {
    return this.known;
  }
}

/** What gateways share, in memory. */
class FakeShared extends SharedReplies {
  readonly replies = new Map<string, KeptReply>();
  /** What looking for a reply waits for. */
  wait: Promise<unknown> = Promise.resolve();
  looked = 0;

  constructor() {
    super(new RedisLink(new RedisConfig()), new CacheConfig());
  }

  override async get(key: string) {
    this.looked++;
    await this.wait;
    const reply = this.replies.get(key);
    return reply && { reply, ttlMs: 60_000 };
  }

  override set(key: string, reply: KeptReply): void {
    this.replies.set(key, reply);
  }

  override clear(): Promise<void> {
    this.replies.clear();
    return Promise.resolve();
  }
}

interface Parts {
  readonly config?: Partial<CacheConfig>;
  readonly base?: Partial<BaseConfig>;
  readonly models?: FakeModels;
  readonly shared?: SharedReplies;
}

function cacheOf({ config = {}, base = {}, models = new FakeModels(), shared = new FakeShared() }: Parts = {}): ReplyCache {
  return new ReplyCache(Object.assign(new CacheConfig(), config), Object.assign(new BaseConfig(), base), models, shared);
}

const patient = () => ({ signal: new AbortController().signal, deadline: performance.now() + 60_000 });

/** What a request finds: the text of the reply, or `compute`. */
async function found(cache: ReplyCache, key = 'k', patience = patient()): Promise<string> {
  const result = await cache.find(key, patience);
  return 'bytes' in result ? result.bytes.toString() : 'compute';
}

async function computationOf(cache: ReplyCache, key = 'k', patience = patient()): Promise<Computation> {
  const result = await cache.find(key, patience);
  if ('bytes' in result) throw new Error('There was a reply');
  return result;
}

/** Lets all that is ready go on. */
const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

async function counted(): Promise<object> {
  const [{ values: hits }, { values: misses }] = await Promise.all([cacheMetrics.hits.get(), cacheMetrics.misses.get()]);
  const levels = Object.fromEntries(hits.map(({ labels, value }): [string, number] => [String(labels.level), value]));
  return { ...levels, misses: misses[0]?.value };
}

beforeEach(() => { register.resetMetrics(); });

describe('the key of a reply', () => {
  const key = (parts: Parts = {}, route = '/v1/encode', body: unknown = { text: 'a', dimensions: 4096 }) => cacheOf(parts).keyOf(route, body);

  it('is the same for the same request, whatever the order of its keys', () => {
    expect(key({}, '/v1/encode', { dimensions: 4096, text: 'a' })).toBe(key());
    expect(key()).toMatch(/^[\w-]{43}$/);
  });

  it.each<[what: string, other: string | undefined]>([
    ['route', key({}, '/v1/decode')],
    ['body', key({}, '/v1/encode', { text: 'b', dimensions: 4096 })],
    ['model', key({ models: new FakeModels(['model@2']) })],
    ['order of models', key({ models: new FakeModels(['model@1', 'model@2']) })],
    ['build', key({ base: { build: 'other' } })],
  ])('is another for another %s', (_what, other) => {
    expect(other).toMatch(/^[\w-]{43}$/);
    expect(other).not.toBe(key());
  });

  it('is another in another epoch', () => {
    const cache = cacheOf();
    cache.epoch = 1;
    expect(cache.keyOf('/v1/encode', {})).not.toBe(cacheOf().keyOf('/v1/encode', {}));
  });

  it('is none while the models are not known', () => {
    const models = new FakeModels();
    models.known = undefined;
    expect(key({ models })).toBeUndefined();
  });
});

describe('a reply', () => {
  it('is found by whoever comes later, in memory, and counted so', async () => {
    const cache = cacheOf();
    (await computationOf(cache)).finish(replyOf('reply'), true);
    expect([await found(cache), await found(cache), await found(cache, 'other')]).toEqual(['reply', 'reply', 'compute']);
    expect(await counted()).toEqual({ memory: 2, misses: 2 });
  });

  it('is found by other gateways, and the second time in their own memory', async () => {
    const shared = new FakeShared();
    (await computationOf(cacheOf({ shared }))).finish(replyOf('reply'), true);
    const other = cacheOf({ shared });
    expect([await found(other), await found(other)]).toEqual(['reply', 'reply']);
    expect(await counted()).toEqual({ memory: 1, redis: 1, misses: 1 });
  });

  it('that is not to be kept is given to those who wait, and to nobody later', async () => {
    const cache = cacheOf();
    const computation = await computationOf(cache);
    const waiting = found(cache);
    computation.finish(replyOf('reply'), false);
    expect([await waiting, await found(cache)]).toEqual(['reply', 'compute']);
  });

  it('of more bytes than one may have is not kept, by one byte', async () => {
    const cache = cacheOf({ config: { cacheEntryBytes: 2_000 } });
    for (const bytes of [2_000, 2_001]) (await computationOf(cache, String(bytes))).finish(replyOf('x'.repeat(bytes)), true);
    expect(await Promise.all([found(cache, '2000').then(({ length }) => length), found(cache, '2001')])).toEqual([2_000, 'compute']);
  });

  it('is told of with its bytes and those there may be, until the cache is gone', async () => {
    const tell = () => Promise.all([cacheMetrics.entries, cacheMetrics.bytes, cacheMetrics.bytesLimit].map(async (metric) => (await metric.get()).values[0]?.value));
    const [entries = 0, bytes = 0, limit = 0] = await tell();
    const cache = cacheOf({ config: { cacheMemoryBytes: 2_000_000 } });
    (await computationOf(cache, 'a')).finish(replyOf('x'.repeat(1_000)), true);
    expect(await tell()).toEqual([entries + 1, bytes + 1_512, limit + 2_000_000]);
    cache.onApplicationShutdown();
    expect(await tell()).toEqual([entries, bytes, limit]);
  });

  it('makes room when memory is full: the one that was not asked for longest goes', async () => {
    const cache = cacheOf({ config: { cacheMemoryBytes: 10_000, cacheEntryBytes: 4_000 }, shared: new SharedReplies(new RedisLink(new RedisConfig()), new CacheConfig()) });
    const keep = async (key: string) => { (await computationOf(cache, key)).finish(replyOf('x'.repeat(4_000)), true); };
    await keep('a');
    await keep('b');
    await found(cache, 'a');
    await keep('c');
    expect((await Promise.all(['a', 'b', 'c'].map((key) => found(cache, key)))).map((text) => text.length)).toEqual([4_000, 'compute'.length, 4_000]);
  });

  it('computed anew takes the place of the one that was kept', async () => {
    const cache = cacheOf();
    (await computationOf(cache)).finish(replyOf('old'), true);
    cache.anew('k').finish(replyOf('new'), true);
    expect(await found(cache)).toBe('new');
  });

  it('holds its bytes in memory of its own', () => {
    const { bytes } = replyOf(Buffer.from('a small part of a pool'));
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });
});

describe('requests for one reply at the same time', () => {
  it('have it computed once', async () => {
    const cache = cacheOf();
    const computation = await computationOf(cache);
    const waiting = [1, 2, 3].map(() => found(cache));
    await settle();
    computation.finish(replyOf('reply'), true);
    expect(await Promise.all(waiting)).toEqual(['reply', 'reply', 'reply']);
    expect(await counted()).toEqual({ flight: 3, misses: 1 });
  });

  it('look for it in Redis once', async () => {
    const shared = new FakeShared();
    shared.replies.set('k', replyOf('reply'));
    const cache = cacheOf({ shared });
    expect(await Promise.all([1, 2, 3].map(() => found(cache)))).toEqual(['reply', 'reply', 'reply']);
    expect(shared.looked).toBe(1);
    expect(await counted()).toEqual({ redis: 1, flight: 2, misses: 0 });
  });

  it('compute it each for itself when it failed', async () => {
    const cache = cacheOf();
    const computation = await computationOf(cache);
    const waiting = [1, 2].map(() => found(cache));
    await settle();
    computation.fail('failed');
    expect(await Promise.all(waiting)).toEqual(['compute', 'compute']);
    expect(await counted()).toEqual({ misses: 3 });
  });

  it.each<[what: string, giveUp: (computation: Computation, caller: AbortController) => void]>([
    ['leaves', (_computation, caller) => { caller.abort(); }],
    ['has no more time', (computation) => { computation.fail('given up'); }],
  ])('have it computed by the next of them when the one who computes it %s', async (_what, giveUp) => {
    const cache = cacheOf();
    const caller = new AbortController();
    const computation = await computationOf(cache, 'k', { ...patient(), signal: caller.signal });
    const next = cache.find('k', patient());
    const last = found(cache);
    await settle();
    giveUp(computation, caller);
    const result = await next;
    if ('bytes' in result) throw new Error('There was a reply');
    result.finish(replyOf('reply'), true);
    expect(await last).toBe('reply');
    expect(await counted()).toEqual({ flight: 1, misses: 2 });
  });

  it('have it computed by the next of them when the first left while Redis was asked', async () => {
    const shared = new FakeShared();
    const asked = Promise.withResolvers<undefined>();
    shared.wait = asked.promise;
    const cache = cacheOf({ shared });
    const caller = new AbortController();
    const first = cache.find('k', { ...patient(), signal: caller.signal });
    const second = found(cache);
    caller.abort();
    asked.resolve(undefined);
    await first;
    expect(await second).toBe('compute');
  });

  it('wait no longer than their callers do', async () => {
    const cache = cacheOf();
    await computationOf(cache);
    const caller = new AbortController();
    const gone = found(cache, 'k', { ...patient(), signal: caller.signal });
    const late = found(cache, 'k', { ...patient(), deadline: performance.now() + 5 });
    caller.abort();
    await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('what is forgotten', () => {
  it.each<[what: string, forget: (cache: ReplyCache) => unknown]>([
    ['cleared', (cache) => cache.clear()],
    ['in another epoch', (cache) => { cache.epoch = 7; }],
  ])('is not found when it was %s, nor kept when it was computed before', async (_what, forget) => {
    const cache = cacheOf({ shared: new FakeShared() });
    (await computationOf(cache, 'kept')).finish(replyOf('kept'), true);
    const [begun, anew] = [await computationOf(cache, 'begun'), cache.anew('anew')];
    const waiting = found(cache, 'begun');
    await settle();
    await forget(cache);
    begun.finish(replyOf('begun'), true);
    anew.finish(replyOf('anew'), true);
    expect(await waiting).toBe('begun');
    expect([await found(cache, 'begun'), await found(cache, 'anew')]).toEqual(['compute', 'compute']);
    expect(cache.epoch).toBe(_what === 'cleared' ? 0 : 7);
  });

  it('is not put into memory when Redis gave it before', async () => {
    const shared = new FakeShared();
    shared.replies.set('k', replyOf('reply'));
    const asked = Promise.withResolvers<undefined>();
    shared.wait = asked.promise;
    const cache = cacheOf({ shared });
    const early = found(cache);
    cache.epoch = 1;
    shared.wait = Promise.resolve();
    asked.resolve(undefined);
    await early;
    shared.replies.clear();
    expect(await found(cache)).toBe('compute');
  });

  it('stays where the epoch is the same', async () => {
    const cache = cacheOf();
    (await computationOf(cache)).finish(replyOf('reply'), true);
    cache.epoch = 0;
    expect(await found(cache)).toBe('reply');
  });
});
