import { SEARCH_MODES, type Filter, type SearchMode } from '@sigmalang/contracts';
import { measuringData } from '@sigmalang/lexicon';
import { SeededGenerator } from '@sigmalang/vector';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuUsage, memoryUsage } from 'node:process';
import type { EngineQuery, IndexedDocument } from '../engine/search-engine';
import { realTextDocuments } from '../evaluation/real-text-documents';
import type { LocalIndex } from './local-index';
import { openIndex } from './open-index';
import { finishSnapshot } from './snapshot';

const SIZES = [10_000, 30_000, 100_000];
const DIMENSIONS = 100;
const GROUP = 1_000;
const QUERIES = 200;

/** Filters by the share of documents that they let through. */
const FILTERS: readonly (readonly [share: string, filter: Filter | undefined])[] = [
  ['no filter', undefined],
  ['.1 %', { key: 'thousandth', equals: 7 }],
  ['1 %', { key: 'thousandth', range: { lt: 10 } }],
  ['10 %', { key: 'tags', equals: 't3' }],
  ['50 %', { key: 'even', equals: true }],
  ['100 %', { and: [{ key: 'source', exists: true }, { not: { key: 'thousandth', equals: -1 } }] }],
];

/** Measures what making, searching, saving and opening a local index costs, at three sizes. */
export default function measureLocalIndex({ print }: { print: (line: string) => void }): Promise<void> {
  const data = measuringData(process.env);
  if (data === undefined) {
    print('local index: not measured without SIGMALANG_DATA');
    return Promise.resolve();
  }
  for (const size of SIZES) measure(data, size, print);
  return Promise.resolve();
}

function measure(data: string, size: number, print: (line: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'sigmalang-bench-'));
  const say = (line: string): void => print(`local index of ${size}: ${line}`);
  try {
    const documents = withEmbeddings(data, size);
    globalThis.gc?.();
    const before = memoryUsage().rss;
    const { index } = openIndex(folder, DIMENSIONS);
    fill(index, documents, say);
    sayMemory(index, before, say);
    const queries = questions(documents);
    for (const mode of SEARCH_MODES) for (const [share, filter] of FILTERS) say(`${mode}, ${share}: ${timesOf(index, queries, mode, filter)}`);
    snapshot(index, folder, say);
    index.close();
    open(folder, say);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fill(index: LocalIndex, documents: readonly IndexedDocument[], say: (line: string) => void): void {
  const [slowest, cpu, started] = [{ ms: 0 }, cpuUsage(), performance.now()];
  for (let i = 0; i < documents.length; i += GROUP) {
    const at = performance.now();
    index.apply({ seq: i / GROUP + 1, put: documents.slice(i, i + GROUP), removed: [] });
    slowest.ms = Math.max(slowest.ms, performance.now() - at);
  }
  const seconds = (performance.now() - started) / 1000;
  const ofCpu = (documents.length / cpuMs(cpu)) * 1000;
  say(`${(documents.length / seconds).toFixed(0)} documents/s without embedding them (goal: 8,000), ${ofCpu.toFixed(0)} a second of a processor, ${GROUP} in ${slowest.ms.toFixed(0)} ms at most`);
}

function sayMemory(index: LocalIndex, before: number, say: (line: string) => void): void {
  globalThis.gc?.();
  const { documents, diskBytes, memoryBytes } = index.stats();
  const each = (bytes: number): string => (bytes / documents).toFixed(0);
  const { keywords, vectors, values } = memoryBytes;
  say(`a document takes ${each(diskBytes)} bytes on disk, ${each(memoryUsage().rss - before)} resident, of which stems ${each(keywords)}, vectors ${each(vectors)}, metadata ${each(values)}`);
}

function snapshot(index: LocalIndex, folder: string, say: (line: string) => void): void {
  const [cpu, started] = [cpuUsage(), performance.now()];
  const draft = index.beginSnapshot();
  const [begun, ofCpu] = [performance.now(), cpuMs(cpu)];
  finishSnapshot(draft);
  index.endSnapshot();
  const [name = ''] = readdirSync(folder).filter((each) => each.startsWith('snapshot-'));
  const files = readdirSync(join(folder, name)).map((file) => `${file} ${(statSync(join(folder, name, file)).size / 1e6).toFixed(1)} MB`);
  say(`snapshot keeps the index for ${(begun - started).toFixed(0)} ms (${ofCpu.toFixed(0)} of a processor), and another thread for ${(performance.now() - begun).toFixed(0)} ms: ${files.join(', ')}`);
}

function open(folder: string, say: (line: string) => void): void {
  const [cpu, started] = [cpuUsage(), performance.now()];
  const { index, from } = openIndex(folder, DIMENSIONS);
  say(`opened from ${from} in ${(performance.now() - started).toFixed(0)} ms (goal: 1,000), ${cpuMs(cpu).toFixed(0)} of a processor`);
  index.close();
}

/** Median and 95th percentile of a search. */
function timesOf(index: LocalIndex, queries: readonly EngineQuery[], mode: SearchMode, filter: Filter | undefined): string {
  const cpu = cpuUsage();
  const times = queries.map((query) => {
    const started = performance.now();
    index.search({ ...query, mode, filter });
    return performance.now() - started;
  });
  const mean = cpuMs(cpu) / times.length;
  times.splice(0, 20);
  times.sort((a, b) => a - b);
  return `p50 ${times[times.length >> 1]?.toFixed(2) ?? ''} ms, p95 ${times[Math.floor(times.length * 0.95)]?.toFixed(2) ?? ''} ms; ${mean.toFixed(2)} ms of a processor on average`;
}

/** Milliseconds of processors since `before`, which other programs of the machine do not change much. */
function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = cpuUsage(before);
  return (user + system) / 1000;
}

/** Documents of real text with embeddings in a few hundred directions, as those of texts lie, and metadata. */
function withEmbeddings(data: string, size: number): IndexedDocument[] {
  const random = new SeededGenerator('bench-embeddings');
  const topics = Array.from({ length: 300 }, () => gaussian(random, 1));
  return Array.from(realTextDocuments(data, size), ({ id, text }, i) => {
    const topic = topics[random.nextBelow(topics.length)] ?? new Float32Array(DIMENSIONS);
    const metadata = { source: 'made', thousandth: i % 1_000, even: i % 2 === 0, tags: [`t${i % 10}`, 'all'] };
    return { id, text, metadata, seq: Math.floor(i / GROUP) + 1, embedding: unit(gaussian(random, 0.8).map((value, d) => value + (topic[d] ?? 0))) };
  });
}

/** Queries of 2 to 8 words, one after another in a text, with an embedding near that of the text. */
function questions(documents: readonly IndexedDocument[]): EngineQuery[] {
  const random = new SeededGenerator('bench-queries');
  return Array.from({ length: QUERIES }, () => {
    const { text, embedding } = documents[random.nextBelow(documents.length)] as IndexedDocument;
    const words = text.split(/\s+/);
    const from = random.nextBelow(Math.max(1, words.length - 8));
    const query = words.slice(from, from + 2 + random.nextBelow(7)).join(' ');
    const near = unit(gaussian(random, 0.1).map((value, d) => value + (embedding[d] ?? 0)));
    return { query, mode: 'hybrid', topK: 10, threshold: 0, highlight: true, explain: false, embedding: near, weights: { keyword: 0.7, semantic: 0.3 } };
  });
}

function gaussian(random: SeededGenerator, deviation: number): Float32Array {
  return Float32Array.from({ length: DIMENSIONS }, () => deviation * random.nextGaussian());
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
