import { ValidateNested, validateSync } from 'class-validator';
import fc from 'fast-check';
import { configureLimits, limits } from './limits';
import {
  AtMostTexts,
  AtMostVectors,
  cutLists,
  IsNested,
  isText,
  IsText,
  IsTextOrTexts,
  IsVectorData,
  NotTogetherWith,
  Optional,
  RequiredUnless,
} from './rules';

class Message {
  @Optional() @IsText() text?: unknown;
  @Optional() @IsText({ each: true }) list?: unknown;
  @Optional() @AtMostTexts() texts?: unknown;
  @Optional() @AtMostVectors() vectors?: unknown;
  @Optional() @IsTextOrTexts() input?: unknown;
  @Optional() @IsVectorData() data?: unknown;
}

class Alternatives {
  @RequiredUnless('b', 'c') @IsText() a?: unknown;
  @RequiredUnless('a', 'c') @NotTogetherWith('a') @IsText() b?: unknown;
  @Optional() @NotTogetherWith('a', 'b') @IsText() c?: unknown;
}

class Outer {
  @ValidateNested() inner = new Alternatives();
}

/** Broken rules with their messages, by field. */
function faultsOf(message: object): Record<string, Record<string, string>> {
  return Object.fromEntries(validateSync(message).map(({ property, constraints = {} }) => [property, constraints]));
}

const usual = { ...limits };
beforeEach(() => configureLimits({ textCharacters: 5, textsPerCall: 3, vectorsPerCall: 4 }));
afterEach(() => configureLimits(usual));

describe('a text', () => {
  it.each([
    ['nothing', ''],
    ['as many letters as the limit', 'abcde'],
    ['as many emoji as the limit, one each', '😀😀😀😀😀'],
    ['emoji among letters', 'a😀b😀c'],
    ['a zero character', 'a\0b'],
    ['a character above the surrogates', '\uffff'],
    ['the last code point there is', '\u{10ffff}'],
  ])('may hold %s', (_what, text) => {
    expect(faultsOf(Object.assign(new Message(), { text, input: text, list: [text], texts: [text] }))).toEqual({});
  });

  it.each([
    ['one letter over the limit', 'abcdef', 'text must have at most 5 characters'],
    ['one emoji over the limit', '😀😀😀😀😀😀', 'text must have at most 5 characters'],
    ['a letter after as many emoji as the limit', '😀😀😀😀😀a', 'text must have at most 5 characters'],
    ['a lone high surrogate', 'a\ud83d', 'text must be well-formed Unicode: it holds a lone surrogate'],
    ['a lone low surrogate', '\ude00a', 'text must be well-formed Unicode: it holds a lone surrogate'],
    ['a surrogate pair the wrong way round', '\ude00\ud83d', 'text must be well-formed Unicode: it holds a lone surrogate'],
    ['two high surrogates', '\ud83d\ud83d\ude00', 'text must be well-formed Unicode: it holds a lone surrogate'],
    ['a number', 5, 'text must be a string'],
    ['null', null, 'text must be a string'],
    ['a list', ['a'], 'text must be a string'],
    ['an object with toString', { toString: () => 'a' }, 'text must be a string'],
  ])('is refused with %s', (_what, text, message) => {
    expect(faultsOf(Object.assign(new Message(), { text }))).toEqual({ text: { text: message } });
  });

  it('is measured in code points and well formed, whatever it holds', () => {
    const anything = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 });
    const surrogates = fc.array(fc.constantFrom(0x61, 0xd83d, 0xde00, 0xd800, 0xdfff), { maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(anything, surrogates), (units) => {
        const text = String.fromCharCode(...units);
        expect(isText(text)).toBe(text.isWellFormed() && Array.from(text).length <= 5);
      }),
      { seed: 20_240, numRuns: 2_000 },
    );
  });

  it('in a list is refused by the name of the list and by what is wrong with it', () => {
    const refused = (list: unknown) => faultsOf(Object.assign(new Message(), { list })).list?.text;
    expect(refused(['a', 'abcdef'])).toBe('each of list must have at most 5 characters');
    expect(refused(['a', '\ud83d'])).toBe('each of list must be well-formed Unicode: it holds a lone surrogate');
    expect(refused(['a', 1])).toBe('each of list must be a string');
    expect(refused(['a', undefined])).toBe('each of list must be a string');
  });
});

