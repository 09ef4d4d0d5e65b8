import { METRICS, SEARCH_MODES, type SearchMode, type SearchRequest, type SearchResponse, ServiceError } from '@sigmalang/contracts';
import { type BaseConfig, currentRequest, Flags, openRequest, withRequest, type Workers } from '@sigmalang/runtime';
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
    new Flags(),
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
    new Flags(),
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

describe('while nlp is away, a search', () => {
  const away = new ServiceError('UNAVAILABLE', 'The service nlp does not answer at the moment');
  const text = 'a cat';

  /** A service with `degraded-search` on or off, whose nlp fails, and whose engine embeds as the local one does. */
  function degradable({ isOn = true, failure = away }: { isOn?: boolean; failure?: Error } = {}) {
    const engine = {
      find: () => Promise.resolve({ id: 1, name: 'books' } as CollectionRow),
      search: jest.fn<Promise<EngineAnswer>, Parameters<SearchEngine['search']>>(async (_collection, { mode, explain }, embed, seq = 1) => {
        if (mode === 'hybrid' || mode === 'semantic') await embed('words@1');
        return { results: [], total: 0, seq, ...(explain && { plan: { engine: 'sqlite', vectors: 'none', candidates: 1, terms: ['cat'] } }) };
      }),
    };
    const nlp = { embed: jest.fn<Promise<never>, Parameters<EmbeddingClient['embed']>>(() => Promise.reject(failure)), models: () => Promise.reject(failure) };
    const tasks = openIndexes();
    const workers = { map: (_program: unknown, _task: string, orders: readonly CorpusOrder[]) => Promise.resolve(orders.map((order) => tasks.searchCorpus(order))) };
    const flags = new Flags();
    const asked = jest.spyOn(flags, 'isOn').mockResolvedValue(isOn);
    const service = new SearchService(
      engine as unknown as SearchEngine,
      nlp as unknown as EmbeddingClient,
      workers as unknown as Workers,
      new SearchConfig(),
      { maxMessageBytes: 1_000 } as BaseConfig,
      flags,
    );
    const identity = { subject: 'local', role: 'analyst', owner: 'local' } as const;
    const search = (request: Partial<SearchRequest>): Promise<SearchResponse> =>
      withRequest({ ...(currentRequest() ?? openRequest(60_000)), identity }, () => service.search({ query: text, collection: 'books', ...request }));
    return { search, engine, nlp, asked };
  }

  const corpus = { collection: undefined, corpus: [{ text }, { text: 'dogs' }] };

  it.each<[string, Partial<SearchRequest>]>([
    ['a collection', {}],
    ['a collection, and says how', { explain: true }],
    ['a corpus', corpus],
    ['a corpus, and says how', { ...corpus, explain: true }],
  ])('that is hybrid is answered by keywords and says so: in %s', async (_where, request) => {
    const { mode, degraded, plan } = await degradable().search({ mode: 'hybrid', ...request });
    expect({ mode, degraded }).toEqual({ mode: 'keyword', degraded: ['meaning'] });
    expect(plan === undefined).toBe(request.explain === undefined);
    expect(plan ?? {}).not.toHaveProperty('model');
  });

  it('that is answered by keywords finds what a search by keywords finds', async () => {
    const { search } = degradable();
    const { results, total } = await search({ ...corpus, mode: 'hybrid', threshold: 0.5 });
    const plain = await search({ ...corpus, mode: 'keyword' });
    expect({ results, total }).toEqual({ results: plain.results, total: 1 });
    expect(plain).not.toHaveProperty('degraded');
  });

  it('that is answered by keywords is otherwise as it was asked', async () => {
    const { search, engine } = degradable();
    const filter = { key: 'year', exists: true };
    await expect(search({ mode: 'hybrid', topK: 3, filter, threshold: 0.01, minSeq: 7 })).resolves.toMatchObject({ seq: 7 });
    expect(engine.search).toHaveBeenCalledTimes(2);
    const [, query, , minSeq] = engine.search.mock.lastCall ?? [];
    expect({ query, minSeq }).toMatchObject({ query: { mode: 'keyword', topK: 3, filter, threshold: 0 }, minSeq: 7 });
  });

  it.each<[string, Partial<SearchRequest>, boolean]>([
    ['is hybrid and of a caller for whom the flag is off', { mode: 'hybrid' }, false],
    ['is hybrid in a corpus and of a caller for whom the flag is off', { ...corpus, mode: 'hybrid' }, false],
    ['is hybrid and gives keywords no weight', { mode: 'hybrid', weights: { keyword: 0, semantic: 1 } }, true],
    ['is semantic', { mode: 'semantic' }, true],
    ['is semantic in a corpus', { ...corpus, mode: 'semantic' }, true],
  ])('fails as nlp does that %s', async (_what, request, isOn) => {
    await expect(degradable({ isOn }).search(request)).rejects.toBe(away);
  });

  it.each<[string, Error]>([
    ['has not the model', new ServiceError('UNPROCESSABLE', 'The model is not loaded')],
    ['fails', new ServiceError('INTERNAL', 'The service failed', [], true)],
    ['gives fewer embeddings than texts', new Error('fewer')],
  ])('fails where nlp is there but %s', async (_what, failure) => {
    await expect(degradable({ failure }).search({ mode: 'hybrid' })).rejects.toBe(failure);
  });

  it.each<[string, SearchMode, boolean, number | undefined]>([
    ['half of the time that is left, where it can do without', 'hybrid', true, 2_000],
    ['all the time, where the flag is off', 'hybrid', false, undefined],
    ['all the time, where it cannot do without', 'semantic', true, undefined],
  ])('gives nlp %s', async (_what, mode, isOn, expected) => {
    const late = new ServiceError('TIMEOUT', 'nlp did not answer');
    const { search, nlp } = degradable({ isOn, failure: late });
    const context = { ...openRequest(60_000), deadline: 5_000 };
    const now = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    const answer: unknown = await withRequest(context, () => search({ mode })).then(({ degraded }) => degraded, (error: unknown) => error);
    now.mockRestore();
    expect(nlp.embed.mock.lastCall?.[2]).toBe(expected);
    expect(answer).toEqual(expected === undefined ? late : ['meaning']);
  });

  it('asks about the flag only where it is hybrid', async () => {
    const { search, asked } = degradable();
    await search({ mode: 'keyword' });
    expect(asked).not.toHaveBeenCalled();
    await search({ mode: 'hybrid' });
    expect(asked).toHaveBeenCalledWith('degraded-search');
  });
});
