import { ServiceError } from '@sigmalang/contracts';
import { openRequest, withRequest } from '@sigmalang/runtime';
import { DocumentStore } from '@sigmalang/storage';
import { BothEngines, type ConformanceDocument } from '../../conformance/both-engines';
import { type ConformanceDatabase, openEmbedded } from '../../conformance/conformance-database';
import { DOCUMENTS } from '../../conformance/conformance-documents';
import { disagreements } from '../../conformance/differences';
import { searchMetrics } from '../../search-metrics';

jest.setTimeout(300_000);

let opened: ConformanceDatabase;
let engines: BothEngines;

beforeAll(async () => {
  opened = await openEmbedded();
});
afterAll(() => opened.close());
beforeEach(async () => {
  engines = new BothEngines(opened.database, { mostCompared: 1_000 });
  await engines.open(24);
});
afterEach(() => engines.close());

/** All that is in the index of a collection, but for the numbers of rows, which tell how often documents were put. */
async function contents(): Promise<unknown> {
  const { id } = await engines.row();
  const all = async (statement: string): Promise<unknown[]> => opened.database.withConnection('test', async (client) => (await client.query<Record<string, unknown>>(statement, [id])).rows);
  return {
    sums: await all('select documents, stems, words, indexed_seq from search_collections where collection_id = $1'),
    documents: await all('select id, length, word_count, stems, words from search_documents where collection_id = $1 order by number'),
    terms: await all('select stem, s.id, t.length, frequency from search_terms t left join search_documents s using (collection_id, number) where t.collection_id = $1 order by stem, s.id'),
    words: await all('select word, length, letters, documents from search_words where collection_id = $1 order by word'),
    embeddings: await all('select generation, s.id, embedding from search_embeddings e left join search_documents s using (collection_id, number) where e.collection_id = $1 order by s.id'),
  };
}

async function rebuilds(reason: string): Promise<number> {
  const { values } = await searchMetrics.rebuilds.get();
  return values.find(({ labels }) => labels.reason === reason)?.value ?? Number.NaN;
}

async function inProgress(): Promise<number | undefined> {
  return (await searchMetrics.rebuildsInProgress.get()).values[0]?.value;
}

async function rowsLeft(id: number): Promise<number> {
  const tables = ['search_collections', 'search_documents', 'search_terms', 'search_words', 'search_embeddings'];
  const counts = tables.map((table) => `(select count(*) from ${table} where collection_id = ${id})`);
  return opened.database.withConnection('test', async (client) => Number((await client.query<{ left: string }>(`select ${counts.join(' + ')} as left`)).rows[0]?.left));
}

const texts = (count: number): ConformanceDocument[] =>
  Array.from({ length: count }, (_text, i) => ({ id: `d${i}`, text: `text ${i} of ${i % 7} and ${i % 13} words`, metadata: { i } }));

const failure = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (error: unknown) => error);

it('keeps in the index, after any writes, just what it makes anew of the documents that there are', async () => {
  await engines.put(DOCUMENTS);
  for (let round = 0; round < 4; round++) {
    await engines.put(DOCUMENTS.filter((_document, i) => i % 4 === round).map((document, i) => ({ ...document, text: DOCUMENTS[(i * 3 + round) % DOCUMENTS.length]?.text ?? '' })));
    for (const { id } of DOCUMENTS.filter((_document, i) => i % 9 === round)) await engines.remove(id);
  }
  const written = await contents();
  const { id } = await engines.row();
  await opened.database.withConnection('test', (client) => client.query('update search_collections set format = 0 where collection_id = $1', [id]));
  const before = await rebuilds('outdated');
  await engines.pgvector.catchUp();
  expect(await contents()).toEqual(written);
  expect((await rebuilds('outdated')) - before).toBe(1);
});

