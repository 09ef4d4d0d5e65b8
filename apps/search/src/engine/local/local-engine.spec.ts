import { openRequest, withRequest } from '@sigmalang/runtime';
import type { CollectionRow } from '@sigmalang/storage';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from 'prom-client';
import type { EngineQuery } from '../search-engine';
import type { LocalEngine } from './local-engine';
import { row, startableEngine, UNAVAILABLE } from './local-engine-under-test';

const folder = mkdtempSync(join(tmpdir(), 'sigmalang-engine-'));
const running: LocalEngine[] = [];
beforeEach(() => { register.clear(); });
afterEach(async () => { for (const engine of running.splice(0)) await engine.onApplicationShutdown(); });
afterAll(() => { rmSync(folder, { recursive: true }); });

function fakes(dataDir: string, rows: CollectionRow[] = []) {
  const parts = startableEngine(dataDir, rows);
  running.push(parts.engine);
  return parts;
}

const query: EngineQuery = {
  query: 'x',
  mode: 'keyword',
  topK: 10,
  threshold: 0,
  highlight: false,
  explain: false,
  weights: { keyword: 0.7, semantic: 0.3 },
};
const embed = jest.fn((model: string) => Promise.resolve(new Float32Array([model.length, 0])));
const fresh = () => mkdtempSync(join(folder, 'data-'));

it('finds the collections that were there at its start, and searches them as the database has them', async () => {
  const { engine } = fakes(fresh(), [row({ seq: 7 })]);
  await engine.onModuleInit();
  const books = await engine.find('local', 'books');
  expect(books?.id).toBe(1);
  expect(await engine.search(row(), query, embed)).toMatchObject({ seq: 7 });
  expect(await engine.find('other', 'books')).toBeUndefined();
});

it('takes its folder before it opens anything, and leaves it when all is written', async () => {
  const { engine, folder, state } = fakes(fresh(), [row()]);
  folder.take.mockImplementationOnce(() => { throw new Error('in use'); });
  await expect(engine.onModuleInit()).rejects.toThrow('in use');
  expect(state.open.size).toBe(0);
  await engine.onModuleInit();
  expect(state.open.size).toBe(1);
  expect(folder.leave).not.toHaveBeenCalled();
  folder.leave.mockImplementationOnce(() => { expect(state.open.size).toBe(0); });
  await engine.onApplicationShutdown();
  expect(folder.leave).toHaveBeenCalledTimes(1);
});

it('follows a collection that it is told of, and a change of it', async () => {
  const { engine, state, tell } = fakes(fresh());
  await engine.onModuleInit();
  state.rows = [row({ seq: 1 })];
  tell(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(engine.indexedSeq(row())).toBe(1);
  state.rows = [row({ seq: 2 })];
  tell(1, 2);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(engine.indexedSeq(row())).toBe(2);
});

it('sees a write when that is answered', async () => {
  const { engine, state } = fakes(fresh(), [row()]);
  await engine.onModuleInit();
  state.rows = [row({ seq: 1 })];
  await engine.written(row(), { put: [], removed: [], seq: 1 });
  expect(await engine.search(row(), query, embed)).toMatchObject({ seq: 1 });
});

describe('a search that must see a change', () => {
  it('waits until the index has it', async () => {
    const { engine, state } = fakes(fresh(), [row()]);
    await engine.onModuleInit();
    state.rows = [row({ seq: 5 })];
    expect(await engine.search(row(), query, embed, 4)).toMatchObject({ seq: 5 });
  });

  it('is refused where there is no such change', async () => {
    const { engine } = fakes(fresh(), [row({ seq: 3 })]);
    await engine.onModuleInit();
    await expect(engine.search(row(), query, embed, 4)).rejects.toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'minSeq' }] });
  });

  it('waits for the index of another model where the change came after that', async () => {
    const { engine, state } = fakes(fresh(), [row({ seq: 3 })]);
    await engine.onModuleInit();
    const building = Promise.withResolvers<undefined>();
    state.slow = building.promise;
    state.rows = [row({ seq: 5, generation: 2, model: 'other@1' })];
    const search = engine.search(row(), query, embed, 5);
    setTimeout(() => { building.resolve(undefined); }, 20);
    expect(await search).toMatchObject({ total: 2, seq: 5 });
  });

  it('sees it also where the index was opened at its snapshot meanwhile', async () => {
    const { engine, thread } = fakes(fresh(), [row({ seq: 5 })]);
    await engine.onModuleInit();
    jest.spyOn(thread, 'search').mockResolvedValueOnce({ results: [], total: 1, seq: 3, embedding: undefined });
    expect(await engine.search(row(), query, embed, 5)).toMatchObject({ seq: 5 });
  });

  it('ends with the time of its request', async () => {
    const { engine, state } = fakes(fresh());
    await engine.onModuleInit();
    const opening = Promise.withResolvers<undefined>();
    state.slow = opening.promise;
    state.rows = [row({ seq: 3 })];
    const late = withRequest(openRequest(20), () => engine.search(row(), query, embed, 3));
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
    opening.resolve(undefined);
  });
});

