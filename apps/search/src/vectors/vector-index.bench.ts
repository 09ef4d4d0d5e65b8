import { ASSET_FILES, Lexicon, TextEmbedder } from '@sigmalang/lexicon';
import { activeKernels, allocateRoom, SeededGenerator } from '@sigmalang/vector';
import { readFileSync } from 'node:fs';
import { memoryUsage } from 'node:process';
import { exactCosine } from './exact-cosine';
import { NeighbourGraph } from './neighbour-graph';
import { emptyBitmap, setRow } from './row-bitmap';
import { VectorIndex, type NearestRows } from './vector-index';
import type { VectorStrategy } from './vector-planner';

type Print = (line: string) => void;

const QUERIES = 100;
const COUNTS = [10, 100];
const SHARES = [0.001, 0.01, 0.1, 0.5, 1];

/** Sizes to measure at, and up to which a graph is built; others by `VECTOR_ROWS` and `VECTOR_GRAPH_ROWS`. */
const SIZES = (process.env['VECTOR_ROWS'] ?? '10000,30000,100000,300000').split(',').map(Number);
const MOST_IN_GRAPH = Number(process.env['VECTOR_GRAPH_ROWS'] ?? 300_000);

/** Embeddings one after the other, those of queries last. */
interface Embeddings {
  readonly name: string;
  readonly dimensions: number;
  readonly values: Float32Array;
}

/** Measures time, recall against exact cosines and memory of scans and graphs at growing sizes. */
export default function measureVectorIndex({ print }: { print: Print }): Promise<void> {
  print(`vector index: kernels ${activeKernels.name}, ${QUERIES} queries each`);
  const most = Math.max(...SIZES) + QUERIES;
  const data = process.env['SIGMALANG_DATA'];
  if (data) measureSizes(realEmbeddings(data, most), SIZES, print);
  else print('SKIPPED: embeddings of text need the measuring data; set SIGMALANG_DATA to its folder');
  for (const dimensions of [100, 256, 768]) measureSizes(clusteredEmbeddings(most, dimensions), SIZES, print);
  return Promise.resolve();
}

function measureSizes(embeddings: Embeddings, sizes: readonly number[], print: Print): void {
  for (const size of sizes) measureSize(embeddings, size, (line) => print(`${embeddings.name} x ${embeddings.dimensions}, ${size} rows: ${line}`));
}

function measureSize({ dimensions, values }: Embeddings, size: number, print: Print): void {
  const at = (row: number) => values.subarray(row * dimensions, (row + 1) * dimensions);
  const queries = Array.from({ length: QUERIES }, (_, q) => at(values.length / dimensions - 1 - q));
  let reads = 0;
  const before = memoryUsage().rss;
  const start = performance.now();
  const index = new VectorIndex(dimensions, (row) => {
    reads++;
    return at(row);
  });
  for (let row = 0; row < size; row++) index.add(row, at(row));
  const added = performance.now() - start;
  print(`added in ${((added * 1_000) / size).toFixed(2)} us a row, ${(index.bytes / size).toFixed(0)} bytes a row, ${((memoryUsage().rss - before) / size).toFixed(0)} resident`);
  const ceiling = ceilingOf(dimensions, size);
  const truth = queries.map((query) => exactScores(query, values.subarray(0, size * dimensions)));
  for (const count of COUNTS) {
    reads = 0;
    const recall = recallOf(truth, count, queries.map((query) => index.nearest(query, count, undefined, 'scan')));
    const readsEach = (reads / QUERIES).toFixed(0);
    const { text, median } = timesOf((q) => index.nearest(queries[q] ?? at(0), count, undefined, 'scan'));
    print(`scan @${count}: ${text}, ${(median / ceiling).toFixed(2)} of the products alone, recall ${recall.toFixed(4)}, ${readsEach} embeddings read`);
  }
  printFiltered(index, size, queries, print);
  if (size <= MOST_IN_GRAPH) printGraph(index, size, queries, truth, at, print);
  index.close();
}

/** Milliseconds of the products of bytes alone. */
function ceilingOf(dimensions: number, size: number): number {
  const rooms = [allocateRoom(size * dimensions), allocateRoom(4 * size)] as const;
  const table = new Int8Array(rooms[0].buffer, rooms[0].byteOffset, size * dimensions).fill(3);
  const products = new Int32Array(rooms[1].buffer, rooms[1].byteOffset, size);
  const query = new Int8Array(dimensions).fill(5);
  const { median } = timesOf(() => activeKernels.dotInt8ToMany(query, table, products));
  for (const room of rooms) activeKernels.release(room);
  return median;
}

function printFiltered(index: VectorIndex, size: number, queries: readonly Float32Array[], print: Print): void {
  const query = (q: number) => queries[q] ?? new Float32Array(index.dimensions);
  for (const share of SHARES) {
    const random = new SeededGenerator(`filter ${share}`);
    const allowed = emptyBitmap(size);
    for (let row = 0; row < size; row++) if (random.nextUniform() < share) setRow(allowed, row);
    const ways = (['scan', 'gather'] as const).map((strategy) => `${strategy} ${timesOf((q) => index.nearest(query(q), 10, allowed, strategy)).text}`);
    print(`filter of ${share * 100} %: ${ways.join('; ')}; planned ${timesOf((q) => index.nearest(query(q), 10, allowed)).text}`);
  }
}

