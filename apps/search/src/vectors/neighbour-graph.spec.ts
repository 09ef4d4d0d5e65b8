import { SeededGenerator } from '@sigmalang/vector';
import { fstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NeighbourGraph } from './neighbour-graph';
import { bitmapOf, emptyBitmap, setRow } from './row-bitmap';
import { VectorIndex } from './vector-index';

const DIMENSIONS = 32;
const ROWS = 2_000;

describe('a graph of neighbours', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graph-'));
  const random = new SeededGenerator('graph');
  const embeddings = Array.from({ length: ROWS + 300 }, () => Float32Array.from({ length: DIMENSIONS }, () => random.nextGaussian()));
  const at = (row: number) => embeddings[row] ?? new Float32Array(DIMENSIONS);
  const queries = Array.from({ length: 50 }, () => Float32Array.from({ length: DIMENSIONS }, () => random.nextGaussian()));
  const graph = NeighbourGraph.empty(DIMENSIONS);
  for (let row = 0; row < ROWS; row += 100) {
    const rows = Array.from({ length: 100 }, (_, i) => row + i);
    graph.add(rows, Float32Array.from(rows.flatMap((r) => [...at(r)])));
  }
  afterAll(() => rmSync(folder, { recursive: true }));

  const filled = (rows: number) => {
    const index = new VectorIndex(DIMENSIONS, at);
    for (let row = 0; row < rows; row++) index.add(row, at(row));
    return index;
  };
  /** Share of the exact nearest that are found by a graph. */
  const recall = (index: VectorIndex, allowed?: Uint8Array): number => {
    let found = 0;
    for (const query of queries) {
      const exact = new Set(index.nearest(query, 10, allowed, 'scan').rows);
      const near = index.nearest(query, 10, allowed, 'graph');
      expect(near.plan).toBe('hnsw');
      for (const [i, row] of near.rows.entries()) expect(near.scores[i]).toBe(index.cosine(row, query));
      found += near.rows.filter((row) => exact.has(row)).length;
    }
    return found / (10 * queries.length);
  };

  it('finds nearly all of the nearest rows, with exact scores', () => {
    const index = filled(ROWS);
    index.adopt(graph);
    expect(recall(index)).toBeGreaterThanOrEqual(0.95);
  });

  it('is the same when it is opened from a file', () => {
    graph.save(join(folder, 'good'));
    const loaded = NeighbourGraph.load(join(folder, 'good'), DIMENSIONS, ROWS);
    expect([loaded.size, loaded.rows]).toEqual([ROWS, ROWS]);
    for (const query of queries) expect(loaded.near(query, 10)).toEqual(graph.near(query, 10));
  });

  it('finds rows that were added since, and none that were removed', () => {
    const index = filled(ROWS + 300);
    index.adopt(graph);
    const removed = queries.slice(0, 25).map((query) => index.nearest(query, 1).rows[0] ?? 0);
    for (const row of removed) index.remove(row);
    expect(recall(index)).toBeGreaterThanOrEqual(0.95);
    for (const query of queries) for (const row of removed) expect(index.nearest(query, 10, undefined, 'graph').rows).not.toContain(row);
    const young = queries.flatMap((query) => [...index.nearest(query, 10, undefined, 'graph').rows].filter((row) => row >= ROWS));
    expect(young.length).toBeGreaterThan(10);
    expect(index.nearest(at(ROWS + 5), 1, undefined, 'graph').rows).toEqual(Uint32Array.of(ROWS + 5));
  });

  it('finds only what is allowed', () => {
    const index = filled(ROWS + 300);
    index.adopt(graph);
    const allowed = emptyBitmap(ROWS + 300);
    for (let row = 0; row < ROWS + 300; row += 2) setRow(allowed, row);
    expect(recall(index, allowed)).toBeGreaterThanOrEqual(0.95);
    for (const query of queries) expect(index.nearest(query, 10, allowed, 'graph').rows.every((row) => row % 2 === 0)).toBe(true);
  });

  it('gives way to a scan where it proposes too few', () => {
    const index = filled(ROWS);
    index.adopt(graph);
    const query = queries[0] ?? at(0);
    const farthest = index.nearest(query, ROWS, undefined, 'scan').rows.slice(-3);
    const found = index.nearest(query, 3, bitmapOf(ROWS, farthest), 'graph');
    expect([found.rows, found.plan, found.total]).toEqual([farthest, 'scan', 3]);
  });

  it('is empty without rows', () => {
    expect(NeighbourGraph.empty(4).near(Float32Array.of(1, 0, 0, 0), 5)).toEqual(new Uint32Array());
  });

  it.each([
    ['that is not there', 'none', DIMENSIONS, ROWS, 'foreign'],
    ['that is something else', 'text', DIMENSIONS, ROWS, 'foreign'],
    ['of other dimensions', 'good', DIMENSIONS / 2, ROWS, 'foreign'],
    ['of more rows than there are', 'good', DIMENSIONS, ROWS - 1, 'corrupt'],
  ])('refuses a file %s', (_what, file, dimensions, rows, fault) => {
    writeFileSync(join(folder, 'text'), 'no graph at all, '.repeat(100));
    const input = fstatSync(0);
    expect(() => NeighbourGraph.load(join(folder, file), dimensions, rows)).toThrow(expect.objectContaining({ fault }) as Error);
    const { dev, ino } = fstatSync(0);
    expect({ dev, ino }).toEqual({ dev: input.dev, ino: input.ino });
  });
});
