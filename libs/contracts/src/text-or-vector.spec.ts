import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { configureLimits, limits } from './limits';
import { RestSigmaVector } from './rest/decode.contract';
import { PackedSigmaVector } from './sigma-vector.contract';
import { IsTextOrVector } from './text-or-vector';

class Packed {
  @IsTextOrVector(PackedSigmaVector) side?: unknown;
}

class Rest {
  @IsTextOrVector(RestSigmaVector) side?: unknown;
}

const header = {
  version: 1,
  dimensions: 10_000,
  semanticBits: 2_048,
  sequenceBits: 7_952,
  tokens: 3,
  chunk: 0,
  chunks: 1,
  model: 'm',
  semanticEmpty: false,
};

const usual = { ...limits };
beforeEach(() => configureLimits({ textCharacters: 5 }));
afterEach(() => configureLimits(usual));

function faultsOf(side: unknown, Message: typeof Packed = Packed): Record<string, string>[] {
  return validateSync(plainToInstance(Message, { side })).map(({ constraints = {} }) => constraints);
}

describe('a text or a vector', () => {
  it.each([
    ['a text', 'abcde'],
    ['the empty text', ''],
    ['a vector', { data: 'AAAA' }],
    ['a vector with its header', { data: 'AAAA', header }],
  ])('may be %s', (_what, side) => {
    expect(faultsOf(side)).toEqual([]);
  });

  it.each([
    ['a text over the limit', 'abcdef'],
    ['a lone surrogate', '\ud83d'],
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['a list of a text', ['a']],
    ['a list of a vector', [{ data: 'AAAA' }]],
    ['an object without data', {}],
    ['a vector with an unknown field', { data: 'AAAA', bits: 5 }],
    ['a vector whose data is a list', { data: [1, -1] }],
    ['a vector whose header is null', { data: 'AAAA', header: null }],
    ['a vector whose header lacks a field', { data: 'AAAA', header: { ...header, tokens: undefined } }],
    ['a vector whose header has an unknown field', { data: 'AAAA', header: { ...header, bits: 5 } }],
    ['a vector whose header is a list', { data: 'AAAA', header: [header] }],
  ])('is refused as %s, in words that name the limit', (_what, side) => {
    const message = 'side must be a text (well-formed, at most 5 characters) or a Σ-vector {data, header?}';
    expect(faultsOf(side)).toEqual([{ textOrVector: expect.stringContaining(message) as string }]);
  });

  it('is an instance of the vector class that was named', () => {
    const vector = { data: [1, -1], header };
    expect(faultsOf(vector, Rest)).toEqual([]);
    expect(plainToInstance(Rest, { side: vector }).side).toBeInstanceOf(RestSigmaVector);
    expect(plainToInstance(Packed, { side: { data: 'AAAA' } }).side).toBeInstanceOf(PackedSigmaVector);
  });

  it('holds no more of a list for the header than its first number', () => {
    expect(plainToInstance(Packed, { side: { data: 'AAAA', header: [1, 2, 3] } }).side).toMatchObject({ header: [1] });
    expect(faultsOf({ data: 'AAAA', header: [1, 2, 3] })).toHaveLength(1);
  });
});