describe('a list with a limit', () => {
  it.each([
    ['texts', 1],
    ['texts', 3],
    ['vectors', 1],
    ['vectors', 4],
  ])('of %s may hold %i', (field, length) => {
    expect(faultsOf(Object.assign(new Message(), { [field]: new Array(length).fill(0) }))).toEqual({});
  });

  it.each([
    ['texts', 'no item', [], { atMostTexts: 'texts must be a list of 1 to 3 items' }],
    ['texts', 'one too many', [1, 2, 3, 4], { atMostTexts: 'texts must be a list of 1 to 3 items' }],
    ['texts', 'a string', 'ab', { atMostTexts: 'texts must be a list of 1 to 3 items' }],
    ['vectors', 'no item', [], { atMostVectors: 'vectors must be a list of 1 to 4 items' }],
    ['vectors', 'one too many', [1, 2, 3, 4, 5], { atMostVectors: 'vectors must be a list of 1 to 4 items' }],
    ['vectors', 'an object with a length', { length: 2 }, { atMostVectors: 'vectors must be a list of 1 to 4 items' }],
  ])('of %s is refused with %s', (field, _what, value, rule) => {
    expect(faultsOf(Object.assign(new Message(), { [field]: value }))).toEqual({ [field]: rule });
  });

  it('takes what new limits allow and names them', () => {
    configureLimits({ textsPerCall: 1, textCharacters: 2 });
    expect(limits).toEqual({ ...usual, textsPerCall: 1, textCharacters: 2, vectorsPerCall: 4 });
    expect(faultsOf(Object.assign(new Message(), { text: 'abc', texts: [1, 2], vectors: [1, 2] }))).toEqual({
      text: { text: 'text must have at most 2 characters' },
      texts: { atMostTexts: 'texts must be a list of 1 to 1 items' },
    });
    configureLimits({ textsPerCall: 2, textCharacters: 3 });
    expect(faultsOf(Object.assign(new Message(), { text: 'abc', texts: [1, 2], vectors: [1, 2] }))).toEqual({});
  });
});

describe('a text or a list of texts', () => {
  it.each([['a'], [['a']], [['a', '😀😀😀😀😀', '']]])('may be %j', (input) => {
    expect(faultsOf(Object.assign(new Message(), { input }))).toEqual({});
  });

  it.each([
    ['abcdef', 'input must have at most 5 characters'],
    ['\ud83d', 'input must be well-formed Unicode: it holds a lone surrogate'],
    [null, 'input must be a string'],
    [{ 0: 'a', length: 1 }, 'input must be a string'],
    [[], 'input must be a text or a list of 1 to 3 texts'],
    [['a', 'b', 'c', 'd'], 'input must be a text or a list of 1 to 3 texts'],
    [['a', 'abcdef'], 'each of input must have at most 5 characters'],
    [['a', '\ud83d'], 'each of input must be well-formed Unicode: it holds a lone surrogate'],
    [['a', ['b']], 'each of input must be a string'],
    [[1, 2], 'each of input must be a string'],
  ])('is refused as %j', (input, message) => {
    expect(faultsOf(Object.assign(new Message(), { input }))).toEqual({ input: { textOrTexts: message } });
  });
});

