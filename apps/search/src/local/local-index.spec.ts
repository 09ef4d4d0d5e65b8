import { SEARCH_MODES, type Filter, type SearchMode } from '@sigmalang/contracts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineQuery } from '../engine/search-engine';
import { BruteForceSearch } from './evaluation/brute-force-search';
import { DIMENSIONS, MadeChanges } from './evaluation/made-changes';
import { ChangeFailedError, IndexNotOpenError } from './index-error';
import { LocalIndex } from './local-index';
import { openIndex } from './open-index';
import { finishSnapshot } from './snapshot';

const NONE = new Float32Array(DIMENSIONS);

const asked = (query: string, mode: SearchMode, more: Partial<EngineQuery> = {}): EngineQuery => ({
  query,
  mode,
  topK: 10,
  threshold: 0,
  highlight: false,
  explain: false,
  weights: { keyword: 0.7, semantic: 0.3 },
  ...more,
});

/** Filters that let from about a thousandth to all documents through. */
const FILTERS: (Filter | undefined)[] = [
  undefined,
  { key: 'thousandth', equals: 500 },
  { key: 'thousandth', range: { lt: 5 } },
  { key: 'thousandth', in: [1, 2, 3, 5, 8, 13, 21, 34, 55, 89] },
  { and: [{ key: 'tags', equals: 't3' }, { key: 'even', equals: false }] },
  { or: [{ key: 'tags', equals: 't3' }, { not: { key: 'even', equals: true } }] },
  { key: 'at.day', range: { gte: '2024-01-03' } },
  { key: 'at', exists: true },
  { key: 'none', exists: true },
];

/** An index after some rounds of changes, and the same by brute force. */
function made(seed: number, rounds = 12, puts = 60): { index: LocalIndex; oracle: BruteForceSearch; changes: MadeChanges } {
  const [index, oracle, changes] = [LocalIndex.create({ dimensions: DIMENSIONS }), new BruteForceSearch(), new MadeChanges(seed, 500)];
  for (let round = 0; round < rounds; round++) {
    const next = changes.next(puts);
    index.apply(next);
    oracle.apply(next);
  }
  return { index, oracle, changes };
}

function found(index: LocalIndex, query: EngineQuery): { results: { id: string; score: number }[]; total: number } {
  const { results, total } = index.search(query);
  return { results: results.map(({ id, score }) => ({ id, score })), total };
}

