import { type KeyRow, KeyStore, type SessionRow, SessionStore } from '@sigmalang/storage';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { inTime } from './in-time';
import { KeyChanges } from './key-changes';

const MOST_REMEMBERED = 10_000;

/** How long a prefix that no key has is remembered, in milliseconds. */
const UNKNOWN_FOR_MS = 5_000;

/** Finds keys and sessions, and remembers them until something changes. */
@Injectable()
export class KnownKeys {
  private readonly byPrefix = new LRUCache<string, readonly KeyRow[]>({ max: MOST_REMEMBERED });
  private readonly unknown = new LRUCache<string, true>({ max: MOST_REMEMBERED, ttl: UNKNOWN_FOR_MS });
  private readonly bySession = new LRUCache<string, SessionRow>({ max: MOST_REMEMBERED });
  private readonly finding = new Map<string, Promise<readonly KeyRow[]>>();
  /** Counts how often all was forgotten: what was asked for before then is not remembered after. */
  private generation = 0;

  constructor(
    private readonly keys: KeyStore,
    private readonly sessions: SessionStore,
    private readonly changes: KeyChanges,
  ) {
    changes.onChange(() => { this.forget(); });
  }

  /** The keys that begin with a prefix, as they were at most `authStaleMs` ago. */
  withPrefix(prefix: string): Promise<readonly KeyRow[]> {
    return this.upToDate(() => {
      const known = this.byPrefix.get(prefix) ?? (this.unknown.has(prefix) ? [] : undefined);
      return known ?? this.finding.get(prefix) ?? this.find(prefix);
    });
  }

  /** A session, as it was at most `authStaleMs` ago, or undefined. */
  session(id: string): Promise<SessionRow | undefined> {
    return this.upToDate(() => this.bySession.get(id) ?? this.findSession(id));
  }

  /** What `find` gives, again where something changed meanwhile: an answer may come long after it was true. */
  private async upToDate<Found>(find: () => Found | Promise<Found>): Promise<Found> {
    for (;;) {
      await this.changes.confirm();
      const { generation } = this;
      const found = await inTime(Promise.resolve(find()));
      await this.changes.confirm();
      if (generation === this.generation) return found;
    }
  }

  private async findSession(id: string): Promise<SessionRow | undefined> {
    const { generation } = this;
    const found = await this.sessions.get(id);
    if (found && generation === this.generation) this.bySession.set(id, found);
    return found;
  }

  private find(prefix: string): Promise<readonly KeyRow[]> {
    const { generation } = this;
    const finding = this.keys
      .byPrefix(prefix)
      .then((found) => {
        if (generation !== this.generation) return found;
        if (found.length > 0) this.byPrefix.set(prefix, found);
        else this.unknown.set(prefix, true);
        return found;
      })
      .finally(() => {
        if (this.finding.get(prefix) === finding) this.finding.delete(prefix);
      });
    this.finding.set(prefix, finding);
    return finding;
  }

  private forget(): void {
    this.generation++;
    this.byPrefix.clear();
    this.unknown.clear();
    this.bySession.clear();
    this.finding.clear();
  }
}
