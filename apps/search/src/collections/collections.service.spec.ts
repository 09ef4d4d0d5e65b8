import { askedBy } from '@sigmalang/runtime/requests-under-test';
import type { CollectionRow, CollectionStore, ReembeddingStore } from '@sigmalang/storage';
import type { EmbeddingClient } from '../embedding-client';
import type { SearchEngine } from '../engine/search-engine';
import type { ReembeddingRunner } from '../reembedding/reembedding-runner';
import { CollectionsService } from './collections.service';

const MODELS = [
  { id: 'words@1', dimensions: 256, words: 9 },
  { id: 'small@1', dimensions: 100, words: 9 },
];

function row(changes: Partial<CollectionRow> = {}): CollectionRow {
  return {
    id: 1,
    owner: 'local',
    name: 'books',
    description: null,
    model: 'words@1',
    dimensions: 256,
    generation: 1,
    seq: 4,
    prunedSeq: 0,
    documents: 2,
    bytes: 20,
    createdAt: new Date('2026-01-02T03:04:05Z'),
    ...changes,
  };
}

function fakes(present?: CollectionRow) {
  const state = { present };
  const collections = {
    get: jest.fn<Promise<CollectionRow | undefined>, [owner: string]>(() => Promise.resolve(state.present)),
    put: jest.fn((_owner: string, name: string, { description, model, dimensions }: { description?: string; model?: string; dimensions?: number }) => {
      state.present = { ...(state.present ?? row({ model: model ?? '', dimensions: dimensions ?? 0, seq: 0 })), name, ...(description !== undefined && { description }) };
      return Promise.resolve(state.present);
    }),
    delete: jest.fn<Promise<CollectionRow | undefined>, [owner: string]>(() => Promise.resolve(state.present)),
    erase: jest.fn<Promise<{ ids: number[]; documents: number }>, [owner: string]>(() => Promise.resolve({ ids: [1, 7], documents: 5 })),
    list: jest.fn<Promise<object>, [owner: string]>(() => Promise.resolve({ collections: state.present ? [state.present] : [], nextCursor: null })),
  };
  const reembeddings = { begin: jest.fn(() => Promise.resolve()) };
  const runner = { wake: jest.fn() };
  const engine = { changed: jest.fn(() => Promise.resolve()), erased: jest.fn<Promise<void>, [ids: number[]]>(() => Promise.resolve()), indexedSeq: () => 3 };
  const made = new CollectionsService(
    collections as unknown as CollectionStore,
    reembeddings as unknown as ReembeddingStore,
    runner as unknown as ReembeddingRunner,
    { models: () => Promise.resolve(MODELS) } as unknown as EmbeddingClient,
    engine as unknown as SearchEngine,
  );
  const service = askedBy('local', made);
  return { made, service, collections, reembeddings, runner, engine };
}

describe('putting a collection', () => {
  it('makes it anew where somebody removes it meanwhile', async () => {
    const { service, collections, reembeddings } = fakes(row());
    collections.put.mockRejectedValueOnce(new TypeError('A collection is made with a model and its dimensions'));
    expect(await service.put({ name: 'books', description: 'novels' })).toMatchObject({ name: 'books', description: 'novels' });
    expect(collections.put).toHaveBeenLastCalledWith('local', 'books', { description: 'novels', model: 'words@1', dimensions: 256 });
    expect(reembeddings.begin).not.toHaveBeenCalled();
  });

  it('makes one of the model of the installation where none is named', async () => {
    const { service, reembeddings, engine } = fakes();
    expect(await service.put({ name: 'books', description: 'novels' })).toMatchObject({ name: 'books', description: 'novels', model: 'words@1' });
    expect(reembeddings.begin).not.toHaveBeenCalled();
    expect(engine.changed).toHaveBeenCalledTimes(1);
  });

  it('makes one of the model that is named', async () => {
    const { service, collections } = fakes();
    expect(await service.put({ name: 'books', model: 'small@1' })).toMatchObject({ model: 'small@1' });
    expect(collections.put).toHaveBeenCalledWith('local', 'books', { description: undefined, model: 'small@1', dimensions: 100 });
  });

  it('refuses a model that is not loaded, and changes nothing', async () => {
    const { service, collections } = fakes(row());
    await expect(service.put({ name: 'books', model: 'large@1' })).rejects.toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'model' }] });
    expect(collections.put).not.toHaveBeenCalled();
  });

  it('embeds the documents of a present one anew where another model is named', async () => {
    const { service, reembeddings, runner } = fakes(row());
    await service.put({ name: 'books', model: 'small@1' });
    expect(reembeddings.begin).toHaveBeenCalledWith(1, 'small@1', 100);
    expect(runner.wake).toHaveBeenCalledTimes(1);
  });

  it.each([undefined, 'words@1'])('embeds nothing anew where the model is %s', async (model) => {
    const { service, reembeddings } = fakes(row());
    await service.put({ name: 'books', model });
    expect(reembeddings.begin).not.toHaveBeenCalled();
  });

  it('gives up embedding by another model where the present one is named', async () => {
    const { service, reembeddings } = fakes(row({ reembedding: { model: 'small@1', state: 'running', done: 1, total: 2 } }));
    await service.put({ name: 'books', model: 'words@1' });
    expect(reembeddings.begin).toHaveBeenCalledWith(1, 'words@1', 256);
  });
});