describe('without the database', () => {
  it('goes on with what it has, and tells', async () => {
    const { engine, state } = fakes(fresh(), [row({ seq: 3 })]);
    await engine.onModuleInit();
    state.isAway = true;
    const books = await engine.find('local', 'books');
    expect(await engine.search(books ?? row(), query, embed)).toMatchObject({ seq: 3 });
    await expect(engine.find('local', 'unknown')).rejects.toBe(UNAVAILABLE);
    await expect(engine.search(row(), query, embed, 4)).rejects.toBe(UNAVAILABLE);
  });

  it('starts with what is on disk, and takes the rest when the database is back', async () => {
    const dataDir = fresh();
    const before = fakes(dataDir, [row({ seq: 3 })]);
    await before.engine.onModuleInit();
    await before.engine.onApplicationShutdown();

    register.clear();
    const { engine, state } = fakes(dataDir, [row({ seq: 9 })]);
    for (const [name, seq] of before.state.disk) state.disk.set(name, seq);
    state.isAway = true;
    await engine.onModuleInit();
    const books = await engine.find('local', 'books');
    expect(await engine.search(books ?? row(), query, embed)).toMatchObject({ seq: 3 });
    state.isAway = false;
    await engine.changed();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(engine.indexedSeq(row())).toBe(9);
  });
});

describe('another model', () => {
  it('is searched when its index has taken everything, and the one before until then', async () => {
    const { engine, state } = fakes(fresh(), [row({ seq: 3 })]);
    await engine.onModuleInit();
    const building = Promise.withResolvers<undefined>();
    state.slow = building.promise;
    state.rows = [row({ seq: 4, generation: 2, model: 'other@1' })];
    await engine.changed();
    const semantic = { ...query, mode: 'semantic' as const };
    expect(await engine.search(row(), semantic, embed)).toMatchObject({ total: 1 });
    expect(embed).toHaveBeenLastCalledWith('words@1');
    building.resolve(undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await engine.search(row(), semantic, embed)).toMatchObject({ total: 2, seq: 4 });
    expect(embed).toHaveBeenLastCalledWith('other@1');
    expect([...state.open.keys()]).toEqual(['a-1-2']);
  });

  it('answers a search that was under way when the indexes were swapped', async () => {
    const { engine, state } = fakes(fresh(), [row({ seq: 3 })]);
    await engine.onModuleInit();
    const embedding = Promise.withResolvers<Float32Array>();
    const slowly = jest.fn().mockReturnValueOnce(embedding.promise).mockResolvedValue(new Float32Array([1, 0]));
    const search = engine.search(row(), { ...query, mode: 'semantic' }, slowly);
    await new Promise((resolve) => setImmediate(resolve));
    state.rows = [row({ seq: 4, generation: 2, model: 'other@1' })];
    await engine.changed();
    await new Promise((resolve) => setTimeout(resolve, 20));
    embedding.resolve(new Float32Array([0, 1]));
    expect(await search).toMatchObject({ total: 2 });
    expect(slowly.mock.calls).toEqual([['words@1'], ['other@1']]);
  });
});

it('answers a write when what searches by then has it, be it the index of another model', async () => {
  const { engine, state } = fakes(fresh(), [row({ seq: 3 })]);
  await engine.onModuleInit();
  state.rows = [row({ seq: 5, generation: 2, model: 'other@1' })];
  await engine.written(row(), { put: [], removed: [], seq: 5 });
  expect(await engine.search(row(), query, embed)).toMatchObject({ total: 2, seq: 5 });
});

it('begins anew where a backup was put in the place of everything', async () => {
  const { engine, state, database } = fakes(fresh(), [row({ seq: 9 })]);
  await engine.onModuleInit();
  database.incarnation = 'b';
  state.rows = [row({ seq: 4 })];
  await engine.changed();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await engine.search(row(), query, embed)).toMatchObject({ seq: 4 });
  expect([...state.open.keys()]).toEqual(['b-1-1']);
});

it('forgets a collection that is gone, with its files', async () => {
  const { engine, state } = fakes(fresh(), [row({ seq: 3 })]);
  await engine.onModuleInit();
  state.rows = [];
  await engine.changed();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await engine.find('local', 'books')).toBeUndefined();
  expect(state.open.size).toBe(0);
});

it('knows no collection any more that was removed while it is searched', async () => {
  const { engine, state } = fakes(fresh(), [row({ seq: 3 })]);
  await engine.onModuleInit();
  const embedding = Promise.withResolvers<Float32Array>();
  const search = engine.search(row(), { ...query, mode: 'semantic' }, () => embedding.promise);
  await new Promise((resolve) => setImmediate(resolve));
  state.rows = [];
  await engine.changed();
  await new Promise((resolve) => setTimeout(resolve, 20));
  embedding.resolve(new Float32Array([0, 1]));
  await expect(search).rejects.toMatchObject({ code: 'NOT_FOUND', errors: [{ field: 'collection' }] });
});