it('tells of an index that it makes anew while it does', async () => {
  await engines.put(texts(3));
  const { id } = await engines.row();
  await opened.database.withConnection('test', (client) => client.query('delete from search_collections where collection_id = $1', [id]));
  const [seen, read] = [[] as unknown[], DocumentStore.prototype.changesAfter];
  jest.spyOn(DocumentStore.prototype, 'changesAfter').mockImplementation(async function (this: DocumentStore, ...asked) {
    seen.push(await inProgress());
    return read.apply(this, asked);
  });
  const before = await rebuilds('nothing');
  await engines.pgvector.catchUp();
  jest.restoreAllMocks();
  expect([seen, await inProgress(), (await rebuilds('nothing')) - before]).toEqual([[1], 0, 1]);
});

it('says what a collection is behind that another engine wrote to, and finds it once it is indexed', async () => {
  await engines.put(texts(1_500).slice(0, 1_000), 'sqlite');
  await engines.put(texts(1_500).slice(1_000), 'sqlite');
  const error = await failure(engines.search({ query: 'text', mode: 'keyword' }));
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(/being indexed: change \d of 2/) as string });
  await engines.pgvector.catchUp();
  expect(await disagreements(engines, [{ query: 'text 7', mode: 'keyword' }, { query: 'text 7', mode: 'hybrid' }])).toEqual([]);
  const { pgvector } = await engines.search({ query: 'text', mode: 'keyword' });
  expect(pgvector.total).toBe(1_500);
});

it('makes the index anew where a backup was put in the place of the database, or a removal was forgotten that it has not seen', async () => {
  await engines.put(DOCUMENTS);
  const { id } = await engines.row();
  const run = (statement: string): Promise<unknown> => opened.database.withConnection('test', (client) => client.query(statement, [id]));
  for (const [change, column] of [['incarnation = gen_random_uuid()', 'incarnation'], ['indexed_seq = 0, pruned_seq = -1', 'pruned_seq']]) {
    const before = await contents();
    await run(`update search_collections set ${change ?? ''} where collection_id = $1`);
    await run("update search_words set documents = 99 where collection_id = $1 and word = 'lighthouse'");
    await run('update collections set pruned_seq = 1 where id = $1');
    expect({ column, error: await failure(engines.search({ query: 'lighthouse', mode: 'fuzzy' })) }).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    await engines.pgvector.catchUp();
    expect(await contents()).toEqual(before);
  }
});

