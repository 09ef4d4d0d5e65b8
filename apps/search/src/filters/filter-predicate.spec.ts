import type { Filter, Metadata } from '@sigmalang/contracts';
import fc from 'fast-check';
import { compareCodePoints, matches } from './filter-predicate';
import { filters, metadatas } from './filter.arbitrary';

const metadata: Metadata = {
  word: 'b',
  number: 1,
  truth: false,
  nothing: null,
  list: ['a', 2, null],
  empty: [],
  author: { name: 'Ann', ages: [3, 4], none: {} },
};

describe('a filter', () => {
  it.each<[string, Filter, boolean]>([
    ['equals a string', { key: 'word', equals: 'b' }, true],
    ['does not equal another string', { key: 'word', equals: 'B' }, false],
    ['equals a number', { key: 'number', equals: 1.0 }, true],
    ['does not equal a string that looks like the number', { key: 'number', equals: '1' }, false],
    ['equals false', { key: 'truth', equals: false }, true],
    ['does not equal null where there is false', { key: 'truth', equals: null }, false],
    ['equals null', { key: 'nothing', equals: null }, true],
    ['does not equal null where there is nothing', { key: 'missing', equals: null }, false],
    ['equals an item of a list', { key: 'list', equals: 2 }, true],
    ['equals null in a list', { key: 'list', equals: null }, true],
    ['equals nothing where the value is an object', { key: 'author', equals: 'Ann' }, false],
    ['goes into objects', { key: 'author.name', equals: 'Ann' }, true],
    ['goes into the lists of objects', { key: 'author.ages', in: [5, 4] }, true],
    ['does not go into lists', { key: 'list.0', equals: 'a' }, false],
    ['does not go into strings', { key: 'word.length', equals: 1 }, false],
    ['does not see what all objects have', { key: 'constructor', exists: true }, false],
    ['is in a list of values', { key: 'word', in: ['a', 'b'] }, true],
    ['is in no list of other types', { key: 'number', in: ['1', true, null] }, false],
    ['is within bounds', { key: 'number', range: { gt: 0, lte: 1 } }, true],
    ['is not beyond a bound', { key: 'number', range: { gt: 1 } }, false],
    ['is within bounds of strings', { key: 'word', range: { gte: 'b', lt: 'ba' } }, true],
    ['is not within bounds of another type', { key: 'word', range: { gte: 0 } }, false],
    ['is not within bounds of null', { key: 'nothing', range: { lte: 0 } }, false],
    ['is within bounds with one item for all of them', { key: 'author.ages', range: { gte: 4, lte: 3 } }, false],
    ['exists', { key: 'word', exists: true }, true],
    ['exists as null', { key: 'nothing', exists: true }, true],
    ['exists as an object', { key: 'author', exists: true }, true],
    ['does not exist as an empty list', { key: 'empty', exists: true }, false],
    ['does not exist as an empty object', { key: 'author.none', exists: false }, true],
    ['holds where all parts do', { and: [{ key: 'word', exists: true }, { key: 'number', equals: 2 }] }, false],
    ['holds where one part does', { or: [{ key: 'number', equals: 2 }, { key: 'word', exists: true }] }, true],
    ['holds where another does not', { not: { key: 'missing', equals: 1 } }, true],
  ])('%s', (_title, filter, expected) => {
    expect(matches(filter, metadata)).toBe(expected);
  });

  it('holds exactly where its negation does not', () => {
    fc.assert(
      fc.property(filters, metadatas, (filter, found) => matches({ not: filter }, found) === !matches(filter, found)),
      { seed: 21 },
    );
  });

  it('compares strings as UTF-8 has their bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { seed: 22, examples: [['\uffee', '🜁'], ['\ue000', '\u{10ffff}'], ['a', 'ab']] },
    );
  });
});
