import { HealthChecks, openRequest, traceWith, withRequest } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { register } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisConfig } from './redis.config';
import { RedisAwayError, RedisLink } from './redis-link';
import { RedisServer } from './redis-server-under-test';

const PASSWORD = 'hunter2';

const logged: string[] = [];
const links: RedisLink[] = [];
let server: RedisServer;

beforeAll(async () => {
  const keep = (...line: unknown[]): void => { logged.push(JSON.stringify(line)); };
  Logger.overrideLogger({ log: keep, warn: keep, error: keep });
  server = await RedisServer.start(PASSWORD);
});
beforeEach(() => {
  logged.length = 0;
  register.clear();
});
afterEach(() => { for (const link of links.splice(0)) link.onApplicationShutdown(); });
afterAll(() => server.end());

function linkTo(redisUrl: string | undefined, checks?: HealthChecks): RedisLink {
  const link = new RedisLink(Object.assign(new RedisConfig(), { redisUrl }), checks);
  links.push(link);
  return link;
}

async function untilUp(link: RedisLink, isUp = true): Promise<void> {
  while (link.isUp !== isUp) await sleep(5);
}

const ping = (link: RedisLink) => link.run((redis) => redis.ping());

describe('a link to Redis', () => {
  it('answers by what the server answers', async () => {
    const link = linkTo(server.url);
    await untilUp(link);
    await link.run((redis) => redis.set('greeting', 'hello'));
    expect(await link.run((redis) => redis.get('greeting'))).toBe('hello');
  });

  it('speaks to the database that its URL names', async () => {
    const [first, third] = [linkTo(server.url), linkTo(`${server.url}/3`)];
    await Promise.all([untilUp(first), untilUp(third)]);
    await third.run((redis) => redis.set('only-in', 'three'));
    expect(await first.run((redis) => redis.get('only-in'))).toBeNull();
    expect(await third.run((redis) => redis.get('only-in'))).toBe('three');
  });

  it('is never up where no Redis is named, and no health is asked of it', async () => {
    const checks = new HealthChecks();
    const link = linkTo(undefined, checks);
    expect([link.isConfigured, link.isUp]).toEqual([false, false]);
    await expect(ping(link)).rejects.toBeInstanceOf(RedisAwayError);
    expect(checks.list(false)).toEqual([]);
  });

  it('is a check of health, and not one of readiness', async () => {
    const checks = new HealthChecks();
    await untilUp(linkTo(server.url, checks));
    expect(checks.list(true)).toEqual([]);
    expect(await checks.list(false)[0]?.[1]()).toEqual({ latencyMs: expect.any(Number) as number });
  });

  it('refuses at once what is asked while it is down, connects again by itself, and says each once', async () => {
    const link = linkTo(server.url);
    await untilUp(link);
    await server.down();
    await untilUp(link, false);
    await expect(ping(link)).rejects.toBeInstanceOf(RedisAwayError);
    await sleep(600); // some attempts fail
    await server.up();
    await untilUp(link);
    expect(await ping(link)).toBe('PONG');
    expect(logged).toEqual([expect.stringContaining('is away'), expect.stringContaining('answers again')]);
  });

  it.each([
    ['soon', 300],
    ['when its connection was given up', 3_500],
  ])('sends nothing to a server that hangs, until it answers again: %s', async (_when, haltMs) => {
    const link = linkTo(server.url);
    await untilUp(link);
    server.freeze();
    await expect(ping(link)).rejects.toBeInstanceOf(RedisAwayError);
    expect(link.isUp).toBe(false);
    await sleep(haltMs);
    expect(link.isUp).toBe(false);
    server.thaw();
    await untilUp(link);
    expect(await ping(link)).toBe('PONG');
  });

  it('is found again outside of the trace of the request that missed it', async () => {
    const link = linkTo(server.url);
    await untilUp(link);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const begun: string[] = [];
    traceWith({ begin: ({ name }) => ({ traceparent: String(begun.push(name)), end: () => undefined }) });
    try {
      server.freeze();
      await expect(withRequest(openRequest(1_000, 'r', traceparent), () => link.run((redis) => redis.get('a')))).rejects.toBeInstanceOf(RedisAwayError);
      await sleep(600); // it is asked meanwhile whether it is there
      server.thaw();
      await untilUp(link);
      expect(begun).toEqual(['GET']);
    } finally {
      traceWith(undefined);
      server.thaw();
    }
  });

  it('stays up where the server refuses a command', async () => {
    const link = linkTo(server.url);
    await untilUp(link);
    await link.run((redis) => redis.set('text', 'x'));
    for (let i = 0; i < 2; i++) await expect(link.run((redis) => redis.incr('text'))).rejects.toBeInstanceOf(RedisAwayError);
    expect([link.isUp, await ping(link)]).toEqual([true, 'PONG']);
    expect(logged).toEqual([expect.stringContaining('refuses')]);
  });

  it('says once that the server refuses some commands, though it does others meanwhile', async () => {
    const link = linkTo(server.url);
    await untilUp(link);
    await link.run((redis) => redis.set('text', 'x'));
    for (let i = 0; i < 5; i++) {
      await link.run((redis) => redis.incr('text')).catch(() => undefined);
      await ping(link);
    }
    expect(logged).toEqual([expect.stringContaining('refuses')]);
  });

  it('connects anew to a server that became a replica, and not again and again to one that stays it', async () => {
    const link = linkTo(server.url);
    await untilUp(link);
    const write = (): Promise<unknown> => link.run((redis) => redis.set('text', 'x')).catch(() => 'refused');
    await link.run((redis) => redis.replicaof('127.0.0.1', 1));
    for (let i = 0; i < 180; i++) {
      await write();
      await sleep(5);
    }
    expect(logged.filter((line) => line.includes('answers again'))).toHaveLength(1);
    await untilUp(link);
    await link.run((redis) => redis.replicaof('NO', 'ONE'));
    expect(await write()).toBe('OK');
  });

  it('tells no secret where the server does not know it', async () => {
    const link = linkTo(server.url.replace(PASSWORD, 'wrong-secret'));
    while (logged.length === 0) await sleep(5);
    expect(link.isUp).toBe(false);
    expect(logged).toEqual([expect.stringContaining('WRONGPASS')]);
    expect(logged.join()).not.toMatch(/secret/);
  });
});

describe('the URL of Redis', () => {
  const faultsOf = (redisUrl: string): string[] =>
    validateSync(Object.assign(new RedisConfig(), { redisUrl })).flatMap(({ constraints = {} }) => Object.values(constraints));

  it.each(['redis://h', 'redis://u:p@h:1/2', 'rediss://:p@h:6380', 'redis://[::1]:6379/'])('can be %s', (url) => {
    expect(faultsOf(url)).toEqual([]);
  });

  it.each(['', 'secret', 'http://h/secret', 'redis://', 'redis://h/secret', 'redis://h/0?secret=1', 'redis://h:port'])('cannot be %j, of which nothing is told', (url) => {
    expect(faultsOf(url)).toEqual([expect.stringMatching(/^redisUrl must be a URL such as redis:\/\/user:password@host:6379/)]);
    expect(faultsOf(url).join()).not.toMatch(/secret/);
  });
});
