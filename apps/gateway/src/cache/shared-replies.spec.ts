import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisConfig } from '../redis/redis.config';
import { RedisLink } from '../redis/redis-link';
import { RedisServer } from '../redis/redis-server-under-test';
import { CacheConfig } from './cache.config';
import { replyOf } from './kept-reply';
import { SharedReplies } from './shared-replies';

const links: RedisLink[] = [];
let server: RedisServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await RedisServer.start();
});
afterAll(async () => {
  for (const link of links) link.onApplicationShutdown();
  await server.end();
});

async function untilUp(link: RedisLink, isUp = true): Promise<void> {
  while (link.isUp !== isUp) await sleep(5);
}

/** A gateway's share of the server, and its link to it, once that is up. */
async function connected(redisUrl = server.url): Promise<{ shared: SharedReplies; link: RedisLink }> {
  const link = new RedisLink(Object.assign(new RedisConfig(), { redisUrl, redisTimeoutMs: 1_000 }));
  links.push(link);
  await untilUp(link);
  return { link, shared: new SharedReplies(link, Object.assign(new CacheConfig(), { cacheTtl: 100 })) };
}

const reply = replyOf('{"text":"\u03a3 \\ud83d"}');

/** Asks until there is an answer: what is sent is not waited for. */
async function eventually(shared: SharedReplies, key: string) {
  for (;;) {
    const found = await shared.get(key);
    if (found) return found;
    await sleep(5);
  }
}

describe('a reply in Redis', () => {
  it('is the same byte for byte for another gateway, for the rest of its time', async () => {
    const [{ shared: one }, { shared: other, link }] = [await connected(), await connected()];
    one.set('k', reply);
    const found = await eventually(other, 'k');
    expect(found.reply).toEqual(reply);
    await link.run((redis) => redis.pexpire('sigmalang:reply:k', 50_000));
    const later = await other.get('k');
    expect(later?.ttlMs).toBeLessThanOrEqual(50_000);
    expect(found.ttlMs).toBeGreaterThan(50_000);
    expect(await other.get('another')).toBeUndefined();
  });

  it('is removed with all others, and nothing else is', async () => {
    const { shared, link } = await connected();
    await link.run((redis) => redis.mset(Object.fromEntries(Array.from({ length: 2_500 }, (_reply, i) => [`sigmalang:reply:${i}`, 'x']))));
    await link.run((redis) => redis.set('sigmalang:bucket:x', '1'));
    await shared.clear();
    expect(await link.run((redis) => redis.keys('*'))).toEqual(['sigmalang:bucket:x']);
  });

  it('is not there while Redis is away, is not sent, and cannot be removed', async () => {
    const { shared, link } = await connected();
    await server.down();
    await untilUp(link, false);
    shared.set('k', reply);
    expect(await shared.get('k')).toBeUndefined();
    await expect(shared.clear()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await server.up();
    await untilUp(link);
    expect(await shared.get('k')).toBeUndefined();
    shared.set('k', reply);
    expect((await eventually(shared, 'k')).reply).toEqual(reply);
  });

  it('is none where there is no Redis, and then there is nothing to remove', async () => {
    const shared = new SharedReplies(new RedisLink(new RedisConfig()), new CacheConfig());
    shared.set('k', reply);
    expect(await shared.get('k')).toBeUndefined();
    await expect(shared.clear()).resolves.toBeUndefined();
  });
});
