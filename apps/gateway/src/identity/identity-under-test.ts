import type { AuthState, KeyRow, KeyStore, NewKey, RemovedKeys, Rotation, SessionRow, SessionStore } from '@sigmalang/storage';

/** Keys and sessions as the stores keep them, in memory; who else may change them calls the same methods. */
export class IdentityUnderTest {
  readonly keys = new KeysInMemory() as unknown as KeyStore & Omit<KeysInMemory, keyof KeyStore> & { isShared: boolean };
  readonly sessions = new SessionsInMemory(this.keys as unknown as KeysInMemory) as unknown as SessionStore;
}

/** As `KeyStore`. */
class KeysInMemory {
  /** Whether others may change keys too. */
  isShared = false;
  isReady = true;
  readonly ready = Promise.resolve();
  /** Thrown by everything while it is set. */
  fault: Error | undefined;
  /** How often something was asked for, by method. */
  readonly asked: Record<string, number> = {};
  readonly rows: KeyRow[] = [];
  private held: string | undefined;
  private current: AuthState = { version: 0, cacheEpoch: 0 };

  state(): Promise<AuthState> {
    return this.answer('state', () => this.current);
  }

  raiseCacheEpoch(): Promise<number> {
    this.current = { ...this.current, cacheEpoch: this.current.cacheEpoch + 1 };
    return this.answer('raiseCacheEpoch', () => this.current.cacheEpoch);
  }

  async secretFingerprint(choose: () => Promise<string>): Promise<string> {
    this.held ??= await choose();
    return this.held;
  }

  add(key: NewKey): Promise<KeyRow> {
    return this.answer('add', () => this.insert(key));
  }

  addOnce(key: NewKey): Promise<KeyRow> {
    return this.answer('addOnce', () => this.rows.find(({ hash }) => hash.equals(key.hash)) ?? this.insert(key));
  }

  async addFirstAdmin(make: (isVeryFirst: boolean) => Promise<NewKey>): Promise<KeyRow | undefined> {
    if (this.rows.some(({ role, revokedAt }) => role === 'admin' && !revokedAt)) return undefined;
    return this.insert(await make(this.current.version === 0));
  }

  byPrefix(prefix: string): Promise<KeyRow[]> {
    return this.answer('byPrefix', () => this.rows.filter((row) => row.prefix === prefix));
  }

  list(limit: number, cursor?: string): Promise<{ keys: KeyRow[]; nextCursor: string | null } | undefined> {
    return this.answer('list', () => {
      const all = this.rows.toReversed();
      const from = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
      if (cursor !== undefined && from === 0) return undefined;
      const keys = all.slice(from, from + limit);
      return { keys, nextCursor: all.length > from + limit ? (keys.at(-1)?.id ?? null) : null };
    });
  }

  ofSubject(subject: string): Promise<KeyRow[]> {
    return this.answer('ofSubject', () => this.rows.filter((row) => row.subject === subject));
  }

  revoke(id: string): Promise<KeyRow | undefined> {
    return this.answer('revoke', () => {
      this.count();
      const i = this.rows.findIndex((row) => row.id === id);
      const row = this.rows[i];
      if (!row) return undefined;
      return (this.rows[i] = { ...row, revokedAt: row.revokedAt ?? new Date() });
    });
  }

  touch(ids: readonly string[]): Promise<void> {
    return this.answer('touch', () => {
      for (const [i, row] of this.rows.entries()) if (ids.includes(row.id)) this.rows[i] = { ...row, lastUsedAt: new Date() };
    });
  }

  removeSubject(subject: string): Promise<RemovedKeys> {
    return this.answer('removeSubject', () => {
      this.count();
      const kept = this.rows.filter((row) => row.subject !== subject);
      const removed = this.rows.length - kept.length;
      this.rows.splice(0, this.rows.length, ...kept);
      return { keys: removed, tokens: 0 };
    });
  }

  /** Counts a change. */
  count(): void {
    this.current = { ...this.current, version: this.current.version + 1 };
  }

  /** What a store answers: later, or with the fault. */
  answer<Result>(method: string, result: () => Result): Promise<Result> {
    this.asked[method] = (this.asked[method] ?? 0) + 1;
    return this.fault ? Promise.reject(this.fault) : Promise.resolve().then(result);
  }

  private insert(key: NewKey): KeyRow {
    this.count();
    const row: KeyRow = { ratePerMinute: null, burst: null, expiresAt: null, ...key, createdAt: new Date(), lastUsedAt: null, revokedAt: null };
    this.rows.push(row);
    return row;
  }
}

/** As `SessionStore`. */
class SessionsInMemory {
  private readonly sessions = new Map<string, { keyId: string; revokedAt: Date | null }>();
  private readonly tokens = new Map<string, { session: string; expiresAt: Date; isUsed: boolean }>();

  constructor(private readonly keys: KeysInMemory) {}

  open(id: string, keyId: string, { hash, expiresAt }: { hash: Buffer; expiresAt: Date }): Promise<void> {
    return this.keys.answer('open', () => {
      this.sessions.set(id, { keyId, revokedAt: null });
      this.tokens.set(hash.toString('hex'), { session: id, expiresAt, isUsed: false });
    });
  }

  get(id: string): Promise<SessionRow | undefined> {
    return this.keys.answer('session', () => this.find(id));
  }

  rotate(used: Buffer, next: { hash: Buffer; expiresAt: Date }): Promise<Rotation> {
    return this.keys.answer('rotate', (): Rotation => {
      const token = this.tokens.get(used.toString('hex'));
      const session = token && this.find(token.session);
      if (!token || !session) return { refused: 'unknown' };
      if (token.isUsed) {
        this.end(token.session);
        return { refused: 'reused' };
      }
      if (token.expiresAt.getTime() <= Date.now() || session.revokedAt || session.key.revokedAt) return { refused: 'expired' };
      token.isUsed = true;
      this.tokens.set(next.hash.toString('hex'), { session: token.session, expiresAt: next.expiresAt, isUsed: false });
      return { session };
    });
  }

  revoke(hash: Buffer): Promise<boolean> {
    return this.keys.answer('revokeSession', () => {
      const token = this.tokens.get(hash.toString('hex'));
      return token !== undefined && this.end(token.session);
    });
  }

  private find(id: string): SessionRow | undefined {
    const session = this.sessions.get(id);
    const key = session && this.keys.rows.find((row) => row.id === session.keyId);
    return key && { id, key, revokedAt: session.revokedAt };
  }

  private end(id: string): boolean {
    this.keys.count();
    const session = this.sessions.get(id);
    if (!session || session.revokedAt) return false;
    session.revokedAt = new Date();
    return true;
  }
}
