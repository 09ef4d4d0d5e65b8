import { METRICS, type Problem, type Role, ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { register } from 'prom-client';
import { type Caller, type Checkpoint, openFrontDoor } from '../front-door';
import { trackRequests } from '../http-requests';
import { sendProblem } from '../problem.filter';
import { RedisConfig } from '../redis/redis.config';
import { RedisLink } from '../redis/redis-link';
import { LimitsConfig } from './limits.config';
import { RateLimiter } from './rate-limiter';
import { limitRates } from './rate-limits';

const known = (subject: string, more: object = {}): Caller => ({ kind: 'known', identity: { subject, role: 'analyst' satisfies Role, owner: subject }, ...more });

const CALLERS: Readonly<Record<string, Caller>> = {
  nobody: { kind: 'anonymous' },
  wrong: { kind: 'refused', error: new ServiceError('UNAUTHENTICATED', 'Nobody has that key') },
  untold: { kind: 'refused', error: new ServiceError('UNAVAILABLE', 'What knows the keys is away') },
  ada: known('ada', { keyId: 'key-of-ada' }),
  'ada again': known('ada', { keyId: 'key-of-ada' }),
  'ada elsewhere': known('ada', { keyId: 'other-key-of-ada' }),
  vip: known('vip', { keyId: 'key-of-vip', rate: { burst: 7, perMinute: 700 } }),
  'from another issuer': known('ext'),
  local: known('local'),
};

/** Takes callers at their word. */
const believe: Checkpoint = (request) => {
  request.caller = CALLERS[String(request.headers.who)] ?? { kind: 'anonymous' };
};

let fastify: FastifyInstance;

beforeEach(() => {
  Logger.overrideLogger(false);
  register.resetMetrics();
  const config = Object.assign(new LimitsConfig(), { keyBurst: 3, keyRatePerMinute: 30, addressBurst: 2, addressRatePerMinute: 20 });
  fastify = new FastifyAdapter({ trustProxy: '10.0.0.1' }).getInstance();
  trackRequests(fastify, 60_000);
  fastify.setErrorHandler((error, request, reply) => { sendProblem(error, request, reply); });
  openFrontDoor(fastify, [believe, limitRates(new RateLimiter(new RedisLink(new RedisConfig())), config)]);
  fastify.get('/compute', { config: { permission: 'compute' } }, () => ({}));
  fastify.get('/open', { config: { permission: 'public' } }, () => ({}));
  fastify.get('/health', { config: { permission: 'public', isHealth: true } }, () => ({}));
});
afterEach(() => fastify.close());

interface Asking {
  readonly url?: string;
  readonly from?: string;
  readonly headers?: Record<string, string>;
}

const ask = (who: string, { url = '/compute', from = '192.0.2.1', headers = {} }: Asking = {}) =>
  fastify.inject({ url, remoteAddress: from, headers: { who, ...headers } });

/** Statuses of so many requests, one after the other. */
async function statuses(times: number, who: string, asking?: Asking): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await ask(who, asking)).statusCode);
  return found;
}