function printGraph(
  index: VectorIndex,
  size: number,
  queries: readonly Float32Array[],
  truth: readonly Float32Array[],
  at: (row: number) => Float32Array,
  print: Print,
): void {
  const before = memoryUsage().rss;
  const start = performance.now();
  const graph = NeighbourGraph.empty(index.dimensions);
  for (let row = 0; row < size; row += 100) {
    const rows = Array.from({ length: Math.min(100, size - row) }, (_, i) => row + i);
    const block = new Float32Array(rows.length * index.dimensions);
    rows.forEach((r, i) => block.set(at(r), i * index.dimensions));
    graph.add(rows, block);
  }
  const took = performance.now() - start;
  print(`hnsw built in ${(took / size).toFixed(3)} s per 1,000 rows, ${((memoryUsage().rss - before) / size).toFixed(0)} bytes a row resident`);
  index.adopt(graph);
  const strategy: VectorStrategy = 'graph';
  for (const count of COUNTS) {
    const recall = recallOf(truth, count, queries.map((query) => index.nearest(query, count, undefined, strategy)));
    const { text } = timesOf((q) => index.nearest(queries[q] ?? at(0), count, undefined, strategy));
    print(`hnsw @${count}: ${text}, recall ${recall.toFixed(4)}`);
  }
  index.adopt(undefined);
}

/** The 100 highest cosines to a query, rounded as scores are. */
function exactScores(query: Float32Array, rows: Float32Array): Float32Array {
  const { length: dimensions } = query;
  const products = new Float32Array(rows.length / dimensions);
  activeKernels.dotFloat32ToMany(query, rows, products);
  return Float32Array.from(activeKernels.largest(products, 100), (row) => exactCosine(rows.subarray(row * dimensions, (row + 1) * dimensions), query));
}

/** Share of what was found that is as near as the exact nearest, so that one of several equal ones is as good as another. */
function recallOf(truth: readonly Float32Array[], count: number, found: readonly NearestRows[]): number {
  const hits = found.map(({ scores }, q) => scores.filter((score) => Math.fround(score) >= (truth[q]?.[count - 1] ?? 0)).length);
  return hits.reduce((sum, each) => sum + each, 0) / (count * found.length);
}

function timesOf(action: (call: number) => unknown): { median: number; text: string } {
  for (let call = 0; call < 5; call++) action(call);
  const times = Array.from({ length: QUERIES }, (_, call) => {
    const start = performance.now();
    action(call);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const [median = 0, late = 0] = [times[QUERIES >> 1], times[Math.floor(QUERIES * 0.95)]];
  return { median, text: `p50 ${median.toFixed(2)} ms, p95 ${late.toFixed(2)} ms` };
}

/** Of texts made of halves of sentences of two books, put together anew. */
function realEmbeddings(data: string, count: number): Embeddings {
  const embedder = new TextEmbedder(Lexicon.load(`dist/assets/lexicon/${ASSET_FILES.int8}`));
  const sentences = ['alice29.txt', 'asyoulik.txt'].flatMap((file) => readFileSync(`${data}/texts/${file}`, 'latin1').split(/[.!?;]\s/));
  const random = new SeededGenerator('texts');
  const part = () => {
    const words = (sentences[random.nextBelow(sentences.length)] ?? '').split(/\s+/);
    const middle = words.length >> 1;
    return (random.nextBelow(2) ? words.slice(middle) : words.slice(0, middle)).join(' ');
  };
  const values = new Float32Array(count * embedder.dimensions);
  for (let row = 0; row < count; row++) {
    const text = Array.from({ length: 2 + random.nextBelow(6) }, part).join(' ');
    values.set(embedder.embed(text), row * embedder.dimensions);
  }
  return { name: 'texts', dimensions: embedder.dimensions, values };
}

/** Around a thousand random centres. */
function clusteredEmbeddings(count: number, dimensions: number): Embeddings {
  const random = new SeededGenerator(`clusters ${dimensions}`);
  const normal = () => [0, 0, 0, 0].reduce((sum) => sum + random.nextUniform() - 0.5, 0);
  const centres = Float32Array.from({ length: 1_000 * dimensions }, normal);
  const values = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const centre = random.nextBelow(1_000) * dimensions;
    let squares = 0;
    for (let i = 0; i < dimensions; i++) {
      const value = (centres[centre + i] ?? 0) + 0.7 * normal();
      values[row * dimensions + i] = value;
      squares += value * value;
    }
    const scale = 1 / Math.sqrt(squares);
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) values[i] = (values[i] ?? 0) * scale;
  }
  return { name: 'clusters', dimensions, values };
}
