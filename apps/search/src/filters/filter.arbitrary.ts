import type { Filter, FilterRange, Metadata, Scalar } from '@sigmalang/contracts';
import fc from 'fast-check';

/** Keys that occur in both metadata and filters; some mean something in JSON paths, in SQL and in JavaScript. */
const KEYS = ['a', 'b', 'c', '$', '"', '*', "it's", 'a b', '0', '__proto__', 'length', 'é', 'e\u0301', '🜁', '\\', '?(@)', '%'];

/** Strings whose order by code points, by UTF-16 and by a dictionary differ, and syntax of several languages. */
const STRINGS = ['', 'a', 'A', 'b', 'B', 'é', 'e\u0301', 'z', 'zz', '\uffee', '\ue000', '🜁', '😀', '1', 'true', 'null', '$', '"', "'; --", '\\', '%', '_', '\u0001', '[]', '{}'];

const NUMBERS = [0, -0, 1, -1, 0.1, 0.30000000000000004, 1.5, 2, 10, 1e21, 1e-7, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), Number.MAX_VALUE, Number.MIN_VALUE];

/** Scalars, equal ones often. */
export const scalars: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...STRINGS) },
  { weight: 3, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.constantFrom(true, false, null) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }).map((text) => text.replaceAll('\0', '')) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);

const keys = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('a', 'b') }, fc.constantFrom(...KEYS));
const paths = fc.oneof({ weight: 3, arbitrary: keys }, fc.array(keys, { minLength: 2, maxLength: 4 }).map((list) => list.join('.')));

/** Metadata that keeps its contract, up to three objects deep. */
export const metadatas: fc.Arbitrary<Metadata> = objects(3);

/** Filters that keep their contract, many of which let some of `metadatas` through. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'filter' },
    { weight: 4, arbitrary: conditions() },
    { weight: 1, arbitrary: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((and): Filter => ({ and })) },
    { weight: 1, arbitrary: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((or): Filter => ({ or })) },
    { weight: 1, arbitrary: tie('filter').map((not): Filter => ({ not })) },
  ),
})).filter;

function objects(depth: number): fc.Arbitrary<Metadata> {
  const values: fc.Arbitrary<Metadata[string]>[] = [scalars, scalars, fc.array(scalars, { maxLength: 4 })];
  if (depth > 1) values.push(objects(depth - 1));
  // As JSON.parse makes it: a key is a key whatever it is called.
  return fc
    .uniqueArray(fc.tuple(keys, fc.oneof(...values)), { maxLength: 5, selector: ([key]) => key })
    .map((entries) => JSON.parse(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`) as Metadata);
}

function conditions(): fc.Arbitrary<Filter> {
  return fc.oneof(
    fc.record({ key: paths, equals: scalars }),
    fc.record({ key: paths, in: fc.array(scalars, { minLength: 1, maxLength: 6 }) }),
    fc.record({ key: paths, range: ranges() }),
    fc.record({ key: paths, exists: fc.boolean() }),
  );
}

function ranges(): fc.Arbitrary<FilterRange> {
  const boundsOf = <T extends string | number>(bound: fc.Arbitrary<T>) =>
    fc
      .record({ gt: bound, gte: bound, lt: bound, lte: bound }, { requiredKeys: [] })
      .filter((bounds) => Object.keys(bounds).length > 0);
  return fc.oneof(boundsOf(fc.constantFrom(...STRINGS)), boundsOf(fc.constantFrom(...NUMBERS)));
}
