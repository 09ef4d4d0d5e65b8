import { measuringData } from './measuring-data';
import { spearman } from './rank-correlation';
import { gainAt10, retrievalGain } from './retrieval-benchmark';
import { cosine, pairCorrelation, parseCsv } from './similarity-benchmark';

describe('Spearman correlation', () => {
  it.each([
    [[1, 2, 3, 4], [10, 20, 30, 1000], 100],
    [[1, 2, 3, 4], [4, 3, 2, 1], -100],
    [[1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 80],
    [[1, 1, 2, 3], [1, 1, 2, 3], 100],
    [[1, 1, 2, 2], [1, 2, 1, 2], 0],
  ])('of %j and %j is %d', (a, b, expected) => {
    expect(spearman(a, b)).toBeCloseTo(expected, 9);
  });
});

describe('CSV', () => {
  it.each([
    ['a,b\nc,d\n', [['a', 'b'], ['c', 'd']]],
    ['"x, ""y""",1\r\n"two\nlines",2', [['x, "y"', '1'], ['two\nlines', '2']]],
    ['a,,\n', [['a', '', '']]],
    ['', []],
  ])('%j has the rows %j', (text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });
});

describe('nDCG@10', () => {
  const relevance = new Map([['a', 1], ['b', 1], ['c', 0]]);
  it.each([
    [['a', 'b', 'c'], 1],
    [['c', 'a', 'b'], (1 / Math.log2(3) + 0.5) / (1 + 1 / Math.log2(3))],
    [['c'], 0],
    [['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a'], 0],
  ])('of the ranking %j is %d', (ranking, expected) => {
    expect(gainAt10(ranking, relevance)).toBeCloseTo(expected, 12);
  });

  it('is 0 where nothing is relevant, and a mean over queries', () => {
    const documents = [{ id: 'a', text: '10' }, { id: 'b', text: '01' }];
    const queries = [{ id: '1', text: '10' }, { id: '2', text: '01' }];
    const embed = (text: string) => Array.from(text, Number);
    expect(retrievalGain({ documents, queries, relevance: new Map([['1', new Map([['a', 1]])]]) }, embed)).toBeCloseTo(50, 9);
  });
});

describe('pairs of sentences', () => {
  it('are correlated over all rows and over each half', () => {
    const pairs = [1, 2, 3, 4].map((score) => ({ first: 'x', second: 'x'.repeat(score), score }));
    expect(pairCorrelation(pairs, (text) => text.length, (a, b) => a * b)).toEqual({ all: 100, even: 100, odd: 100 });
  });

  it('have a cosine of 0 where one is empty', () => {
    expect(cosine([0, 0], [1, 0])).toBe(0);
  });
});

describe('the measuring data', () => {
  it.each([
    [{}, undefined],
    [{ SIGMALANG_DATA: '' }, undefined],
    [{ SIGMALANG_DATA: '/data' }, '/data'],
  ])('with the environment %j are in %j', (environment, folder) => {
    expect(measuringData(environment)).toBe(folder);
  });
});
