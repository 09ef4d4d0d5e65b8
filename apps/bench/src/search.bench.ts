import { ASSET_FILES, Lexicon, measuringData, TextEmbedder } from '@sigmalang/lexicon';
import { type RealTextDocument, realTextDocuments } from '@sigmalang/search/real-text-documents';
import type { SearchMode } from '@sigmalang/contracts';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GrowthTable } from './growth-table';
import { type MeasuredSearches, type SearchBody, SearchCaller } from './search-caller';
import { Fts5Peer, FloatScanPeer, type PeerAnswers } from './search-peers';
import { queriesFor } from './search-queries';
import { startProcess, type StartedProcess } from './started-process';

const SIZES = [10_000, 30_000, 100_000];
const COLLECTION = 'bench';
const BATCH = 500;
const WRITERS = 2;
const QUERIES = 200;
const WARM_UP = 20;
const CALLERS = 8;
const MODES: readonly SearchMode[] = ['hybrid', 'semantic', 'keyword', 'exact', 'fuzzy'];
const P95_GOALS: Partial<Record<SearchMode, number>> = { hybrid: 50, semantic: 8 };
const FILTERS = {
  '50 %': { key: 'parity', equals: 'even' },
  '1 %': { key: 'chapter', equals: 7 },
  '.1 %': { key: 'tag', equals: 'rare' },
};
const ASSET = join('dist/assets/lexicon', ASSET_FILES.int8);

/** What runs, what it holds, and where the figures go. */
interface Bench {
  readonly table: GrowthTable;
  readonly dataDir: string;
  readonly embedder: TextEmbedder;
  readonly fts5: Fts5Peer;
  readonly floats: FloatScanPeer;
}

