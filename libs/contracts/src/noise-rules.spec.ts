import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { MessageClass } from './contract';
import { NoisySigmaVector } from './decoder/decode.contract';
import { ErasedSpan, RestNoisySigmaVector, RestSigmaVector } from './rest/decode.contract';
import { PackedSigmaVector } from './sigma-vector.contract';

const ERASURE = 'erased must be base64, a string of 0 and 1, or a list of at most 1024 spans {start, length}';
const COPIES = 'copies must be a list of at most 15 copies, each base64, a string of 0 and 1, or a list of at most 65536 times 1 or -1';
const span = { start: 0, length: 1 };

/** Broken rules with their messages, by field, of a vector with some more fields. */
function faultsOf(vector: MessageClass<object>, more: object): Record<string, object> {
  const instance = plainToInstance(vector, { data: 'zqMB', ...more });
  const faults = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
  return Object.fromEntries(faults.map(({ property, constraints = {} }) => [property, constraints]));
}

describe('a vector to decode', () => {
  it.each<[what: string, MessageClass<object>, object]>([
    ['a packed mask', NoisySigmaVector, { erased: 'AAAA' }],
    ['no copies', NoisySigmaVector, { copies: [] }],
    ['15 copies', NoisySigmaVector, { copies: Array.from({ length: 15 }, () => 'zqMB') }],
    ['a packed mask at the gateway', RestNoisySigmaVector, { erased: 'AAAA' }],
    ['a mask of 0 and 1', RestNoisySigmaVector, { erased: '0101' }],
    ['no spans', RestNoisySigmaVector, { erased: [] }],
    ['a span of one bit, and one of all', RestNoisySigmaVector, { erased: [{ start: 65_535, length: 1 }, { start: 0, length: 65_536 }] }],
    ['1,024 spans', RestNoisySigmaVector, { erased: Array.from({ length: 1_024 }, () => span) }],
    ['no copies at the gateway', RestNoisySigmaVector, { copies: [] }],
    ['copies of every form', RestNoisySigmaVector, { copies: ['zqMB', '0101', [1, -1], []] }],
    ['15 copies at the gateway', RestNoisySigmaVector, { copies: Array.from({ length: 15 }, () => [1]) }],
  ])('may have %s', (_what, vector, more) => {
    expect(faultsOf(vector, more)).toEqual({});
  });

  it('has spans that are instances of their class', () => {
    const { erased } = plainToInstance(RestNoisySigmaVector, { data: 'zqMB', erased: [span] });
    expect(erased?.[0]).toBeInstanceOf(ErasedSpan);
  });

  it.each<[what: string, erased: unknown, where: string]>([
    ['null', null, ''],
    ['a number', 5, ''],
    ['one span without a list', span, ''],
    ['a list that says it is an object', { 0: span, length: 1 }, ''],
    ['1,025 spans', Array.from({ length: 1_025 }, () => span), ': 1025 spans'],
    ['null for a span', [span, null], ': erased[1] must be an object'],
    ['a number for a span', [7], ': erased[0] must be an object'],
    ['a list for a span', [[0, 1]], ': erased[0] must be an object'],
    ['a span without a length', [span, { start: 0 }], ': erased[1]: length must not be greater than 65536'],
    ['a span without a start', [{ length: 1 }], ': erased[0]: start must not be greater than 65535'],
    ['an empty span', [{ start: 0, length: 0 }], ': erased[0]: length must not be less than 1'],
    ['a span before the vector', [{ start: -1, length: 2 }], ': erased[0]: start must not be less than 0'],
    ['a span past any vector', [{ start: 65_536, length: 1 }], ': erased[0]: start must not be greater than 65535'],
    ['a span longer than any vector', [{ start: 0, length: 65_537 }], ': erased[0]: length must not be greater than 65536'],
    ['half a bit', [{ start: 0.5, length: 1 }], ': erased[0]: start must be an integer number'],
    ['a start in a string', [{ start: '0', length: 1 }], ': erased[0]: start must not be greater than 65535'],
    ['an unknown field', [{ ...span, end: 1 }], ': erased[0]: end is not a field of a span'],
  ])('is refused with %s as what is erased, in words that say where', (_what, erased, where) => {
    expect(faultsOf(RestNoisySigmaVector, { erased })).toEqual({ erased: { erasure: `${ERASURE}${where}` } });
  });

  it('names no field of a span at length', () => {
    const { erased } = faultsOf(RestNoisySigmaVector, { erased: [{ ...span, ['x'.repeat(100_000)]: 1 }] });
    expect(JSON.stringify(erased).length).toBeLessThan(400);
  });

  it.each<[what: string, MessageClass<object>, object, fault: object]>([
    ['spans where it is packed', NoisySigmaVector, { erased: [span] }, { erased: { isString: 'erased must be a string' } }],
    ['null where it is packed', NoisySigmaVector, { erased: null }, { erased: { isString: 'erased must be a string' } }],
    ['16 copies', NoisySigmaVector, { copies: Array.from({ length: 16 }, () => '') }, { copies: { arrayMaxSize: 'copies must contain no more than 15 elements' } }],
    ['bare numbers for a copy where it is packed', NoisySigmaVector, { copies: [[1, -1]] }, { copies: { isString: 'each value in copies must be a string' } }],
  ])('is refused with %s', (_what, vector, more, fault) => {
    expect(faultsOf(vector, more)).toEqual(fault);
  });

  it.each<[what: string, copies: unknown, where: string]>([
    ['null', null, ''],
    ['one copy without a list', 'zqMB', ''],
    ['a list that says it is an object', { 0: 'zqMB', length: 1 }, ''],
    ['16 copies', Array.from({ length: 16 }, () => ''), ''],
    ['an object for a copy', ['zqMB', { data: 'zqMB' }], ': copies[1] is none'],
    ['null for a copy', [null], ': copies[0] is none'],
    ['0 in a copy', ['', '', [1, 0]], ': copies[2] is none'],
    ['65,537 numbers for a copy', [Array.from({ length: 65_537 }, () => 1)], ': copies[0] is none'],
  ])('is refused with %s as copies, in words that say where', (_what, copies, where) => {
    expect(faultsOf(RestNoisySigmaVector, { copies })).toEqual({ copies: { copies: `${COPIES}${where}` } });
  });

  it('is refused without a list of copies where it is packed', () => {
    for (const copies of [null, 'zqMB', 5, { 0: 'zqMB', length: 1 }]) {
      expect(faultsOf(NoisySigmaVector, { copies }).copies).toHaveProperty('isArray', 'copies must be an array');
    }
  });
});

it.each<[what: string, MessageClass<object>]>([
  ['packed', PackedSigmaVector],
  ['at the gateway', RestSigmaVector],
])('a vector that is not to be decoded has neither, %s', (_what, vector) => {
  expect(faultsOf(vector, { erased: 'AAAA', copies: [] })).toEqual({
    erased: { whitelistValidation: 'property erased should not exist' },
    copies: { whitelistValidation: 'property copies should not exist' },
  });
});
