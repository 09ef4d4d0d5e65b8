import type { EncodedVector } from '@sigmalang/contracts';
import { type BothInstallations, startBoth } from './installations';
import { problemOf } from './rest-client';
import { edited, HEADER, ofAnotherModel } from './sigma-vector-bytes';
import { endEverything } from './teardown';
import { ordinaryText } from './texts';

jest.setTimeout(120_000);

let both: BothInstallations;
let whole: readonly EncodedVector[];
let other: readonly EncodedVector[];
let small: EncodedVector;

beforeAll(async () => {
  both = await startBoth();
  const { results } = await both.encode({ texts: [ordinaryText(1_300), ordinaryText(1_700)] });
  [whole = [], other = []] = results.map(({ vectors }) => vectors as EncodedVector[]);
  const [first] = (await both.encode({ text: 'small', dimensions: 4_096 })).results;
  small = first?.vectors[0] as EncodedVector;
});

afterEach(async () => {
  const [result] = await both.decode({ vectors: [small] });
  expect(result).toMatchObject({ text: 'small', exact: true });
});

afterAll(endEverything);

const headerWith = (change: object): object => Object.assign({}, small.header, change);

const flip = (at: number) => (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);

it.each([
  ['no base64', () => '{"not":"base64"}'],
  ['base64 with a space', () => `${small.data.slice(0, 8)} ${small.data.slice(8)}`],
  ['base64 of the address form', () => `${small.data.slice(0, 80)}-_${small.data.slice(82)}`],
  ['base64 without its padding', () => small.data.replace(/=*$/, '').slice(0, -1)],
  ['nothing', () => ''],
  ['the magic bytes alone', () => edited(small.data, (bytes) => bytes.subarray(0, 2))],
  ['half a header', () => edited(small.data, (bytes) => bytes.subarray(0, 40))],
  ['a header alone', () => edited(small.data, (bytes) => bytes.subarray(0, HEADER.bits))],
  ['one byte too few', () => edited(small.data, (bytes) => bytes.subarray(0, -1))],
  ['one byte too many', () => edited(small.data, (bytes) => Buffer.concat([bytes, Buffer.of(0)]))],
  ['wrong magic bytes', () => edited(small.data, flip(HEADER.magic))],
  ['version 0', () => edited(small.data, (bytes) => bytes.writeUInt8(0, HEADER.version))],
  ['version 2', () => edited(small.data, (bytes) => bytes.writeUInt8(2, HEADER.version))],
  ['unknown flags', () => edited(small.data, (bytes) => bytes.writeUInt8(0x82, HEADER.flags))],
  ['other dimensions than its length', () => edited(small.data, (bytes) => bytes.writeUInt32LE(4_112, HEADER.dimensions))],
  ['0 dimensions', () => edited(small.data, (bytes) => bytes.writeUInt32LE(0, HEADER.dimensions))],
  ['4,294,967,295 dimensions', () => edited(small.data, (bytes) => bytes.writeUInt32LE(2 ** 32 - 1, HEADER.dimensions))],
  ['another semantic segment', () => edited(small.data, (bytes) => bytes.writeUInt16LE(2_048, HEADER.semanticBits))],
  ['more tokens than fit', () => edited(small.data, (bytes) => bytes.writeUInt16LE(65_535, HEADER.tokens))],
  ['a chunk past its chunks', () => edited(small.data, (bytes) => bytes.writeUInt32LE(1, HEADER.chunk))],
  ['0 chunks', () => edited(small.data, (bytes) => bytes.writeUInt32LE(0, HEADER.chunks))],
  ['4,294,967,295 chunks', () => edited(small.data, (bytes) => bytes.writeUInt32LE(2 ** 32 - 1, HEADER.chunks))],
  ['a model id longer than its field', () => edited(small.data, (bytes) => bytes.writeUInt8(64, HEADER.model - 1))],
  ['no model id', () => edited(small.data, (bytes) => bytes.writeUInt8(0, HEADER.model - 1))],
  ['a model id that is no UTF-8', () => edited(small.data, (bytes) => bytes.writeUInt8(0xff, HEADER.model))],
  ['something behind the model id', () => edited(small.data, (bytes) => bytes.writeUInt8(1, HEADER.bits - 1))],
])('/decode refuses a vector of %s, naming it', async (_what, data) => {
  const problem = problemOf(await both.post('/v1/decode', { items: [{ vectors: [small] }, { vectors: [{ data: data() }] }] }));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', instance: '/v1/decode' });
  // With several groups of items a service counts its own group; the field still has to be the caller's.
  expect(problem.errors?.[0]?.field).toMatch(/^items\[1\]\.vectors(\[0\])?/);
});

