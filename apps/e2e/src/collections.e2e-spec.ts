import type {
  CollectionResponse,
  DocumentResponse,
  ListCollectionsResponse,
  ListDocumentsResponse,
  PutDocumentsResponse,
  SearchResponse,
} from '@sigmalang/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CollectionUnderTest, idsOf } from './collections-under-test';
import { eventually } from './eventually';
import { BothInstallations, startOnNats, startStandalone } from './installations';
import { bodyOf, problemOf } from './rest-client';
import { atTheEnd, endEverything } from './teardown';

jest.setTimeout(180_000);

let folders: { readonly alone: string; readonly onNats: string };
let both: BothInstallations;

async function start(): Promise<BothInstallations> {
  const [standalone, onNats] = await Promise.all([startStandalone({ DATA_DIR: folders.alone }), startOnNats({ DATA_DIR: folders.onNats })]);
  return new BothInstallations(standalone, onNats);
}

async function stop(): Promise<void> {
  for (const { processes } of both.each) await Promise.all(processes.map((each) => each.stop()));
}

beforeAll(async () => {
  const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'sigmalang-collections-'));
  folders = { alone: await folder(), onNats: await folder() };
  for (const each of Object.values(folders)) atTheEnd(() => rm(each, { recursive: true, force: true }));
  both = await start();
});

afterAll(endEverything);

const make = (name: string, texts: Readonly<Record<string, string>> = {}): Promise<CollectionUnderTest> =>
  CollectionUnderTest.of(both, name, Object.entries(texts).map(([id, text]) => ({ id, text })));

async function described(collection: CollectionUnderTest): Promise<CollectionResponse> {
  return bodyOf(await both.get(collection.path)) as CollectionResponse;
}

async function page(collection: CollectionUnderTest, query = ''): Promise<ListDocumentsResponse> {
  return bodyOf(await both.get(`${collection.path}/documents${query}`)) as ListDocumentsResponse;
}

