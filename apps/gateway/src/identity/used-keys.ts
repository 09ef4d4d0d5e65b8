import { outsideRequests } from '@sigmalang/runtime';
import { KeyStore } from '@sigmalang/storage';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const MOST_REMEMBERED = 10_000;
const MINUTE_MS = 60_000;

/** How long a use may wait to be written down, with others, in milliseconds. */
const WRITE_AFTER_MS = 2_000;

/** Writes down when keys were used, of each at most once a minute, and nobody waits for it. */
@Injectable()
export class UsedKeys implements BeforeApplicationShutdown {
  private readonly logger = new Logger('UsedKeys');
  private readonly written = new LRUCache<string, true>({ max: MOST_REMEMBERED, ttl: MINUTE_MS });
  private readonly waiting = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly keys: KeyStore) {}

  /** A key is used now. */
  use(id: string): void {
    if (this.written.has(id)) return;
    this.written.set(id, true);
    this.waiting.add(id);
    this.timer ??= setTimeout(() => void this.write(), WRITE_AFTER_MS).unref();
  }

  /** Writes down what waits. */
  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    const ids = [...this.waiting];
    this.waiting.clear();
    if (ids.length === 0) return;
    await outsideRequests(() => this.keys.touch(ids)).catch(() => { this.logger.warn({ msg: 'It is not written down when keys were used', keys: ids.length }); });
  }
}
