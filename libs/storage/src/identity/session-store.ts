import { outsideRequests } from '@sigmalang/runtime';
import { and, eq, getTableColumns, isNull, lt, sql } from 'drizzle-orm';
import type { Database, Transaction } from '../database';
import { apiKeys, refreshTokens, sessions } from './identity.schema';
import { count, type KeyRow } from './key-store';

/** A session that a key has opened. */
export interface SessionRow {
  /** A UUID. */
  readonly id: string;
  /** The key that opened it: the session ends with it. */
  readonly key: KeyRow;
  readonly revokedAt: Date | null;
}

/** A refresh token to keep. */
export interface NewRefreshToken {
  /** What the token hashes to, 32 bytes. */
  readonly hash: Buffer;
  /** From when on it is refused. */
  readonly expiresAt: Date;
}

/** What came of the use of a refresh token: the session goes on, or it is refused, where `isReuse` says that it ended the session. */
export type Rotation = { readonly session: SessionRow } | { readonly refused: 'unknown' | 'expired' | 'reused' };

/** Sessions that ended stay for so long, in hours: no access token lives longer than that. */
const REMEMBERED_HOURS = 24;

/** Keeps sessions and their refresh tokens, each of which is used once. The end of a session counts as a change of keys does. */
export class SessionStore {
  constructor(private readonly database: Database) {}

  /** Opens a session of a key, with its first refresh token. */
  async open(id: string, keyId: string, { hash, expiresAt }: NewRefreshToken): Promise<void> {
    await this.database.transaction('sessions.open', async (tx) => {
      await tx.insert(sessions).values({ id, keyId, expiresAt });
      await tx.insert(refreshTokens).values({ hash, sessionId: id, expiresAt });
    });
  }

  /** A session with its key, or undefined. */
  async get(id: string): Promise<SessionRow | undefined> {
    return this.database.run('sessions.get', (db) => select(db, id));
  }

  /**
   * Uses a refresh token up and keeps the next one of its session. A token that was used before ends the session: either its owner or a thief
   * holds an old one, and nobody knows who.
   */
  async rotate(used: Buffer, next: NewRefreshToken): Promise<Rotation> {
    const rotation = await this.database.transaction('sessions.rotate', (tx) => rotate(tx, used, next));
    if (!('reusedIn' in rotation)) return rotation;
    await outsideRequests(() => this.end(rotation.reusedIn)); // also when its sender does not wait for the answer
    return { refused: 'reused' };
  }

  /** Ends the session that a refresh token is of; whether there was one that went on. */
  async revoke(hash: Buffer): Promise<boolean> {
    const [token] = await this.database.run('sessions.revoke', (db) => db.select().from(refreshTokens).where(eq(refreshTokens.hash, hash)));
    return token !== undefined && this.end(token.sessionId);
  }

  /** Removes tokens that are expired, and sessions of which nothing can be in use any more. */
  async prune(): Promise<void> {
    await this.database.transaction('sessions.prune', async (tx) => {
      await tx.delete(refreshTokens).where(lt(refreshTokens.expiresAt, sql`now()`));
      await tx.delete(sessions).where(lt(sessions.expiresAt, sql`now() - make_interval(hours => ${REMEMBERED_HOURS})`));
    });
  }

  /** In the order in which all do it that change keys: the count first. */
  private end(id: string): Promise<boolean> {
    return this.database.transaction('sessions.end', async (tx) => {
      const session = await select(tx, id);
      if (!session || session.revokedAt !== null) return false; // whoever has an old token cannot make all forget what they know of keys, again and again
      await count(tx);
      const { rowCount } = await tx.update(sessions).set({ revokedAt: sql`now()` }).where(and(eq(sessions.id, id), isNull(sessions.revokedAt)));
      return (rowCount ?? 0) > 0;
    });
  }
}

async function select(db: Transaction, id: string): Promise<SessionRow | undefined> {
  const [row] = await db
    .select({ id: sessions.id, revokedAt: sessions.revokedAt, key: getTableColumns(apiKeys) })
    .from(sessions)
    .innerJoin(apiKeys, eq(apiKeys.id, sessions.keyId))
    .where(eq(sessions.id, id));
  return row;
}

async function rotate(tx: Transaction, used: Buffer, next: NewRefreshToken): Promise<Rotation | { readonly reusedIn: string }> {
  const [token] = await tx.select().from(refreshTokens).where(eq(refreshTokens.hash, used)).for('update');
  const session = token && (await select(tx, token.sessionId));
  if (!token || !session) return { refused: 'unknown' };
  if (token.usedAt !== null) return session.revokedAt === null ? { reusedIn: session.id } : { refused: 'expired' };
  const now = Date.now();
  const isOver = [session.key.expiresAt, token.expiresAt].some((moment) => moment !== null && moment.getTime() <= now);
  if (isOver || session.revokedAt !== null || session.key.revokedAt !== null) return { refused: 'expired' };
  await tx.update(refreshTokens).set({ usedAt: sql`now()` }).where(eq(refreshTokens.hash, used));
  await tx.insert(refreshTokens).values({ ...next, sessionId: session.id });
  await tx.update(sessions).set({ expiresAt: next.expiresAt }).where(eq(sessions.id, session.id));
  return { session };
}
