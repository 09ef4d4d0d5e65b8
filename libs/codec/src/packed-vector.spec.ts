import { maskOfSpans, symbolVector, toBase64 } from '@sigmalang/vector';
import { type PackedObservedVector, readObservedVector, readPackedVector } from './packed-vector';
import { sigmaVector, sigmaVectorToBase64 } from './sigma-vector';

const header = { version: 1, dimensions: 4096, semanticBits: 1024, sequenceBits: 3072, tokens: 2, chunk: 0, chunks: 1, model: 'm' };
const vector = sigmaVector(header, symbolVector('bits', 4096));
const data = sigmaVectorToBase64(vector);

describe('readPackedVector', () => {
  it('reads base64 alone and beside a copy of its header', () => {
    expect(readPackedVector({ data })).toEqual(vector);
    expect(readPackedVector({ data, header: vector.header })).toEqual(vector);
  });

  it.each([
    ['tokens', { tokens: 3 }],
    ['model', { model: 'other' }],
    ['semanticEmpty', { semanticEmpty: true }],
  ])('refuses a header that says another %s than the data', (field, change) => {
    const refusal = expect.objectContaining({ name: 'SigmaVectorError', reason: 'header' }) as Error;
    const packed = { data, header: { ...vector.header, ...change } };
    expect(() => readPackedVector(packed)).toThrow(refusal);
    expect(() => readPackedVector(packed)).toThrow(`another ${field}`);
  });
});

describe('what is no packed vector at all', () => {
  /** JSON in the place of a vector, which types cannot keep out. */
  const anything = (value: unknown): PackedObservedVector => value as PackedObservedVector;

  it.each([
    ['null', null, 'base64', undefined],
    ['a number', 7, 'base64', undefined],
    ['without data', {}, 'base64', undefined],
    ['of data that only has a length', { data: { length: 2 ** 20 } }, 'base64', undefined],
    ['with a header of null', { data, header: null }, 'header', undefined],
    ['with an empty text as header', { data, header: '' }, 'header', undefined],
    ['with a number as mask', { data, erased: 5 }, 'base64', 'erased'],
    ['with a mask of null', { data, erased: null }, 'base64', 'erased'],
    ['with null as copies', { data, copies: null }, 'copies', 'copies'],
    ['with a text as copies', { data, copies: data }, 'copies', 'copies'],
    ['with a number as copy', { data, copies: [data, 5] }, 'base64', 'copies[1]'],
  ])('is refused: %s', (_what, value, reason, field) => {
    expect(() => readObservedVector(anything(value))).toThrow(
      expect.objectContaining({ name: 'SigmaVectorError', reason, field }) as Error,
    );
  });
});

describe('readObservedVector', () => {
  const copyOf = (change: object, symbol = 'other bits') =>
    sigmaVectorToBase64(sigmaVector({ ...header, ...change }, symbolVector(symbol, 4096)));

  const mask = maskOfSpans([{ start: 0, length: 4096 }], 4096);

  it('reads what readPackedVector reads, and nothing more where nothing more is given', () => {
    expect(readObservedVector({ data })).toEqual(readPackedVector({ data }));
    expect(Object.keys(readObservedVector({ data, header: vector.header, copies: [] }))).toEqual(['header', 'bits']);
    expect(() => readObservedVector({ data, header: { ...vector.header, tokens: 3 } })).toThrow('another tokens');
  });

  it('reads the mask of the bits that are unknown', () => {
    const spans = maskOfSpans([{ start: 100, length: 1_000 }], 4096);
    expect(readObservedVector({ data, erased: toBase64(spans) })).toEqual({ ...vector, erased: spans });
    expect(readObservedVector({ data, erased: toBase64(mask) }).erased).toEqual(mask);
  });

  it('reads further copies, in their order', () => {
    const copies = [copyOf({}, 'one'), data, copyOf({}, 'two')];
    expect(readObservedVector({ data, copies })).toEqual({
      ...vector,
      copies: [symbolVector('one', 4096), vector.bits, symbolVector('two', 4096)],
    });
  });

  it.each([
    ['a byte too short', toBase64(mask).slice(0, -4), 'erased'],
    ['of another vector', toBase64(maskOfSpans([], 4112)), 'erased'],
    ['empty', '', 'erased'],
    ['no base64', '!', 'base64'],
    ['without its padding', toBase64(mask).replace(/=+$/, ''), 'base64'],
    ['with spare bits', toBase64(mask).replace(/8=$/, '9='), 'base64'],
    ['in lines', toBase64(mask).replace(/^.{76}/, '$&\n'), 'base64'],
  ])('refuses a mask that is %s', (_what, erased, reason) => {
    expect(() => readObservedVector({ data, erased })).toThrow(
      expect.objectContaining({ name: 'SigmaVectorError', reason, field: 'erased' }) as Error,
    );
  });

  it.each([
    ['tokens', copyOf({ tokens: 3 }), `: expected ${header.tokens}, found 3`],
    ['chunk', copyOf({ chunk: 1, chunks: 2 }), `: expected ${header.chunk}, found 1`],
    ['model', copyOf({ model: 'n' }), ''],
    ['semanticEmpty', copyOf({ semanticEmpty: true }), ''],
    ['dimensions', sigmaVectorToBase64(sigmaVector({ ...header, dimensions: 4112, semanticBits: 1028, sequenceBits: 3084 }, symbolVector('bits', 4112))), ': expected 4096, found 4112'],
  ])('refuses a copy whose header says another %s, naming the copy and both numbers', (field, copy, numbers) => {
    const refusal = expect.objectContaining({ name: 'SigmaVectorError', reason: 'copies', field: 'copies[1]' }) as Error;
    expect(() => readObservedVector({ data, copies: [data, copy] })).toThrow(refusal);
    expect(() => readObservedVector({ data, copies: [data, copy] })).toThrow(new Error(`the copy says another ${field} than the data${numbers}`));
  });

  it.each([
    ['no base64', '!', 'base64'],
    ['cut short', sigmaVectorToBase64(vector).slice(0, -8), 'truncated'],
    ['of another format', `AAAA${data.slice(4)}`, 'magic'],
  ])('refuses a copy that is %s, naming it', (_what, copy, reason) => {
    expect(() => readObservedVector({ data, copies: [copy, data] })).toThrow(
      expect.objectContaining({ name: 'SigmaVectorError', reason, field: 'copies[0]' }) as Error,
    );
  });
});
