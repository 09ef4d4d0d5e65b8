import { SEARCH_MODES, type SearchResponse } from '@sigmalang/contracts';
import type { BaseConfig, Workers } from '@sigmalang/runtime';
import type { EmbeddingClient } from './embedding-client';
import type { SearchEngine } from './engine/search-engine';
import openIndexes, { type CorpusOrder } from './local/index-worker';
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
