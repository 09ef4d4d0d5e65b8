import { ServiceError } from '@sigmalang/contracts';
import { outsideRequests } from '@sigmalang/runtime';
import { AuditStore, type NewAuditEntry } from '@sigmalang/storage';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditConfig } from './audit.config';
import { auditMetrics } from './audit-metrics';

/** Most entries that wait for the database. */
const MOST_PENDING = 10_000;

/** Entries that are written in one transaction. */
const MOST_AT_ONCE = 500;

/** How long a reply waits for its entry, in milliseconds, while the database does not answer. */
const LONGEST_WAIT_MS = 2_000;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/** How long the end of the process waits for what is not written yet, in milliseconds. */
const LAST_WRITE_MS = 3_000;

const HOUR_MS = 3_600_000;

/** Writes the audit: many entries at once where many come, again where the database was away; prunes it, and notes its head in the log. */
@Injectable()
export class AuditLog implements OnApplicationBootstrap {
  private readonly logger = new Logger('AuditLog');
  private pending: { readonly entry: NewAuditEntry; readonly done: () => void }[] = [];
  private writing: Promise<void> | undefined;
  /** Whether the last try failed, so that nobody waits for the next. */
  private isAway = false;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: AuditStore,
    private readonly config: AuditConfig,
  ) {
    store.beforeClose(() => this.close());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => { void this.tend(); }, HOUR_MS).unref();
    void this.tend();
  }

  /** Writes what is not written yet, for as long as that may take. */
  private async close(): Promise<void> {
    clearInterval(this.timer);
    if (this.writing) await Promise.race([this.writing, sleep(LAST_WRITE_MS, undefined, { ref: false })]);
    this.stopping.abort();
    if (this.pending.length > 0) {
      auditMetrics.entries.inc({ outcome: 'lost' }, this.pending.length);
      this.logger.error({ msg: 'Entries of the audit are lost: the database was away until the end', entries: this.pending.length });
    }
    if (!this.isAway && this.store.isReady) await this.noteHead();
  }

  /** UNAVAILABLE where no more entries can wait for the database: what must be audited is not done then. */
  refusal(): ServiceError | undefined {
    return this.pending.length < MOST_PENDING ? undefined : new ServiceError('UNAVAILABLE', 'The audit cannot be written now; try again later');
  }

  /** Resolves when an entry is durable, and after two seconds at the latest: it is written as soon as the database is there. Never rejects. */
  write(entry: NewAuditEntry): Promise<void> {
    if (this.pending.length >= MOST_PENDING) {
      auditMetrics.entries.inc({ outcome: 'lost' });
      return Promise.resolve();
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.pending.push({ entry, done: () => { resolve(undefined); } });
    auditMetrics.pending.set(this.pending.length);
    this.writing ??= outsideRequests(() => this.writeAll()).finally(() => { this.writing = undefined; });
    return this.isAway ? Promise.resolve() : Promise.race([promise, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
  }

  /** Resolves when all that was to be written until now is, and throws UNAVAILABLE where that cannot be done. */
  async flush(): Promise<void> {
    const last = this.pending.at(-1);
    if (!last) return;
    await Promise.race([this.writing, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
    if (this.pending.includes(last)) throw new ServiceError('UNAVAILABLE', 'The audit cannot be written now; try again later');
  }

  private async writeAll(): Promise<void> {
    let waitMs = FIRST_RETRY_MS;
    let isRetry = false;
    await Promise.resolve(); // entries of the same turn go together
    while (this.pending.length > 0 && !this.stopping.signal.aborted) {
      const some = this.pending.slice(0, MOST_AT_ONCE);
      try {
        await this.store.append(some.map(({ entry }) => entry), { mayBeThere: isRetry });
        this.written(some.length);
        [waitMs, isRetry, this.isAway] = [FIRST_RETRY_MS, false, false];
      } catch (error) {
        if (!this.isAway) this.logger.error({ msg: 'The audit cannot be written; it is tried again', code: error instanceof ServiceError ? error.code : 'INTERNAL' });
        [isRetry, this.isAway] = [true, true];
        await sleep(waitMs, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
        waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS);
      }
    }
  }

  private written(count: number): void {
    if (this.isAway) this.logger.log({ msg: 'The audit is written again' });
    for (const { done } of this.pending.slice(0, count)) done();
    this.pending = this.pending.slice(count);
    auditMetrics.entries.inc({ outcome: 'written' }, count);
    auditMetrics.pending.set(this.pending.length);
  }

  private async tend(): Promise<void> {
    try {
      const pruned = await this.store.prune(this.config.auditRetentionDays);
      if (pruned > 0) this.logger.log({ msg: 'Entries of the audit are no longer kept', entries: pruned, days: this.config.auditRetentionDays });
    } catch {
      this.logger.warn({ msg: 'The upkeep of the audit is put off' });
    }
    await this.noteHead();
  }

  /** Says in the log which the last entry is: kept elsewhere, it shows later whether anything before it was changed. */
  private async noteHead(): Promise<void> {
    try {
      const { seq, hash } = await this.store.head();
      this.logger.log({ msg: 'Head of the audit', head: `${seq}:${hash}` });
    } catch {
      this.logger.warn({ msg: 'The head of the audit cannot be read now' });
    }
  }
}
