import { type Filter, SEARCH_MODES, type SearchMode } from '@sigmalang/contracts';
import { measuringData, readCranfield } from '@sigmalang/lexicon';
import { SeededGenerator } from '@sigmalang/vector';
import { BothEngines, type ConformanceQuery } from './both-engines';
import { type ConformanceDatabase, openEmbedded, openServer, serverHasPgvector } from './conformance-database';
import { DOCUMENTS, FILTERS, QUERIES } from './conformance-documents';
import { disagreements } from './differences';

jest.setTimeout(600_000);

const databaseUrl = process.env['DATABASE_URL'];
const data = measuringData(process.env);

const isServerAble = databaseUrl !== undefined && serverHasPgvector(databaseUrl);

const PLACES: readonly (readonly [string, () => Promise<ConformanceDatabase>])[] = [
  ['PGlite', openEmbedded],
  ...(databaseUrl !== undefined && isServerAble ? [['the server of DATABASE_URL', () => openServer(databaseUrl)] as const] : []),
];

function asked(mode: SearchMode, filter?: Filter, queries = QUERIES): ConformanceQuery[] {
  return queries.map((query, i) => ({ query, mode, filter, topK: [10, 3, 100][i % 3] ?? 10, threshold: i % 7 === 0 ? 0.3 : i % 2 === 0 ? -1 : 0 }));
}

/** Each query in two of the modes, with a filter in one of them. */
function askedInTurns(queries = QUERIES): ConformanceQuery[] {
  const modeOf = (i: number): SearchMode => SEARCH_MODES[i % SEARCH_MODES.length] ?? 'hybrid';
  return queries.flatMap((query, i) => [{ query, mode: modeOf(i) }, { query, mode: modeOf(i + 2), filter: FILTERS[2] }]);
}

describe.each(PLACES)('the engines on %s', (_place, open) => {
  let opened: ConformanceDatabase;
  let engines: BothEngines;

  beforeAll(async () => {
    opened = await open();
  });
  beforeEach(async () => {
    engines = new BothEngines(opened.database);
    await engines.open(24);
    const half = DOCUMENTS.length / 2;
    await engines.put(DOCUMENTS.slice(0, half));
    await engines.put(DOCUMENTS.slice(half));
  });
  afterEach(async () => {
    await engines.close();
  });
  afterAll(() => opened.close());

  for (const mode of SEARCH_MODES) {
    it(`find the same by ${mode}, with and without filters`, async () => {
      for (const filter of FILTERS) expect(await disagreements(engines, asked(mode, filter))).toEqual([]);
    });
  }

  it('find something by each mode, so that there is something to compare', async () => {
    for (const mode of SEARCH_MODES) {
      const answers = await Promise.all(QUERIES.map((query) => engines.search({ query, mode })));
      expect(answers.filter(({ pgvector }) => pgvector.results.length > 0).length).toBeGreaterThan(QUERIES.length / 3);
    }
  });

  it('find the same with other weights and lists of hybrid searches', async () => {
    for (const weights of [{ keyword: 1, semantic: 0 }, { keyword: 0, semantic: 1 }, { keyword: 0.5, semantic: 0.5 }]) {
      expect(await disagreements(engines, asked('hybrid').map((query) => ({ ...query, weights })))).toEqual([]);
    }
  });

  it('find the same after documents were put again, changed and removed', async () => {
    const random = new SeededGenerator('conformance', 1);
    const pick = (): number => random.nextBelow(DOCUMENTS.length);
    for (let round = 0; round < 8; round++) {
      const chosen = new Set([pick(), pick(), pick(), pick()]);
      await engines.put(DOCUMENTS.filter((_document, i) => chosen.has(i)).map((document) => ({ ...document, text: DOCUMENTS[pick()]?.text ?? '' })));
      await engines.remove(DOCUMENTS[pick()]?.id ?? '');
      expect(await disagreements(engines, askedInTurns(QUERIES.filter((_query, i) => i % 8 === round)))).toEqual([]);
    }
    expect(await disagreements(engines, askedInTurns())).toEqual([]);
  });

  it('find the same after all documents are gone, and after one came again', async () => {
    for (const { id } of DOCUMENTS) await engines.remove(id);
    expect(await disagreements(engines, askedInTurns())).toEqual([]);
    await engines.put(DOCUMENTS.slice(0, 1));
    expect(await disagreements(engines, askedInTurns())).toEqual([]);
  });

  it('find the same by the embeddings of another model', async () => {
    await engines.reembed(40);
    expect(await disagreements(engines, askedInTurns())).toEqual([]);
    await engines.put(DOCUMENTS.slice(0, 5).map((document) => ({ ...document, text: `${document.text} lighthouse` })));
    expect(await disagreements(engines, askedInTurns())).toEqual([]);
  });

  it('find the same where another engine wrote in between', async () => {
    await engines.put(DOCUMENTS.slice(3, 9).map((document) => ({ ...document, text: `${document.text} again` })), 'sqlite');
    await engines.remove('search', 'sqlite');
    await engines.pgvector.catchUp();
    await engines.put(DOCUMENTS.slice(0, 2));
    expect(await disagreements(engines, askedInTurns())).toEqual([]);
    await engines.reembed(40, 'sqlite');
    await engines.pgvector.catchUp();
    expect(await disagreements(engines, askedInTurns())).toEqual([]);
  });

  if (data) {
    it('find the same on 400 abstracts of Cranfield by 60 of its queries', async () => {
      const { documents, queries } = readCranfield(data);
      await engines.put(documents.slice(0, 400).map(({ id, text }, i) => ({ id, text, metadata: { year: 1950 + (i % 20), kind: 'abstract' } })));
      const texts = queries.slice(0, 60).map(({ text }) => text);
      const typos = texts.map((text) => text.replace(/(\w{3})(\w)(\w)/g, '$1$3$2'));
      const phrases = documents.slice(0, 400).filter((_document, i) => i % 20 === 0).map(({ text }) => text.split(' ').slice(20, 23).join(' '));
      expect(await disagreements(engines, SEARCH_MODES.flatMap((mode) => [...asked(mode, undefined, texts), ...asked(mode, FILTERS[2], texts.slice(0, 12))]))).toEqual([]);
      expect(await disagreements(engines, asked('fuzzy', undefined, typos))).toEqual([]);
      expect(await disagreements(engines, asked('exact', undefined, phrases))).toEqual([]);
    });
  }
});

if (databaseUrl === undefined) it.skip('the engines are compared on a server where DATABASE_URL names one that has pgvector', () => undefined);
else if (!isServerAble) it.skip('the engines are NOT compared on the server of DATABASE_URL: its PostgreSQL has no extension "vector" (Debian 12 has no package of pgvector)', () => undefined);
if (!data) it.skip('the engines are compared on Cranfield where SIGMALANG_DATA names the folder of measuring data', () => undefined);
