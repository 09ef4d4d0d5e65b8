import { METRICS, SEARCH_MODES, type SearchResponse } from '@sigmalang/contracts';
import type { BaseConfig, Workers } from '@sigmalang/runtime';
import { askedBy } from '@sigmalang/runtime/requests-under-test';
import type { CollectionRow } from '@sigmalang/storage';
import type { EmbeddingClient } from './embedding-client';
import type { EngineAnswer, EngineQuery, SearchEngine } from './engine/search-engine';
import openIndexes, { type CorpusOrder } from './local/index-worker';
import { searchMetrics } from './search-metrics';
import { SearchConfig } from './search.config';
import { SearchService } from './search.service';

function searchCorpus(mode: (typeof SEARCH_MODES)[number], explain: boolean, text = 'a cat'): Promise<SearchResponse> {
  const embeddings = {
    models: () => Promise.resolve([{ id: 'first@1' }, { id: 'second@1' }]),
    embed: (texts: readonly string[]) => Promise.resolve(texts.map((_text, i) => Float32Array.of(1, i))),
  };
  const tasks = openIndexes();
  const workers = { map: (_program: unknown, _task: string, orders: readonly CorpusOrder[]) => Promise.resolve(orders.map((order) => tasks.searchCorpus(order))) };
  const service = new SearchService(
    {} as SearchEngine,
    embeddings as unknown as EmbeddingClient,
    workers as unknown as Workers,
    new SearchConfig(),
    { maxMessageBytes: 1_000 } as BaseConfig,
  );
  return service.search({ query: 'a cat', corpus: [{ text }, { id: 'x', text: 'dogs' }], mode, explain });
}

describe('a search in a corpus', () => {
  it.each(SEARCH_MODES)('of mode %s names the model where it used one', async (mode) => {
    const { plan, seq } = await searchCorpus(mode, true);
    expect(plan).toMatchObject({ engine: 'corpus', candidates: 2 });
    expect(plan?.model).toBe(mode === 'hybrid' || mode === 'semantic' ? 'first@1' : undefined);
    expect(seq).toBeUndefined();
  });

  it('is refused as too large where the texts found are more than a message holds', async () => {
    await expect(searchCorpus('keyword', false, 'cat '.repeat(250))).resolves.toMatchObject({ total: 1 });
    await expect(searchCorpus('keyword', false, 'cat '.repeat(251))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', errors: [{ field: 'topK' }] });
  });

  it('says how it was done only where that is asked for', async () => {
    expect(await searchCorpus('hybrid', false)).not.toHaveProperty('plan');
  });
});

describe('a search in a collection', () => {
  const collection = { id: 1, name: 'books' } as CollectionRow;
  const search = jest.fn<Promise<EngineAnswer>, [collection: CollectionRow, query: EngineQuery]>().mockResolvedValue({ results: [], total: 0, seq: 1 });
  const find = jest.fn((owner: string) => Promise.resolve(owner === 'local' ? collection : undefined));
  const made = new SearchService(
    { find, search } as unknown as SearchEngine,
    {} as EmbeddingClient,
    {} as Workers,
    Object.assign(new SearchConfig(), { hybridKeywordWeight: 0.2, hybridSemanticWeight: 0.9 }),
    { maxMessageBytes: 1_000 } as BaseConfig,
  );
  const service = askedBy('local', made);

  it('is in one of its owner, whoever asks', async () => {
    await expect(askedBy('ops', made, 'local').search({ query: 'a', collection: 'books' })).resolves.toMatchObject({ seq: 1 });
    await expect(askedBy('bob', made).search({ query: 'a', collection: 'books' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(find).toHaveBeenLastCalledWith('bob', 'books');
    await expect(askedBy('ops', made, '*').search({ query: 'a', collection: 'books' })).rejects.toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'owner' }] });
  });

  it.each([
    ['those of the settings', undefined, { keyword: 0.2, semantic: 0.9 }],
    ['those of the request', { keyword: 1, semantic: 0 }, { keyword: 1, semantic: 0 }],
  ])('is weighed by %s', async (_which, weights, expected) => {
    await service.search({ query: 'a', collection: 'books', weights });
    expect(search.mock.lastCall?.[1].weights).toEqual(expected);
  });

  it('is measured under its mode, also where it fails', async () => {
    const count = async (): Promise<number> => {
      const { values } = await searchMetrics.duration.get();
      return values.find(({ metricName, labels }) => metricName === `${METRICS.searchDuration}_count` && labels.mode === 'fuzzy')?.value ?? NaN;
    };
    const before = await count();
    await service.search({ query: 'a', collection: 'books', mode: 'fuzzy' });
    search.mockRejectedValueOnce(new Error('lost'));
    await expect(service.search({ query: 'a', collection: 'books', mode: 'fuzzy' })).rejects.toThrow('lost');
    expect(await count()).toBe(before + 2);
  });
});
