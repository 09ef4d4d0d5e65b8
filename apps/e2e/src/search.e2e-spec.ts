import type { SearchResponse } from '@sigmalang/contracts';
import { CollectionUnderTest, idsOf } from './collections-under-test';
import { type BothInstallations, startBoth } from './installations';
import { bodyOf, problemOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(180_000);

const MODES = ['hybrid', 'semantic', 'keyword', 'exact', 'fuzzy'] as const;

const garden = [
  { id: 'phrase', text: '🙂🙂 Garden birds sing at dawn.', metadata: { year: 2024, tags: ['song', 'morning'], by: { name: 'Ada' } } },
  { id: 'words', text: 'In all the gardens a bird was heard.', metadata: { year: 2023, tags: ['song'], by: { name: 'Bob' }, note: null } },
  { id: 'typo', text: 'Some birdz sat on a fence.', metadata: { year: '2024', tags: [], draft: true } },
  { id: 'meaning', text: 'Sparrows and robins nest in hedges.', metadata: { year: 2022.5, draft: false, by: {} } },
  { id: 'other', text: 'The engine of the car needs new oil.' },
];

let both: BothInstallations;
let collection: CollectionUnderTest;

beforeAll(async () => {
  both = await startBoth();
  collection = await CollectionUnderTest.of(both, 'garden', garden);
});

afterAll(endEverything);

async function searchCorpus(request: object): Promise<SearchResponse> {
  return bodyOf(await both.post('/v1/search', request)) as SearchResponse;
}

describe('the modes', () => {
  const query = 'garden birds';

  it.each([
    ['exact', ['phrase'], 1],
    ['keyword', ['phrase', 'words'], 2],
    ['fuzzy', ['phrase', 'typo', 'words'], 3],
  ])('%s finds %j', async (mode, ids, total) => {
    const found = await collection.search({ query, mode });
    expect(idsOf(found).toSorted()).toEqual(ids);
    expect(found).toMatchObject({ mode, total });
    expect(found.results[0]?.id).toBe('phrase');
  });

  it('semantic finds what means the same in other words, and not what means something else', async () => {
    const found = await collection.search({ query: 'small songbirds in bushes', mode: 'semantic', threshold: -1 });
    expect(found.total).toBe(5);
    expect(idsOf(found).indexOf('meaning')).toBeLessThan(idsOf(found).indexOf('other'));
    expect(await collection.find({ query: 'automobile motor', mode: 'semantic', topK: 1 })).toEqual(['other']);
    expect(await collection.find({ query: 'automobile motor', mode: 'keyword' })).toEqual([]);
  });

  it('hybrid, which is the default, ranks what both lists have first', async () => {
    const found = await collection.search({ query });
    expect(found.mode).toBe('hybrid');
    expect(idsOf(found).slice(0, 2)).toEqual(['phrase', 'words']);
    expect(idsOf(found)).toContain('meaning');
  });

  it('give five different results', async () => {
    const results = await Promise.all(MODES.map(async (mode) => (await collection.search({ query, mode })).results.map(({ id, score }) => [id, score])));
    expect(new Set(results.map((each) => JSON.stringify(each))).size).toBe(5);
  });

  it.each(MODES)('%s finds in texts of the request what it finds in a collection of the same', async (mode) => {
    const kept = await collection.search({ query, mode });
    const { seq, ...inline } = await searchCorpus({ query, mode, corpus: garden });
    expect(seq).toBeUndefined();
    expect(inline).toEqual({ results: kept.results, total: kept.total, mode, tookMs: expect.any(Number) as unknown });
  });

  it('call texts of a corpus by their places', async () => {
    const corpus = [...garden.map(({ text }) => text), { id: 'x', text: 'birds, birds, birds' }];
    expect(idsOf(await searchCorpus({ query: 'birds', mode: 'keyword', corpus })).toSorted()).toEqual(['0', '1', 'x']);
  });

  it('find words in any case, with accents or without', async () => {
    const corpus = ['Crème brûlée', 'NAÏVE', 'naive'];
    for (const mode of ['exact', 'keyword', 'fuzzy']) {
      expect(idsOf(await searchCorpus({ query: 'CREME brulee', mode, corpus }))).toEqual(['0']);
      expect(idsOf(await searchCorpus({ query: 'Naïve', mode, corpus })).toSorted()).toEqual(['1', '2']);
    }
  });

  it.each([
    ['one missing', 'gardn'],
    ['one more', 'gardden'],
    ['another one', 'gerden'],
    ['two swapped', 'gadren'],
  ])('fuzzy finds a word with %s', async (_what, typo) => {
    expect((await collection.find({ query: typo, mode: 'fuzzy' })).toSorted()).toEqual(['phrase', 'words']);
    expect(await collection.find({ query: typo, mode: 'keyword' })).toEqual([]);
  });
});

describe('results', () => {
  it('that are equal come by age, and topK and total say how many there are', async () => {
    const many = await CollectionUnderTest.of(both, 'many');
    const ids = Array.from({ length: 150 }, (_id, i) => String(i).padStart(3, '0'));
    await many.put(ids.slice(75).map((id) => ({ id, text: 'one and the same' })));
    await many.put(ids.slice(0, 75).map((id) => ({ id, text: 'one and the same' })));
    const byAge = [...ids.slice(75), ...ids.slice(0, 75)];
    for (const mode of MODES) {
      const found = await many.search({ query: 'same', mode, topK: 100 });
      expect(found.total).toBe(150);
      expect(idsOf(found)).toEqual(byAge.slice(0, 100));
      expect(await many.find({ query: 'same', mode })).toEqual(byAge.slice(0, 10));
    }
  });

  it.each(MODES)('of %s reach the threshold, of which the total does not depend', async (mode) => {
    const all = await collection.search({ query: 'garden birds', mode, threshold: -1 });
    const scores = all.results.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    const threshold = scores[0] ?? 0;
    const best = await collection.search({ query: 'garden birds', mode, threshold });
    expect(best.results).toEqual(all.results.filter(({ score }) => score >= threshold));
    expect(best.total).toBe(all.total);
    expect((await collection.search({ query: 'garden birds', mode, threshold: threshold + 0.001 })).results).toEqual([]);
  });

  it('carry text and metadata as they were put', async () => {
    const { results } = await collection.search({ query: 'garden birds', mode: 'exact' });
    expect(results).toMatchObject([garden[0]]);
    expect((await collection.search({ query: 'engine', mode: 'exact' })).results).toMatchObject([{ metadata: {} }]);
  });

  it('say where the words are, in characters, however many units an emoji has', async () => {
    const { results } = await collection.search({ query: 'garden birds', mode: 'exact' });
    const marked = results[0]?.highlights ?? [];
    expect(marked[0]?.start).toBe(3);
    expect(marked.at(-1)?.end).toBe(15);
    for (const mode of ['keyword', 'fuzzy', 'hybrid']) {
      const found = await collection.search({ query: 'garden birds', mode });
      const byId = new Map(found.results.map((each) => [each.id, each]));
      expect(byId.get('words')?.highlights.map(({ text }) => text)).toEqual(['gardens', 'bird']);
      for (const { text, highlights } of found.results) {
        const characters = Array.from(text);
        for (const each of highlights) expect(characters.slice(each.start, each.end).join('')).toBe(each.text);
      }
    }
    expect((await collection.search({ query: 'garden', mode: 'keyword', highlight: false })).results.flatMap(({ highlights }) => highlights)).toEqual([]);
  });
});

describe('an explanation', () => {
  const explained = (request: object): Promise<SearchResponse> => collection.search({ query: 'garden birds', explain: true, threshold: -1, ...request });

  it('is given only where it is asked for', async () => {
    const found = await collection.search({ query: 'garden birds' });
    expect(found).not.toHaveProperty('plan');
    for (const result of found.results) expect(result).not.toHaveProperty('scores');
  });

  it.each(['keyword', 'exact', 'fuzzy'])('of %s: what the terms add is the score', async (mode) => {
    const { results, plan } = await explained({ mode });
    expect(results).not.toEqual([]);
    for (const { score, scores } of results) {
      expect(scores?.keyword).toBeCloseTo(score, 5);
      expect(scores?.terms?.reduce((sum, term) => sum + term.score, 0)).toBeCloseTo(score, 4);
      expect(scores).not.toHaveProperty('semantic');
    }
    expect(plan).toMatchObject({ engine: 'sqlite', vectors: 'none', candidates: 5 });
    expect(plan?.terms.length).toBeGreaterThan(0);
    expect(plan).not.toHaveProperty('model');
  });

  it('of semantic: the cosine is the score', async () => {
    const { results, plan } = await explained({ mode: 'semantic' });
    expect(results).toHaveLength(5);
    for (const { score, scores } of results) {
      expect(scores?.semantic).toBeCloseTo(score, 5);
      expect(scores).not.toHaveProperty('keyword');
    }
    expect(plan).toMatchObject({ engine: 'sqlite', vectors: 'scan', candidates: 5, model: expect.stringMatching(/@\d+$/) as unknown });
  });

  it.each([
    ['as configured', undefined, { keyword: 0.7, semantic: 0.3 }],
    ['as asked for', { keyword: 0.2, semantic: 0.9 }, { keyword: 0.2, semantic: 0.9 }],
    ['of keywords alone', { keyword: 1, semantic: 0 }, { keyword: 1, semantic: 0 }],
  ])('of hybrid: the places, weighted %s, are the score', async (_what, weights, effective) => {
    const { results } = await explained({ ...(weights && { weights }) });
    expect(results.length).toBeGreaterThanOrEqual(2);
    for (const { score, scores } of results) {
      const part = (weight: number, rank: number | undefined): number => (rank === undefined ? 0 : weight / (60 + rank));
      expect(part(effective.keyword, scores?.keywordRank) + part(effective.semantic, scores?.semanticRank)).toBeCloseTo(score, 5);
    }
  });

  it('of a corpus says that it was searched', async () => {
    expect((await searchCorpus({ query: 'garden', corpus: garden, explain: true })).plan).toMatchObject({ engine: 'corpus', candidates: 5 });
  });
});

describe('a filter', () => {
  const all = garden.map(({ id }) => id);

  it.each<[what: string, filter: object, ids: readonly string[]]>([
    ['a number', { key: 'year', equals: 2024 }, ['phrase']],
    ['a text like that number', { key: 'year', equals: '2024' }, ['typo']],
    ['null', { key: 'note', equals: null }, ['words']],
    ['false', { key: 'draft', equals: false }, ['meaning']],
    ['an item of a list', { key: 'tags', equals: 'song' }, ['phrase', 'words']],
    ['a nested key', { key: 'by.name', equals: 'Ada' }, ['phrase']],
    ['one of several', { key: 'year', in: [2023, '2024', null] }, ['words', 'typo']],
    ['a range', { key: 'year', range: { gte: 2022.5, lt: 2024 } }, ['words', 'meaning']],
    ['an open range', { key: 'year', range: { gt: 2022.5 } }, ['phrase', 'words']],
    ['a range of texts', { key: 'by.name', range: { gt: 'Ada', lte: 'Bob' } }, ['words']],
    ['what is there', { key: 'note', exists: true }, ['words']],
    ['what is there and not empty', { key: 'tags', exists: true }, ['phrase', 'words']],
    ['what is not there', { key: 'year', exists: false }, ['other']],
    ['both', { and: [{ key: 'tags', equals: 'song' }, { key: 'year', range: { lt: 2024 } }] }, ['words']],
    ['either', { or: [{ key: 'draft', equals: true }, { key: 'by.name', equals: 'Ada' }] }, ['phrase', 'typo']],
    ['not', { not: { key: 'tags', equals: 'song' } }, ['typo', 'meaning', 'other']],
    ['not either', { not: { or: [{ key: 'year', exists: true }, { key: 'draft', exists: true }] } }, ['other']],
    ['nothing that there is', { key: 'year', equals: 1 }, []],
    ['what looks like SQL', { key: "year') OR 1=1 --", equals: "' OR ''='" }, []],
  ])('for %s lets through exactly what fits, in a collection as in a corpus', async (_what, filter, ids) => {
    const request = { query: 'garden birds', mode: 'semantic', threshold: -1, filter, explain: true };
    for (const found of [await collection.search(request), await searchCorpus({ ...request, corpus: garden })]) {
      expect(idsOf(found).toSorted()).toEqual([...ids].sort());
      expect(found.total).toBe(ids.length);
      expect(found.plan?.candidates).toBe(ids.length);
    }
  });

  it.each(MODES)('lets %s find of what it finds without it what fits, and no more', async (mode) => {
    const request = { query: 'garden birds', mode, threshold: -1 };
    const without = await collection.find(request);
    const found = await collection.find({ ...request, filter: { not: { key: 'year', equals: 2024 } } });
    expect(found.toSorted()).toEqual(without.filter((id) => id !== 'phrase').sort());
    expect(all).toEqual(expect.arrayContaining(found));
  });
});

describe('a query', () => {
  const hostile = [
    '"garden birds"',
    '"garden',
    'garden*',
    'gar*',
    '^garden',
    'garden NEAR/2 birds',
    'garden AND NOT birds',
    'NOT garden',
    'text:garden',
    '{text id}: garden',
    '(garden',
    '-garden',
    '+garden',
    "garden'; DROP TABLE documents; --",
    "' OR 1=1 --",
    '%',
    '_',
    '$1',
    '?',
    '\\',
    'NULL',
    '\u0001',
    '🙂',
    '\u202e',
    'a'.repeat(10_000),
    '"'.repeat(1_000),
  ];

  it.each(hostile)('%# is text, and no part of it an operator', async (query) => {
    for (const mode of MODES) expect((await collection.search({ query, mode })).mode).toBe(mode);
    expect(bodyOf(await both.get(collection.path))).toMatchObject({ documents: 5 });
  });

  it('with operators finds what it finds without them', async () => {
    for (const query of ['"garden birds"', 'garden* birds', '^garden birds', '(garden birds', 'text:garden birds', '-garden +birds']) {
      for (const mode of ['keyword', 'exact']) {
        const plain = query.replace(/[^a-z ]/g, ' ').replace('text ', '');
        if (mode === 'exact' && query.startsWith('text:')) continue;
        expect(idsOf(await collection.search({ query, mode }))).toEqual(idsOf(await collection.search({ query: plain, mode })));
      }
    }
  });

  it.each(['?!', '...'])('of %s, without a word, finds no words', async (query) => {
    for (const mode of ['keyword', 'exact', 'fuzzy']) expect(await collection.search({ query, mode })).toMatchObject({ results: [], total: 0 });
  });
});

describe('a search after a change', () => {
  it('sees it where it names it, every time', async () => {
    const changing = await CollectionUnderTest.of(both, 'changing');
    for (let i = 0; i < 25; i++) {
      await changing.put([{ id: `${i}`, text: `unmistakable${String.fromCharCode(97 + i)}` }]);
      const found = await changing.search({ query: `unmistakable${String.fromCharCode(97 + i)}`, mode: 'exact' });
      expect(idsOf(found)).toEqual([`${i}`]);
      expect(found.seq).toBeGreaterThanOrEqual(changing.seq);
      if (i % 5 === 4) {
        await changing.remove(`${i}`);
        expect(await changing.find({ query: `unmistakable${String.fromCharCode(97 + i)}`, mode: 'exact' })).toEqual([]);
      }
    }
  });

  it('that has not happened is refused, and its number named', async () => {
    const problem = problemOf(await both.post('/v1/search', { query: 'a', collection: collection.name, minSeq: 1_000_000 }));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', errors: [{ field: 'minSeq', rule: 'exists' }] });
  });
});

it('a collection that is not there is not found', async () => {
  const problem = problemOf(await both.post('/v1/search', { query: 'a', collection: 'atlantis' }));
  expect(problem).toMatchObject({ status: 404, code: 'NOT_FOUND', instance: '/v1/search', errors: [{ field: 'collection' }] });
});

it('an empty collection has no results', async () => {
  const empty = await CollectionUnderTest.of(both, 'empty');
  for (const mode of MODES) expect(await empty.search({ query: 'a', mode })).toMatchObject({ results: [], total: 0, mode });
});
