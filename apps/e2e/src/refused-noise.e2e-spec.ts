import type { EncodedVector } from '@sigmalang/contracts';
import { connect, type NatsConnection } from 'nats';
import { type BothInstallations, startBoth } from './installations';
import { fromWhom } from './nats-identity';
import { bitsOf, maskOf } from './noise';
import { problemOf } from './rest-client';
import { edited, HEADER, ofAnotherModel } from './sigma-vector-bytes';
import { endEverything } from './teardown';
import { ordinaryText } from './texts';

jest.setTimeout(240_000);

const SPAN = { start: 0, length: 1 };

let both: BothInstallations;
let client: NatsConnection;
let small: EncodedVector;
let large: EncodedVector;

beforeAll(async () => {
  both = await startBoth();
  client = await connect({ servers: both.onNats.nats.url });
  small = await vectorOf('small', 4_096);
  large = await vectorOf('small', 10_000);
});

afterEach(async () => {
  expect(await both.decode({ vectors: [small] })).toMatchObject([{ text: 'small', exact: true }]);
});

afterAll(async () => {
  await client.close();
  await endEverything();
});

async function vectorOf(text: string, dimensions: number): Promise<EncodedVector> {
  const { results } = await both.encode({ text, dimensions });
  return results[0]?.vectors[0] as EncodedVector;
}

const digits = (): string => bitsOf(small.data).join('');
const mask = (): string => maskOf([SPAN], 4_096);
const listOf = <Item>(length: number, item: Item): Item[] => Array.from({ length }, () => item);

type Refusal = readonly [what: string, noise: () => object, field: string, rule: string];

const masks: readonly Refusal[] = [
  ['null for a mask', () => ({ erased: null }), 'erased', 'erasure'],
  ['a number for a mask', () => ({ erased: 5 }), 'erased', 'erasure'],
  ['one span without a list', () => ({ erased: SPAN }), 'erased', 'erasure'],
  ['an empty mask', () => ({ erased: '' }), 'erased', 'erased'],
  ['a mask of a byte too few', () => ({ erased: edited(mask(), (bytes) => bytes.subarray(1)) }), 'erased', 'erased'],
  ['a mask of a byte too many', () => ({ erased: edited(mask(), (bytes) => Buffer.concat([bytes, Buffer.of(0)])) }), 'erased', 'erased'],
  ['a mask of another vector', () => ({ erased: maskOf([SPAN], 10_000) }), 'erased', 'erased'],
  ['a mask that is no base64', () => ({ erased: '!'.repeat(684) }), 'erased', 'base64'],
  ['a mask without its padding', () => ({ erased: mask().replace(/=+$/, '') }), 'erased', 'base64'],
  ['a mask with spare bits', () => ({ erased: mask().replace(/A=$/, 'B=') }), 'erased', 'base64'],
  ['a digit too few', () => ({ erased: '1'.repeat(4_095) }), 'erased', 'erased'],
  ['a digit too many', () => ({ erased: '0'.repeat(4_097) }), 'erased', 'erased'],
  ['a digit 2', () => ({ erased: `2${'0'.repeat(4_095)}` }), 'erased', 'erased'],
  ['six million digits', () => ({ erased: '1'.repeat(6_000_000) }), 'erased', 'erased'],
  ['a span past the vector', () => ({ erased: [SPAN, { start: 4_000, length: 97 }] }), 'erased', 'range'],
  ['a span behind the vector', () => ({ erased: [{ start: 4_096, length: 1 }] }), 'erased', 'range'],
  ['a span past any vector', () => ({ erased: [{ start: 65_536, length: 1 }] }), 'erased', 'erasure'],
  ['a span before the vector', () => ({ erased: [{ start: -1, length: 2 }] }), 'erased', 'erasure'],
  ['an empty span', () => ({ erased: [{ start: 0, length: 0 }] }), 'erased', 'erasure'],
  ['half a bit', () => ({ erased: [{ start: 0.5, length: 1 }] }), 'erased', 'erasure'],
  ['a span of texts', () => ({ erased: [{ start: '0', length: '1' }] }), 'erased', 'erasure'],
  ['a span without a length', () => ({ erased: [{ start: 0 }] }), 'erased', 'erasure'],
  ['a span with an unknown field', () => ({ erased: [{ ...SPAN, end: 1 }] }), 'erased', 'erasure'],
  ['null for a span', () => ({ erased: [null] }), 'erased', 'erasure'],
  ['a list for a span', () => ({ erased: [[0, 1]] }), 'erased', 'erasure'],
  ['a list of digits', () => ({ erased: listOf(4_096, 1) }), 'erased', 'erasure'],
  ['1,025 spans', () => ({ erased: listOf(1_025, SPAN) }), 'erased', 'erasure'],
];