it('asks a graph of neighbours for many vectors, which finds nearly all that comparing finds, with a filter too', async () => {
  const many = texts(1_200);
  await engines.put(many.slice(0, 600));
  await engines.put(many.slice(600));
  const ask = async (): Promise<string[][]> => {
    const queries = [{ query: 'text 5' }, { query: '7 words of 12' }, { query: 'text 900', filter: { key: 'i', range: { gte: 100 } } }];
    return Promise.all(queries.map(async (query) => (await engines.search({ ...query, mode: 'semantic', topK: 20, threshold: -1 })).pgvector.results.map(({ id }) => id)));
  };
  const compared = await ask();
  await engines.pgvector.catchUp();
  const { id } = await engines.row();
  const name = `search_embeddings_${id}_1`;
  const plan = await opened.database.withConnection('test', async (client) => {
    await client.query('set enable_seqscan = off'); // which is as good for so few
    const { rows } = await client.query<Record<string, string>>(
      `explain select number from search_embeddings where collection_id = ${id} and generation = 1 order by embedding::vector(24) <=> $1::vector limit 10`, [`[${'1,'.repeat(23)}1]`]);
    await client.query('reset enable_seqscan');
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  expect(plan).toContain(name);
  const asked = await ask();
  const shared = asked.flatMap((ids, i) => ids.filter((each) => compared[i]?.includes(each)));
  expect(shared.length).toBeGreaterThanOrEqual(0.95 * compared.flat().length);
  await engines.reembed(16);
  await engines.pgvector.catchUp();
  const names = await opened.database.withConnection('test', async (client) => (await client.query<{ indexname: string }>("select indexname from pg_indexes where indexname ~ '^search_embeddings_[0-9]'")).rows.map(({ indexname }) => indexname));
  expect(names).toEqual([`search_embeddings_${id}_2`]);
});

it('has the vectors of the next model there before they take the place of the others', async () => {
  await engines.put(texts(300));
  const { id } = await engines.row();
  const generations = async (): Promise<unknown> =>
    opened.database.withConnection('test', async (client) => (await client.query<Record<string, unknown>>('select generation, count(*)::int as vectors from search_embeddings where collection_id = $1 group by generation order by 1', [id])).rows);
  const finish = await engines.beginReembedding(16);
  expect(await generations()).toEqual([{ generation: 1, vectors: 300 }, { generation: 2, vectors: 300 }]);
  await engines.put([{ id: 'd7', text: 'changed meanwhile', metadata: {} }]);
  expect(await disagreements(engines, [{ query: 'text 7', mode: 'semantic' }])).toEqual([]);
  await finish();
  expect(await generations()).toEqual([{ generation: 2, vectors: 300 }]);
  expect(await disagreements(engines, [{ query: 'changed', mode: 'semantic' }])).toEqual([]);
});

it('removes what was indexed of a collection that is gone', async () => {
  await engines.put(DOCUMENTS);
  const { id } = await engines.row();
  await engines.collections.delete('conformance', engines.name);
  expect(await rowsLeft(id)).toBeGreaterThan(0);
  await engines.pgvector.catchUp();
  expect(await rowsLeft(id)).toBe(0);
});

it('has nothing left of a collection when that is erased', async () => {
  await engines.put(DOCUMENTS);
  const { id } = await engines.row();
  await engines.collections.delete('conformance', engines.name);
  await engines.pgvector.erased();
  expect(await rowsLeft(id)).toBe(0);
});

it('keeps nothing in the index of a write that fails', async () => {
  await engines.put(DOCUMENTS);
  const before = await contents();
  const { id, generation } = await engines.row();
  const failing = engines.documents.put(id, generation, [{ id: 'new', text: 'new', metadata: {}, embedding: new Float32Array(24) }], async (...change) => {
    await engines.pgvector.within(...change);
    throw new Error('after it was indexed');
  });
  await expect(failing).rejects.toThrow('after it was indexed');
  expect(await contents()).toEqual(before);
});

it('takes what is asked as text: tables are as before', async () => {
  await engines.put(DOCUMENTS);
  const before = await contents();
  for (const mode of ['exact', 'keyword', 'fuzzy', 'semantic', 'hybrid'] as const) {
    for (const query of ["'; DROP TABLE search_terms; --", "') OR (1=1", '$1', '\\', '{"a"}', 'NULL', "E'\\x27'"]) {
      await engines.search({ query, mode, filter: { not: { key: "a'b", in: [query, `"${query}"`, '{x,y}'] } } });
    }
  }
  expect(await contents()).toEqual(before);
});

it('refuses to wait for a change that there is none of', async () => {
  await engines.put(DOCUMENTS.slice(0, 2));
  const row = await engines.row();
  const query = { query: 'x', mode: 'keyword', topK: 1, threshold: 0, highlight: false, explain: false, weights: { keyword: 1, semantic: 1 } } as const;
  const embed = (): Promise<Float32Array> => Promise.reject(new Error('not needed'));
  await expect(engines.pgvector.search(row, query, embed, 2)).rejects.toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'minSeq' }] });
  await expect(engines.pgvector.search(row, query, embed, 1)).resolves.toMatchObject({ seq: 1 });
});

it('begins no search that nobody waits for any more', async () => {
  await engines.put(DOCUMENTS.slice(0, 2));
  const search = withRequest(openRequest(-1), () => failure(engines.search({ query: 'x', mode: 'keyword' })));
  expect(await search).toMatchObject({ code: 'TIMEOUT' });
});
