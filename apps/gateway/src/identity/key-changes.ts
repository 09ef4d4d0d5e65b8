import { ServiceError } from '@sigmalang/contracts';
import { outsideRequests } from '@sigmalang/runtime';
import { type AuthState, KeyStore } from '@sigmalang/storage';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { IdentityConfig } from './identity.config';
import { inTime } from './in-time';

/** How often a database that others change too is asked whether keys changed, in milliseconds. */
const LOOK_EVERY_MS = 500;

/** Knows when what is remembered of keys, sessions and replies is void, also when another process changed them. */
@Injectable()
export class KeyChanges implements BeforeApplicationShutdown {
  private readonly logger = new Logger('KeyChanges');
  private readonly listeners: (() => void)[] = [];
  private state: AuthState | undefined;
  private seenAt = -Infinity;
  private looking: Promise<void> | undefined;
  private isAway = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly keys: KeyStore,
    private readonly config: IdentityConfig,
  ) {}

  /** Counts what makes every cached reply void; 0 before it is known. */
  get cacheEpoch(): number {
    return this.state?.cacheEpoch ?? 0;
  }

  /** Has a function called whenever keys, sessions or the epoch of the cache changed, or may have; also after the first look. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Says that this process changed keys or sessions. */
  changed(): void {
    for (const listener of this.listeners) listener();
  }

  /** Begins to look for what others change; resolves after the first look. */
  async start(): Promise<void> {
    await this.look();
    this.timer ??= setInterval(() => {
      this.look().then(
        () => { this.isAway = false; },
        () => {
          if (!this.isAway) this.logger.warn({ msg: 'It is not known whether keys were revoked; the database does not say' });
          this.isAway = true;
        },
      );
    }, LOOK_EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Resolves when what is remembered was true at most `authStaleMs` ago; rejects with UNAVAILABLE where nobody knows. */
  async confirm(): Promise<void> {
    if (!this.keys.isShared || performance.now() - this.seenAt <= this.config.authStaleMs) return;
    try {
      await this.look();
    } catch {
      throw new ServiceError('UNAVAILABLE', 'Keys cannot be checked now; try again later');
    }
  }

  /** Looks for changes, once for all who ask at the same time. */
  look(): Promise<void> {
    return (this.looking ??= inTime(outsideRequests(() => this.lookOnce())).finally(() => { this.looking = undefined; }));
  }

  private async lookOnce(): Promise<void> {
    const at = performance.now();
    const state = await this.keys.state();
    if (at < this.seenAt) return; // a later look was faster
    const isChanged = this.state?.version !== state.version || this.state.cacheEpoch !== state.cacheEpoch;
    this.state = state;
    this.seenAt = at;
    if (isChanged) this.changed();
  }
}