it('keeps a collection that was made while it looked for those there are', async () => {
  const { engine, state, thread, collections } = fakes(fresh());
  await engine.onModuleInit();
  const close = jest.spyOn(thread, 'close');
  const looking = Promise.withResolvers<CollectionRow[]>();
  jest.spyOn(collections, 'all').mockReturnValueOnce(looking.promise);
  const changed = engine.changed();
  await new Promise((resolve) => setImmediate(resolve));
  state.rows = [row({ seq: 1 })];
  await engine.written(row(), { put: [], removed: [], seq: 1 });
  looking.resolve([]);
  await changed;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(engine.indexedSeq(row())).toBe(1);
  expect(close).not.toHaveBeenCalled();
});

it('opens the index of a collection when the one before of the same is closed', async () => {
  const { engine, state, thread } = fakes(fresh(), [row({ seq: 3 })]);
  await engine.onModuleInit();
  const closing = Promise.withResolvers<undefined>();
  const { close } = thread;
  jest.spyOn(thread, 'close').mockImplementationOnce(async (key, remove) => {
    await closing.promise;
    await close(key, remove);
  });
  state.rows = [];
  await engine.changed();
  state.rows = [row({ seq: 4 })];
  await engine.changed();
  closing.resolve(undefined);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([...state.open]).toEqual([['a-1-1', 4]]);
});

it('leaves no index of another model open where its collection is removed before that is built', async () => {
  const { engine, state } = fakes(fresh(), [row({ seq: 3 })]);
  await engine.onModuleInit();
  const building = Promise.withResolvers<undefined>();
  state.slow = building.promise;
  state.rows = [row({ seq: 4, generation: 2, model: 'other@1' })];
  await engine.changed();
  await new Promise((resolve) => setTimeout(resolve, 20));
  state.rows = [];
  await engine.changed();
  building.resolve(undefined);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([...state.open.keys()]).toEqual([]);
});

it('finds a collection by a name that one before had, whichever it heard of last', async () => {
  const { engine, state, collections } = fakes(fresh(), [row({ id: 1, seq: 3 })]);
  await engine.onModuleInit();
  state.rows = [row({ id: 2, seq: 1 })];
  await engine.changed();
  await engine.search(row({ id: 1 }), query, embed); // found before that
  await engine.changed();
  const get = jest.spyOn(collections, 'get');
  expect(await engine.find('local', 'books')).toMatchObject({ id: 2 });
  expect(get).not.toHaveBeenCalled();
});

it('tends no further index when it stops, and waits for the one that it tends', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  const { engine, thread } = fakes(fresh(), [row({ id: 1, name: 'one' }), row({ id: 2, name: 'two' })]);
  await engine.onModuleInit();
  const stats = Promise.withResolvers<{ wantsGraph: boolean; wantsCompaction: boolean }>();
  thread.stats.mockReturnValueOnce(stats.promise);
  jest.advanceTimersByTime(3_600_000);
  jest.useRealTimers();
  await new Promise((resolve) => setImmediate(resolve));
  const end = jest.spyOn(thread, 'end');
  const stopped = engine.onApplicationShutdown();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(end).not.toHaveBeenCalled();
  stats.resolve({ wantsGraph: false, wantsCompaction: false });
  await stopped;
  expect(thread.stats).toHaveBeenCalledTimes(1);
});

describe('the erasure of a collection', () => {
  it('is done when its index is closed and its files are gone', async () => {
    const { engine, state, thread } = fakes(fresh(), [row({ seq: 3 }), row({ id: 2, name: 'other' })]);
    await engine.onModuleInit();
    const closing = Promise.withResolvers<undefined>();
    const { close } = thread;
    jest.spyOn(thread, 'close').mockImplementationOnce(async (key, remove) => {
      await closing.promise;
      await close(key, remove);
    });
    state.rows = [row({ id: 2, name: 'other' })];
    let isDone = false;
    const erased = engine.erased([1]).then(() => { isDone = true; });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isDone).toBe(false);
    closing.resolve(undefined);
    await erased;
    expect([...state.open.keys()]).toEqual(['a-2-1']);
  });

  it('removes files again that could not be removed', async () => {
    const { engine, state, thread } = fakes(fresh(), [row(), row({ id: 2, name: 'other' })]);
    await engine.onModuleInit();
    jest.spyOn(thread, 'close').mockRejectedValueOnce(new Error('the disk refuses it'));
    thread.removeOthers.mockClear();
    thread.removeOthers.mockRejectedValueOnce(new Error('the disk refuses it still'));
    state.rows = [row({ id: 2, name: 'other' })];
    await expect(engine.erased([1])).rejects.toThrow('the disk refuses it still');
    await engine.erased([]);
    await engine.erased([]);
    const kept = { incarnation: 'a', collectionId: 2, generation: 1, dimensions: 2 };
    expect(thread.removeOthers.mock.calls).toEqual([[[kept, kept]], [[kept, kept]]]);
  });

  it('is not done while the collection is followed still', async () => {
    const { engine } = fakes(fresh(), [row()]);
    await engine.onModuleInit();
    await expect(engine.erased([1])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