/** Standalone on an empty folder: ingest, searches, memory, disk and restarts while a collection grows, beside peers on the same documents and queries. */
export default async function bench({ print }: { print: (line: string) => void }): Promise<void> {
  const data = measuringData(process.env);
  if (data === undefined) {
    print('SKIPPED: search needs the measuring data; set SIGMALANG_DATA to its folder');
    return;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'sigmalang-bench-search-'));
  try {
    const embedder = new TextEmbedder(Lexicon.load(ASSET));
    const table = new GrowthTable([0, ...SIZES]);
    await grow({ table, dataDir, embedder, fts5: new Fts5Peer(), floats: new FloatScanPeer(embedder.dimensions) }, data, print);
    table.lines().forEach(print);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function grow(bench: Bench, data: string, print: (line: string) => void): Promise<void> {
  const documents = [...realTextDocuments(data, SIZES.at(-1) ?? 0)];
  let standalone = await start(bench);
  bench.table.note('start to ready, empty folder', 0, standalone.readyMs / 1000, 's', { most: 6 });
  bench.table.note('memory at its peak in that start', 0, standalone.memory().peak, 'MB', { most: 1_200 });
  await standalone.stop();
  standalone = await start(bench); // what it took to make a database is gone
  noteMemory(bench, 0, standalone);
  await callerOf(standalone).create();
  for (const [i, size] of SIZES.entries()) {
    const fresh = documents.slice(SIZES[i - 1] ?? 0, size);
    await measureIngest(bench, standalone, size, fresh);
    await measureModes(bench, standalone, documents.slice(0, size));
    await measurePeers(bench, standalone, documents.slice(0, size), fresh);
    await measureFilters(bench, standalone, documents.slice(0, size));
    noteMemory(bench, size, standalone);
    await standalone.stop();
    noteDisk(bench, size);
    standalone = await start(bench);
    bench.table.note('start to ready, from snapshot', size, standalone.readyMs / 1000, 's', { most: 3 });
    bench.table.note('memory after that start', size, standalone.memory().now, 'MB');
    print(`${size.toLocaleString('en')} documents measured`);
  }
  await standalone.stop();
}

function start({ dataDir }: Bench): Promise<StartedProcess> {
  return startProcess('dist/apps/standalone/main.js', [], { METRICS_PORT: '0', PORT: '0', DATA_DIR: dataDir });
}

function callerOf({ ports }: StartedProcess): SearchCaller {
  return new SearchCaller(`http://127.0.0.1:${ports.get('HTTP is listening') ?? 0}`, COLLECTION);
}

async function measureIngest({ table, fts5 }: Bench, standalone: StartedProcess, size: number, fresh: readonly RealTextDocument[]): Promise<void> {
  const seconds = await callerOf(standalone).ingest(fresh, BATCH, WRITERS);
  table.note(`ingest of the last of them, ${WRITERS} callers`, size, fresh.length / seconds, 'documents/s', { least: 1_500, each: true });
  table.note('  peer: FTS5 in memory, without embeddings', size, fresh.length / fts5.add(fresh), 'documents/s');
}

/** Every mode, one caller and many. */
async function measureModes({ table }: Bench, standalone: StartedProcess, documents: readonly RealTextDocument[]): Promise<void> {
  const caller = callerOf(standalone);
  for (const mode of MODES) {
    const bodies = queriesFor(mode, documents, QUERIES + WARM_UP).map((query): SearchBody => ({ query, mode }));
    await caller.search(bodies.slice(0, WARM_UP));
    const one = await caller.search(bodies.slice(WARM_UP));
    const found = one.responses.filter(({ results }) => results.length > 0).length;
    table.note(`${mode}: queries with results`, documents.length, (100 * found) / QUERIES, '%');
    const goal = P95_GOALS[mode];
    table.note(`${mode}: p50 in the service`, documents.length, percentile(one.inService, 0.5), 'ms');
    table.note(`${mode}: p95 in the service`, documents.length, percentile(one.inService, 0.95), 'ms', goal === undefined ? undefined : { most: goal });
    noteEndToEnd(table, `${mode}, 1 caller`, documents.length, one);
    const many = await caller.search(bodies.slice(WARM_UP), CALLERS);
    noteEndToEnd(table, `${mode}, ${CALLERS} callers`, documents.length, many);
  }
}

function noteEndToEnd(table: GrowthTable, name: string, size: number, { times }: MeasuredSearches): void {
  table.note(`${name}: p50 end to end`, size, percentile(times, 0.5), 'ms');
  table.note(`${name}: p95 end to end`, size, percentile(times, 0.95), 'ms');
}

/** Recall of semantic search against a scan of all floats, and the time of that and of FTS5, as ratios to ours. */
async function measurePeers(bench: Bench, standalone: StartedProcess, documents: readonly RealTextDocument[], fresh: readonly RealTextDocument[]): Promise<void> {
  const { table, embedder, floats, fts5 } = bench;
  floats.add(
    fresh.map(({ id }) => id),
    fresh.map(({ text }) => embedder.embed(text)),
  );
  const sample = (mode: SearchMode): string[] => queriesFor(mode, documents, QUERIES + WARM_UP).slice(WARM_UP);
  const ours = async (mode: SearchMode): Promise<MeasuredSearches> =>
    callerOf(standalone).search(sample(mode).map((query) => ({ query, mode, highlight: false, threshold: mode === 'semantic' ? -1 : 0 })));

  const semantic = await ours('semantic');
  const exact = floats.search(sample('semantic').map((query) => embedder.embed(query)));
  table.note('semantic: recall@10 against all floats', documents.length, recall(exact, semantic), '0 to 1', { least: 0.95, each: true });
  noteRatio(table, 'semantic', 'a float scan in JavaScript', documents.length, exact, semantic);
  const keyword = await ours('keyword');
  noteRatio(table, 'keyword', 'FTS5 bm25', documents.length, fts5.search(sample('keyword')), keyword);
}

function noteRatio(table: GrowthTable, mode: string, peer: string, size: number, theirs: PeerAnswers, ours: MeasuredSearches): void {
  table.note(`${mode}: p50 of ${peer}`, size, percentile(theirs.times, 0.5), 'ms');
  table.note(`${mode}: p50 of it / ours in the service`, size, percentile(theirs.times, 0.5) / percentile(ours.inService, 0.5), 'times');
}

function recall({ ids }: PeerAnswers, { responses }: MeasuredSearches): number {
  const shares = ids.map((expected, i) => {
    const found = new Set(responses[i]?.results.map(({ id }) => id));
    return expected.filter((id) => found.has(id)).length / expected.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Hybrid searches of a part of the documents; throws where they give one that the filter does not let through. */
async function measureFilters({ table }: Bench, standalone: StartedProcess, documents: readonly RealTextDocument[]): Promise<void> {
  const queries = queriesFor('hybrid', documents, QUERIES / 2 + WARM_UP);
  for (const [share, filter] of Object.entries(FILTERS)) {
    const bodies = queries.map((query): SearchBody => ({ query, mode: 'hybrid', filter, threshold: -1 }));
    const { inService, responses } = await callerOf(standalone).search(bodies);
    const passes = documents.filter(({ metadata }) => Object.entries(metadata).some(([key, value]) => key === filter.key && value === filter.equals));
    const ids = new Set(passes.map(({ id }) => id));
    if (responses.some(({ results, total }) => total !== ids.size || results.some(({ id }) => !ids.has(id)))) throw new Error(`the filter of ${share} is wrong`);
    table.note(`hybrid, filter of ${share}: p95 in the service`, documents.length, percentile(inService.slice(WARM_UP), 0.95), 'ms', { most: 50 });
  }
}

function noteMemory({ table }: Bench, size: number, standalone: StartedProcess): void {
  const { now, peak } = standalone.memory();
  table.note('memory of the whole process', size, now, 'MB', { most: 1_200 });
  table.note('memory at its peak', size, peak, 'MB');
  if (size > 0) table.note('memory more than when empty, a document', size, ((now - table.value('memory of the whole process', 0)) * 1e6) / size, 'bytes');
}

/** What is on the disk, once it has stopped. */
function noteDisk({ table, dataDir }: Bench, size: number): void {
  for (const [name, folder] of [['database', 'postgres'], ['index', 'search']] as const) {
    const bytes = bytesUnder(join(dataDir, folder));
    table.note(`disk, ${name}`, size, bytes / 1e6, 'MB');
    table.note(`disk, ${name}, a document`, size, bytes / size, 'bytes');
  }
}

function bytesUnder(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0;
}
