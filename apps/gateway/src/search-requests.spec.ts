import { type FieldFault, limits, RestSearchRequest, ServiceError } from '@sigmalang/contracts';
import { RequestPipe } from '@sigmalang/runtime';

const pipe = new RequestPipe(RestSearchRequest);

function read(changes: object): Promise<RestSearchRequest> {
  const body: unknown = JSON.parse(JSON.stringify({ query: 'a', collection: 'news', ...changes }));
  return Promise.resolve(pipe.transform(body, { type: 'body' }) as RestSearchRequest | Promise<RestSearchRequest>);
}

async function refusalOf(changes: object): Promise<ServiceError> {
  const failure: unknown = await Promise.resolve()
    .then(() => read(changes))
    .catch((error: unknown) => error);
  if (!(failure instanceof ServiceError)) throw new Error('It was not refused');
  expect(failure.code).toBe('INVALID_REQUEST');
  return failure;
}

const a = { key: 'a', equals: 1 };
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const nots = (levels: number): object => (levels === 0 ? a : { not: nots(levels - 1) });

describe('a filter', () => {
  it.each<[what: string, filter: object]>([
    ['a text', { key: 'a', equals: 'b' }],
    ['null', { key: 'a', equals: null }],
    ['false', { key: 'a', equals: false }],
    ['an empty text', { key: 'a', equals: '' }],
    ['a nested key', { key: 'author.name.first.letter', equals: 'b' }],
    ['a key of 128 characters', { key: 'k'.repeat(128), exists: true }],
    ['a key that looks like an operator', { key: '$where', equals: '1; DROP TABLE documents' }],
    ['a list of scalars of each type', { key: 'a', in: ['b', 1, null, true] }],
    ['256 values', { key: 'a', in: many(256, 1) }],
    ['a range with one bound', { key: 'a', range: { gte: 1 } }],
    ['a range with two', { key: 'a', range: { gt: -1.5, lte: 1e20 } }],
    ['a range of texts', { key: 'a', range: { gte: '2024-01-01', lt: '2025' } }],
    ['what is not there', { key: 'a', exists: false }],
    ['a list of filters', { and: [a, { key: 'b', exists: true }] }],
    ['256 filters in all', { or: [...many(252, a), { not: { not: a } }] }],
    ['a filter of filters', { not: { or: [{ and: [a, { not: a }] }, a] } }],
    ['as many filters within one another as a message may have levels', nots(limits.messageDepth - 2)],
  ])('of %s is taken as it is', async (_what, filter) => {
    expect(JSON.parse(JSON.stringify((await read({ filter })).filter))).toEqual(filter);
  });

  it.each<[what: string, filter: unknown, field: string, rule: string]>([
    ['null', null, 'filter', 'nested'],
    ['a text', 'a = 1', 'filter', 'nested'],
    ['a list', [a], 'filter', 'nested'],
    ['nothing', {}, 'filter.key', 'filterForm'],
    ['a field of another name', { a: 1 }, 'filter.a', 'unknownField'],
    ['a key alone', { key: 'a' }, 'filter.key', 'filterForm'],
    ['a condition alone', { equals: 1 }, 'filter.key', 'metadataPath'],
    ['two conditions', { key: 'a', equals: 1, exists: true }, 'filter.key', 'filterForm'],
    ['an empty key', { key: '', equals: 1 }, 'filter.key', 'metadataPath'],
    ['a key that is a number', { key: 1, equals: 1 }, 'filter.key', 'metadataPath'],
    ['a key of five parts', { key: 'a.b.c.d.e', equals: 1 }, 'filter.key', 'metadataPath'],
    ['a key that ends with a dot', { key: 'a.', equals: 1 }, 'filter.key', 'metadataPath'],
    ['a key with U+0000', { key: 'a\0', equals: 1 }, 'filter.key', 'metadataPath'],
    ['a key of 129 characters', { key: 'k'.repeat(129), equals: 1 }, 'filter.key', 'metadataPath'],
    ['a list to equal', { key: 'a', equals: [1] }, 'filter.equals', 'scalar'],
    ['an object to equal', { key: 'a', equals: { b: 1 } }, 'filter.equals', 'scalar'],
    ['U+0000 to equal', { key: 'a', equals: '\0' }, 'filter.equals', 'scalar'],
    ['half of a character to equal', { key: 'a', equals: '\ud800' }, 'filter.equals', 'scalar'],
    ['no values', { key: 'a', in: [] }, 'filter.in', 'scalarList'],
    ['257 values', { key: 'a', in: many(257, 1) }, 'filter.in', 'scalarList'],
    ['a text for values', { key: 'a', in: 'bc' }, 'filter.in', 'scalarList'],
    ['a list in values', { key: 'a', in: [[1]] }, 'filter.in', 'scalarList'],
    ['an empty range', { key: 'a', range: {} }, 'filter.range', 'rangeBounds'],
    ['a list for a range', { key: 'a', range: [1, 2] }, 'filter.range', 'nested'],
    ['a number for a range', { key: 'a', range: 1 }, 'filter.range', 'nested'],
    ['a range of two types', { key: 'a', range: { gte: 1, lt: 'b' } }, 'filter.range', 'rangeBounds'],
    ['a bound that is null', { key: 'a', range: { gte: null } }, 'filter.range.gte', 'rangeBound'],
    ['a bound that is a truth value', { key: 'a', range: { lt: true } }, 'filter.range.lt', 'rangeBound'],
    ['a bound of another name', { key: 'a', range: { gte: 1, min: 1 } }, 'filter.range.min', 'unknownField'],
    ['a text for a truth value', { key: 'a', exists: 'true' }, 'filter.exists', 'isBoolean'],
    ['a list that is empty', { and: [] }, 'filter.and', 'arrayMinSize'],
    ['257 filters', { or: many(256, a) }, 'filter', 'filterForm'],
    ['257 filters in all', { and: [{ or: many(128, a) }, { or: many(126, a) }] }, 'filter', 'filterForm'],
    ['very many things that are none', { and: many(60_000, 1) }, 'filter', 'filterForm'],
    ['an object for a list', { and: a }, 'filter.and', 'arrayMinSize'],
    ['a text in a list', { or: [a, 'b'] }, 'filter.or', 'nested'],
    ['a list for a filter', { not: [a] }, 'filter.not', 'nested'],
    ['a combination beside a condition', { ...a, not: a }, 'filter.not', 'filterForm'],
    ['two combinations', { and: [a], or: [a] }, 'filter.and', 'filterForm'],
    ['nothing in not', { not: {} }, 'filter.not.key', 'filterForm'],
    ['nothing in a list', { and: [a, {}] }, 'filter.and[1].key', 'filterForm'],
    ['nothing deep within', { or: [a, { not: { and: [a, a, {}] } }] }, 'filter.or[1].not.and[2].key', 'filterForm'],
    ['a bad bound in a list', { and: [a, { key: 'b', range: { gte: [] } }] }, 'filter.and[1].range.gte', 'rangeBound'],
    ['a bad value deep within', { not: { or: [{ and: [{ key: 'a', in: [{}] }] }] } }, 'filter.not.or[0].and[0].in', 'scalarList'],
    ['a key without a condition in a list', { or: [{ key: 'a' }, a] }, 'filter.or[0].key', 'filterForm'],
  ])('of %s is refused, and the fault is found there', async (_what, filter, field, rule) => {
    const { errors, message } = await refusalOf({ filter });
    const rules = errors.filter((fault) => fault.field === field).map((fault) => fault.rule);
    expect([errors[0]?.field, rules]).toEqual([field, expect.arrayContaining([rule])]);
    expect(message).toContain(field.replace(/^filter\./, ''));
  });

  it('of more filters within one another than a message may have levels is refused', async () => {
    expect((await refusalOf({ filter: nots(limits.messageDepth - 1) })).message).toMatch(/nested deeper than 16/);
  });

  it('that is refused is not repeated', async () => {
    const secret = 'SECRET-1';
    const bad: unknown[] = [secret, { key: `${secret}..`, equals: 1 }, { key: 'a', equals: [secret] }, { key: 'a', in: [[secret]] }, { not: secret }];
    for (const filter of bad) expect(JSON.stringify((await refusalOf({ filter })).toWire())).not.toContain(secret);
  });
});