it.each([
  ['a missing chunk', () => whole.slice(1)],
  ['a missing last chunk', () => whole.slice(0, -1)],
  ['a chunk twice', () => [...whole, ...whole.slice(0, 1)]],
  ['a chunk twice in the place of another', () => [...whole.slice(0, -1), ...whole.slice(0, 1)]],
  ['chunks of two texts', () => [...whole.slice(0, -1), ...other.slice(whole.length - 1, whole.length)]],
  ['chunks of other dimensions', () => [...whole.slice(0, -1), small]],
  ['chunks of two models', () => [...whole.slice(0, -1), { data: ofAnotherModel(whole.at(-1)?.data) }]],
])('/decode refuses %s', async (_what, vectors) => {
  expect(vectors().length).toBeGreaterThan(1);
  const problem = problemOf(await both.post('/v1/decode', { vectors: vectors() }));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  expect(problem.errors).toMatchObject([{ field: 'vectors' }]);
});

it.each([
  ['version', { version: 2 }],
  ['dimensions', { dimensions: 10_000 }],
  ['semanticBits', { semanticBits: 2_048 }],
  ['sequenceBits', { sequenceBits: 1 }],
  ['tokens', { tokens: 30 }],
  ['chunk', { chunk: 1 }],
  ['chunks', { chunks: 2 }],
  ['model', { model: 'another' }],
  ['semanticEmpty', { semanticEmpty: true }],
])('/decode refuses a header whose %s disagrees with the data', async (field, change) => {
  const header = headerWith(change);
  const problem = problemOf(await both.post('/v1/decode', { vectors: [{ data: small.data, header }] }));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  expect(problem.detail).toContain(field);
  expect(problem.errors?.[0]?.field).toMatch(/^vectors\[0\]/);
});

it.each([
  ['bits without a header', () => ({ data: '01'.repeat(2_048) }), 'header'],
  ['fewer bits than the header says', () => ({ data: '01'.repeat(2_047), header: small.header }), ''],
  ['more bits than the header says', () => ({ data: '01'.repeat(2_049), header: small.header }), ''],
  ['a short list of 1 and -1', () => ({ data: [1, -1], header: small.header }), ''],
  ['bits with a header that cannot be', () => ({ data: '01'.repeat(2_048), header: headerWith({ chunk: 7 }) }), ''],
])('/decode refuses %s', async (_what, vector, field) => {
  const problem = problemOf(await both.post('/v1/decode', { vectors: [vector()] }));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  expect(problem.errors?.[0]?.field).toMatch(/^vectors\[0\]/);
  expect(problem.errors?.[0]?.field).toContain(field);
});

it.each([
  ['of other dimensions', () => small],
  ['of another model', () => ({ data: ofAnotherModel(whole[0]?.data) })],
  ['that is cut short', () => ({ data: edited(whole[0]?.data, (bytes) => bytes.subarray(0, -1)) })],
  ['of another version', () => ({ data: edited(whole[0]?.data, (bytes) => bytes.writeUInt8(2, HEADER.version)) })],
])('/similarity refuses to compare with a vector %s', async (_what, b) => {
  for (const request of [{ a: whole[0], b: b() }, { a: b(), b: whole[0] }]) {
    const problem = problemOf(await both.post('/v1/similarity', request));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', instance: '/v1/similarity' });
  }
});

it('/similarity refuses to compare a text with a vector of another model', async () => {
  const problem = problemOf(await both.post('/v1/similarity', { a: 'text', b: { data: ofAnotherModel(small.data) } }));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
});

it('a vector with wrong bits is not called exact', async () => {
  const first = whole[0]?.data;
  const data = edited(first, (bytes) => {
    for (let at = HEADER.bits + 256; at < bytes.length; at += 2) flip(at)(bytes);
    return bytes;
  });
  const single = edited(data, (bytes) => bytes.writeUInt32LE(1, HEADER.chunks));
  const [result] = await both.decode({ vectors: [{ data: single }] });
  expect(result).toMatchObject({ exact: false });
  expect(result?.bitErrors).toBeGreaterThan(1_000);
  expect(result?.confidence).toBeLessThan(0.5);
});

it('a vector with a few wrong bits still gives its text, says that it is not certified, and how many bits are wrong', async () => {
  const data = edited(small.data, (bytes) => {
    for (let at = 300; at < 310; at++) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return bytes;
  });
  const [result] = await both.decode({ vectors: [{ data }] });
  expect(result).toMatchObject({ text: 'small', exact: false, bitErrors: 10 });
  expect(result?.confidence).toBeGreaterThan(0.5);
});
