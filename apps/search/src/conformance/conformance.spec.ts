import { type Filter, SEARCH_MODES, type ScoreParts, type SearchMode } from '@sigmalang/contracts';
import { measuringData, readCranfield } from '@sigmalang/lexicon';
import { BothEngines, type BothAnswers, type ConformanceQuery } from './both-engines';
import { type ConformanceDatabase, hasPgvector, openEmbedded, openServer } from './conformance-database';
import { DOCUMENTS, FILTERS, QUERIES } from './conformance-documents';

jest.setTimeout(600_000);

const databaseUrl = process.env['DATABASE_URL'];
const data = measuringData(process.env);

/** Scores to 6 decimals may differ by one in the last. */
const TOLERANCE = 1.000001e-6;

const PLACES: readonly (readonly [string, () => Promise<ConformanceDatabase>])[] = [
  ['PGlite', openEmbedded],
  ...(databaseUrl ? [['the server of DATABASE_URL', () => openServer(databaseUrl)] as const] : []),
];

/** What two answers differ in; none where they agree. */
function differences({ local, pgvector }: BothAnswers): string[] {
  const found: string[] = [];
  const compare = (what: string, a: unknown, b: unknown): void => {
    if (JSON.stringify(a) !== JSON.stringify(b)) found.push(`${what}: ${JSON.stringify(a)} is ${JSON.stringify(b)}`);
  };
  compare('ids', local.results.map(({ id }) => id), pgvector.results.map(({ id }) => id));
  compare('total', local.total, pgvector.total);
  compare('seq', local.seq, pgvector.seq);
  compare('terms', local.plan?.terms, pgvector.plan?.terms);
  compare('candidates', local.plan?.candidates, pgvector.plan?.candidates);
  for (const [i, a] of local.results.entries()) {
    const b = pgvector.results[i];
    if (a.id !== b?.id) continue;
    compare(`text of ${a.id}`, [a.text, a.highlights], [b.text, b.highlights]);
    expect(b.metadata).toEqual(a.metadata);
    if (Math.abs(a.score - b.score) > TOLERANCE) found.push(`score of ${a.id}: ${a.score} is ${b.score}`);
    compare(`parts of ${a.id}`, roughly(a.scores), roughly(b.scores));
  }
  return found;
}

/** Parts with scores to 5 decimals, in one order of keys. */
function roughly(parts: ScoreParts | undefined): unknown {
  const round = (score: number | undefined): number | undefined => (score === undefined ? undefined : Math.round(score * 1e5) / 1e5 + 0);
  const { keyword, keywordRank, terms, semantic, semanticRank } = parts ?? {};
  return { keyword: round(keyword), keywordRank, terms: terms?.map(({ term, frequency, score }) => ({ term, frequency, score: round(score) })), semantic: round(semantic), semanticRank };
}

async function disagreements(engines: BothEngines, queries: readonly ConformanceQuery[]): Promise<{ asked: ConformanceQuery; found: string[] }[]> {
  const all = [];
  for (const asked of queries) {
    const found = differences(await engines.search(asked));
    if (found.length > 0) all.push({ asked, found });
  }
  return all;
}

function asked(mode: SearchMode, filter?: Filter): ConformanceQuery[] {
  return QUERIES.map((query, i) => ({ query, mode, filter, topK: [10, 3, 100][i % 3] ?? 10, threshold: i % 7 === 0 ? 0.3 : i % 2 === 0 ? -1 : 0 }));
}

describe.each(PLACES)('the engines on %s', (place, open) => {
  let opened: ConformanceDatabase;
  let engines: BothEngines;
  let isThere = true;

  beforeAll(async () => {
    opened = await open();
    isThere = await hasPgvector(opened);
    if (!isThere) return;
    engines = new BothEngines(opened.database);
    await engines.open(24);
    const half = DOCUMENTS.length / 2;
    await engines.put(DOCUMENTS.slice(0, half));
    await engines.put(DOCUMENTS.slice(half));
  });
  afterAll(async () => {
    if (isThere) await engines.close();
    await opened.close();
  });

  /** A test that needs pgvector there; without it, it says so. */
  const check = (title: string, work: () => Promise<void>): void => {
    it(title, async () => {
      if (isThere) await work();
      else console.warn(`Not checked on ${place}: its PostgreSQL has no extension "vector" (Debian 12 has no package of pgvector)`);
    });
  };

  for (const mode of SEARCH_MODES) {
    check(`find the same by ${mode}, with and without filters`, async () => {
      for (const filter of FILTERS) expect(await disagreements(engines, asked(mode, filter))).toEqual([]);
    });
  }
});

if (!databaseUrl) {
  it.skip('the engines on a server are compared where DATABASE_URL names one that has pgvector', () => undefined);
}
if (!data) {
  it.skip('the engines are compared on Cranfield where SIGMALANG_DATA names the folder of measuring data', () => undefined);
}
void readCranfield;