describe('a search', () => {
  it.each<[what: string, changes: object, field: string]>([
    ['no query', { query: undefined }, 'query'],
    ['an empty query', { query: '' }, 'query'],
    ['a query of white space', { query: ' \t\u2003\ufeff' }, 'query'],
    ['U+0000 in its query', { query: 'a\0b' }, 'query'],
    ['half of a character in its query', { query: '\ud83d' }, 'query'],
    ['a list of queries', { query: ['a'] }, 'query'],
    ['no collection', { collection: undefined }, 'collection'],
    ['a bad name of a collection', { collection: '../news' }, 'collection'],
    ['a corpus beside a collection', { corpus: ['a'] }, 'corpus'],
    ['101 results', { topK: 101 }, 'topK'],
    ['a threshold in a text', { threshold: '0.5' }, 'threshold'],
    ['a weight below 0', { weights: { keyword: -1, semantic: 1 } }, 'weights.keyword'],
    ['another field', { limit: 5 }, 'limit'],
  ])('with %s is refused', async (_what, changes, field) => {
    const { errors } = await refusalOf(changes);
    expect(errors.map((fault: FieldFault) => fault.field)).toEqual([field]);
  });

  it.each([
    ['few objects', a],
    ['so many objects that it is read in turns', { or: many(200, a) }],
  ])('takes texts and documents in one corpus, whether it holds %s', async (_what, filter) => {
    const corpus = ['a', { id: 'b', text: 'c', metadata: { tags: ['x'], by: { name: 'y' } } }, { text: 'd' }];
    const request = await read({ collection: undefined, corpus, filter });
    expect(JSON.parse(JSON.stringify(request))).toMatchObject({ corpus, filter });
    const texts = ['a', 'b', 'c'];
    expect((await read({ collection: undefined, corpus: texts, filter })).corpus).toEqual(texts);
  });
});
