import { type Filter, SEARCH_MODES } from '@sigmalang/contracts';
import { measuringData } from '@sigmalang/lexicon';
import { BothEngines, type ConformanceDocument } from '../../conformance/both-engines';
import { type ConformanceDatabase, hasPgvector, openEmbedded, openServer } from '../../conformance/conformance-database';
import { embedText } from '../../conformance/made-embeddings';
import { realTextDocuments } from '../../evaluation/real-text-documents';
import type { EngineQuery } from '../search-engine';

/** Where a benchmark writes what it measured. */
export interface BenchOutput {
  readonly print: (line: string) => void;
}

const SIZES = [1_000, 10_000];
const BATCH = 1_000;
const DIMENSIONS = 100;
const QUERIES = 40;
const FILTERS: readonly (readonly [string, Filter | undefined])[] = [['', undefined], [', of 1 % by a filter', { key: 'chapter', equals: 7 }]];

/** Prints how fast documents are written and found in PostgreSQL with pgvector: in PGlite, and on the server that DATABASE_URL names, where it has the extension. */
export default async function benchPgvectorEngine({ print }: BenchOutput): Promise<void> {
  const data = measuringData(process.env);
  if (data === undefined) {
    print('skipped: SIGMALANG_DATA does not name the folder of measuring data');
    return;
  }
  const documents = [...realTextDocuments(data, Math.max(...SIZES))];
  await measure(print, 'PGlite', await openEmbedded(), documents);
  const databaseUrl = process.env['DATABASE_URL'];
  if (databaseUrl === undefined) {
    print('server: skipped, DATABASE_URL names none');
    return;
  }
  const server = await openServer(databaseUrl);
  if (await hasPgvector(server)) await measure(print, 'server', server, documents);
  else {
    print('server: skipped, its PostgreSQL has no extension "vector"');
    await server.close();
  }
}

async function measure(print: BenchOutput['print'], where: string, opened: ConformanceDatabase, documents: readonly ConformanceDocument[]): Promise<void> {
  const engines = new BothEngines(opened.database);
  await engines.open(DIMENSIONS);
  let written = 0;
  for (const size of SIZES) {
    const from = written;
    const [ms, cpuMs] = await write(engines, documents.slice(from, size));
    await engines.pgvector.catchUp();
    written = size;
    print(`${where}, ${size} documents: the last ${size - from} written and searchable at ${Math.round(((size - from) / ms) * 1_000)} documents/s (${(cpuMs / (size - from)).toFixed(2)} ms of CPU each), ${BATCH} a call; ${await bytesOf(opened, size)}`);
    for (const mode of SEARCH_MODES) {
      for (const [what, filter] of FILTERS) print(`  ${mode}${what}: ${await latencies(engines, { mode, filter }, documents)}`);
    }
  }
  await engines.close();
  await opened.close();
}

/** Milliseconds, and those of CPU in this process, of writing documents whose embeddings are there. */
async function write(engines: BothEngines, documents: readonly ConformanceDocument[]): Promise<[number, number]> {
  const { id, generation } = await engines.row();
  let [total, cpu] = [0, 0];
  for (let from = 0; from < documents.length; from += BATCH) {
    const batch = documents.slice(from, from + BATCH).map((document) => ({ ...document, embedding: embedText(document.text, DIMENSIONS) }));
    const [started, before] = [performance.now(), process.cpuUsage()];
    await engines.documents.put(id, generation, batch, engines.pgvector.within);
    total += performance.now() - started;
    cpu += cpuMsSince(before);
  }
  return [total, cpu];
}

async function latencies(engines: BothEngines, asked: Pick<EngineQuery, 'mode' | 'filter'>, documents: readonly ConformanceDocument[]): Promise<string> {
  const row = await engines.row();
  const times: number[] = [];
  let cpu = 0;
  for (let i = 0; i < QUERIES; i++) {
    const words = (documents[i * 23]?.text ?? '').split(' ');
    const query = words.slice(0, asked.mode === 'exact' ? 3 : 8).join(' ');
    const embedding = embedText(query, DIMENSIONS);
    const [started, before] = [performance.now(), process.cpuUsage()];
    await engines.pgvector.search(row, { query, topK: 10, threshold: 0, highlight: true, explain: false, weights: { keyword: 0.7, semantic: 0.3 }, ...asked }, () => Promise.resolve(embedding));
    times.push(performance.now() - started);
    cpu += cpuMsSince(before);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(share * times.length)] ?? NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, ${(cpu / QUERIES).toFixed(1)} ms of CPU`;
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

async function bytesOf({ database }: ConformanceDatabase, documents: number): Promise<string> {
  const tables = ['search_documents', 'search_terms', 'search_words', 'search_embeddings', 'documents', 'embeddings'];
  const sizes = await database.withConnection('bench', async (client) => {
    const { rows } = await client.query<{ table: string; bytes: string }>('select name as table, pg_total_relation_size(name::regclass) as bytes from unnest($1::text[]) as name', [tables]);
    return rows.map(({ table, bytes }) => `${table} ${Math.round(Number(bytes) / documents)}`);
  });
  return `bytes a document: ${sizes.join(', ')}`;
}