const copies: readonly Refusal[] = [
  ['null for copies', () => ({ copies: null }), 'copies', 'copies'],
  ['one copy without a list', () => ({ copies: small.data }), 'copies', 'copies'],
  ['16 copies', () => ({ copies: listOf(16, small.data) }), 'copies', 'copies'],
  ['an object for a copy', () => ({ copies: [small] }), 'copies', 'copies'],
  ['null for a copy', () => ({ copies: [small.data, null] }), 'copies', 'copies'],
  ['0 in a copy', () => ({ copies: [listOf(4_096, 0)] }), 'copies', 'copies'],
  ['65,537 numbers for a copy', () => ({ copies: [listOf(65_537, 1)] }), 'copies[0]', 'arrayMaxSize'],
  ['a copy of other dimensions', () => ({ copies: [small.data, large.data] }), 'copies[1]', 'copies'],
  ['a copy of another model', () => ({ copies: [ofAnotherModel(small.data)] }), 'copies[0]', 'copies'],
  ['a copy of another chunk', () => ({ copies: [edited(small.data, (bytes) => bytes.writeUInt32LE(2, HEADER.chunks))] }), 'copies[0]', 'copies'],
  ['a copy of other tokens', () => ({ copies: [edited(small.data, (bytes) => bytes.writeUInt16LE(7, HEADER.tokens))] }), 'copies[0]', 'copies'],
  ['a copy cut short', () => ({ copies: [small.data, edited(small.data, (bytes) => bytes.subarray(0, -1))] }), 'copies[1]', 'truncated'],
  ['a copy that is no base64', () => ({ copies: ['{}'] }), 'copies[0]', 'base64'],
  ['an empty copy', () => ({ copies: [''] }), 'copies[0]', 'truncated'],
  ['a copy of fewer bits', () => ({ copies: [digits().slice(16)] }), 'copies[0]', 'bits'],
  ['a copy of four bits', () => ({ copies: ['0101'] }), 'copies[0]', 'bits'],
  ['a copy of no bits', () => ({ copies: [[]] }), 'copies[0]', 'bits'],
];

it.each([...masks, ...copies])('/decode refuses %s by its place', async (_what, noise, field, rule) => {
  const noisy = { data: small.data, ...noise() };
  for (const [request, place] of [
    [{ vectors: [noisy] }, 'vectors[0]'],
    [{ items: [{ vectors: [small] }, { vectors: [large, noisy] }] }, 'items[1].vectors[1]'],
  ] as const) {
    const problem = problemOf(await both.post('/v1/decode', request));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(new Set(problem.errors?.map((error) => error.field))).toEqual(new Set([`${place}.${field}`]));
    expect(problem.errors?.map((error) => error.rule)).toContain(rule);
    expect(problem.detail).toContain(`${place}.${field}`);
  }
});

it.each([
  ['a mask', () => ({ erased: [SPAN] })],
  ['copies', () => ({ copies: [digits()] })],
])('/decode refuses bare bits with %s and without a header', async (_what, noise) => {
  const problem = problemOf(await both.post('/v1/decode', { vectors: [{ data: digits(), ...noise() }] }));
  expect(problem.errors).toMatchObject([{ field: 'vectors[0].header', rule: 'required' }]);
});

it('/decode names the item that is wrong among many', async () => {
  const items = listOf<object>(100, { vectors: [small] }).with(71, { vectors: [{ data: small.data, copies: [small.data, large.data] }] });
  const problem = problemOf(await both.post('/v1/decode', { items }));
  expect(problem.errors).toMatchObject([{ field: 'items[71].vectors[0].copies[1]', rule: 'copies' }]);
});

it.each(['erased', 'copies'])('/similarity knows no %s', async (field) => {
  const b = { data: small.data, [field]: [] };
  const problem = problemOf(await both.post('/v1/similarity', { a: small, b }));
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', errors: [{ field: 'b' }] });
});