describe('the data of a vector', () => {
  it.each([
    ['base64', 'AAAA'],
    ['a string of 0 and 1', '0101'],
    ['a list of 1 and -1', [1, -1, 1]],
    ['65,536 numbers', new Array(65_536).fill(-1)],
  ])('may be %s', (_what, data) => {
    expect(faultsOf(Object.assign(new Message(), { data }))).toEqual({});
  });

  it.each([
    ['65,537 numbers', new Array(65_537).fill(1)],
    ['a list with 0', [1, 0, -1]],
    ['a list with numbers in strings', ['1', '-1']],
    ['a list with a gap', [1, undefined]],
    ['a number', 1],
    ['null', null],
    ['an object', { 0: 1, length: 1 }],
  ])('is refused as %s', (_what, data) => {
    const message = 'data must be base64, a string of 0 and 1, or a list of at most 65536 times 1 or -1';
    expect(faultsOf(Object.assign(new Message(), { data }))).toEqual({ data: { vectorData: message } });
  });
});

describe('fields that stand for one another', () => {
  it.each([[{ a: 'x' }], [{ b: 'x' }], [{ c: 'x' }], [{ a: 'x', b: undefined, c: undefined }]])('%j is enough', (given) => {
    expect(faultsOf(Object.assign(new Alternatives(), given))).toEqual({});
  });

  it.each<[string, object, Record<string, Record<string, string>>]>([
    ['none is given', {}, { a: { text: 'a must be a string' }, b: { text: 'b must be a string' } }],
    ['two are given', { a: 'x', b: 'y' }, { b: { notTogetherWith: 'b cannot be given together with a' } }],
    ['any other is given', { b: 'x', c: 'y' }, { c: { notTogetherWith: 'c cannot be given together with a or b' } }],
    ['null is given for one that another stands for', { a: null, c: 'y' }, {
      a: { text: 'a must be a string' },
      c: { notTogetherWith: 'c cannot be given together with a or b' },
    }],
    ['one that is given breaks its own rule', { a: 'abcdef' }, { a: { text: 'a must have at most 5 characters' } }],
  ])('are refused when %s', (_when, given, faults) => {
    expect(faultsOf(Object.assign(new Alternatives(), given))).toEqual(faults);
  });

  it('look at the fields beside them, not at those of the message around', () => {
    const outer = Object.assign(new Outer(), { a: 'x' });
    const [inner] = validateSync(outer)[0]?.children ?? [];
    expect(inner?.property).toBe('a');
  });
});

it('an optional field may be left out or undefined, and null is neither', () => {
  expect(faultsOf(new Message())).toEqual({});
  expect(faultsOf(Object.assign(new Message(), { text: undefined }))).toEqual({});
  expect(Object.keys(faultsOf(Object.assign(new Message(), { text: null, texts: null, input: null, data: null })))).toEqual([
    'text',
    'texts',
    'input',
    'data',
  ]);
});

describe('lists of objects that hold something else', () => {
  class Inner {
    @Optional() @IsNested(() => Inner) one?: unknown;
    @Optional() @IsNested(() => Inner, { each: true }) many?: unknown;
    @Optional() values?: unknown;
  }

  it.each([
    ['numbers', { many: [1, 2, 3] }, { many: [1] }],
    ['lists', { many: [[1], [2]] }, { many: [[1]] }],
    ['something else in between', { many: [{}, null, {}, 'a'] }, { many: [{}, null] }],
    ['something else for an object', { one: [1, 2] }, { one: [1] }],
    ['something else further within', { one: { many: [{ many: [1, 2] }, {}] } }, { one: { many: [{ many: [1] }, {}] } }],
  ])('end with the first such item: %s', (_what, message, expected) => {
    const before = structuredClone(message);
    expect(cutLists(Inner, message)).toEqual(expected);
    expect(message).toEqual(before);
  });

  it('are all that is cut', () => {
    const message = { one: { values: [1, 2] }, many: [{ values: [1, 2] }, {}], values: [1, {}, 2], other: [1, 2], text: 'a' };
    expect(cutLists(Inner, message)).toEqual(message);
    expect(cutLists(Inner, { one: null, many: 'a' })).toEqual({ one: null, many: 'a' });
  });
});
