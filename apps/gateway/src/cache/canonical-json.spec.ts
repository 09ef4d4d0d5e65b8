import fc from 'fast-check';
import { canonicalJson } from './canonical-json';

/** The same value with the keys of every object in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, item]) => [key, turned(item)]));
}

const nested = (levels: number, inside: unknown = 1): unknown => Array.from({ length: levels }).reduce((value) => ({ a: value }), inside);

const fieldsOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_field, i) => [`field ${i}`, i]));

describe('the canonical text of a value', () => {
  const json = fc.jsonValue({ maxDepth: 5 }).map((value): unknown => JSON.parse(JSON.stringify(value)));

  it('means the value, whatever it is', () => {
    fc.assert(fc.property(json, (value) => { expect(JSON.parse(canonicalJson(value) ?? '')).toEqual(value); }), { seed: 11, numRuns: 500 });
  });

  it('does not depend on the order of keys', () => {
    fc.assert(fc.property(json, (value) => { expect(canonicalJson(turned(value))).toBe(canonicalJson(value)); }), { seed: 12, numRuns: 500 });
  });

  it.each<[what: string, one: unknown, other: unknown]>([
    ['lists in another order', { a: [1, 2] }, { a: [2, 1] }],
    ['a number and its digits', { a: 1 }, { a: '1' }],
    ['null and nothing', { a: null }, {}],
    ['an empty list and an empty object', { a: [] }, { a: {} }],
    ['a list of a list and the list', { a: [[1]] }, { a: [1] }],
    ['a key with a quote and two keys', { 'a":1,"b': 1 }, { a: 1, b: 1 }],
    ['halves of different characters', { a: '\ud83d' }, { a: '\ud83e' }],
  ])('tells %s apart', (_what, one, other) => {
    expect(canonicalJson(one)).not.toBe(canonicalJson(other));
  });

  it.each(['1e999', '[1e999]', '[-1e999, 1]', '{"a": [[1e999]]}', '{"a": {"b": -1e999}}'])('is none for %s, which is not null', (text) => {
    expect(canonicalJson(JSON.parse(text))).toBeUndefined();
  });

  it.each<[what: string, most: unknown, tooMany: unknown]>([
    ['fields', fieldsOf(10_000), fieldsOf(10_001)],
    ['items that are objects', Array.from({ length: 10_000 }, () => ({})), Array.from({ length: 10_001 }, () => ({}))],
    ['fields and items together', [{}, fieldsOf(9_998)], [{}, fieldsOf(9_999)]],
  ])('is none for a value of more than 10,000 %s', (_what, most, tooMany) => {
    expect(JSON.parse(canonicalJson(most) ?? '')).toEqual(most);
    expect(canonicalJson(tooMany)).toBeUndefined();
  });

  it('takes a list of plain values as one, however long', () => {
    expect(canonicalJson({ bits: Array.from({ length: 100_000 }, () => 1) })?.length).toBe(200_010);
  });

  it('is none for a value nested deeper than 32 levels, and takes no deep stack to say so', () => {
    expect(canonicalJson(nested(32))).toBe('{"a":'.repeat(32) + '1' + '}'.repeat(32));
    expect(canonicalJson(nested(33))).toBeUndefined();
    expect(canonicalJson(nested(30, [[{ b: [] }]]))).toBeUndefined();
    expect(canonicalJson(nested(100_000))).toBeUndefined();
  });
});