describe('a caller', () => {
  it.each([
    ['with a key', 'ada', [200, 200, 200, 429]],
    ['with a key that has a burst of its own', 'vip', [200, 200, 200, 200, 200, 200, 200, 429]],
    ['known by another issuer', 'from another issuer', [200, 200, 200, 429]],
    ['without authentication', 'local', [200, 200, 200, 429]],
    ['without a key', 'nobody', [401, 401, 429]],
    ['with a wrong key', 'wrong', [401, 401, 429, 429]],
  ])('%s may ask so often at once, and no more', async (_what, who, expected) => {
    expect(await statuses(expected.length, who)).toEqual(expected);
  });

  it('hears how often it may ask, and when again', async () => {
    const told = (await ask('ada')).headers;
    expect(told).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '2', 'ratelimit-reset': '2', 'ratelimit-policy': '30;w=60;burst=3;policy="token bucket"' });
    expect(told).not.toHaveProperty('retry-after');
    await statuses(2, 'ada');
    const refused = await ask('ada');
    expect(refused.headers).toMatchObject({ 'ratelimit-remaining': '0', 'ratelimit-reset': '6', 'retry-after': '2' });
    expect(refused.json<Problem>()).toMatchObject({ status: 429, code: 'RATE_LIMITED', detail: 'These are too many requests; the next is let through in 2 s' });
  });

  it('hears it on errors too, and where no route is', async () => {
    expect((await ask('nobody')).headers).toHaveProperty('ratelimit-remaining', '1');
    expect((await ask('ada', { url: '/nowhere' })).headers).toHaveProperty('ratelimit-remaining', '2');
  });

  it('has one bucket wherever it calls from with one key, and another for another key', async () => {
    await statuses(3, 'ada');
    expect((await ask('ada again', { from: '192.0.2.99' })).statusCode).toBe(429);
    expect((await ask('ada elsewhere')).statusCode).toBe(200);
  });

  it('keeps its bucket when others of its address have spent theirs', async () => {
    await statuses(9, 'wrong');
    expect((await ask('ada')).statusCode).toBe(200);
  });

  it.each([['nobody', 'wrong'], ['wrong', 'nobody']])('has the bucket of its address, as %s and as %s', async (first, second) => {
    await statuses(2, first);
    expect((await ask(second)).statusCode).toBe(429);
  });

  it('pays nothing while we cannot tell who it is', async () => {
    expect(await statuses(4, 'untold')).toEqual([503, 503, 503, 503]);
  });

  it('pays for what is public, and not for health', async () => {
    expect(await statuses(3, 'nobody', { url: '/open' })).toEqual([200, 200, 429]);
    expect(await statuses(9, 'nobody', { url: '/health' })).toEqual(Array(9).fill(200));
    expect((await ask('nobody', { url: '/health' })).headers).not.toHaveProperty('ratelimit-limit');
  });

  it('is counted when refused, by whose bucket was empty', async () => {
    await statuses(5, 'ada');
    await statuses(3, 'nobody');
    const { values } = (await register.getSingleMetric(METRICS.rateLimitRejections)?.get()) ?? { values: [] };
    expect(values.map(({ labels, value }) => [labels.kind, value])).toEqual([['key', 2], ['address', 1]]);
  });
});

describe('an address', () => {
  it.each([
    ['another one', '192.0.2.2', 401],
    ['itself, as IPv6 writes it', '::ffff:192.0.2.1', 429],
  ])('does not share its bucket with others: %s', async (_what, from, status) => {
    await statuses(2, 'nobody');
    expect((await ask('nobody', { from })).statusCode).toBe(status);
  });

  it.each([['2001:db8:0:1::9', 429], ['2001:db8:0:2::1', 401]])('of IPv6 shares it with its network: %s', async (from, status) => {
    await statuses(2, 'nobody', { from: '2001:db8:0:1::1' });
    expect((await ask('nobody', { from })).statusCode).toBe(status);
  });

  it('is not what a caller says who is no trusted proxy', async () => {
    const found: number[] = [];
    for (let i = 0; i < 3; i++) found.push((await ask('nobody', { headers: { 'x-forwarded-for': `198.51.100.${i}` } })).statusCode);
    expect(found).toEqual([401, 401, 429]);
  });

  it('is what a trusted proxy says, of which callers cannot make up the last', async () => {
    const proxied = async (forwarded: string): Promise<number> => (await ask('nobody', { from: '10.0.0.1', headers: { 'x-forwarded-for': forwarded } })).statusCode;
    expect([await proxied('198.51.100.1'), await proxied('1.1.1.1, 198.51.100.1'), await proxied('2.2.2.2, 198.51.100.1')]).toEqual([401, 401, 429]);
    expect(await proxied('198.51.100.2')).toBe(401);
  });
});
