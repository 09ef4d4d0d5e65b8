import { configureLimits, IsNested, IsText, limits, Optional, ServiceError, type FieldFault } from '@sigmalang/contracts';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsString, Max, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { RequestPipe, toRequest } from './request.pipe';

class Leaf {
  @IsString() name!: string;
  @Optional() @IsInt() @Max(9) size?: number = 3;
}

class Branch {
  @ValidateNested() @Type(() => Leaf) leaf!: Leaf;
}

class Tree {
  @IsText() title!: string;
  @Optional() @ValidateNested() @Type(() => Branch) branch?: Branch;
  @Optional() @IsArray() @ArrayMaxSize(100) @ValidateNested({ each: true }) @Type(() => Leaf) leaves?: Leaf[];
  @Optional() @IsBoolean() green?: boolean = true;
  @Optional() @IsArray() tags?: unknown[] = [];
}

function refusalOf(value: unknown): ServiceError {
  try {
    toRequest(Tree, value);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

function faultsOf(value: unknown): readonly FieldFault[] {
  return refusalOf(value).errors;
}

function nestedLists(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}

describe('a request', () => {
  it('becomes an instance of its class, nested ones too, with what was left out filled in', () => {
    const request = toRequest(Tree, { title: 'a', branch: { leaf: { name: 'b' } }, leaves: [{ name: 'c', size: 4 }] });
    expect(request).toBeInstanceOf(Tree);
    expect(request.branch?.leaf).toBeInstanceOf(Leaf);
    expect(request.leaves?.[0]).toBeInstanceOf(Leaf);
    expect(request).toEqual({
      title: 'a',
      branch: { leaf: { name: 'b', size: 3 } },
      leaves: [{ name: 'c', size: 4 }],
      green: true,
      tags: [],
    });
  });

  it('shares no default with another request', () => {
    toRequest(Tree, { title: 'a' }).tags?.push('x');
    expect(toRequest(Tree, { title: 'a' }).tags).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'title'],
    ['a number', 5],
    ['a truth value', true],
    ['a list', [{ title: 'a' }]],
  ])('that is %s is refused', (_what, value) => {
    expect(refusalOf(value)).toMatchObject({ code: 'INVALID_REQUEST', message: 'The request must be a JSON object', errors: [] });
  });

  it.each<[string, object, FieldFault]>([
    ['an unknown field', { title: 'a', titel: 1 }, { field: 'titel', rule: 'unknownField', message: 'titel is not a field of this request' }],
    ['an unknown field within', { title: 'a', branch: { leaf: { name: 'b', nick: 1 } } },
      { field: 'branch.leaf.nick', rule: 'unknownField', message: 'branch.leaf.nick is not a field of this request' }],
    ['an unknown field in a list', { title: 'a', leaves: [{ name: 'b' }, { name: 'b', nick: 1 }] },
      { field: 'leaves[1].nick', rule: 'unknownField', message: 'leaves[1].nick is not a field of this request' }],
    ['a missing field', {}, { field: 'title', rule: 'text', message: 'title must be a string' }],
    ['a number for a text', { title: 5 }, { field: 'title', rule: 'text', message: 'title must be a string' }],
    ['a text for a truth value', { title: 'a', green: 'true' }, { field: 'green', rule: 'isBoolean', message: 'green must be a boolean value' }],
    ['a text for a number', { title: 'a', leaves: [{ name: 'b', size: '4' }] },
      { field: 'leaves[0].size', rule: 'isInt', message: 'leaves[0].size: size must be an integer number' }],
    ['null for an object', { title: 'a', branch: null },
      { field: 'branch', rule: 'nestedValidation', message: 'nested property branch must be either object or array' }],
    ['a text for an object', { title: 'a', branch: 'leaf' },
      { field: 'branch', rule: 'nestedValidation', message: 'nested property branch must be either object or array' }],
    ['a number for a list', { title: 'a', leaves: 5 }, { field: 'leaves', rule: 'isArray', message: 'leaves must be an array' }],
    ['an object for a list', { title: 'a', leaves: { name: 'b' } }, { field: 'leaves', rule: 'isArray', message: 'leaves must be an array' }],
    ['null in a list', { title: 'a', leaves: [null] },
      { field: 'leaves[0]', rule: 'nestedValidation', message: 'leaves[0]: each value in nested property leaves must be either object or array' }],
    ['null for an optional field', { title: 'a', tags: null }, { field: 'tags', rule: 'isArray', message: 'tags must be an array' }],
  ])('with %s is refused, naming path, rule and what it asks', (_what, value, fault) => {
    expect(refusalOf(value).code).toBe('INVALID_REQUEST');
    expect(faultsOf(value)).toContainEqual(fault);
  });

  it('says its first fault in words and all of them as a list', () => {
    const refusal = refusalOf({ title: 5, green: 1 });
    expect(refusal.errors.map(({ field }) => field).sort()).toEqual(['green', 'title']);
    expect(refusal.message).toBe(refusal.errors[0]?.message);
  });

  it('tells at most 20 of many faults', () => {
    const leaves = Array.from({ length: 50 }, () => ({ name: 5 }));
    expect(faultsOf({ title: 'a', leaves }).map(({ field }) => field)).toEqual(
      Array.from({ length: 20 }, (_item, i) => `leaves[${i}].name`),
    );
  });

  it('with a field of a name without end is refused in a message of bounded length', () => {
    const long = 'x'.repeat(100_000);
    expect(JSON.stringify(refusalOf({ title: 'a', [long]: 1 }).toWire()).length).toBeLessThan(10_000);
  });

  it.each(['toString', 'valueOf'])('with an unknown field %s is refused', (field) => {
    expect(faultsOf({ title: 'a', [field]: 'b' }).map(({ rule }) => rule)).toEqual(['unknownField']);
  });

  it('never has a value of its fields in its faults', () => {
    const secret = 'hunter2-hunter2';
    const anywhere = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.constant(secret), fc.array(tie('value'), { maxLength: 3 }), tie('object')),
      object: fc.dictionary(fc.constantFrom('title', 'branch', 'leaf', 'leaves', 'name', 'size', 'green', 'other'), tie('value'), { maxKeys: 4 }),
    }));
    let refused = 0;
    fc.assert(
      fc.property(anywhere.object, (value) => {
        try {
          toRequest(Tree, value);
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
          expect(JSON.stringify((error as ServiceError).toWire())).not.toContain(secret);
          refused++;
        }
      }),
      { seed: 20_242, numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

describe('nesting', () => {
  const usual = limits.messageDepth;
  afterEach(() => configureLimits({ messageDepth: usual }));

  it('of 16 levels is taken, and of 17 refused', () => {
    expect(toRequest(Tree, { title: 'a', tags: nestedLists(15) }).tags).toHaveLength(1);
    expect(refusalOf({ title: 'a', tags: nestedLists(16) }).message).toBe('The request is nested deeper than 16 levels');
  });

  it('counts objects as it counts lists', () => {
    configureLimits({ messageDepth: 3 });
    expect(toRequest(Tree, { title: 'a', branch: { leaf: { name: 'b' } } }).branch?.leaf.name).toBe('b');
    configureLimits({ messageDepth: 2 });
    expect(refusalOf({ title: 'a', branch: { leaf: { name: 'b' } } }).message).toBe('The request is nested deeper than 2 levels');
  });

  it.each([
    ['lists', `{"tags":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['objects', `${'{"branch":'.repeat(100_000)}{}${'}'.repeat(100_000)}`],
    ['lists in a field that is unknown', `{"other":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('of 100,000 %s is refused like any other', (_what, json) => {
    const refusal = refusalOf(JSON.parse(json));
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', message: 'The request is nested deeper than 16 levels' });
  });
});

describe('objects and lists', () => {
  const { vectorsPerCall, textsPerCall } = limits;
  beforeEach(() => configureLimits({ vectorsPerCall: 2, textsPerCall: 1 }));
  afterEach(() => configureLimits({ vectorsPerCall, textsPerCall }));

  /** A request of `count` objects and lists: itself, a list, and what is in it. */
  const requestOf = (count: number, item: unknown = {}) => ({ title: 'a', tags: Array.from({ length: count - 2 }, () => item) });

  it.each([
    ['objects', {}],
    ['lists', []],
  ])('in a request may be eight for each vector of a call; one more is refused, of %s', (_what, item) => {
    expect(toRequest(Tree, requestOf(16, item)).tags).toHaveLength(14);
    expect(refusalOf(requestOf(17, item))).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'The request holds more than 16 objects and lists',
      errors: [],
    });
  });

  it('are counted at every level, and before anything is made of them', () => {
    expect(refusalOf({ other: Array.from({ length: 8 }, () => [{}]) }).message).toBe('The request holds more than 16 objects and lists');
    expect(faultsOf({ other: Array.from({ length: 7 }, () => [{}]) }).map(({ field }) => field)).toContain('other');
  });

  it('may be as many as texts allow where those are more than vectors', () => {
    configureLimits({ textsPerCall: 3 });
    expect(toRequest(Tree, requestOf(24)).tags).toHaveLength(22);
    expect(refusalOf(requestOf(25)).message).toBe('The request holds more than 24 objects and lists');
  });

  it('do not count what is neither', () => {
    const tags = Array.from({ length: 65_536 }, (_tag, i) => [1, 'a', true, null][i % 4]);
    expect(toRequest(Tree, { title: 'a', tags }).tags).toHaveLength(65_536);
  });
});

describe('the items of one list', () => {
  const { vectorsPerCall, textsPerCall } = limits;
  afterEach(() => configureLimits({ vectorsPerCall, textsPerCall }));

  it.each<[where: string, requestOf: (items: unknown[]) => object, field: string]>([
    ['a field', (tags) => ({ title: 'a', tags }), 'tags'],
    ['a field that is unknown', (other) => ({ title: 'a', other }), 'other'],
    ['a list', (tags) => ({ title: 'a', tags: [[], tags] }), 'tags[1]'],
    ['an object in a list', (name) => ({ title: 'a', leaves: [{ name: 'b' }, { name }] }), 'leaves[1].name'],
    ['a field of a name without end', (long) => ({ ['x'.repeat(1_000)]: long }), `${'x'.repeat(100)}…`],
  ])('are refused by their number where more than a vector has bits, in %s', (_where, requestOf, field) => {
    const message = `${field} must be a list of at most 65536 items`;
    expect(refusalOf(requestOf(new Array(65_537).fill(1)))).toMatchObject({
      code: 'INVALID_REQUEST',
      message,
      errors: [{ field, rule: 'arrayMaxSize', message }],
    });
  });

  it.each(['vectorsPerCall', 'textsPerCall'])('may be more where %s is', (limit) => {
    configureLimits({ [limit]: 65_537 });
    expect(toRequest(Tree, { title: 'a', tags: new Array(65_537).fill(1) }).tags).toHaveLength(65_537);
    expect(refusalOf({ title: 'a', tags: new Array(65_538).fill(1) }).message).toBe('tags must be a list of at most 65537 items');
  });
});

describe('the fields of one object', () => {
  const fieldsOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_field, i) => [`field${i}`, 1]));

  it.each<[where: string, requestOf: (fields: object) => object, field: string | undefined]>([
    ['the request', (fields) => fields, undefined],
    ['an object within', (fields) => ({ title: 'a', branch: { leaf: fields } }), 'branch.leaf'],
    ['an object in a list', (fields) => ({ title: 'a', leaves: [{ name: 'b' }, fields] }), 'leaves[1]'],
    ['an object in a field that is unknown', (fields) => ({ title: 'a', other: fields }), 'other'],
  ])('may be 64, and are refused by their number beyond, in %s', (_where, requestOf, field) => {
    const message = `${field ?? 'The request'} must have at most 64 fields`;
    expect(faultsOf(requestOf(fieldsOf(64))).map(({ rule }) => rule)).toContain('unknownField');
    expect(refusalOf(requestOf(fieldsOf(65)))).toMatchObject({
      code: 'INVALID_REQUEST',
      message,
      errors: field === undefined ? [] : [{ field, rule: 'maxFields', message }],
    });
  });
});

describe('a request that reaches for prototypes', () => {
  it.each([
    '{"title":"a","__proto__":{"polluted":1}}',
    '{"title":"a","constructor":{"prototype":{"polluted":1}}}',
    '{"title":"a","prototype":{"polluted":1}}',
    '{"title":"a","branch":{"leaf":{"name":"b","__proto__":{"polluted":1}}}}',
    '{"title":"a","branch":{"__proto__":{"polluted":1},"leaf":{"name":"b"}}}',
    '{"title":"a","leaves":[{"name":"b","constructor":{"prototype":{"polluted":1}}}]}',
    '{"title":"a","leaves":{"__proto__":[{"name":"b","polluted":1}]}}',
    '{"title":"a","tags":[{"__proto__":{"polluted":1}}]}',
  ])('changes none: %s', (json) => {
    try {
      const request = toRequest(Tree, JSON.parse(json));
      expect(Object.getPrototypeOf(request)).toBe(Tree.prototype);
      expect(request.constructor).toBe(Tree);
      expect('polluted' in request).toBe(false);
    } catch (error) {
      expect(error).toBeInstanceOf(ServiceError);
    }
    for (const plain of [{}, [], new Tree(), new Leaf(), new Branch(), Object]) expect('polluted' in plain).toBe(false);
  });

  it('is refused for a field that would be its prototype', () => {
    expect(faultsOf(JSON.parse('{"__proto__":{"title":"a"}}')).map(({ field }) => field)).toEqual(['__proto__']);
  });
});

describe('a request of many objects', () => {
  class Wood {
    @IsText() title!: string;
    @Optional() @IsArray() @ArrayMaxSize(200) @IsNested(() => Leaf, { each: true }) leaves?: Leaf[];
    @Optional() @IsNested(() => Grove, { each: true }) groves?: Grove[];
  }
  class Grove {
    @IsArray() @IsNested(() => Leaf, { each: true }) leaves!: Leaf[];
  }
  const leavesOf = (count: number): object[] => Array.from({ length: count }, (_leaf, i) => ({ name: `leaf ${i}` }));
  const read = (value: object): unknown => new RequestPipe(Wood).transform(value, { type: 'body' });

  async function faultsInTurns(value: object): Promise<readonly FieldFault[]> {
    const failure: unknown = await Promise.resolve(read(value)).catch((error: unknown) => error);
    if (failure instanceof ServiceError) return failure.errors;
    throw new Error('It was not refused');
  }

  it('is what it would be of few, and lets others have their turns', async () => {
    const value = { title: 'a', leaves: leavesOf(200), groves: [{ leaves: leavesOf(100) }, { leaves: [] }] };
    const reading = read(value);
    expect(reading).toBeInstanceOf(Promise);
    const request = await (reading as Promise<Wood>);
    expect(request).toEqual(toRequest(Wood, value));
    expect([request, request.leaves?.[7], request.groves?.[0]?.leaves[99]].map((each) => each?.constructor)).toEqual([Wood, Leaf, Leaf]);
    expect(request.leaves?.[199]).toEqual({ name: 'leaf 199', size: 3 });
  });

  it.each<[string, object]>([
    ['in an object of a list', { leaves: [...leavesOf(99), { name: 5 }, { name: 'b', nick: 1 }] }],
    ['in an object of a list in a list', { groves: [{ leaves: leavesOf(99) }, { leaves: [{ name: 'a', size: 10 }] }] }],
    ['what is no object in a list', { leaves: [...leavesOf(99), 'leaf', null, []] }],
    ['too long a list', { leaves: leavesOf(201) }],
    ['beside its lists', { title: 5, other: 1, leaves: leavesOf(99) }],
    ['in all its objects', { leaves: leavesOf(99).map(() => ({ name: 5 })) }],
  ])('is refused by the faults that it would have of few: %s', async (_what, parts) => {
    const value = { title: 'a', ...parts };
    const expected = ((): readonly FieldFault[] => {
      try {
        toRequest(Wood, value);
        return [];
      } catch (error) {
        return (error as ServiceError).errors;
      }
    })();
    expect(expected).not.toEqual([]);
    expect(await faultsInTurns(value)).toEqual(expected);
  });
});

describe('what is no object in a list of objects', () => {
  class Bough {
    @Optional() @IsNested(() => Leaf) leaf?: Leaf;
    @Optional() @IsNested(() => Leaf, { each: true }) leaves?: Leaf[];
    @Optional() @IsNested(() => Bough, { each: true }) boughs?: Bough[];
  }
  const numbers = Array.from({ length: 65_536 }, () => 1);
  const many = Array.from({ length: 99 }, () => ({ name: 'b' }));

  it.each<[string, object, string, string]>([
    ['all of a list', { leaves: numbers }, 'leaves', 'leaves[0]'],
    ['some of a list', { leaves: [{ name: 'b' }, ...numbers.slice(2)] }, 'leaves', 'leaves[1]'],
    ['some of a long list', { leaves: [...many, ...numbers.slice(99)] }, 'leaves', 'leaves[99]'],
    ['a list within', { boughs: [{ leaves: numbers }] }, 'boughs[0].leaves', 'boughs[0].leaves[0]'],
    ['a list within a long list', { boughs: [...many.map(() => ({})), { leaves: numbers }] }, 'boughs[99].leaves', 'boughs[99].leaves[0]'],
    ['a list for an object', { leaf: numbers }, 'leaf', 'leaf[0]'],
    ['a list for an object within', { boughs: [{ leaf: numbers }] }, 'boughs[0].leaf', 'boughs[0].leaf[0]'],
  ])('is one fault of the list and one of the first such item: %s', async (_what, value, list, item) => {
    const reading = Promise.resolve().then(() => new RequestPipe(Bough).transform(value, { type: 'body' }));
    const failure: unknown = await reading.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceError);
    expect((failure as ServiceError).errors.map(({ field, rule }) => `${field} ${rule}`)).toEqual([`${list} nested`, `${item} nestedValidation`]);
  });
});

describe('a request of many numbers', () => {
  class Series {
    @IsArray() values!: number[];
    @Optional() @IsArray() rows?: number[][] = [];
    @Optional() @IsNested(() => Series, { each: true }) series?: Series[];
  }

  it('is read in turns, its lists as they came', async () => {
    const value = { values: [1], series: Array.from({ length: 3 }, () => ({ values: new Array(6_000).fill(1), rows: [[1, -1], [1]] })) };
    const reading = new RequestPipe(Series).transform(value, { type: 'body' });
    expect(reading).toBeInstanceOf(Promise);
    const request = (await reading) as Series;
    expect(request).toEqual(toRequest(Series, value));
    expect(request.series?.map((each) => each.constructor)).toEqual([Series, Series, Series]);
    for (const [i, { values, rows }] of (request.series ?? []).entries()) {
      expect(values).toBe(value.series[i]?.values);
      expect(rows).toBe(value.series[i]?.rows);
    }
  });

  it('is read at once where they are fewer', () => {
    expect(new RequestPipe(Series).transform({ values: new Array(16_384).fill(1) }, { type: 'body' })).toBeInstanceOf(Series);
    expect(new RequestPipe(Series).transform({ values: new Array(16_385).fill(1) }, { type: 'body' })).toBeInstanceOf(Promise);
  });
});

describe('the pipe', () => {
  it('makes a request of the payload alone', () => {
    const pipe = new RequestPipe(Tree);
    expect(pipe.transform({ title: 'a' }, { type: 'body' })).toBeInstanceOf(Tree);
    expect(() => pipe.transform({}, { type: 'body' })).toThrow('title must be a string');
    const context = { anything: 1 };
    expect(pipe.transform(context, { type: 'custom' })).toBe(context);
  });
});