describe('a local index', () => {
  it.each(SEARCH_MODES.flatMap((mode) => FILTERS.map((filter) => ({ mode, filter }))))('finds in mode $mode with $filter what comparing all documents finds', ({ mode, filter }) => {
    const { index, oracle, changes } = made(1);
    let results = 0;
    for (let i = 0; i < 25; i++) {
      const query = asked(changes.query(), mode, { filter, embedding: changes.embedding(), topK: [1, 10, 100][i % 3] ?? 10, threshold: i % 5 === 0 ? 0.2 : mode === 'semantic' ? -1 : 0 });
      const answer = found(index, query);
      expect(answer).toEqual(oracle.search(query));
      results += answer.results.length;
    }
    const isSelective = filter?.key === 'none' || filter?.key === 'thousandth';
    if (!isSelective) expect(results).toBeGreaterThan(20);
    index.close();
  });

  it('has forgotten what was put again or removed, and counts what there is', () => {
    const { index, oracle } = made(2);
    const { documents, rows, seq } = index.stats();
    expect(documents).toBe(oracle.size);
    expect(rows).toBeGreaterThan(documents);
    expect(seq).toBe(12);
    index.close();
  });

  it('is not changed by changes that are in it, nor by those that overlap them', () => {
    const changes = new MadeChanges(3, 100);
    const rounds = Array.from({ length: 6 }, () => changes.next(30));
    const [index, again, oracle] = [LocalIndex.create({ dimensions: DIMENSIONS }), LocalIndex.create({ dimensions: DIMENSIONS }), new BruteForceSearch()];
    for (const round of rounds) {
      index.apply(round);
      again.apply(round);
      again.apply(round);
      for (const before of rounds.slice(0, 2)) again.apply(before);
      oracle.apply(round);
    }
    const last = rounds.at(-1);
    const put = [...oracle.all()].sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1));
    const all = { seq: 7, put, removed: [{ id: 'document 1', seq: 7 }] };
    again.apply({ ...all, put: put.filter(({ id }) => id !== 'document 1') });
    index.apply({ seq: 7, put: [], removed: [{ id: 'document 1', seq: 7 }] });
    expect(last?.seq).toBe(6);
    expect(again.stats()).toEqual(index.stats());
    for (const mode of SEARCH_MODES) {
      const query = asked('search engines of documents', mode, { embedding: put[0]?.embedding, topK: 100, explain: true });
      expect(again.search(query)).toEqual(index.search(query));
    }
  });

  it('takes the documents of one number in parts, and some of them again after a crash', () => {
    const changes = new MadeChanges(8, 100);
    const rounds = Array.from({ length: 5 }, () => changes.next(40));
    const [index, oracle] = [LocalIndex.create({ dimensions: DIMENSIONS }), new BruteForceSearch()];
    for (const { put, removed, seq } of rounds) {
      const half = put.length >> 1;
      for (const end of [half, half, put.length - 1]) index.apply({ put: put.slice(0, end), removed, seq: seq - 1 });
      expect(index.seq).toBe(seq - 1);
      index.apply({ put: put.slice(half), removed, seq });
      oracle.apply({ put, removed, seq });
    }
    expect(index.stats()).toMatchObject({ seq: 5, documents: oracle.size });
    for (const mode of SEARCH_MODES) {
      const query = asked('search of documents', mode, { embedding: changes.embedding(), topK: 100 });
      expect(found(index, query)).toEqual(oracle.search(query));
    }
    const { rows } = index.stats();
    expect(rows).toBe(rounds.reduce((sum, { put }) => sum + put.length, 0));
  });

  it.each(['OR', 'AND quick', '"quick', 'NEAR(quick fox)', 'qu*', '*', '"; DROP TABLE documents; --', 'words:quick', '^quick', 'quick - fox', "quick' OR 1=1", '{words}:quick', 'quick + fox', '%', '_', '\\', '()', '\u0000'])(
    'takes the query %j as words',
    (query) => {
      const index = LocalIndex.create({ dimensions: DIMENSIONS });
      const texts = ['quick brown fox', 'words quick', 'or else', 'and quick', 'near quick fox', 'drop table documents', 'quick fox', 'quick or 1 1', 'qu'];
      const oracle = new BruteForceSearch();
      const put = texts.map((text, i) => ({ id: `${i}`, seq: 1, text, metadata: {}, embedding: NONE }));
      for (const each of [index, oracle]) each.apply({ seq: 1, put, removed: [] });
      for (const mode of SEARCH_MODES) expect(found(index, asked(query, mode))).toEqual(oracle.search(asked(query, mode)));
      expect(index.documents).toBe(texts.length);
    },
  );

  it('closes itself where a change fails in the middle, and says so until it is opened again', () => {
    const { index } = made(4, 2);
    const put = [1, 2].map((i) => ({ id: `x${i}`, seq: 3, text: 'x', metadata: {}, embedding: i === 1 ? NONE : new Float32Array(3) }));
    expect(() => index.apply({ seq: 3, put, removed: [] })).toThrow(ChangeFailedError);
    expect(index.isClosed).toBe(true);
    for (const ask of [() => index.search(asked('x', 'keyword')), () => index.stats(), () => index.apply({ seq: 4, put: [], removed: [] })]) expect(ask).toThrow(IndexNotOpenError);
  });

  it('says what scores are made of', () => {
    const { index, changes } = made(5);
    const embedding = changes.embedding();
    const hybrid = index.search(asked('search engines of documents', 'hybrid', { embedding, explain: true, topK: 50 }));
    expect(hybrid.plan).toEqual({ engine: 'sqlite', vectors: 'scan', candidates: index.documents, terms: ['search', 'engin', 'document'] });
    for (const { score, scores } of hybrid.results) {
      const part = (weight: number, rank: number | undefined): number => (rank === undefined ? 0 : weight / (60 + rank));
      expect(score).toBeCloseTo(part(0.7, scores?.keywordRank) + part(0.3, scores?.semanticRank), 5);
      expect(scores?.keyword).toBeCloseTo((scores?.terms ?? []).reduce((sum, term) => sum + term.score, 0), 4);
      expect(Math.abs(scores?.semantic ?? 2)).toBeLessThanOrEqual(1);
    }
    const exact = index.search(asked('the search', 'exact', { explain: true }));
    expect(exact.results[0]?.scores).toEqual({ keyword: exact.results[0]?.score, keywordRank: 1, terms: [{ term: 'the search', frequency: expect.any(Number) as number, score: exact.results[0]?.score }] });
    const semantic = index.search(asked('the search', 'semantic', { embedding, explain: true }));
    expect(semantic.results[0]?.scores).toEqual({ semantic: semantic.results[0]?.score, semanticRank: 1 });
    expect(index.search(asked('the search', 'keyword')).plan).toBeUndefined();
  });
});

describe('an index with a folder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sigmalang-index-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is the same after it was opened from a snapshot, and goes on from there', () => {
    const { index, from } = openIndex(folder, DIMENSIONS);
    expect(from).toBe('nothing');
    const [oracle, changes] = [new BruteForceSearch(), new MadeChanges(6, 200)];
    const rounds = Array.from({ length: 8 }, () => changes.next(60));
    for (const round of rounds.slice(0, 4)) index.apply(round);
    const draft = index.beginSnapshot();
    index.apply(rounds[4] ?? { seq: 0, put: [], removed: [] }); // while the file is copied
    finishSnapshot(draft);
    index.endSnapshot();
    index.close();

    const again = openIndex(folder, DIMENSIONS);
    expect(again).toMatchObject({ from: 'snapshot', damaged: 0 });
    expect(again.index.seq).toBe(4);
    for (const round of rounds.slice(0, 4)) oracle.apply(round);
    for (const rest of [[], rounds.slice(4)]) {
      for (const round of rest) {
        again.index.apply(round);
        oracle.apply(round);
      }
      for (const mode of SEARCH_MODES) {
        for (const filter of FILTERS) {
          const query = asked(changes.query(), mode, { filter, embedding: changes.embedding() });
          expect(found(again.index, query)).toEqual(oracle.search(query));
        }
      }
    }
    again.index.close();
  });
});
