import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineQuery } from '../engine/search-engine';
import { DIMENSIONS, MadeChanges } from './evaluation/made-changes';
import { AnswerTooLargeError, IndexNotOpenError } from './index-error';
import { indexProgram } from './index-program';
import openIndexes, { type IndexTasks } from './index-worker';

let base: string;
let tasks: IndexTasks;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sigmalang-indexes-'));
  tasks = openIndexes();
});
afterEach(() => {
  for (const key of ['1-1', '2-1']) tasks.close({ key });
  rmSync(base, { recursive: true, force: true });
});

const query: EngineQuery = { query: 'search documents', mode: 'keyword', topK: 5, threshold: 0, highlight: true, explain: true, weights: { keyword: 0.7, semantic: 0.3 } };

function open(key: string): ReturnType<IndexTasks['open']> {
  return tasks.open({ key, folder: join(base, key), dimensions: DIMENSIONS });
}

function fill(key: string, seed: number, rounds: number): void {
  const made = new MadeChanges(seed, 300);
  for (let seq = 1; seq <= rounds; seq++) tasks.apply({ key, changes: made.next(80) });
}

describe('a thread of indexes', () => {
  it('keeps indexes apart by their keys', () => {
    for (const [key, seed] of [['1-1', 1], ['2-1', 2]] as const) {
      expect(open(key)).toEqual({ seq: 0, from: 'nothing', damaged: 0 });
      fill(key, seed, 3);
    }
    const [one, two] = ['1-1', '2-1'].map((key) => tasks.search({ key, query }));
    expect(one?.results.length).toBe(5);
    expect(one).not.toEqual(two);
    expect(readdirSync(base).sort()).toEqual(['1-1', '2-1']);
  });

  it.each(['keyword', 'exact', 'semantic', 'hybrid', 'fuzzy'] as const)('refuses a search of mode %s that finds more than an answer holds, and tells its caller so', (mode) => {
    const embedding = Float32Array.from({ length: DIMENSIONS }, () => DIMENSIONS ** -0.5);
    const documents = [0, 1, 2].map((i) => ({ id: `${i}`, text: 'word é', metadata: {}, embedding, seq: i + 1 }));
    const search = (mostBytes: number): unknown =>
      tasks.searchCorpus({ documents, dimensions: DIMENSIONS, query: { ...query, query: 'word', mode, embedding, mostBytes } });
    expect(search(21)).toMatchObject({ results: [{}, {}, {}] });
    expect(() => search(20)).toThrow(AnswerTooLargeError);
    expect(indexProgram.errors).toContain(AnswerTooLargeError);
  });

  it('says of an index that it has not open that it has to be opened, whatever is asked, but closing and dropping', () => {
    const key = 'other';
    const changes = { seq: 1, put: [], removed: [] };
    const asked: (() => unknown)[] = [
      () => tasks.apply({ key, changes }),
      () => tasks.search({ key, query }),
      () => tasks.beginSnapshot({ key }),
      () => { tasks.endSnapshot({ key }); },
      () => tasks.orderGraph({ key }),
      () => { tasks.adoptGraph({ key, graph: { path: 'x', rows: 1 } }); },
      () => tasks.stats({ key }),
    ];
    for (const ask of asked) expect(ask).toThrow(IndexNotOpenError);
    tasks.close({ key });
    tasks.drop({ key, folder: join(base, key) });
    expect(indexProgram.errors).toContain(IndexNotOpenError);
  });

  it('has an index closed whose change failed, which can be opened again from its snapshot', () => {
    const key = '1-1';
    open(key);
    fill(key, 1, 3);
    tasks.finishSnapshot(tasks.beginSnapshot({ key }));
    tasks.endSnapshot({ key });
    const answer = tasks.search({ key, query });
    const put = [{ id: 'x', seq: 4, text: 'x', metadata: {}, embedding: new Float32Array(1) }];
    expect(() => tasks.apply({ key, changes: { seq: 4, put, removed: [] } })).toThrow(indexProgram.errors[0] as never);
    expect(() => tasks.search({ key, query })).toThrow(IndexNotOpenError);
    expect(open(key)).toEqual({ seq: 3, from: 'snapshot', damaged: 0 });
    expect(tasks.search({ key, query })).toEqual(answer);
  });

  it('uses no graph that was ordered before the index was opened again, since its rows may be others', () => {
    const key = '1-1';
    open(key);
    fill(key, 3, 8);
    const order = tasks.orderGraph({ key });
    const { rows } = openIndexes().buildGraph({ ...order, path: join(base, 'graph') });
    open(key);
    fill(key, 1, 2);
    renameSync(join(base, 'graph'), order.path); // as a build leaves it that was under way
    expect(() => { tasks.adoptGraph({ key, graph: { path: order.path, rows } }); }).toThrow(RangeError);
    expect(tasks.stats({ key }).graphRows).toBeUndefined();
  });

  it('compares vectors by a graph that another thread built, also after it was saved and opened', () => {
    const key = '1-1';
    open(key);
    fill(key, 1, 4);
    const other = openIndexes();
    const graph = other.buildGraph(tasks.orderGraph({ key }));
    tasks.adoptGraph({ key, graph });
    expect(tasks.stats({ key })).toMatchObject({ graphRows: graph.rows, wantsGraph: false });
    other.finishSnapshot(tasks.beginSnapshot({ key }));
    tasks.endSnapshot({ key });
    open(key);
    expect(tasks.stats({ key }).graphRows).toBe(graph.rows);
    expect(tasks.search({ key, query: { ...query, mode: 'semantic', embedding: new MadeChanges(9, 1).embedding() } }).results).toHaveLength(5);
  });

  it('forgets an index that is dropped, with its files', () => {
    const key = '1-1';
    open(key);
    fill(key, 1, 1);
    tasks.drop({ key, folder: join(base, key) });
    expect(existsSync(join(base, key))).toBe(false);
    expect(open(key)).toEqual({ seq: 0, from: 'nothing', damaged: 0 });
  });

  it('searches a corpus that it keeps nothing of', () => {
    const { put } = new MadeChanges(7, 50).next(40);
    const [first] = put;
    const documents = put.map((document, i) => ({ ...document, id: `${i}` }));
    const answer = tasks.searchCorpus({ documents, dimensions: DIMENSIONS, query: { ...query, mode: 'hybrid', embedding: first?.embedding } });
    expect(answer.plan).toMatchObject({ engine: 'corpus', candidates: put.length });
    expect(answer.results).toHaveLength(5);
    expect(answer.results[0]?.highlights.length).toBeGreaterThan(0);
    expect(tasks.searchCorpus({ documents: [], dimensions: DIMENSIONS, query })).toMatchObject({ results: [], total: 0 });
  });
});
