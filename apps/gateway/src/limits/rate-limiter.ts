import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RedisLink } from '../redis/redis-link';
import { sharedLimits } from './limits-metrics';
import { MemoryBuckets } from './memory-buckets';
import { takeFromRedis } from './redis-buckets';
import type { BucketKind, Rate, Taken } from './token-bucket';

/** Buckets that all gateways share in Redis; those of this process where there is none, or while it is away. */
@Injectable()
export class RateLimiter implements OnApplicationShutdown {
  /** Apart, so that many addresses do not push out keys. */
  private readonly memory: Readonly<Record<BucketKind, MemoryBuckets>> = { key: new MemoryBuckets(), address: new MemoryBuckets() };

  private isRefused = false;

  constructor(private readonly link: RedisLink) {
    if (link.isConfigured) sharedLimits.add(this);
  }

  /** Whether it counts for itself, though there is a Redis. */
  get isAlone(): boolean {
    return this.isRefused || !this.link.isUp;
  }

  onApplicationShutdown(): void {
    sharedLimits.delete(this);
  }

  /** Takes a token out of a bucket; never rejects. */
  async take(kind: BucketKind, name: string, rate: Rate): Promise<Taken> {
    if (this.link.isUp) {
      const shared = await this.link.run((redis) => takeFromRedis(redis, `${kind}:${name}`, rate)).catch(() => undefined);
      this.isRefused = shared === undefined;
      if (shared) return shared;
    }
    return this.memory[kind].take(name, rate);
  }
}