describe('vectors and copies together', () => {
  const request = (lists: readonly number[]): object => ({
    items: lists.map((more) => ({ vectors: [{ data: small.data, copies: listOf(more, small.data) }] })),
  });

  it('are taken up to 2,048', async () => {
    const reply = await both.post('/v1/decode', request(listOf(128, 15)));
    expect(reply.body).toMatchObject({ results: listOf(128, { text: 'small', exact: true }) });
  });

  it.each([
    ['one copy more', [...listOf(127, 15), 14, 1]],
    ['all the copies there may be', listOf(256, 15)],
  ])('are refused with %s, and with the limit', async (_what, lists) => {
    const problem = problemOf(await both.post('/v1/decode', request(lists)));
    expect(problem).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(problem.detail).toMatch(/at most 2048 vectors, copies included/);
  });

  it('are refused by the decoder too', async () => {
    const data = request([...listOf(127, 15), 14, 1]);
    const { data: reply } = await client.request('decoder.v1.decode', JSON.stringify({ id: '1', data }), { timeout: 20_000, headers: fromWhom() });
    expect(JSON.parse(Buffer.from(reply).toString())).toMatchObject({ err: { code: 'PAYLOAD_TOO_LARGE' } });
  });
});

it.each<Refusal>([
  ['spans', () => ({ erased: [SPAN] }), 'erased', 'isString'],
  ['digits', () => ({ erased: '0'.repeat(4_096) }), 'erased', 'erased'],
  ['a mask of another length', () => ({ erased: mask().slice(4) }), 'erased', 'erased'],
  ['bare bits for a copy', () => ({ copies: [digits()] }), 'copies[0]', 'magic'],
  ['a list for a copy', () => ({ copies: [[1]] }), 'copies', 'isString'],
  ['a copy of other dimensions', () => ({ copies: [large.data] }), 'copies[0]', 'copies'],
])('the decoder, asked over NATS, refuses %s', async (_what, noise, field, rule) => {
  const message = JSON.stringify({ id: '1', data: { vectors: [{ data: small.data, ...noise() }] } });
  const { data } = await client.request('decoder.v1.decode', message, { timeout: 20_000, headers: fromWhom() });
  expect(JSON.parse(Buffer.from(data).toString())).toMatchObject({
    err: { code: 'INVALID_REQUEST', errors: [{ field: `vectors[0].${field}`, rule }] },
  });
});

describe('a body full of spans', () => {
  /** 2,048 vectors, those of one text again and again, each with its header and some spans. */
  async function requestOf(spans: number): Promise<object> {
    const { results } = await both.encode({ text: ordinaryText(1_150), dimensions: 4_096 });
    const vectors = (results[0]?.vectors ?? []).map(({ data, header }) => {
      return { data, header, erased: listOf(spans, { start: 0, length: 1_024 }) };
    });
    expect(vectors).toHaveLength(8);
    return { items: listOf(256, { vectors }) };
  }

  it('for 2,048 vectors is answered', async () => {
    const reply = await both.post('/v1/decode', await requestOf(3));
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ results: listOf(256, { text: ordinaryText(1_150), exact: true }) });
  });

  it('is refused where it holds more than a request may', async () => {
    const problem = problemOf(await both.post('/v1/decode', await requestOf(6)));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', detail: 'The request holds more than 16384 objects and lists' });
  });

  it.each([
    ['for one vector', () => ({ vectors: [{ data: small.data, erased: listOf(260_000, SPAN) }] })],
    ['that are empty', () => ({ vectors: [{ data: small.data, erased: listOf(2_000_000, {}) }] })],
    ['that are lists', () => ({ vectors: [{ data: small.data, erased: listOf(2_000_000, []) }] })],
  ])('%s is refused', async (_what, request) => {
    const problem = problemOf(await both.post('/v1/decode', request()));
    expect(problem).toMatchObject({ status: 400, detail: 'The request holds more than 16384 objects and lists' });
  });

  it('or numbers, where no such list may be, is refused', async () => {
    for (const noise of [{ copies: listOf(3_000_000, 1) }, { erased: listOf(3_000_000, 1) }, { copies: [listOf(3_000_000, 1)] }]) {
      const problem = problemOf(await both.post('/v1/decode', { vectors: [{ data: small.data, ...noise }] }));
      expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', detail: expect.stringMatching(/^The request holds a list of more than \d+ items$/) as string });
    }
  });
});
