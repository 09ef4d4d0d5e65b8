import { openRequest, withRequest } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { STORAGE_KINDS, StorageUnderTest, type StoresUnderTest } from '../storage-under-test';
import { type AuditActor, type AuditEntry, type AuditPlace, isErased, type NewAuditEntry, newSalt } from './audit-chain';
import { AuditStore } from './audit-store';
import { verifyAudit } from './audit-verification';

const refusal = (code: string): Error => expect.objectContaining({ name: 'ServiceError', code }) as Error;

const actorOf = (subject: string): AuditActor => ({ subject, role: 'developer', address: '192.0.2.1', requestId: 'r', salt: newSalt() });

const entry = (subject: string, changes: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  at: new Date(),
  action: 'PUT /v1/collections/:name',
  status: 200,
  code: 'OK',
  actor: actorOf(subject),
  ...changes,
});

describe.each(STORAGE_KINDS)('the audit, %s', (kind) => {
  let storage: StorageUnderTest;
  let stores: StoresUnderTest;
  let audit: AuditStore;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    storage = await StorageUnderTest.start(kind);
    stores = await storage.open();
    audit = stores.audit;
  }, 60_000);

  afterAll(() => storage.remove());

  /** Changes what the program itself cannot, as somebody does who has the database. */
  const tamper = (...statements: string[]): Promise<void> =>
    stores.database.withConnection('test', async (client) => {
      await client.query('begin; alter table audit_entries disable trigger all');
      for (const statement of statements) await client.query(statement);
      await client.query('alter table audit_entries enable trigger all; commit');
    });

  beforeEach(() => tamper(
    `delete from audit_entries`,
    `update audit_head set seq = 0, hash = repeat('0', 64)`,
    `update audit_anchor set seq = 0, hash = repeat('0', 64)`,
  ));

  const append = async (count: number, subject = 'ann'): Promise<void> => {
    for (let i = 0; i < count; i++) await audit.append([entry(subject)]);
  };
  const all = async (): Promise<AuditEntry[]> => audit.after(0, 1_000_000);

  it('keeps entries as they were, numbered in their order', async () => {
    const added = [entry('ann', { resource: { owner: 'bob', name: 'news', salt: newSalt() } }), entry('bob', { action: 'é"\\\n', code: 'NOT_FOUND', status: 404 })];
    await audit.append(added);
    await audit.append([entry('ann')]);
    const kept = await all();
    expect(kept.slice(0, 2)).toMatchObject(added);
    expect(kept.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(await audit.head()).toEqual({ seq: 3, hash: kept[2]?.hash });
    expect(await verifyAudit(audit)).toEqual({ prunedSeq: 0, entries: 3, erased: 0, head: await audit.head() });
  });

  it('has one chain of all that append at once', async () => {
    const other = kind === 'server' ? (await storage.open()).audit : audit; // the embedded one is of this process alone
    await Promise.all(Array.from({ length: 60 }, (_entry, i) => (i % 2 === 0 ? audit : other).append([entry('ann'), entry('bob')])));
    expect(await verifyAudit(audit)).toMatchObject({ entries: 120, head: { seq: 120 } });
    expect((await verifyAudit(audit)).fault).toBeUndefined();
  });

  it('does not append again what is there already', async () => {
    const [first, second] = [entry('ann'), entry('bob')];
    await audit.append([first]);
    await audit.append([first, second], { mayBeThere: true });
    await audit.append([first, second], { mayBeThere: true });
    expect((await all()).map(({ actor }) => actor)).toEqual([first.actor, second.actor]);
    expect((await verifyAudit(audit)).fault).toBeUndefined();
  });

  it('lists the newest first, by who, when and before which', async () => {
    const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
    await audit.append([
      entry('ann', { at: day(1) }),
      entry('bob', { at: day(2), resource: { owner: 'ann', salt: newSalt() } }),
      entry('bob', { at: day(3) }),
      entry('ann', { at: day(4) }),
    ]);
    const seqs = async (...args: Parameters<AuditStore['list']>): Promise<number[]> => (await audit.list(...args)).map(({ seq }) => seq);
    expect(await seqs({}, 10)).toEqual([4, 3, 2, 1]);
    expect(await seqs({}, 2)).toEqual([4, 3]);
    expect(await seqs({}, 2, 3)).toEqual([2, 1]);
    expect(await seqs({ subject: 'ann' }, 10)).toEqual([4, 2, 1]);
    expect(await seqs({ subject: 'ann' }, 10, 4)).toEqual([2, 1]);
    expect(await seqs({ from: day(2), to: day(4) }, 10)).toEqual([3, 2]);
  });

  it.each([
    ['changed', `update audit_entries set status = 500 where seq = 1`],
    ['changed by who may erase', `select set_config('sigmalang.audit', 'erase', true); update audit_entries set status = 500 where seq = 1`],
    ['removed', `delete from audit_entries where seq = 1`],
    ['emptied', `truncate audit_entries`],
  ])('refuses to be %s', async (_what, statements) => {
    await append(1);
    const failing = stores.database.transaction('test', (tx) => statements.split('; ').reduce<Promise<unknown>>((before, each) => before.then(() => tx.execute(sql.raw(each))), Promise.resolve()));
    await expect(failing).rejects.toThrow(refusal('INTERNAL'));
    expect(await all()).toHaveLength(1);
  });

  describe('shows which entry is the first that', () => {
    const SWAP = [`update audit_entries set seq = -3 where seq = 3`, `update audit_entries set seq = 3 where seq = 4`, `update audit_entries set seq = 4 where seq = -3`];
    it.each<[string, string[], object]>([
      ['has another status', [`update audit_entries set status = 403 where seq = 3`], { seq: 3, reason: 'changed' }],
      ['has another actor', [`update audit_entries set actor = jsonb_set(actor, '{subject}', '"bob"') where seq = 3`], { seq: 3, reason: 'changed' }],
      ['has no resource any more', [`update audit_entries set resource = null, resource_digest = null where seq = 6`], { seq: 6, reason: 'changed' }],
      ['is written anew with its hash, without those behind', [`update audit_entries set hash = repeat('a', 64) where seq = 5`], { seq: 5, reason: 'changed' }],
      ['has a pseudonym that no erasure put there', [`update audit_entries set actor = '{"pseudonym": "erased-0123456789abcdef"}' where seq = 2`], { seq: 2, reason: 'changed' }],
      ['is in the place of another', SWAP, { seq: 3, reason: 'changed' }],
      ['is removed', [`delete from audit_entries where seq = 4`], { seq: 4, reason: 'removed' }],
      ['was the first and is removed', [`delete from audit_entries where seq = 1`], { seq: 1, reason: 'removed' }],
      ['is cut off with all behind it', [`delete from audit_entries where seq > 4`], { seq: 5, reason: 'truncated' }],
      ['stands behind the last', [`insert into audit_entries select 7, at, 'GET /v1/forged', status, code, actor, actor_digest, resource, resource_digest, hash from audit_entries where seq = 6`], { seq: 7, reason: 'changed' }],
      ['stands far behind the last', [`insert into audit_entries select 900, at, action, status, code, actor, actor_digest, resource, resource_digest, hash from audit_entries where seq = 6`], { seq: 900, reason: 'changed' }],
      ['stands before the first', [`insert into audit_entries select 0, at, action, status, code, actor, actor_digest, resource, resource_digest, hash from audit_entries where seq = 6`], { seq: 0, reason: 'changed' }],
      ['follows the anchor, which was moved', [`update audit_anchor set seq = 2`], { seq: 3, reason: 'changed' }],
    ])('%s', async (_what, statements, fault) => {
      await append(5);
      await audit.append([entry('ann', { resource: { owner: 'ann', name: 'a', salt: newSalt() } })]);
      await tamper(...statements);
      expect((await verifyAudit(audit)).fault).toEqual(fault);
    });

    it('is cut off with the head moved back, to who noted the head before', async () => {
      await append(5);
      const noted = await audit.head();
      const [, , third] = await all();
      await tamper(`delete from audit_entries where seq > 3`, `update audit_head set seq = 3, hash = '${third?.hash}'`);
      expect((await verifyAudit(audit)).fault).toBeUndefined();
      expect((await verifyAudit(audit, noted)).fault).toEqual({ seq: 4, reason: 'truncated' });
      await append(5);
      expect((await verifyAudit(audit, noted)).fault).toEqual({ seq: 5, reason: 'other head' });
    });
  });

  it('erases a subject, the chain staying whole', async () => {
    await audit.append([entry('ann', { resource: { owner: 'ann', salt: newSalt() } }), entry('bob'), entry('admin', { resource: { owner: 'ann', name: 'secret-of-ann', salt: newSalt() } })]);
    const noted = await audit.head();
    const at = new Date();
    const receipt = await audit.erase('ann', { collections: 2 }, { at, action: 'DELETE /v1/privacy/data', status: 200, code: 'OK' });
    expect(receipt).toEqual({ id: expect.any(String) as string, at, counts: { collections: 2, auditEntries: 2 }, auditSeq: 4 });
    const kept = await all();
    expect(kept.map(({ actor }) => isErased(actor))).toEqual([true, false, false, true]);
    expect(kept.map(({ resource }) => resource && isErased(resource))).toEqual([true, null, true, null]);
    expect(new Set([kept[0]?.actor, kept[2]?.resource, kept[3]?.actor].map((part) => part && isErased(part) && part.pseudonym)).size).toBe(1);
    expect(kept[3]?.actor).toMatchObject({ entries: 2 });
    const { rows } = await stores.database.run('test', (db) => db.execute(sql`select * from erasure_receipts where audit_seq = 4`));
    expect(JSON.stringify([kept, rows])).not.toMatch(/\bann\b|secret/);
    expect(await verifyAudit(audit, noted)).toEqual({ prunedSeq: 0, entries: 4, erased: 3, head: await audit.head() });
    await tamper(`update audit_entries set status = 500 where seq = 1`);
    expect((await verifyAudit(audit)).fault).toEqual({ seq: 1, reason: 'changed' });
  });

  it('is not erased by the pseudonym of somebody who was erased before', async () => {
    await append(2);
    await audit.erase('ann', {}, { at: new Date(), action: 'DELETE /v1/privacy/data', status: 200, code: 'OK' });
    await append(2, 'bob');
    await tamper(`update audit_entries set actor = (select actor from audit_entries where seq = 3) where seq = 5`);
    expect((await verifyAudit(audit)).fault).toEqual({ seq: 5, reason: 'changed' });
  });

  it.each([1, 2])('is not erased by a pseudonym that stands in as many entries as were erased: with entry %i', async (seq) => {
    await audit.append([entry('bob'), entry('bob', { resource: { owner: 'cid', salt: newSalt() } }), entry('ann', { resource: { owner: 'ann', salt: newSalt() } })]);
    await audit.erase('ann', {}, { at: new Date(), action: 'DELETE /v1/privacy/data', status: 200, code: 'OK' });
    expect((await verifyAudit(audit)).fault).toBeUndefined();
    await tamper(`update audit_entries set actor = (select actor from audit_entries where seq = 3) where seq = ${seq}`);
    expect((await verifyAudit(audit)).fault).toEqual({ seq, reason: 'changed' });
  });

  it('says who erased another', async () => {
    await append(2);
    const admin = actorOf('admin');
    await audit.erase('ann', {}, { at: new Date(), action: 'DELETE /v1/privacy/data', status: 200, code: 'OK', actor: admin });
    expect((await all()).at(-1)).toMatchObject({ actor: admin, resource: { pseudonym: expect.stringMatching(/^erased-/) as string } });
    expect((await verifyAudit(audit)).fault).toBeUndefined();
  });

  it('forgets what is old, and goes on from there', async () => {
    const old = new Date(Date.now() - 10 * 86_400_000);
    await audit.append([entry('ann', { at: old }), entry('bob', { at: old }), entry('ann'), entry('ann', { at: old })]);
    const [first, second] = await all();
    expect(await audit.prune(11)).toBe(0);
    expect(await audit.prune(9)).toBe(2);
    expect(await audit.prune(9)).toBe(0);
    expect((await all()).map(({ seq }) => seq)).toEqual([3, 4]); // the last is as old, and stands behind one that is not
    expect(await verifyAudit(audit)).toEqual({ prunedSeq: 2, entries: 2, erased: 0, head: await audit.head() });
    expect((await verifyAudit(audit, second)).fault).toBeUndefined();
    expect((await verifyAudit(audit, first)).fault).toEqual({ seq: 1, reason: 'pruned' });
    expect(await audit.prune(9, new Date(Date.now() + 86_400_000 * 10))).toBe(2);
    await append(1);
    expect(await verifyAudit(audit)).toMatchObject({ prunedSeq: 4, entries: 1, head: { seq: 5 } });
  });

  it('is not taken for broken while it is pruned, erased from and appended to', async () => {
    await audit.append(Array.from({ length: 3_000 }, () => entry('ann', { at: new Date(0) })));
    const reading = new (class extends AuditStore {
      pages = 0;
      override async after(seq: number, limit: number): Promise<AuditEntry[]> {
        if (++this.pages === 2) {
          await audit.append([entry('bob', { at: new Date(0) })]);
          await audit.erase('ann', {}, { at: new Date(), action: 'a', status: 200, code: 'OK' });
          await audit.prune(1);
        }
        return super.after(seq, limit);
      }
    })(stores.database);
    expect(await verifyAudit(reading)).toEqual({ prunedSeq: 3_001, entries: 1, erased: 1, head: await audit.head() });
  });

  it('is read no further for who is gone', async () => {
    await append(1);
    const context = openRequest(-1);
    await expect(withRequest(context, () => verifyAudit(audit))).rejects.toThrow(refusal('TIMEOUT'));
  });

  it('keeps the place of its head where a place is noted that never was', async () => {
    await append(1);
    const never: AuditPlace = { seq: 9, hash: 'f'.repeat(64) };
    expect((await verifyAudit(audit, never)).fault).toEqual({ seq: 2, reason: 'truncated' });
  });
});
