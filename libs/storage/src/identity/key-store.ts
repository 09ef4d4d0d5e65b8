import type { Role } from '@sigmalang/contracts';
import { and, desc, eq, inArray, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { Database, Transaction } from '../database';
import { apiKeys, authState, sessions } from './identity.schema';

/** A key of a caller, as it is kept. */
export interface KeyRow {
  /** A UUID. */
  readonly id: string;
  /** The first characters of the key, by which it is found and recognised; hardly two have the same. */
  readonly prefix: string;
  /** What the key hashes to, 32 bytes. */
  readonly hash: Buffer;
  readonly name: string;
  /** Whose key it is. */
  readonly subject: string;
  readonly role: Role;
  /** Requests a minute; as everybody's where null. */
  readonly ratePerMinute: number | null;
  /** Requests at once; as everybody's where null. */
  readonly burst: number | null;
  readonly createdAt: Date;
  /** From when on it is refused; never where null. */
  readonly expiresAt: Date | null;
  /** About when it was last used, to a minute or so. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** A key to keep. */
export type NewKey = Pick<KeyRow, 'id' | 'prefix' | 'hash' | 'name' | 'subject' | 'role'> &
  Partial<Pick<KeyRow, 'ratePerMinute' | 'burst' | 'expiresAt'>>;

/** What all processes must agree on about keys. */
export interface AuthState {
  /** Changes with every key and with the end of every session: what is remembered of them is void then. */
  readonly version: number;
  /** Changes when every cached reply is void. */
  readonly cacheEpoch: number;
}

/** What became of keys and sessions that were removed. */
export interface RemovedKeys {
  readonly keys: number;
  /** Sessions with all their tokens. */
  readonly tokens: number;
}

const isActive = and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), sql`${apiKeys.expiresAt} > now()`));

/** Keeps keys. Each change of them counts up {@link AuthState.version} in its own transaction. */
export class KeyStore {
  constructor(private readonly database: Database) {}

  /** Whether other processes may change keys too. */
  get isShared(): boolean {
    return !this.database.isEmbedded;
  }

  /** Whether there are tables to ask. */
  get isReady(): boolean {
    return this.database.isReady;
  }

  /** Resolves when there are; never rejects. */
  get ready(): Promise<void> {
    return this.database.ready;
  }

  /** What all processes must agree on. */
  async state(): Promise<AuthState> {
    const { version, cacheEpoch } = authState;
    const [row] = await this.database.run('identity.state', (db) => db.select({ version, cacheEpoch }).from(authState));
    return row ?? { version: 0, cacheEpoch: 0 };
  }

  /** Makes every cached reply void, in all processes; gives the new epoch. */
  async raiseCacheEpoch(): Promise<number> {
    const set = { cacheEpoch: sql`${authState.cacheEpoch} + 1` };
    const [row] = await this.database.run('identity.cache-epoch', (db) => db.update(authState).set(set).returning({ epoch: authState.cacheEpoch }));
    return row?.epoch ?? 0;
  }

  /** The fingerprint of the secret that keys are hashed with; where there is none yet it is the one that `choose` gives, one process at a time. */
  secretFingerprint(choose: () => Promise<string>): Promise<string> {
    return this.database.transaction('identity.secret', async (tx) => {
      const [row] = await tx.select().from(authState).for('update');
      if (row && row.secretFingerprint !== null) return row.secretFingerprint;
      const secretFingerprint = await choose();
      await tx.update(authState).set({ secretFingerprint });
      return secretFingerprint;
    });
  }

  /** Keeps a key. */
  add(key: NewKey): Promise<KeyRow> {
    return this.database.transaction('keys.add', (tx) => insert(tx, key));
  }

  /** Keeps a key unless it is kept already, revoked or not; gives it as it is kept. */
  addOnce(key: NewKey): Promise<KeyRow> {
    return this.database.transaction('keys.add', async (tx) => {
      await lock(tx);
      const [kept] = await tx.select().from(apiKeys).where(eq(apiKeys.hash, key.hash));
      return kept ?? (await insert(tx, key));
    });
  }

