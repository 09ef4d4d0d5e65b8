import type { Filter, Metadata } from '@sigmalang/contracts';
import { asc, sql } from 'drizzle-orm';
import { integer, jsonb, pgTable } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/pg-proxy';
import fc from 'fast-check';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { matches } from './filter-predicate';
import { filterCondition } from './filter-sql-postgres';
import { filters, metadatas } from './filter.arbitrary';

/** PGlite on a thread of its own: it imports modules as the sandbox of the tests does not let it. */
const POSTGRES = `
  const { parentPort } = require('node:worker_threads');
  const { PGlite } = require(${JSON.stringify(require.resolve('@electric-sql/pglite'))});
  const postgres = new PGlite();
  const asText = { 3802: (value) => value, 114: (value) => value }; // JSON is written by drizzle
  parentPort.on('message', ({ sql, params }) => postgres
    .query(sql, params, { rowMode: 'array', serializers: asText })
    .then(({ rows }) => parentPort.postMessage({ rows }), ({ message }) => parentPort.postMessage({ error: message })));
`;

const documents = pgTable('documents', { row: integer().primaryKey(), metadata: jsonb().$type<Metadata>() });

const stored: (Metadata | null)[] = [
  null,
  ...fc.sample(metadatas, { seed: 31, numRuns: 400 }),
  { word: 'b', list: ['a', 2, null], nothing: null, empty: [], object: { none: {} }, big: 2 ** 53, text: '1' },
  JSON.parse('{"b": 1.0, "a": -0.0}') as Metadata,
];

describe('a filter in PostgreSQL', () => {
  const postgres = new Worker(POSTGRES, { eval: true });
  const database = drizzle(async (query, params) => {
    postgres.postMessage({ sql: query, params });
    const [{ rows, error }] = (await once(postgres, 'message')) as [{ rows?: unknown[]; error?: string }];
    if (rows) return { rows };
    throw new Error(error);
  });

  beforeAll(async () => {
    await database.execute(sql`create table documents ("row" int primary key, metadata jsonb)`);
    await database.insert(documents).values(stored.map((metadata, row) => ({ row, metadata })));
  }, 60_000);
  afterAll(() => postgres.terminate());

  const found = async (filter: Filter): Promise<number[]> => {
    const rows = await database.select({ row: documents.row }).from(documents).where(filterCondition(documents.metadata, filter)).orderBy(asc(documents.row));
    return rows.map(({ row }) => row);
  };
  const expected = (filter: Filter): number[] => stored.flatMap((metadata, row) => (matches(filter, metadata ?? {}) ? [row] : []));

  it('lets through what the predicate does', async () => {
    let [some, all] = [0, 0];
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const rows = expected(filter);
        if (rows.length > 0 && rows.length < stored.length) some++;
        all++;
        expect(await found(filter)).toEqual(rows);
      }),
      { seed: 32, numRuns: 400 },
    );
    expect(some / all).toBeGreaterThan(0.5);
  }, 120_000);

  it.each<[string, Filter]>([
    ['an item of a list by its number', { key: 'list.0', equals: 'a' }],
    ['null', { key: 'nothing', equals: null }],
    ['null where there is nothing', { key: 'missing', equals: null }],
    ['what is not there', { key: 'missing', exists: false }],
    ['an empty list', { key: 'empty', exists: true }],
    ['an object within an object', { key: 'object', exists: true }],
    ['an empty object', { key: 'object.none', exists: true }],
    ['a number as a string', { key: 'text', equals: 1 }],
    ['neighbours of a large number', { key: 'big', range: { gt: 2 ** 53 - 1, lt: 2 ** 53 + 2 } }],
    ['all of a type', { key: 'a', range: { gte: '' } }],
    ['a word in front of all in a dictionary', { key: 'a', range: { gt: 'Z', lt: 'a' } }],
    ['SQL', { key: "a' or true --", equals: "'; drop table documents; --" }],
    ['a negation of what is not there', { not: { key: 'missing.too', range: { gt: 0 } } }],
  ])('agrees with the predicate on %s', async (_title, filter) => {
    expect(await found(filter)).toEqual(expected(filter));
  });

  it('is never null', async () => {
    for (const filter of fc.sample(filters, { seed: 33, numRuns: 50 })) {
      const nulls = await database.select({ row: documents.row }).from(documents).where(sql`(${filterCondition(documents.metadata, filter)}) is null`);
      expect(nulls).toEqual([]);
    }
  }, 60_000);
});