it('shows a collection with how far its index is', async () => {
  const { service } = fakes(row());
  const shown = { owner: 'local', name: 'books', description: null, documents: 2, bytes: 20, model: 'words@1', createdAt: '2026-01-02T03:04:05.000Z', seq: 4, indexedSeq: 3 };
  expect(await service.get({ name: 'books' })).toEqual(shown);
  expect(await service.list({})).toEqual({ collections: [shown], nextCursor: null });
});

describe('the collections of several owners', () => {
  it('are asked for, made, removed and listed as those of the owner, whoever asks', async () => {
    const { made, collections } = fakes(row());
    const service = askedBy('ops', made, 'ann');
    await service.put({ name: 'books' });
    await service.get({ name: 'books' });
    await service.delete({ name: 'books' });
    await service.list({ limit: 5, cursor: 'a' });
    const owners = [...collections.get.mock.calls, ...collections.put.mock.calls, ...collections.delete.mock.calls, ...collections.list.mock.calls].map(([owner]: unknown[]) => owner);
    expect(owners).toEqual(Array.from({ length: 6 }, () => 'ann'));
  });

  it('are listed together, and not asked for, made or removed together', async () => {
    const { made, collections } = fakes(row());
    const service = askedBy('ops', made, '*');
    expect(await service.list({ limit: 5, cursor: 'ann/a' })).toMatchObject({ collections: [{ owner: 'local', name: 'books' }] });
    expect(collections.list).toHaveBeenCalledWith('*', 5, 'ann/a');
    for (const verb of ['put', 'get', 'delete'] as const) {
      await expect(service[verb]({ name: 'books' })).rejects.toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'owner' }] });
    }
    for (const each of [collections.put, collections.get, collections.delete]) expect(each).not.toHaveBeenCalled();
  });
});

it('gives a collection a last time as it removes it', async () => {
  const { service, engine } = fakes(row());
  expect(await service.delete({ name: 'books' })).toMatchObject({ name: 'books', documents: 2 });
  expect(engine.changed).toHaveBeenCalledTimes(1);
});

it.each(['get', 'delete'] as const)('cannot %s a collection that is not there', async (verb) => {
  const { service } = fakes();
  await expect(service[verb]({ name: 'books' })).rejects.toMatchObject({ code: 'NOT_FOUND', errors: [{ field: 'name' }] });
});

describe('the erasure of all collections', () => {
  it('is of those of the owner, and answered when nothing is left in the index', async () => {
    const { service, collections, engine } = fakes(row());
    const left = Promise.withResolvers<undefined>();
    engine.erased.mockReturnValueOnce(left.promise.then(() => undefined));
    const erased = service.erase();
    await new Promise((resolve) => setImmediate(resolve));
    left.resolve(undefined);
    expect(await erased).toEqual({ collections: 2, documents: 5 });
    expect(collections.erase).toHaveBeenCalledWith('local');
    expect(engine.erased).toHaveBeenCalledWith([1, 7]);
  });

  it('fails where something is left', async () => {
    const { service, engine } = fakes(row());
    engine.erased.mockRejectedValueOnce(new Error('left'));
    await expect(service.erase()).rejects.toThrow('left');
  });
});