  /**
   * Keeps the key that `make` gives where there is no admin's key in force; one process at a time. Gives undefined where there is one.
   *
   * @param make is told whether there has been no key yet, not even one that was removed
   */
  addFirstAdmin(make: (isVeryFirst: boolean) => Promise<NewKey>): Promise<KeyRow | undefined> {
    return this.database.transaction('keys.first', async (tx) => {
      const { version } = await lock(tx);
      const [admin] = await tx.select({ id: apiKeys.id }).from(apiKeys).where(and(eq(apiKeys.role, 'admin'), isActive)).limit(1);
      if (admin) return undefined;
      return insert(tx, await make(version === 0));
    });
  }

  /** The keys that begin with a prefix: those that are revoked or expired too. */
  byPrefix(prefix: string): Promise<KeyRow[]> {
    return this.database.run('keys.get', (db) => db.select().from(apiKeys).where(eq(apiKeys.prefix, prefix)));
  }

  /** At most `limit` keys, the youngest first, those after the key `cursor`; gives undefined where there is no such key. */
  async list(limit: number, cursor?: string): Promise<{ keys: KeyRow[]; nextCursor: string | null } | undefined> {
    const found = await this.database.run('keys.list', async (db) => {
      const [last] = cursor === undefined ? [] : await db.select().from(apiKeys).where(eq(apiKeys.id, cursor));
      if (cursor !== undefined && !last) return undefined;
      const after = last && sql`(${apiKeys.createdAt}, ${apiKeys.id}) < (select created_at, id from api_keys where id = ${last.id})`;
      return db.select().from(apiKeys).where(after).orderBy(desc(apiKeys.createdAt), desc(apiKeys.id)).limit(limit + 1);
    });
    if (!found) return undefined;
    const keys = found.slice(0, limit);
    return { keys, nextCursor: found.length > limit ? (keys.at(-1)?.id ?? null) : null };
  }

  /** All keys of a subject, the youngest first. */
  ofSubject(subject: string): Promise<KeyRow[]> {
    return this.database.run('keys.list', (db) => db.select().from(apiKeys).where(eq(apiKeys.subject, subject)).orderBy(desc(apiKeys.createdAt), desc(apiKeys.id)));
  }

  /** Revokes a key and gives it; one that is revoked already stays as it is. Gives undefined where there is none. */
  revoke(id: string): Promise<KeyRow | undefined> {
    return this.database.transaction('keys.revoke', async (tx) => {
      await count(tx);
      const revokedAt = sql`coalesce(${apiKeys.revokedAt}, now())`;
      const [row] = await tx.update(apiKeys).set({ revokedAt }).where(eq(apiKeys.id, id)).returning();
      return row;
    });
  }

  /** Says that keys were used just now; of one that was said to be within the last minute nothing is written. */
  async touch(ids: readonly string[]): Promise<void> {
    const isOld = or(isNull(apiKeys.lastUsedAt), sql`${apiKeys.lastUsedAt} < now() - interval '1 minute'`);
    await this.database.run('keys.touch', (db) => db.update(apiKeys).set({ lastUsedAt: sql`now()` }).where(and(inArray(apiKeys.id, [...ids]), isOld)));
  }

  /** Removes all keys of a subject, with their sessions. */
  removeSubject(subject: string): Promise<RemovedKeys> {
    return this.database.transaction('keys.remove', async (tx) => {
      await count(tx);
      const ofSubject: SQL = sql`key_id in (select id from api_keys where subject = ${subject})`;
      const { rowCount: tokens } = await tx.delete(sessions).where(ofSubject);
      const { rowCount: keys } = await tx.delete(apiKeys).where(eq(apiKeys.subject, subject));
      return { keys: keys ?? 0, tokens: tokens ?? 0 };
    });
  }
}

async function insert(tx: Transaction, key: NewKey): Promise<KeyRow> {
  await count(tx);
  const [row] = await tx.insert(apiKeys).values(key).returning();
  if (!row) throw new Error('A key was not kept');
  return row;
}

/** Counts a change; others that change something wait until this transaction ends, and so they are seen in the order of their numbers. */
export async function count(tx: Transaction): Promise<void> {
  await tx.update(authState).set({ version: sql`${authState.version} + 1` });
}

async function lock(tx: Transaction): Promise<{ readonly version: number }> {
  const [row] = await tx.select({ version: authState.version }).from(authState).for('update');
  if (!row) throw new Error('The state of identity is missing');
  return row;
}
