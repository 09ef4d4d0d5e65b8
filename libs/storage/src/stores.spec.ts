import type { Metadata } from '@sigmalang/contracts';
import { openRequest, withRequest } from '@sigmalang/runtime';
import { sql } from 'drizzle-orm';
import { StaleGenerationError, type Changes } from './changes';
import { type CollectionRow, CollectionStore } from './collection-store';
import type { NewStoredDocument } from './document-store';
import { STORAGE_KINDS, StorageUnderTest, type StoresUnderTest } from './storage-under-test';

const refusal = (code: string): Error => expect.objectContaining({ name: 'ServiceError', code }) as Error;

const document = (id: string, text = `text of ${id}`, metadata: Metadata = { of: id }): NewStoredDocument => ({
  id,
  text,
  metadata,
  embedding: Float32Array.of(0.1, -0.25, Math.fround(1 / 3)),
});

describe.each(STORAGE_KINDS)('the stores, %s', (kind) => {
  let storage: StorageUnderTest;
  let stores: StoresUnderTest;
  let names = 0;

  beforeAll(async () => {
    storage = await StorageUnderTest.start(kind);
    stores = await storage.open();
  }, 60_000);

  afterAll(() => storage.remove());

  const make = (name = `c${++names}`): Promise<CollectionRow> => stores.collections.put('local', name, { model: 'm', dimensions: 3 });
  const again = async ({ owner, name }: CollectionRow): Promise<CollectionRow> => {
    const row = await stores.collections.get(owner, name);
    if (!row) throw new Error('The collection is gone');
    return row;
  };
  const changes = (collection: CollectionRow, after = 0, limit = 100): Promise<Changes> =>
    stores.documents.changesAfter(collection.id, collection.generation, after, limit);

  describe('of collections', () => {
    it('make one, change what it says of itself, and keep the rest', async () => {
      const made = await stores.collections.put('local', 'made', { description: 'first', model: 'm', dimensions: 3 });
      expect(made).toEqual({
        id: made.id, owner: 'local', name: 'made', description: 'first', model: 'm', dimensions: 3,
        generation: 1, seq: 0, prunedSeq: 0, documents: 0, bytes: 0, createdAt: expect.any(Date) as Date,
      });
      expect(await stores.collections.put('local', 'made', { description: 'second', model: 'other', dimensions: 9 })).toEqual({ ...made, description: 'second' });
      expect(await stores.collections.put('local', 'made', { model: 'm', dimensions: 3 })).toEqual({ ...made, description: 'second' });
      expect(await stores.collections.put('local', 'made', { description: 'third' })).toEqual({ ...made, description: 'third' });
      expect(await stores.collections.get('local', 'made')).toEqual({ ...made, description: 'third' });
    });

    it('make none without a model', async () => {
      await expect(stores.collections.put('local', 'none', {})).rejects.toThrow(TypeError);
      expect(await stores.collections.get('local', 'none')).toBeUndefined();
    });

    it('keep those of one owner from another', async () => {
      await stores.collections.put('ann', 'x', { model: 'm', dimensions: 3 });
      expect(await stores.collections.get('bob', 'x')).toBeUndefined();
      expect(await stores.collections.delete('bob', 'x')).toBeUndefined();
      expect((await stores.collections.list('ann', 10)).collections).toHaveLength(1);
      expect((await stores.collections.all()).map(({ owner }) => owner)).toContain('ann');
    });

    it('list them in order, page by page', async () => {
      for (const name of ['c', 'a', 'b-1', 'b', '9', 'b_1']) await stores.collections.put('pages', name, { model: 'm', dimensions: 3 });
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await stores.collections.list('pages', 2, cursor);
        expect(page.collections).toHaveLength(2);
        seen.push(...page.collections.map(({ name }) => name));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual(['9', 'a', 'b', 'b-1', 'b_1', 'c']);
    });

    it('remove one with all its documents, and never give its id again', async () => {
      const collection = await make();
      await stores.documents.put(collection.id, 1, [document('a')]);
      expect(await stores.collections.delete('local', collection.name)).toMatchObject({ id: collection.id, documents: 1, seq: 1 });
      expect(await stores.collections.delete('local', collection.name)).toBeUndefined();
      await stores.collections.purgeRemoved();
      const { rows } = await stores.database.run('test', (db) => db.execute(sql`select 1 from documents where collection_id = ${collection.id} union all select 1 from embeddings where collection_id = ${collection.id}`));
      expect(rows).toEqual([]);
      expect((await make(collection.name)).id).toBeGreaterThan(collection.id);
      await expect(stores.documents.put(collection.id, 1, [document('a')])).rejects.toThrow(refusal('NOT_FOUND'));
      await expect(stores.documents.delete(collection.id, 'a')).rejects.toThrow(refusal('NOT_FOUND'));
      await expect(changes(collection)).rejects.toThrow(refusal('NOT_FOUND'));
    });

    it('erase all of an owner, and what was left of removed collections, before they say so', async () => {
      const [one, other, removed, kept] = await Promise.all([['erin', 'a'], ['erin', 'b'], ['erin', 'c'], ['frank', 'a']].map(([owner = '', name = '']) => stores.collections.put(owner, name, { model: 'm', dimensions: 3 })));
      for (const each of [one, removed, kept]) await stores.documents.put(each?.id ?? 0, 1, [document('a'), document('b')]);
      void stores.collections.delete('erin', 'c');
      const erased = await stores.collections.erase('erin');
      expect(erased.ids).toEqual(expect.arrayContaining([one?.id, other?.id]));
      const { rows } = await stores.database.run('test', (db) => db.execute(sql`
        select collection_id::integer as id from documents where id = 'a' union all select collection_id::integer from embeddings where id = 'b' union all select id::integer from collections where owner in ('erin', 'frank')`));
      const left = rows.map(({ id }) => id);
      expect(left).toEqual(expect.arrayContaining([kept?.id]));
      for (const each of [one, other, removed]) expect(left).not.toContain(each?.id);
      expect(await stores.collections.erase('erin')).toEqual({ ids: [], documents: 0 });
    });

    it('remove the documents of a removed collection also when its request is answered', async () => {
      const collection = await make();
      await stores.documents.put(collection.id, 1, [document('a')]);
      const answered = new AbortController();
      await withRequest(openRequest(10_000, undefined, undefined, answered.signal), async () => {
        await stores.collections.delete('local', collection.name);
        answered.abort();
      });
      const left = () => stores.database.run('test', (db) => db.execute(sql`select 1 from documents where collection_id = ${collection.id}`));
      while ((await left()).rows.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    });

    it('leave what is left of a removed collection to an upkeep when the process ends', async () => {
      const { database, collections } = stores;
      const collection = await make();
      await stores.documents.put(collection.id, 1, [document('a')]);
      const stopping = new CollectionStore(database, stores.feed);
      const removed = stopping.delete('local', collection.name);
      await stopping.beforeApplicationShutdown();
      await removed;
      await stopping.beforeApplicationShutdown();
      const left = () => database.run('test', (db) => db.execute(sql`select 1 from documents where collection_id = ${collection.id}`));
      expect((await left()).rows).toHaveLength(1);
      await collections.purgeRemoved();
      expect((await left()).rows).toEqual([]);
    });
  });

  describe('of documents', () => {
    it('give back what was put, whatever its characters', async () => {
      const collection = await make();
      const odd = document('ä\u{10FFFF}\'"\\{}', 'line\nbreak\t🙂 $1 \\x00 {"a"}, NULL', { list: [1, 'NULL', null, true], n: -0.1e-7, deep: { er: { x: '{}' } } });
      expect(await stores.documents.put(collection.id, 1, [odd])).toEqual({ seq: 1 });
      const { embedding, ...kept } = odd;
      expect(await stores.documents.get(collection.id, odd.id)).toEqual({ ...kept, seq: 1 });
      expect(await changes(collection)).toEqual({ put: [{ ...kept, embedding, seq: 1 }], removed: [], seq: 1 });
    });

    it('count documents and bytes through puts, replacements and removals', async () => {
      const collection = await make();
      const bytesOf = (...kept: NewStoredDocument[]): number => kept.reduce((sum, { text, metadata }) => sum + Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(metadata)), 0);
      const [a, b, longer] = [document('a', 'ä'), document('b'), document('a', 'ä'.repeat(50))];
      await stores.documents.put(collection.id, 1, [a, b]);
      expect(await again(collection)).toMatchObject({ seq: 1, documents: 2, bytes: bytesOf(a, b) });
      await stores.documents.put(collection.id, 1, [longer]);
      expect(await again(collection)).toMatchObject({ seq: 2, documents: 2, bytes: bytesOf(longer, b) });
      expect(await stores.documents.delete(collection.id, 'b')).toEqual({ id: 'b', text: b.text, metadata: b.metadata, seq: 3 });
      expect(await again(collection)).toMatchObject({ seq: 3, documents: 1, bytes: bytesOf(longer) });
      expect(await stores.documents.delete(collection.id, 'b')).toBeUndefined();
      expect(await again(collection)).toMatchObject({ seq: 3, documents: 1 });
      await stores.documents.put(collection.id, 1, [b]);
      expect(await again(collection)).toMatchObject({ seq: 4, documents: 2, bytes: bytesOf(longer, b) });
    });

    it('keep all of a call or nothing', async () => {
      const collection = await make();
      await stores.documents.put(collection.id, 1, [document('a')]);
      const before = await again(collection);
      const failing = stores.documents.put(collection.id, 1, [document('a', 'changed'), document('b')], async (transaction) => {
        const { rows } = await transaction.execute(sql`select text from documents where collection_id = ${collection.id} order by id`);
        expect(rows).toEqual([{ text: 'changed' }, { text: 'text of b' }]);
        throw new RangeError('from within');
      });
      await expect(failing).rejects.toThrow(new RangeError('from within'));
      await expect(stores.documents.put(collection.id, 1, [document('b'), { ...document('c'), embedding: Float32Array.of(1) }])).rejects.toThrow(TypeError);
      await expect(stores.documents.put(collection.id, 2, [document('b')])).rejects.toThrow(StaleGenerationError);
      expect(await again(collection)).toEqual(before);
      expect((await stores.documents.list(collection.id, 10)).documents.map(({ text }) => text)).toEqual(['text of a']);
    });

    it('tell an engine in the same transaction what a write does', async () => {
      const collection = await make();
      const told: unknown[] = [];
      const within = (_transaction: unknown, { seq, documents }: CollectionRow, change: Changes): Promise<void> => {
        told.push({ documents, change, is: seq === change.seq });
        return Promise.resolve();
      };
      await stores.documents.put(collection.id, 1, [document('\uFFFD'), document('\u{10000}'), document('a')], within);
      await stores.documents.delete(collection.id, 'a', within);
      expect(told).toEqual([
        { is: true, documents: 3, change: { put: ['a', '\uFFFD', '\u{10000}'].map((id) => ({ ...document(id), seq: 1 })), removed: [], seq: 1 } },
        { is: true, documents: 2, change: { put: [], removed: [{ id: 'a', seq: 2 }], seq: 2 } },
      ]);
    });

    it('list them by code points, page by page, and end a page that is full of bytes', async () => {
      const collection = await make();
      const ids = ['\uFFFD', '\u{10000}', 'b', 'B', 'a', 'ä'];
      await stores.documents.put(collection.id, 1, ids.map((id) => document(id, 'x'.repeat(100), {})));
      await stores.documents.delete(collection.id, 'b');
      const seen: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await stores.documents.list(collection.id, 3, cursor, 210);
        seen.push(page.documents.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual([['B', 'a'], ['ä', '\uFFFD'], ['\u{10000}']]);
      expect((await stores.documents.list(collection.id, 3)).documents).toHaveLength(3);
      expect(await stores.documents.list(collection.id, 5, undefined, 1)).toMatchObject({ documents: [{ id: 'B' }], nextCursor: 'B' });
      expect(await stores.documents.list(collection.id, 5)).toMatchObject({ nextCursor: null });
      expect(await stores.documents.list(collection.id, 5, '\u{10000}')).toEqual({ documents: [], nextCursor: null });
    });

    it('give numbers without gaps to writers at once, in the order in which they are committed', async () => {
      const collection = await make();
      const others = kind === 'server' ? [stores, await storage.open(), await storage.open()] : [stores];
      const writers = { areDone: false };
      const seen: number[] = [];
      const following = (async () => {
        for (let seq = 0; !writers.areDone || seq < 30;) {
          const change = await changes(collection, seq, 1_000);
          seen.push(...change.put.map((each) => each.seq));
          seq = change.seq;
        }
      })();
      const numbers = await Promise.all(Array.from({ length: 30 }, (_write, i) =>
        (others[i % others.length] ?? stores).documents.put(collection.id, 1, [document(`d${i}`)]).then(({ seq }) => seq)));
      writers.areDone = true;
      await following;
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_number, i) => i + 1));
      expect(seen).toEqual(Array.from({ length: 30 }, (_number, i) => i + 1));
      expect(await again(collection)).toMatchObject({ seq: 30, documents: 30 });
    });
  });

  describe('of changes', () => {
    it('give the latest states only, whole changes at a time', async () => {
      const collection = await make();
      await stores.documents.put(collection.id, 1, [document('a'), document('b'), document('c')]);
      await stores.documents.put(collection.id, 1, [document('b', 'new'), document('d')]);
      await stores.documents.delete(collection.id, 'c');
      const short = ({ put, removed, seq }: Changes): unknown => ({ put: put.map((each) => `${each.id}${each.seq}`), removed, seq });
      expect(short(await changes(collection))).toEqual({ put: ['a1', 'b2', 'd2'], removed: [], seq: 3 });
      expect(short(await changes(collection, 1))).toEqual({ put: ['b2', 'd2'], removed: [{ id: 'c', seq: 3 }], seq: 3 });
      expect(short(await changes(collection, 0, 1))).toEqual({ put: ['a1'], removed: [], seq: 1 });
      expect(short(await changes(collection, 1, 1))).toEqual({ put: ['b2', 'd2'], removed: [], seq: 2 });
      expect(short(await changes(collection, 2, 1))).toEqual({ put: [], removed: [{ id: 'c', seq: 3 }], seq: 3 });
      expect(short(await changes(collection, 3))).toEqual({ put: [], removed: [], seq: 3 });
      await expect(changes({ ...collection, generation: 2 })).rejects.toThrow(StaleGenerationError);
    });

    it('come in smaller parts where documents are large', async () => {
      const collection = await make();
      const large = 'ж'.repeat(3_000_000);
      for (const id of ['a', 'b', 'c']) await stores.documents.put(collection.id, 1, [document(id, large)]);
      const first = await changes(collection);
      expect([first.put.map(({ id }) => id), first.seq]).toEqual([['a', 'b'], 2]);
      const rest = await changes(collection, first.seq);
      expect([rest.put.map(({ id }) => id), rest.seq]).toEqual([['c'], 3]);
    });

    it('forget old removals, and say up to which number', async () => {
      const collection = await make();
      await stores.documents.put(collection.id, 1, [document('a'), document('b'), document('c')]);
      await stores.documents.delete(collection.id, 'a');
      await stores.documents.delete(collection.id, 'b');
      await stores.database.run('test', (db) => db.execute(sql`update documents set changed_at = now() - interval '8 days' where collection_id = ${collection.id} and id in ('a', 'c')`));
      await stores.documents.pruneTombstones(9);
      expect(await again(collection)).toMatchObject({ prunedSeq: 0, documents: 1 });
      await stores.documents.pruneTombstones(7);
      expect(await again(collection)).toMatchObject({ prunedSeq: 2, seq: 3, documents: 1 });
      expect(await changes(collection, 1)).toEqual({ put: [], removed: [{ id: 'b', seq: 3 }], seq: 3 });
      expect((await changes(collection)).put).toMatchObject([{ id: 'c' }]);
    });

    it('tell who listens which collection has changed, and nobody who listens no longer', async () => {
      const writer = kind === 'server' ? await storage.open() : stores;
      const collection = await make();
      stores.feed.start();
      const { promise: told, resolve } = Promise.withResolvers<number>();
      const unsubscribe = stores.feed.subscribe((id) => { resolve(id); });
      let seq = 0;
      for (let heard = false; !heard;) {
        ({ seq } = await writer.documents.put(collection.id, 1, [document('a')]));
        heard = await Promise.race([told.then(() => true), new Promise<false>((tick) => { setTimeout(() => { tick(false); }, 20); })]);
      }
      expect(seq).toBeGreaterThan(0);
      expect(await told).toBe(collection.id);
      unsubscribe();
      await stores.feed.stop();
    });
  });

  describe('of jobs that embed anew', () => {
    const next = Float32Array.of(1, 0);

    it('embed all documents, then put the model and the embeddings in place as one change', async () => {
      const collection = await make();
      await stores.documents.put(collection.id, 1, ['a', 'b', 'c'].map((id) => document(id)));
      await stores.reembeddings.begin(collection.id, 'n', 2);
      expect(await again(collection)).toMatchObject({ model: 'm', reembedding: { model: 'n', state: 'waiting', done: 0, total: 3 } });
      const job = await stores.reembeddings.claim(60_000);
      if (!job) throw new Error('There is no job');
      expect(job).toMatchObject({ collectionId: collection.id, model: 'n', dimensions: 2, generation: 2, done: 0 });
      expect(await stores.reembeddings.claim(60_000)).toBeUndefined();
      const pending = await stores.reembeddings.pending(job, 2);
      expect(pending).toEqual([{ id: 'a', text: 'text of a', seq: 1 }, { id: 'b', text: 'text of b', seq: 1 }]);
      expect(await stores.reembeddings.pending(job, 2, 'b')).toMatchObject([{ id: 'c' }]);
      await stores.documents.put(collection.id, 1, [document('b', 'changed')]);
      await stores.documents.delete(collection.id, 'c');
      await stores.reembeddings.save(job, [...pending, { id: 'c', seq: 1 }].map(({ id, seq }) => ({ id, seq, embedding: next })));
      expect(await stores.reembeddings.pending(job, 10)).toEqual([{ id: 'b', text: 'changed', seq: 2 }]);
      expect(await stores.reembeddings.finish(job)).toBe(false);
      await stores.reembeddings.save(job, [{ id: 'b', seq: 2, embedding: next }]);
      await stores.documents.put(collection.id, 1, [document('a', 'changed too')]);
      expect(await stores.reembeddings.pending(job, 10)).toMatchObject([{ id: 'a', seq: 4 }]);
      await stores.reembeddings.save(job, [{ id: 'a', seq: 4, embedding: next }]);
      expect(await stores.reembeddings.heartbeat(job, 60_000, 2)).toBe(true);
      expect((await again(collection)).reembedding).toMatchObject({ state: 'running', done: 2 });
      expect(await stores.reembeddings.finish(job)).toBe(true);
      const swapped = await again(collection);
      expect(swapped).toMatchObject({ model: 'n', dimensions: 2, generation: 2, seq: 5, documents: 2 });
      expect(swapped).not.toHaveProperty('reembedding');
      expect((await changes(swapped)).put).toEqual([
        { id: 'b', text: 'changed', metadata: { of: 'b' }, seq: 2, embedding: next },
        { id: 'a', text: 'changed too', metadata: { of: 'a' }, seq: 4, embedding: next },
      ]);
      await expect(stores.documents.put(collection.id, 1, [document('z')])).rejects.toThrow(StaleGenerationError);
      const { rows } = await stores.database.run('test', (db) => db.execute(sql`select distinct generation from embeddings where collection_id = ${collection.id}`));
      expect(rows).toEqual([{ generation: 2 }]);
      expect(await stores.reembeddings.heartbeat(job, 60_000, 2)).toBe(false);
    });

    it('are taken over when nobody tends them, and the one before can do no harm', async () => {
      const collection = await make();
      await stores.documents.put(collection.id, 1, [document('a')]);
      await stores.reembeddings.begin(collection.id, 'n', 2);
      const lost = await stores.reembeddings.claim(-1);
      const taken = await stores.reembeddings.claim(60_000);
      if (!lost || !taken) throw new Error('There is no job');
      expect({ ...taken, claim: lost.claim }).toEqual(lost);
      await stores.reembeddings.save(lost, [{ id: 'a', seq: 1, embedding: next }]);
      expect(await stores.reembeddings.pending(taken, 1)).toHaveLength(1);
      expect(await stores.reembeddings.finish(lost)).toBe(false);
      await stores.reembeddings.fail(lost, 'late');
      expect((await again(collection)).reembedding).toMatchObject({ state: 'running' });
      await stores.reembeddings.fail(taken, 'The model is not there');
      expect((await again(collection)).reembedding).toMatchObject({ state: 'failed', reason: 'The model is not there' });
      expect(await stores.reembeddings.claim(60_000)).toBeUndefined();
    });

    it('are replaced by one for another model, begun again where they failed, and ended by the model that is there', async () => {
      const collection = await make();
      await stores.documents.put(collection.id, 1, [document('a')]);
      await stores.reembeddings.begin(collection.id, 'n', 2);
      const first = await stores.reembeddings.claim(60_000);
      if (!first) throw new Error('There is no job');
      await stores.reembeddings.save(first, [{ id: 'a', seq: 1, embedding: next }]);
      await stores.reembeddings.begin(collection.id, 'n', 2);
      expect(await stores.reembeddings.heartbeat(first, 60_000, 1)).toBe(true);
      await stores.reembeddings.begin(collection.id, 'o', 2);
      const second = await stores.reembeddings.claim(60_000);
      if (!second) throw new Error('There is no job');
      expect(second).toMatchObject({ model: 'o', generation: 3 });
      expect(await stores.reembeddings.pending(second, 1)).toHaveLength(1);
      await stores.reembeddings.fail(second, 'no');
      await stores.reembeddings.begin(collection.id, 'o', 2);
      expect((await again(collection)).reembedding).toEqual({ model: 'o', state: 'waiting', done: 0, total: 1 });
      await stores.reembeddings.begin(collection.id, 'm', 3);
      expect(await again(collection)).not.toHaveProperty('reembedding');
      expect(await stores.reembeddings.claim(60_000)).toBeUndefined();
    });

    it('are gone with their collection', async () => {
      const collection = await make();
      await stores.reembeddings.begin(collection.id, 'n', 2);
      await stores.collections.delete('local', collection.name);
      expect(await stores.reembeddings.claim(60_000)).toBeUndefined();
      await expect(stores.reembeddings.begin(collection.id, 'n', 2)).rejects.toThrow(refusal('NOT_FOUND'));
    });
  });
});
