import { METRICS } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { register } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisConfig } from '../redis/redis.config';
import { RedisLink } from '../redis/redis-link';
import { RedisServer } from '../redis/redis-server-under-test';
import { MemoryBuckets } from './memory-buckets';
import { RateLimiter } from './rate-limiter';
import { BUCKET_PREFIX } from './redis-buckets';
import type { Rate } from './token-bucket';

/** So slow that no token is gained during a test. */
const SLOW: Rate = { perMinute: 1, burst: 20 };

let server: RedisServer;
let names = 0;
const started: { link: RedisLink; limiter: RateLimiter }[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await RedisServer.start();
});
afterEach(() => {
  for (const { link, limiter } of started.splice(0)) {
    limiter.onApplicationShutdown();
    link.onApplicationShutdown();
  }
});
afterAll(() => server.end());

async function startLimiter(redisUrl: string | undefined = server.url): Promise<{ link: RedisLink; limiter: RateLimiter }> {
  const link = new RedisLink(Object.assign(new RedisConfig(), { redisUrl, redisTimeoutMs: 1_000 }));
  const both = { link, limiter: new RateLimiter(link) };
  started.push(both);
  await until(() => link.isUp);
  return both;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

const freshName = (): string => `caller-${++names}`;

/** How many of so many requests at the same time are let through. */
async function countAllowed(limiters: readonly [RateLimiter, ...RateLimiter[]], name: string, requests: number, rate = SLOW): Promise<number> {
  const all = Array.from({ length: requests }, (_, i) => (limiters[i % limiters.length] ?? limiters[0]).take('key', name, rate));
  return (await Promise.all(all)).filter(({ isAllowed }) => isAllowed).length;
}

async function inMemory(): Promise<number | undefined> {
  return (await register.getSingleMetric(METRICS.rateLimitInMemory)?.get())?.values[0]?.value;
}

describe('gateways that share a Redis', () => {
  it('let through together, whatever they do at the same time, as many as one', async () => {
    const [first, second] = [await startLimiter(), await startLimiter()];
    expect(await countAllowed([first.limiter, second.limiter], freshName(), 500)).toBe(SLOW.burst);
    expect(await inMemory()).toBe(0);
  });

  it('answer what a process alone answers', async () => {
    const { limiter } = await startLimiter();
    const [name, alone] = [freshName(), new MemoryBuckets(1, () => 0)];
    for (let i = 0; i < SLOW.burst + 3; i++) expect(await limiter.take('key', name, SLOW)).toEqual(alone.take(name, SLOW));
  });

  it('let through no more than the rate, over time', async () => {
    const { limiter } = await startLimiter();
    const [name, rate] = [freshName(), { perMinute: 6_000, burst: 5 }];
    const began = performance.now();
    let allowed = 0;
    while (performance.now() - began < 500) allowed += await countAllowed([limiter], name, 20, rate);
    const most = rate.burst + ((performance.now() - began) * rate.perMinute) / 60_000;
    expect(allowed).toBeLessThanOrEqual(most);
    expect(allowed).toBeGreaterThan(rate.burst);
  });

  it('leave nothing in Redis for longer than a bucket is not full', async () => {
    const { link, limiter } = await startLimiter();
    const name = freshName();
    await limiter.take('address', name, { perMinute: 60, burst: 3 });
    const left = await link.run((redis) => redis.pttl(`${BUCKET_PREFIX}address:${name}`));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(1_000);
  });

  it.each([
    ['the clock of which was set back', () => String((Date.now() + 3_600_000) * 1_000)],
    ['which holds what no clock will show', () => 'inf'],
  ])('let callers in again as their bucket fills, in a Redis %s', async (_what, fullAt) => {
    const { link, limiter } = await startLimiter();
    const [name, rate] = [freshName(), { perMinute: 6_000, burst: 2 }];
    await link.run((redis) => redis.set(`${BUCKET_PREFIX}key:${name}`, fullAt()));
    expect(await limiter.take('key', name, rate)).toMatchObject({ isAllowed: false, remaining: 0, retryAfterS: 1 });
    await sleep(50);
    expect((await limiter.take('key', name, rate)).isAllowed).toBe(true);
    const keptForever = -1;
    expect(await link.run((redis) => redis.pttl(`${BUCKET_PREFIX}key:${name}`))).not.toBe(keptForever);
  });

  it.each(['nan', 'soon', '-inf', ''])('count together from where a bucket holds %j, which is no time', async (fullAt) => {
    const [first, second] = [await startLimiter(), await startLimiter()];
    const name = freshName();
    await first.link.run((redis) => redis.set(`${BUCKET_PREFIX}key:${name}`, fullAt));
    expect(await countAllowed([first.limiter, second.limiter], name, 100)).toBe(SLOW.burst);
  });

  it('do not mix a key with an address of the same name', async () => {
    const { limiter } = await startLimiter();
    const [name, rate] = [freshName(), { perMinute: 1, burst: 1 }];
    expect([await limiter.take('key', name, rate), await limiter.take('address', name, rate)].map(({ isAllowed }) => isAllowed)).toEqual([true, true]);
  });
});

describe('a gateway whose Redis goes away', () => {
  it('counts by itself meanwhile, says so, and shares again when it is back', async () => {
    const { link, limiter } = await startLimiter();
    const name = freshName();
    expect(await countAllowed([limiter], name, 50)).toBe(SLOW.burst);
    await server.down();
    await until(() => !link.isUp);
    expect(await countAllowed([limiter], name, 50)).toBe(SLOW.burst);
    expect(await countAllowed([limiter], name, 50)).toBe(0);
    expect(await inMemory()).toBe(1);
    await server.up();
    await until(() => link.isUp);
    expect(await inMemory()).toBe(0);
    expect(await link.run((redis) => redis.exists(`${BUCKET_PREFIX}key:${name}`))).toBe(0);
    await limiter.take('key', name, SLOW);
    expect(await link.run((redis) => redis.exists(`${BUCKET_PREFIX}key:${name}`))).toBe(1);
  });

  it('says that it counts by itself where Redis refuses to', async () => {
    const { link, limiter } = await startLimiter();
    const name = freshName();
    await link.run((redis) => redis.lpush(`${BUCKET_PREFIX}key:${name}`, 'no bucket'));
    expect(await countAllowed([limiter], name, 50)).toBe(SLOW.burst);
    expect(await inMemory()).toBe(1);
    await limiter.take('key', freshName(), SLOW);
    expect(await inMemory()).toBe(0);
  });

  it('answers requests that were on their way when it died', async () => {
    const { limiter } = await startLimiter();
    const answers = Promise.all(Array.from({ length: 200 }, () => limiter.take('key', freshName(), SLOW)));
    await server.down();
    expect((await answers).every(({ isAllowed }) => isAllowed)).toBe(true);
    await server.up();
  });
});

it('a gateway that has no Redis counts by itself, which is nothing to report', async () => {
  const link = new RedisLink(new RedisConfig());
  const limiter = new RateLimiter(link);
  started.push({ link, limiter });
  expect(await countAllowed([limiter], freshName(), 50)).toBe(SLOW.burst);
  expect(await inMemory()).toBe(0);
});
