import { openRequest, withRequest } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Transaction } from '../database';
import { STORAGE_KINDS, StorageUnderTest, type StoresUnderTest } from '../storage-under-test';
import type { KeyRow, NewKey } from './key-store';
import { type NewRefreshToken, SessionStore } from './session-store';

const DAY_MS = 86_400_000;

const newKey = (values: Partial<NewKey> = {}): NewKey => {
  const prefix = `sk_${randomBytes(6).toString('base64url')}`;
  return { id: randomUUID(), prefix, hash: randomBytes(32), name: 'of a test', subject: 'ann', role: 'developer', ...values };
};
const newToken = (inMs = DAY_MS): NewRefreshToken => ({ hash: randomBytes(32), expiresAt: new Date(Date.now() + inMs) });

describe.each(STORAGE_KINDS)('the stores of identity, %s', (kind) => {
  let storage: StorageUnderTest;
  let stores: StoresUnderTest;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    storage = await StorageUnderTest.start(kind);
    stores = await storage.open();
  }, 60_000);

  afterAll(() => storage.remove());

  const execute = (statement: ReturnType<typeof sql>): Promise<unknown[]> => stores.database.run('test', async (db) => (await db.execute(statement)).rows);
  const version = async (): Promise<number> => (await stores.keys.state()).version;

  /** By how much something counts up the changes. */
  async function changesOf(work: () => Promise<unknown>): Promise<number> {
    const before = await version();
    await work();
    return (await version()) - before;
  }

  describe('of keys', () => {
    it('say whether others may change them too', () => {
      expect(stores.keys.isShared).toBe(kind === 'server');
    });

    it('find a key by its prefix, and another of the same prefix too', async () => {
      const [first, second] = [newKey({ expiresAt: new Date(4e12), ratePerMinute: 7, burst: 3 }), newKey()];
      const row = await stores.keys.add(first);
      expect(row).toEqual({ ...first, createdAt: expect.any(Date) as Date, lastUsedAt: null, revokedAt: null });
      await stores.keys.add({ ...second, prefix: first.prefix });
      const found = await stores.keys.byPrefix(first.prefix);
      expect(found.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
      expect(found.find(({ id }) => id === first.id)).toEqual(row);
      expect(await stores.keys.byPrefix('sk_nobodys')).toEqual([]);
    });

    it('keep no key twice', async () => {
      const key = newKey();
      await stores.keys.add(key);
      await expect(stores.keys.add({ ...key, id: randomUUID() })).rejects.toThrow(expect.objectContaining({ code: 'INTERNAL' }) as Error);
      expect(await changesOf(async () => { expect(await stores.keys.addOnce({ ...key, id: randomUUID() })).toMatchObject({ id: key.id }); })).toBe(0);
    });

    it('list all of them, the youngest first, page by page', async () => {
      await execute(sql`truncate api_keys cascade`);
      const made: string[] = [];
      for (let i = 0; i < 5; i++) made.push((await stores.keys.add(newKey())).id);
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await stores.keys.list(2, cursor);
        seen.push(...(page?.keys.map(({ id }) => id) ?? []));
        if (!page?.nextCursor) break;
        expect(page.keys).toHaveLength(2);
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(made.toReversed());
      expect(await stores.keys.list(2, randomUUID())).toBeUndefined();
    });

    it('revoke one once, and keep when that was', async () => {
      const { id } = await stores.keys.add(newKey());
      const revoked = await stores.keys.revoke(id);
      expect(revoked?.revokedAt).toBeInstanceOf(Date);
      expect(await stores.keys.revoke(id)).toEqual(revoked);
      expect(await stores.keys.revoke(randomUUID())).toBeUndefined();
    });

    it('count every change, and no reading', async () => {
      let row: KeyRow | undefined;
      expect(await changesOf(async () => { row = await stores.keys.add(newKey({ subject: 'counted' })); })).toBe(1);
      expect(await changesOf(() => stores.keys.byPrefix(row?.prefix ?? ''))).toBe(0);
      expect(await changesOf(() => stores.keys.touch([row?.id ?? '']))).toBe(0);
      expect(await changesOf(() => stores.keys.revoke(row?.id ?? ''))).toBe(1);
      expect(await changesOf(() => stores.keys.removeSubject('counted'))).toBe(1);
    });

    it('say when one was used, not again within a minute', async () => {
      const [used, unused] = [await stores.keys.add(newKey()), await stores.keys.add(newKey())];
      const lastUse = async ({ prefix }: KeyRow): Promise<Date | null | undefined> => (await stores.keys.byPrefix(prefix))[0]?.lastUsedAt;
      await stores.keys.touch([used.id, randomUUID()]);
      const first = await lastUse(used);
      expect(first).toBeInstanceOf(Date);
      expect(await lastUse(unused)).toBeNull();
      await stores.keys.touch([used.id]);
      expect(await lastUse(used)).toEqual(first);
      await execute(sql`update api_keys set last_used_at = now() - interval '61 seconds' where id = ${used.id}`);
      await stores.keys.touch([used.id]);
      expect((await lastUse(used))?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? Infinity);
    });

    it('remove all of a subject with their sessions, and nothing of others', async () => {
      const [mine, other] = [await stores.keys.add(newKey({ subject: 'gone' })), await stores.keys.add(newKey({ subject: 'stays' }))];
      const sessions = [randomUUID(), randomUUID()];
      await stores.sessions.open(sessions[0] ?? '', mine.id, newToken());
      await stores.sessions.open(sessions[1] ?? '', other.id, newToken());
      expect(await stores.keys.removeSubject('gone')).toEqual({ keys: 1, tokens: 1 });
      expect(await stores.keys.removeSubject('gone')).toEqual({ keys: 0, tokens: 0 });
      expect(await stores.keys.byPrefix(mine.prefix)).toEqual([]);
      expect(await stores.sessions.get(sessions[0] ?? '')).toBeUndefined();
      expect(await stores.sessions.get(sessions[1] ?? '')).toMatchObject({ id: sessions[1], revokedAt: null, key: { subject: 'stays' } });
      expect(await execute(sql`select 1 from refresh_tokens where session_id = ${sessions[0]}`)).toEqual([]);
    });
  });

  describe('of what all must agree on', () => {
    it('hold the first fingerprint that is chosen, whoever chooses at the same time', async () => {
      await execute(sql`update auth_state set secret_fingerprint = null`);
      const chosen: string[] = [];
      const choose = (name: string) => () => {
        chosen.push(name);
        return Promise.resolve(name);
      };
      const held = await Promise.all(['a', 'b', 'c'].map((name) => stores.keys.secretFingerprint(choose(name))));
      expect(chosen).toHaveLength(1);
      expect(new Set([...held, ...chosen]).size).toBe(1);
    });

    it('hold none where choosing failed', async () => {
      await execute(sql`update auth_state set secret_fingerprint = null`);
      await expect(stores.keys.secretFingerprint(() => Promise.reject(new Error('it cannot be written')))).rejects.toThrow('it cannot be written');
      expect(await stores.keys.secretFingerprint(() => Promise.resolve('later'))).toBe('later');
    });

    it('have one first key of an admin, whoever makes one at the same time', async () => {
      await execute(sql`truncate api_keys cascade`);
      await stores.keys.add(newKey({ role: 'developer' }));
      await stores.keys.add(newKey({ role: 'admin', expiresAt: new Date(0) }));
      await stores.keys.revoke((await stores.keys.add(newKey({ role: 'admin' }))).id);
      const others = kind === 'server' ? [stores, await storage.open(), await storage.open()] : [stores, stores];
      const made = await Promise.all(others.map(({ keys }) => keys.addFirstAdmin(() => Promise.resolve(newKey({ role: 'admin' })))));
      expect(made.filter((row) => row !== undefined)).toHaveLength(1);
      expect(await stores.keys.addFirstAdmin(() => Promise.reject(new Error('unasked')))).toBeUndefined();
    });

    it('tell who makes the first key whether there was one before, also one that is removed', async () => {
      const told: boolean[] = [];
      const make = async (): Promise<void> => {
        await execute(sql`truncate api_keys cascade`);
        await stores.keys.addFirstAdmin((isVeryFirst) => {
          told.push(isVeryFirst);
          return Promise.resolve(newKey({ role: 'admin' }));
        });
      };
      const before = await version();
      await execute(sql`update auth_state set version = 0`);
      await make();
      await make();
      expect(told).toEqual([true, false]);
      await execute(sql`update auth_state set version = ${before}`);
    });

    it('raise the epoch of caches, which is no change of keys', async () => {
      const { cacheEpoch } = await stores.keys.state();
      expect(await changesOf(async () => { expect(await stores.keys.raiseCacheEpoch()).toBe(cacheEpoch + 1); })).toBe(0);
      expect((await stores.keys.state()).cacheEpoch).toBe(cacheEpoch + 1);
    });
  });

  describe('of sessions', () => {
    let key: KeyRow;
    let session: string;
    let first: NewRefreshToken;

    beforeEach(async () => {
      key = await stores.keys.add(newKey());
      session = randomUUID();
      first = newToken();
      await stores.sessions.open(session, key.id, first);
    });

    it('give a session with its key', async () => {
      expect(await stores.sessions.get(session)).toEqual({ id: session, key, revokedAt: null });
      expect(await stores.sessions.get(randomUUID())).toBeUndefined();
    });

    it('go on with each token once', async () => {
      const [second, third] = [newToken(), newToken()];
      expect(await changesOf(async () => {
        expect(await stores.sessions.rotate(first.hash, second)).toEqual({ session: { id: session, key, revokedAt: null } });
        expect(await stores.sessions.rotate(second.hash, third)).toMatchObject({ session: { id: session } });
      })).toBe(0);
    });

    it('end with the second use of a token, also for who has the last one', async () => {
      const [second, stolen] = [newToken(), newToken()];
      await stores.sessions.rotate(first.hash, second);
      expect(await changesOf(async () => { expect(await stores.sessions.rotate(first.hash, stolen)).toEqual({ refused: 'reused' }); })).toBe(1);
      expect((await stores.sessions.get(session))?.revokedAt).toBeInstanceOf(Date);
      expect(await stores.sessions.rotate(second.hash, newToken())).toEqual({ refused: 'expired' });
      expect(await stores.sessions.rotate(stolen.hash, newToken())).toEqual({ refused: 'unknown' });
    });

    it('end once, however often a used token is used again', async () => {
      await stores.sessions.rotate(first.hash, newToken());
      await stores.sessions.rotate(first.hash, newToken());
      expect(await changesOf(async () => {
        expect(await stores.sessions.rotate(first.hash, newToken())).toEqual({ refused: 'expired' });
        expect(await stores.sessions.revoke(first.hash)).toBe(false);
      })).toBe(0);
    });

    it('end with the second use also where nobody waits for the answer', async () => {
      await stores.sessions.rotate(first.hash, newToken());
      const caller = new AbortController();
      const { database } = stores;
      const leaving = Object.assign(Object.create(database) as typeof database, {
        transaction: async (operation: string, work: (tx: Transaction) => Promise<unknown>): Promise<unknown> => {
          const done = await database.transaction(operation, work);
          caller.abort();
          return done;
        },
      });
      const context = openRequest(10_000, undefined, undefined, caller.signal);
      await withRequest(context, () => new SessionStore(leaving).rotate(first.hash, newToken()));
      expect((await stores.sessions.get(session))?.revokedAt).toBeInstanceOf(Date);
    });

    it('take one of two uses of a token at the same time, and end', async () => {
      const rotations = await Promise.all([stores.sessions.rotate(first.hash, newToken()), stores.sessions.rotate(first.hash, newToken())]);
      expect(rotations.filter((rotation) => 'session' in rotation)).toHaveLength(1);
      expect(rotations).toContainEqual({ refused: 'reused' });
      expect((await stores.sessions.get(session))?.revokedAt).toBeInstanceOf(Date);
    });

    it.each<[string, () => Promise<unknown>, string]>([
      ['unknown', () => Promise.resolve((first = newToken())), 'unknown'],
      ['expired', () => execute(sql`update refresh_tokens set expires_at = now() where session_id = ${session}`), 'expired'],
      ['of a revoked key', () => stores.keys.revoke(key.id), 'expired'],
      ['of an expired key', () => execute(sql`update api_keys set expires_at = now() where id = ${key.id}`), 'expired'],
      ['of a session that was ended', () => stores.sessions.revoke(first.hash), 'expired'],
      ['of a key that was removed', () => execute(sql`delete from api_keys where id = ${key.id}`), 'unknown'],
    ])('refuse a token that is %s', async (_what, make, refused) => {
      await make();
      expect(await stores.sessions.rotate(first.hash, newToken())).toEqual({ refused });
    });

    it('end one by any of its tokens, once', async () => {
      const second = newToken();
      await stores.sessions.rotate(first.hash, second);
      expect(await changesOf(async () => { expect(await stores.sessions.revoke(first.hash)).toBe(true); })).toBe(1);
      expect(await stores.sessions.revoke(second.hash)).toBe(false);
      expect(await stores.sessions.revoke(randomBytes(32))).toBe(false);
      expect((await stores.sessions.get(session))?.revokedAt).toBeInstanceOf(Date);
    });

    it('forget what is expired, a session a day after its last token', async () => {
      const counts = (): Promise<unknown[]> =>
        execute(sql`select (select count(*) from refresh_tokens where session_id = ${session})::int as tokens, (select count(*) from sessions where id = ${session})::int as sessions`);
      await stores.sessions.prune();
      expect(await counts()).toEqual([{ tokens: 1, sessions: 1 }]);
      await execute(sql`update refresh_tokens set expires_at = now() - interval '1 second' where session_id = ${session}`);
      await execute(sql`update sessions set expires_at = now() - interval '23 hours' where id = ${session}`);
      await stores.sessions.prune();
      expect(await counts()).toEqual([{ tokens: 0, sessions: 1 }]);
      await execute(sql`update sessions set expires_at = now() - interval '25 hours' where id = ${session}`);
      await stores.sessions.prune();
      expect(await counts()).toEqual([{ tokens: 0, sessions: 0 }]);
    });
  });
});
