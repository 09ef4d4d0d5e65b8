import { limits } from '@sigmalang/contracts';
import { askedBy } from '@sigmalang/runtime/requests-under-test';
import { type CollectionRow, type CollectionStore, type DocumentStore, type NewStoredDocument, StaleGenerationError } from '@sigmalang/storage';
import type { EmbeddingClient } from '../embedding-client';
import type { Changes, SearchEngine } from '../engine/search-engine';
import { DocumentsService } from './documents.service';

const collection = { id: 1, owner: 'local', name: 'books', model: 'words@1', generation: 1 } as CollectionRow;

function fakes() {
  const state: { found: CollectionRow | undefined } = { found: collection };
  const documents = {
    put: jest.fn<Promise<{ seq: number }>, [id: number, generation: number, documents: readonly NewStoredDocument[]]>().mockResolvedValue({ seq: 5 }),
    get: jest.fn((_id: number, id: string) => Promise.resolve(id === 'a' ? { id, text: 't', metadata: {}, seq: 2 } : undefined)),
    delete: jest.fn((_id: number, id: string) => Promise.resolve(id === 'a' ? { id, text: 't', metadata: {}, seq: 6 } : undefined)),
    list: jest.fn<Promise<object>, [id: number, limit: number, cursor: string | undefined, mostBytes: number]>().mockResolvedValue({ documents: [], nextCursor: null }),
  };
  const embeddings = { embed: jest.fn((texts: readonly string[]) => Promise.resolve(texts.map(({ length }) => new Float32Array([length])))) };
  const collections = { get: jest.fn<Promise<CollectionRow | undefined>, [owner: string]>(() => Promise.resolve(state.found)) };
  const engine = {
    within: undefined,
    find: jest.fn(() => Promise.resolve({ ...collection, id: 0 })), // one of this name that is gone
    written: jest.fn<Promise<void>, [collection: CollectionRow, changes: Changes]>().mockResolvedValue(),
  };
  const made = new DocumentsService(
    collections as unknown as CollectionStore,
    documents as unknown as DocumentStore,
    embeddings as unknown as EmbeddingClient,
    engine as unknown as SearchEngine,
  );
  const service = askedBy('local', made);
  return { made, service, collections, state, documents, embeddings, engine };
}

describe('keeping documents', () => {
  it('embeds them by the model of the collection, keeps them, and answers when they are indexed', async () => {
    const { service, documents, embeddings, engine } = fakes();
    const given = [{ id: 'ö', text: 'four', metadata: { year: 1 } }, { id: 'a', text: 'six' }];
    expect(await service.put({ name: 'books', documents: given })).toEqual({ ids: ['ö', 'a'], seq: 5 });
    expect(embeddings.embed).toHaveBeenCalledWith(['four', 'six'], 'words@1');
    expect(documents.put.mock.calls[0]?.slice(0, 3)).toEqual([
      1,
      1,
      [
        { id: 'ö', text: 'four', metadata: { year: 1 }, embedding: new Float32Array([4]) },
        { id: 'a', text: 'six', metadata: {}, embedding: new Float32Array([3]) },
      ],
    ]);
    const [[, changes] = []] = engine.written.mock.calls;
    expect(changes?.put.map(({ id, seq }) => [id, seq])).toEqual([['a', 5], ['ö', 5]]);
  });

  it('makes up ids where there are none, each another', async () => {
    const { ids } = await fakes().service.put({ name: 'books', documents: [{ text: 'x' }, { text: 'x' }] });
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses a text that is too long before anything is kept', async () => {
    const { service, documents } = fakes();
    const long = 'x'.repeat(limits.textCharacters + 1);
    await expect(service.put({ name: 'books', documents: [{ text: 'x' }, { text: long }] })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      errors: [{ field: 'documents[1].text' }],
    });
    expect(documents.put).not.toHaveBeenCalled();
  });

  it('embeds anew where the collection has another model by the time they are kept', async () => {
    const { service, state, documents, embeddings } = fakes();
    documents.put.mockImplementationOnce(() => {
      state.found = { ...collection, model: 'other@1', generation: 2 };
      return Promise.reject(new StaleGenerationError());
    });
    await service.put({ name: 'books', documents: [{ text: 'x' }] });
    expect(embeddings.embed.mock.calls.map(([, model]: unknown[]) => model)).toEqual(['words@1', 'other@1']);
    expect(documents.put.mock.calls.map(([, generation]) => generation)).toEqual([1, 2]);
  });
});

it('gives a document', async () => {
  expect(await fakes().service.get({ name: 'books', id: 'a' })).toEqual({ id: 'a', text: 't', metadata: {}, seq: 2 });
});

it('removes a document, gives it a last time, and answers when that is indexed', async () => {
  const { service, engine } = fakes();
  expect(await service.delete({ name: 'books', id: 'a' })).toMatchObject({ id: 'a', seq: 6 });
  expect(engine.written).toHaveBeenCalledWith(collection, { put: [], removed: [{ id: 'a', seq: 6 }], seq: 6 });
});

it.each(['get', 'delete'] as const)('cannot %s a document that is not there', async (verb) => {
  await expect(fakes().service[verb]({ name: 'books', id: 'b' })).rejects.toMatchObject({ code: 'NOT_FOUND', errors: [{ field: 'id' }] });
});

it('looks for a collection among those of the owner, whoever asks, and in none of all owners', async () => {
  const { made, collections, documents } = fakes();
  const calls = (service: DocumentsService) => [
    () => service.put({ name: 'books', documents: [{ text: 'x' }] }),
    () => service.get({ name: 'books', id: 'a' }),
    () => service.delete({ name: 'books', id: 'a' }),
    () => service.list({ name: 'books' }),
  ];
  for (const call of calls(askedBy('ops', made, 'ann'))) await call();
  expect(collections.get.mock.calls).toEqual(Array.from({ length: 4 }, () => ['ann', 'books']));
  for (const call of calls(askedBy('ops', made, '*'))) await expect(call()).rejects.toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'owner' }] });
  expect(documents.put).toHaveBeenCalledTimes(1);
});

it('knows nothing of documents in a collection that is not there', async () => {
  const { service, state } = fakes();
  state.found = undefined;
  const calls = [service.put({ name: 'books', documents: [{ text: 'x' }] }), service.get({ name: 'books', id: 'a' }), service.list({ name: 'books' })];
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND', errors: [{ field: 'name' }] });
});

it('lists no more at once than a message holds, whatever characters it is of', async () => {
  const { service, documents } = fakes();
  await service.list({ name: 'books', limit: 100 });
  const [[, limit, , mostBytes] = []] = documents.list.mock.calls;
  expect(limit).toBe(100);
  expect(JSON.stringify('\x01'.repeat(mostBytes ?? Infinity)).length + 100 * JSON.stringify('\x01'.repeat(256)).length).toBeLessThan(8_000_000);
});
