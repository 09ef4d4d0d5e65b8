import { ServiceError } from '@sigmalang/contracts';
import { Injectable } from '@nestjs/common';
import { RedisLink } from '../redis/redis-link';
import { CacheConfig } from './cache.config';
import { type KeptReply, replyOf } from './kept-reply';

const PREFIX = 'sigmalang:reply:';
const SCANNED_AT_ONCE = 1_000;

/** A reply that another gateway may have kept, and how long it still may be, in milliseconds. */
interface FoundReply {
  readonly reply: KeptReply;
  readonly ttlMs: number;
}

/** Replies that the gateways of an installation share in Redis; without one, or while it is away, there are none. */
@Injectable()
export class SharedReplies {
  constructor(
    private readonly redis: RedisLink,
    private readonly config: CacheConfig,
  ) {}

  /** The reply of a key, if there is one and Redis gives it in time. */
  async get(key: string): Promise<FoundReply | undefined> {
    if (!this.redis.isUp) return undefined;
    const name = PREFIX + key;
    const found = await this.redis.run((redis) => Promise.all([redis.getBuffer(name), redis.pttl(name)])).catch(() => undefined);
    if (!found) return undefined;
    const [bytes, ttlMs] = found;
    return bytes && ttlMs > 0 ? { reply: replyOf(bytes), ttlMs } : undefined;
  }

  /** Sends a reply there, and does not wait for it to be kept. */
  set(key: string, { bytes }: KeptReply): void {
    if (!this.redis.isUp) return;
    this.redis.run((redis) => redis.set(PREFIX + key, bytes, 'EX', this.config.cacheTtl)).catch(() => undefined);
  }

  /** Removes all of them; throws UNAVAILABLE where there is a Redis that does not answer. */
  async clear(): Promise<void> {
    if (!this.redis.isConfigured) return;
    try {
      await this.remove();
    } catch {
      throw new ServiceError('UNAVAILABLE', 'Redis, where replies are kept, does not answer; they are forgotten by themselves when their time is over');
    }
  }

  private async remove(): Promise<void> {
    let cursor = '0';
    do {
      const [next, names] = await this.redis.run((redis) => redis.scan(cursor, 'MATCH', `${PREFIX}*`, 'COUNT', SCANNED_AT_ONCE));
      if (names.length > 0) await this.redis.run((redis) => redis.unlink(...names));
      cursor = next;
    } while (cursor !== '0');
  }
}
