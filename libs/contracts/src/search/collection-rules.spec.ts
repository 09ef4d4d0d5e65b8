import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { configureLimits, limits } from '../limits';
import { ServiceError } from '../service-error';
import { CollectionNameRequest, CollectionSettings } from './collections.contract';
import { boundTexts, NewDocument } from './documents.contract';

const byDefault = { ...limits };
afterEach(() => {
  configureLimits(byDefault);
});

/** Broken rules of a document, with their messages. */
function faultsOf(document: object): Readonly<Record<string, string>> {
  const instance = plainToInstance(NewDocument, { text: 'a', ...document });
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
  return Object.assign({}, ...errors.map(({ constraints = {} }) => constraints)) as Record<string, string>;
}

const keys = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_key, i) => [`k${i}`, i]));
const deep = (levels: number): object => (levels === 1 ? { k: 1 } : { k: deep(levels - 1) });
/** Metadata that takes so many bytes as JSON. */
const bytes = (count: number): object => ({ k: 'x'.repeat(count - '{"k":""}'.length) });

describe('the name of a collection', () => {
  it.each(['a', '0', 'news', 'n'.repeat(63), 'a-b_c', '7th'])('may be %j', (name) => {
    expect(validateSync(plainToInstance(CollectionNameRequest, { name }))).toEqual([]);
  });

  it.each([undefined, null, 7, '', 'A', '-a', '_a', 'a b', 'a.b', 'a/b', '../a', 'ä', 'a\n', 'n'.repeat(64)])('may not be %j', (name) => {
    expect(validateSync(plainToInstance(CollectionNameRequest, { name })).map(({ property }) => property)).toEqual(['name']);
  });
});

describe('the id of a document', () => {
  it.each(['a', ' ', '/', '...', './..', 'a/b c', 'Größe №7', '🙂'.repeat(256), '\u0001', "'; DROP TABLE documents;--"])('may be %j', (id) => {
    expect(faultsOf({ id })).toEqual({});
  });

  it.each([null, 7, '', '.', '..', 'x'.repeat(257), '🙂'.repeat(257), 'a\0', '\ud800', 'a\udc00b', ['a'], {}])('may not be %j', (id) => {
    expect(Object.keys(faultsOf({ id }))).toEqual(['documentId']);
  });
});

describe('the text of a document', () => {
  it.each(['', 'a', '\u0001\u001f', '🙂', 'x'.repeat(100_001)])('may be %#', (text) => {
    expect(faultsOf({ text })).toEqual({});
  });

  it.each([null, 7, 'a\0b', 'a\ud83d', '\ude00', ['a'], {}])('may not be %j', (text) => {
    expect(Object.keys(faultsOf({ text }))).toEqual(['documentText']);
  });

  it.each<[what: string, texts: string[], field: string | undefined]>([
    ['as long as a text may be', ['x'.repeat(10)], undefined],
    ['of so many emoji, each two UTF-16 units', ['🙂'.repeat(10)], undefined],
    ['longer', ['a', 'x'.repeat(11)], 'documents[1].text'],
    ['of more emoji', ['🙂'.repeat(11), 'x'.repeat(99)], 'documents[0].text'],
  ])('%s is in bounds or names itself as too large', (_what, texts, field) => {
    configureLimits({ textCharacters: 10 });
    const bound = (): void => {
      boundTexts(texts.map((text) => ({ text })), 'documents');
    };
    if (field === undefined) {
      expect(bound).not.toThrow();
      return;
    }
    const message = `${field} must have at most 10 characters`;
    expect(bound).toThrow(new ServiceError('PAYLOAD_TOO_LARGE', message));
    expect(bound).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', errors: [{ field, rule: 'documentText', message }] }) as Error);
  });
});

describe('metadata', () => {
  it.each<[what: string, metadata: object]>([
    ['nothing', {}],
    ['scalars of each type', { text: 'a', number: 1.5, zero: -0, truth: false, nothing: null }],
    ['lists of scalars, empty ones too', { tags: ['a', 1, null, true], none: [] }],
    ['objects within objects', { author: { name: { first: 'a' } }, none: {} }],
    ['four objects within one another', deep(4)],
    ['64 keys', keys(64)],
    ['64 keys, those of nested objects among them', { a: keys(31), b: keys(31) }],
    ['a key of 128 characters', { ['k'.repeat(128)]: 1 }],
    ['a key of anything but a dot', { ' "$[0]/é🙂': 1 }],
    ['16,384 bytes', bytes(16_384)],
  ])('may be %s', (_what, metadata) => {
    expect(faultsOf({ metadata })).toEqual({});
  });

  it.each<[what: string, metadata: unknown, says: RegExp]>([
    ['null', null, /object/],
    ['a list', [1], /object/],
    ['a text', 'a', /object/],
    ['five objects within one another', deep(5), /deeper than 4/],
    ['65 keys', keys(65), /at most 64 keys/],
    ['65 keys, those of nested objects among them', { a: keys(63), b: 1 }, /at most 64 keys/],
    ['an empty key', { '': 1 }, /keys of 1 to 128/],
    ['a key of 129 characters', { ['k'.repeat(129)]: 1 }, /keys of 1 to 128/],
    ['a key with a dot', { 'a.b': 1 }, /keys of 1 to 128/],
    ['a key with a dot, deep within', { a: { b: { 'c.d': 1 } } }, /keys of 1 to 128/],
    ['a key with U+0000', { 'a\0': 1 }, /keys of 1 to 128/],
    ['a key with half of a character', { 'a\ud800': 1 }, /keys of 1 to 128/],
    ['a text with U+0000', { a: 'b\0' }, /U\+0000/],
    ['a text with half of a character', { a: '\udc00' }, /must hold/],
    ['U+0000 in a list', { a: ['b', '\0'] }, /must hold/],
    ['a list in a list', { a: [['b']] }, /must hold/],
    ['an object in a list', { a: [{ b: 1 }] }, /must hold/],
    ['a number that is none', { a: Number.NaN }, /must hold/],
    ['16,385 bytes', bytes(16_385), /at most 16384 bytes/],
    ['few characters of many bytes', { a: '🙂'.repeat(4_100) }, /at most 16384 bytes/],
  ])('may not be %s', (_what, metadata, says) => {
    expect(Object.keys(faultsOf({ metadata }))).toEqual(['metadata']);
    expect(faultsOf({ metadata }).metadata).toMatch(says);
  });

  it('that is refused is not repeated', () => {
    const secret = 'SECRET-1';
    for (const metadata of [{ [`${secret}.`]: 1 }, { a: [[secret]] }, [secret], { a: `${secret}\0` }]) {
      expect(JSON.stringify(faultsOf({ metadata }))).not.toContain(secret);
    }
  });
});

it('settings of a collection are a description and a model, both of which can be left out', () => {
  for (const settings of [{}, { description: '' }, { model: 'm' }]) expect(validateSync(plainToInstance(CollectionSettings, settings))).toEqual([]);
});
