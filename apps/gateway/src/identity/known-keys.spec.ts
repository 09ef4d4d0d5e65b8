import type { KeyRow, NewKey } from '@sigmalang/storage';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { IdentityConfig } from './identity.config';
import { IdentityUnderTest } from './identity-under-test';
import { KeyChanges } from './key-changes';
import { KnownKeys } from './known-keys';

const PREFIX = 'sk_01234567';
const key = (): NewKey => ({ id: randomUUID(), prefix: PREFIX, hash: Buffer.alloc(32), name: 'a', subject: 'ann', role: 'analyst' });

describe('what is known of keys', () => {
  let stores: IdentityUnderTest;
  let changes: KeyChanges;
  let known: KnownKeys;

  beforeEach(() => {
    Logger.overrideLogger(false);
    jest.useFakeTimers({ doNotFake: ['performance'] });
    jest.spyOn(performance, 'now').mockImplementation(() => Date.now());
    stores = new IdentityUnderTest();
    changes = new KeyChanges(stores.keys, Object.assign(new IdentityConfig(), { authStaleMs: 2_000 }));
    known = new KnownKeys(stores.keys, stores.sessions, changes);
  });

  afterEach(() => {
    changes.beforeApplicationShutdown();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  const asked = (method: string): number => stores.keys.asked[method] ?? 0;
  const revokedAt = async (): Promise<(Date | null)[]> => (await known.withPrefix(PREFIX)).map((row) => row.revokedAt);

  it('is asked for once, also by many at the same time', async () => {
    await stores.keys.add(key());
    const found = await Promise.all([1, 2, 3].map(() => known.withPrefix(PREFIX)));
    expect(found.map((rows) => rows.length)).toEqual([1, 1, 1]);
    await known.withPrefix(PREFIX);
    expect(asked('byPrefix')).toBe(1);
  });

  it('is remembered shortly where there is no such key', async () => {
    expect(await known.withPrefix(PREFIX)).toEqual([]);
    expect(await known.withPrefix(PREFIX)).toEqual([]);
    expect(asked('byPrefix')).toBe(1);
    await jest.advanceTimersByTimeAsync(6_000);
    await known.withPrefix(PREFIX);
    expect(asked('byPrefix')).toBe(2);
  });

  it('is void as soon as this process changes something', async () => {
    expect(await known.withPrefix(PREFIX)).toEqual([]);
    const { id } = await stores.keys.add(key());
    changes.changed();
    expect(await revokedAt()).toEqual([null]);
    await stores.keys.revoke(id);
    changes.changed();
    expect(await revokedAt()).toEqual([expect.any(Date)]);
  });

  it('asks nobody whether others changed something where there are no others', async () => {
    await stores.keys.add(key());
    await known.withPrefix(PREFIX);
    await jest.advanceTimersByTimeAsync(3_600_000);
    await known.withPrefix(PREFIX);
    expect(asked('state')).toBe(0);
  });

  describe('where others change keys too', () => {
    let row: KeyRow;

    beforeEach(async () => {
      stores.keys.isShared = true;
      row = await stores.keys.add(key());
      await changes.start();
      await known.withPrefix(PREFIX);
    });

    it('is void within half a second of their change', async () => {
      await stores.keys.revoke(row.id);
      expect(await revokedAt()).toEqual([null]);
      await jest.advanceTimersByTimeAsync(500);
      expect(await revokedAt()).toEqual([expect.any(Date)]);
    });

    it('is looked at anew before it is used where nobody looked for two seconds', async () => {
      changes.beforeApplicationShutdown(); // no timer looks
      await stores.keys.revoke(row.id);
      await jest.advanceTimersByTimeAsync(2_000);
      expect(await revokedAt()).toEqual([null]);
      await jest.advanceTimersByTimeAsync(1);
      expect(await revokedAt()).toEqual([expect.any(Date)]);
    });

    it('is not used where it cannot be looked at, and is again as soon as it can', async () => {
      stores.keys.fault = new Error('The database is away');
      await jest.advanceTimersByTimeAsync(2_000);
      expect(await revokedAt()).toEqual([null]);
      await jest.advanceTimersByTimeAsync(1);
      await expect(known.withPrefix(PREFIX)).rejects.toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }) as Error);
      stores.keys.fault = undefined;
      expect(await revokedAt()).toEqual([null]);
    });

    it('is not used for long where the database does not answer at all', async () => {
      jest.spyOn(stores.keys, 'state').mockReturnValue(new Promise(() => undefined));
      await jest.advanceTimersByTimeAsync(2_001);
      const asking = expect(known.withPrefix(PREFIX)).rejects.toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }) as Error);
      await jest.advanceTimersByTimeAsync(3_000);
      await asking;
    });

    it('is asked for again where something changed while the answer was on its way', async () => {
      changes.changed();
      const answers: ((rows: KeyRow[]) => void)[] = [];
      jest.spyOn(stores.keys, 'byPrefix').mockImplementationOnce(() => new Promise((answer) => answers.push(answer)));
      const finding = revokedAt();
      await jest.advanceTimersByTimeAsync(0);
      await stores.keys.revoke(row.id);
      await jest.advanceTimersByTimeAsync(500);
      answers[0]?.([row]); // as it was before
      expect(await finding).toEqual([expect.any(Date)]);
      expect(await revokedAt()).toEqual([expect.any(Date)]);
    });

    it('is of sessions as it is of keys', async () => {
      const session = randomUUID();
      const hash = Buffer.alloc(32, 1);
      await stores.sessions.open(session, row.id, { hash, expiresAt: new Date(4e12) });
      expect(await known.session(session)).toMatchObject({ id: session, revokedAt: null });
      await known.session(session);
      expect(asked('session')).toBe(1);
      await stores.sessions.revoke(hash);
      await jest.advanceTimersByTimeAsync(500);
      expect(await known.session(session)).toMatchObject({ revokedAt: expect.any(Date) as Date });
      expect(await known.session(randomUUID())).toBeUndefined();
    });

    it('knows the epoch of caches', async () => {
      expect(changes.cacheEpoch).toBe(0);
      await stores.keys.raiseCacheEpoch();
      await jest.advanceTimersByTimeAsync(500);
      expect(changes.cacheEpoch).toBe(1);
    });
  });
});