describe('a collection', () => {
  it('is made, described, changed without losing a document, and removed with all of them', async () => {
    const made = bodyOf(await both.put('/v1/collections/birds', { description: 'Of birds' })) as CollectionResponse;
    expect(made).toMatchObject({ name: 'birds', description: 'Of birds', documents: 0, bytes: 0, model: expect.stringMatching(/@\d+$/) as unknown });
    expect(Date.parse(made.createdAt)).toBeGreaterThan(Date.parse('2025-01-01'));
    const birds = await make('birds', { a: 'A bird sings.', b: 'Übung' });
    expect(await described(birds)).toMatchObject({ description: 'Of birds', documents: 2, seq: birds.seq });
    expect((await described(birds)).bytes).toBeGreaterThanOrEqual(Buffer.byteLength('A bird sings.Übung'));
    expect(bodyOf(await both.put(birds.path, { description: 'Of all birds' }))).toMatchObject({ description: 'Of all birds', documents: 2 });
    expect(bodyOf(await both.delete(birds.path))).toMatchObject({ name: 'birds', documents: 2 });
    for (const reply of [await both.get(birds.path), await both.delete(birds.path), await both.get(`${birds.path}/documents`)]) {
      expect(problemOf(reply)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
  });

  it('that is made again under the name of a removed one has none of its documents', async () => {
    const first = await make('again', { a: 'the old text' });
    bodyOf(await both.delete(first.path));
    const second = await make('again', { b: 'the new text' });
    expect(await second.find({ query: 'text', mode: 'keyword' })).toEqual(['b']);
    expect((await both.get(second.pathOf('a'))).status).toBe(404);
  });

  it('tells how far searches of it see: to its last change, in a moment', async () => {
    const collection = await make('seen', { a: 'one' });
    for (const { rest } of both.each) {
      const now = async (): Promise<CollectionResponse> => bodyOf(await rest.get(collection.path)) as CollectionResponse;
      const { seq } = await eventually(now, (each) => each.indexedSeq === each.seq);
      expect(seq).toBe(collection.seq);
    }
  });

  it('is listed by name, page by page', async () => {
    const list = async (query: string): Promise<ListCollectionsResponse> => bodyOf(await both.get(`/v1/collections${query}`)) as ListCollectionsResponse;
    const names = ['list-a', 'list-b', 'list_c', 'list0'];
    for (const name of names) await make(name);
    const all = (await list('?limit=100')).collections.map(({ name }) => name);
    expect(all.filter((name) => names.includes(name))).toEqual([...names].sort());
    expect(all).toEqual([...all].sort());
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { collections, nextCursor }: ListCollectionsResponse = await list(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(collections.length).toBeLessThanOrEqual(2);
      pages.push(...collections.map(({ name }) => name));
      cursor = nextCursor;
    }
    expect(pages).toEqual(all);
  });

  it('is embedded by another model on demand, and answers all the while', async () => {
    const collection = await make('models', { cat: 'A cat sleeps on the sofa.', car: 'The engine of the car needs oil.', num: '4711' });
    const { model } = await described(collection);
    const other = model.replace('@', '-dense@');
    bodyOf(await both.standalone.rest.post(collection.path, { model: other }, { method: 'PUT' }));
    bodyOf(await both.onNats.rest.post(collection.path, { model: other }, { method: 'PUT' }));
    for (const { rest } of both.each) {
      const request = { query: 'kitten', collection: 'models', mode: 'semantic', threshold: -1, explain: true };
      const search = async () => bodyOf(await rest.post('/v1/search', request)) as SearchResponse;
      expect(idsOf(await search())[0]).toBe('cat');
      await eventually(async () => bodyOf(await rest.get(collection.path)) as CollectionResponse, (each) => each.model === other && !each.reembedding);
      await eventually(search, ({ plan }) => plan?.model === other);
      expect(idsOf(await search()).slice(0, 2)).toEqual(['cat', 'car']);
    }
  });

  it('by a model that nobody knows is refused, and stays as it was', async () => {
    const collection = await make('steady');
    const before = await described(collection);
    const problem = problemOf(await both.put(collection.path, { model: 'word2vec@9' }));
    expect([400, 422]).toContain(problem.status);
    expect(problem.errors?.map(({ field }) => field)).toEqual(['model']);
    expect(await described(collection)).toMatchObject({ model: before.model, description: null });
    expect((await both.put('/v1/collections/never-made', { model: 'word2vec@9' })).status).toBe(problem.status);
    expect((await both.get('/v1/collections/never-made')).status).toBe(404);
  });
});

describe('documents', () => {
  const metadata = { year: 2024, tags: ['a', null, 1.5], author: { name: { first: 'Ä' } }, none: {}, empty: [] };

  it('are given back as they were put, and gone when they are removed', async () => {
    const collection = await CollectionUnderTest.of(both, 'kept', [{ id: 'a', text: '🙂 A\u0001 text\n', metadata }, { id: 'b', text: '' }]);
    expect(bodyOf(await both.get(collection.pathOf('a')))).toEqual({ id: 'a', text: '🙂 A\u0001 text\n', metadata, seq: collection.seq });
    expect(bodyOf(await both.get(collection.pathOf('b')))).toEqual({ id: 'b', text: '', metadata: {}, seq: collection.seq });
    const removed = bodyOf(await both.delete(collection.pathOf('a'))) as DocumentResponse;
    expect(removed).toMatchObject({ id: 'a', text: '🙂 A\u0001 text\n', metadata });
    expect(removed.seq).toBeGreaterThan(collection.seq);
    for (const reply of [await both.get(collection.pathOf('a')), await both.delete(collection.pathOf('a'))]) {
      expect(problemOf(reply)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
    expect(await described(collection)).toMatchObject({ documents: 1 });
  });

  it('of an id that is there take its place, in searches too', async () => {
    const collection = await make('replaced', { a: 'apples and pears', b: 'plums' });
    const before = collection.seq;
    await collection.put([{ id: 'a', text: 'cherries', metadata: { new: true } }]);
    expect(collection.seq).toBeGreaterThan(before);
    expect(bodyOf(await both.get(collection.pathOf('a')))).toEqual({ id: 'a', text: 'cherries', metadata: { new: true }, seq: collection.seq });
    expect(await described(collection)).toMatchObject({ documents: 2 });
    for (const mode of ['keyword', 'exact', 'fuzzy']) {
      expect(await collection.find({ query: 'apples', mode })).toEqual([]);
      expect(await collection.find({ query: 'cherries', mode })).toEqual(['a']);
    }
    await collection.remove('a');
    expect(await collection.find({ query: 'cherries', mode: 'keyword' })).toEqual([]);
    expect((await collection.search({ query: 'plums', mode: 'semantic' })).total).toBe(1);
  });

  it('without an id are given one each, in the order of the request', async () => {
    const path = '/v1/collections/unnamed';
    await make('unnamed');
    for (const { rest } of both.each) {
      const documents = Array.from({ length: 20 }, (_document, i) => (i === 7 ? { id: 'seven', text: 'text 7' } : { text: `text ${i}` }));
      const { ids } = bodyOf(await rest.post(`${path}/documents`, { documents }, { method: 'PUT' })) as PutDocumentsResponse;
      expect(new Set(ids).size).toBe(20);
      expect(ids[7]).toBe('seven');
      for (const [i, id] of ids.entries()) {
        expect(bodyOf(await rest.get(`${path}/documents/${encodeURIComponent(id)}`))).toMatchObject({ id, text: `text ${i}` });
      }
    }
  });

  it.each(['a/b', 'https://example.org/?q=1&r=2#top', 'two words', '100%', 'Größe №7', '🙂'.repeat(256), "';--", '\u0001', '7'])(
    'may have the id %j',
    async (id) => {
      const collection = await make('ids', { [id]: `text of ${id.length}` });
      expect(bodyOf(await both.get(collection.pathOf(id)))).toMatchObject({ id, text: `text of ${id.length}` });
      await collection.remove(id);
      expect((await both.get(collection.pathOf(id))).status).toBe(404);
    },
  );

  it.each<[what: string, bad: object, status: number]>([
    ['has no text', { id: 'bad' }, 400],
    ['has U+0000', { id: 'bad', text: 'a\0' }, 400],
    ['has the id of another', { id: 'good', text: 'a' }, 400],
    ['has bad metadata', { id: 'bad', text: 'a', metadata: { a: [[1]] } }, 400],
    ['is too long', { id: 'bad', text: 'x'.repeat(100_001) }, 413],
  ])('are all refused when one of them %s', async (_what, bad, status) => {
    const collection = await make('all-or-nothing', { old: 'the old one' });
    const before = await page(collection);
    const reply = await both.put(`${collection.path}/documents`, { documents: [{ id: 'good', text: 'good' }, { id: 'old', text: 'changed' }, bad] });
    expect(problemOf(reply).status).toBe(status);
    expect(await page(collection)).toEqual(before);
    expect(await described(collection)).toMatchObject({ documents: 1, seq: collection.seq });
  });

  it('of a collection that is not there are refused, and make none', async () => {
    expect(problemOf(await both.put('/v1/collections/atlantis/documents', { documents: [{ text: 'a' }] }))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await both.get('/v1/collections/atlantis')).status).toBe(404);
    expect((await both.get('/v1/collections/atlantis/documents/a')).status).toBe(404);
  });

  it('come page by page, by the code points of their ids', async () => {
    const collection = await make('pages');
    expect(await page(collection)).toEqual({ documents: [], nextCursor: null });
    // By UTF-16 units the emoji would come before the full-width tilde.
    const ids = ['\u0001', ' ', '10', '9', 'A', 'B', 'a', 'b/1', 'é', '世', '～', '🙂', ...Array.from({ length: 50 }, (_id, i) => `z${String(i).padStart(2, '0')}`)];
    const ordered = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    await collection.put(ids.map((id) => ({ id, text: `text ${id}` })));
    const first = await page(collection);
    expect(first.documents.map(({ id }) => id)).toEqual(ordered.slice(0, 50));
    expect(first.nextCursor).toBe(ordered[49]);
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const next: ListDocumentsResponse = await page(collection, `?limit=7${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      found.push(...next.documents.map(({ id }) => id));
      cursor = next.nextCursor;
    }
    expect(found).toEqual(ordered);
  });

  it('that are large come fewer at a time, and all of them', async () => {
    const large = Array.from({ length: 20 }, (_document, i) => ({ id: `${10 + i}`, text: '🙂'.repeat(100_000) }));
    const collection = await make('large');
    for (const document of large) await collection.put([document]);
    const found: string[] = [];
    for (const { rest } of both.each) {
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const next = bodyOf(await rest.get(`${collection.path}/documents?limit=100${query}`)) as ListDocumentsResponse;
        found.push(...next.documents.map(({ id }) => id));
        cursor = next.nextCursor;
      }
    }
    expect(found).toEqual([...large, ...large].map(({ id }) => id));
  });

  it('a thousand at once are kept, and found by the search that names their change', async () => {
    const collection = await make('thousand');
    await collection.put(Array.from({ length: 1_000 }, (_document, i) => ({ id: `${i}`, text: `document number ${i} of a thousand` })));
    expect(await described(collection)).toMatchObject({ documents: 1_000 });
    expect((await collection.search({ query: 'thousand', mode: 'keyword' })).total).toBe(1_000);
  });

  it('are there after a restart, and are found', async () => {
    const collection = await CollectionUnderTest.of(both, 'lasting', [{ id: 'a', text: 'It lasts for ever.', metadata }, { id: 'b', text: 'It is removed.' }]);
    await collection.remove('b');
    const before = await page(collection);
    const found = await collection.search({ query: 'lasts', mode: 'hybrid' });
    await stop();
    both = await start();
    expect(await page(collection)).toEqual(before);
    const again = await both.post('/v1/search', { query: 'lasts', collection: 'lasting', minSeq: collection.seq });
    expect(bodyOf(again)).toMatchObject({ results: found.results, total: found.total, mode: 'hybrid' });
    expect(before.documents.map(({ id }) => id)).toEqual(['a']);
  });
});
