import type { Filter, Metadata } from '@sigmalang/contracts';
import fc from 'fast-check';
import { filters, metadatas } from './filter.arbitrary';
import { matches } from './filter-predicate';
import { MetadataValues } from './metadata-values';

/** Longer than what is kept, and equal far beyond that. */
const LONG = 'x'.repeat(127);
const longStrings = fc.constantFrom(LONG, `${LONG}y`, `${LONG}yy`, `${LONG}é`, `${LONG}éa`, `${LONG}éb`, 'x', 'z');
const longMetadatas: fc.Arbitrary<Metadata> = fc.record({ a: fc.oneof(longStrings, fc.array(longStrings, { maxLength: 3 }), fc.constant(1)) }, { requiredKeys: [] });
const longFilters: fc.Arbitrary<Filter> = fc
  .tuple(longStrings, longStrings, fc.constantFrom('equals', 'in', 'gt', 'gte', 'lt', 'lte', 'between'), fc.boolean())
  .map(([one, other, kind, isNegated]) => {
    const bounds = kind === 'between' ? { gt: one, lte: other } : { [kind]: one };
    const filter: Filter = kind === 'equals' ? { key: 'a', equals: one } : kind === 'in' ? { key: 'a', in: [one, other] } : { key: 'a', range: bounds };
    return isNegated ? { not: filter } : filter;
  });

function keep(all: readonly Metadata[]): MetadataValues {
  const values = new MetadataValues();
  all.forEach((metadata, row) => values.add(row, metadata));
  return values;
}

/** The rows that fit, and whether metadata themselves were read. */
function matching(values: MetadataValues, filter: Filter, all: readonly Metadata[], live = all.map(() => 1)): { rows: number[]; reads: number } {
  let reads = 0;
  const read = (row: number): Metadata => {
    reads++;
    return all[row] ?? {};
  };
  return { rows: Array.from(values.matching(filter, Uint8Array.from(live), read)), reads };
}

function expected(filter: Filter, all: readonly Metadata[], live = all.map(() => 1)): number[] {
  return all.map((metadata, row) => Number(live[row] === 1 && matches(filter, metadata)));
}

describe('values of metadata', () => {
  it('make of a filter the rows of which it holds, as the metadata themselves have it', () => {
    let [held, asked] = [0, 0];
    fc.assert(
      fc.property(fc.array(metadatas, { maxLength: 12 }), fc.array(filters, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.boolean()), (all, asking, alive) => {
        const values = keep(all);
        const live = all.map(() => Number(alive.next().value));
        for (const filter of asking) {
          const found = matching(values, filter, all, live);
          expect(found.rows).toEqual(expected(filter, all, live));
          expect(found.reads).toBe(0);
          held += found.rows.filter((each) => each === 1).length;
          asked += found.rows.length;
        }
      }),
      { seed: 5, numRuns: 1_500 },
    );
    expect(held / asked).toBeGreaterThan(0.05);
  });

  it('do so where strings are too long to be kept, by reading the metadata of no other rows', () => {
    let [read, asked] = [0, 0];
    fc.assert(
      fc.property(fc.array(longMetadatas, { maxLength: 12 }), longFilters, (all, filter) => {
        const found = matching(keep(all), filter, all);
        expect(found.rows).toEqual(expected(filter, all));
        [read, asked] = [read + found.reads, asked + all.length];
      }),
      { seed: 6, numRuns: 1_500 },
    );
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(asked / 2);
  });

  it('do so where there are more paths than have columns', () => {
    const all = Array.from({ length: 1_500 }, (_document, row): Metadata => ({ [`key ${row}`]: { is: row % 3 }, shared: row % 5 }));
    const values = keep(all);
    const asked: Filter[] = [
      { key: 'key 3.is', equals: 0 },
      { key: 'key 1400.is', equals: 2 },
      { not: { key: 'key 1400.is', equals: 2 } },
      { key: 'key 1400', exists: true },
      { key: 'none', exists: false },
      { and: [{ key: 'shared', equals: 2 }, { key: 'key 1402.is', exists: true }] },
      { or: [{ key: 'shared', in: [1, 3] }, { key: 'key 1402.is', range: { gte: 0 } }] },
    ];
    for (const filter of asked) expect(matching(values, filter, all).rows).toEqual(expected(filter, all));
  });

  it('are the same after they were saved, and go on from there', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(metadatas, longMetadatas), { maxLength: 8 }), fc.array(fc.oneof(metadatas, longMetadatas), { maxLength: 8 }), filters, (before, after, filter) => {
        const all = [...before, ...after];
        const { columns, arrays } = keep(before).save();
        const values = new MetadataValues({ columns: JSON.parse(JSON.stringify(columns)) as typeof columns, arrays: arrays.map((array) => array.slice()) });
        after.forEach((metadata, i) => values.add(before.length + i, metadata));
        expect(matching(values, filter, all).rows).toEqual(expected(filter, all));
        expect(values.memory).toBeGreaterThan(0);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
