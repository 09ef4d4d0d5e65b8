import {
  configureLimits,
  type Contract,
  type DecodeRequest,
  type EncodeRequest,
  limits,
  ServiceError,
  type SigmaVectorHeader,
} from '@sigmalang/contracts';
import { sigmaVector, sigmaVectorToBase64 } from '@sigmalang/codec';
import { Bus } from '@sigmalang/runtime';
import { symbolVector, toBipolar, toBitString } from '@sigmalang/vector';
import { CoreService } from './core.service';

/** Notes what it is asked, and answers by a function. */
class FakeBus extends Bus {
  readonly asked: { subject: string; request: object }[] = [];

  constructor(private readonly answer: (request: object) => object) {
    super({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0);
  }

  override call<Request extends object, Response extends object>(
    { subject }: Contract<Request, Response>,
    request: Request,
  ): Promise<Response> {
    this.asked.push({ subject, request });
    return new Promise((resolve) => { resolve(this.answer(request) as Response); });
  }
}

const header: SigmaVectorHeader = {
  version: 1,
  dimensions: 4_096,
  semanticBits: 1_024,
  sequenceBits: 3_072,
  tokens: 5,
  chunk: 0,
  chunks: 1,
  model: 'm@1',
  semanticEmpty: false,
};
const bits = symbolVector('bits', 4_096);
const packed = sigmaVectorToBase64(sigmaVector(header, bits));
const bare = { data: toBitString(bits), header };

/** Each text becomes as many vectors as it has leading v's, and says its length as its tokens. */
function encoder(): FakeBus {
  return new FakeBus((request) => {
    const { texts = [] } = request as EncodeRequest;
    const results = texts.map((text) => ({
      vectors: Array.from(/^v*/.exec(text)?.[0] ?? '', () => ({ data: packed, header })),
      tokens: text.length,
      bytesIn: 1,
      bytesOut: 1,
      ratio: 1,
    }));
    return { results, model: 'm@1' };
  });
}

/** Each item becomes a text that says the data of its first vector. */
function decoder(): FakeBus {
  return new FakeBus((request) => {
    const { vectors, items } = request as DecodeRequest;
    const texts = items?.map((item) => item.vectors) ?? [vectors ?? []];
    return { results: texts.map(([first]) => ({ text: first?.data, exact: true, confidence: 1, bitErrors: 0, chunks: [] })) };
  });
}

const vectorsPerCall = limits.vectorsPerCall;
afterEach(() => {
  configureLimits({ vectorsPerCall });
});

async function failureOf(answer: Promise<unknown>): Promise<unknown> {
  const failure: unknown = await answer.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ServiceError);
  return failure;
}

describe('encoding', () => {
  it('asks the encoder for one text with the options given, but not with the form of the answer', async () => {
    const bus = encoder();
    await new CoreService(bus).encode({ text: 'v', output: 'bits', format: 'vector', include: ['embedding'], dimensions: 4_096 });
    expect(bus.asked).toEqual([
      { subject: 'encoder.v1.encode', request: { texts: ['v'], format: 'vector', include: ['embedding'], dimensions: 4_096 } },
    ]);
  });

  it('asks for many texts in groups and answers them in their order', async () => {
    const bus = encoder();
    const texts = Array.from({ length: 70 }, (_text, i) => 'x'.repeat(i));
    const { results, model } = await new CoreService(bus).encode({ texts, dimensions: 4_096 });
    expect(bus.asked.map(({ request }) => request)).toEqual([
      { texts: texts.slice(0, 32), dimensions: 4_096 },
      { texts: texts.slice(32, 64), dimensions: 4_096 },
      { texts: texts.slice(64), dimensions: 4_096 },
    ]);
    expect(results.map(({ tokens }) => tokens)).toEqual(texts.map(({ length }) => length));
    expect(model).toBe('m@1');
  });

  it('weighs texts by their characters', async () => {
    const bus = encoder();
    const texts = [40_000, 30_000, 70_000, 10, 10].map((length) => 'x'.repeat(length));
    await new CoreService(bus).encode({ texts });
    const lengths = bus.asked.map(({ request }) => (request as EncodeRequest).texts?.map(({ length }) => length));
    expect(lengths).toEqual([[40_000], [30_000], [70_000], [10, 10]]);
  });

  it.each([
    ['base64', 'base64', packed],
    ['bits', 'bits', toBitString(bits)],
    ['bipolar numbers', 'bipolar', toBipolar(bits)],
    ['base64 unless it is asked for more', undefined, packed],
  ] as const)('writes vectors as %s', async (_what, output, data) => {
    const { results } = await new CoreService(encoder()).encode({ text: 'v', ...(output && { output }) });
    expect(results.map(({ vectors }) => vectors)).toEqual([[{ data, header }]]);
  });

  it('refuses an answer of more vectors than a call carries, counted over all groups', async () => {
    configureLimits({ vectorsPerCall: 5 });
    const texts = ['vvv', ...Array.from({ length: 31 }, () => 'x'), 'vv'];
    const service = new CoreService(encoder());
    const { results } = await service.encode({ texts });
    expect(results.flatMap(({ vectors }) => vectors)).toHaveLength(5);
    expect(await failureOf(service.encode({ texts: [...texts, 'v'] }))).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringMatching(/take 6 vectors.* at most 5:/) as string,
    });
  });
});

describe('a reply of bits written out', () => {
  it('is refused where it would be too large, and given where the same vectors stay packed', async () => {
    const service = new CoreService(encoder());
    const request = { text: 'v'.repeat(205), dimensions: 65_536 } as const;
    expect(await failureOf(service.encode({ ...request, output: 'bipolar' }))).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringContaining('as bipolar the 205 vectors') as string,
    });
    expect((await service.encode({ ...request, output: 'base64' })).results[0]?.vectors).toHaveLength(205);
  });
});

describe('decoding', () => {
  it('asks for the vectors of one text together, packed', async () => {
    const bus = decoder();
    const vectors = Array.from({ length: 70 }, () => bare);
    const { results } = await new CoreService(bus).decode({ vectors });
    expect(bus.asked).toEqual([{ subject: 'decoder.v1.decode', request: { vectors: vectors.map(() => ({ data: packed })) } }]);
    expect(results).toHaveLength(1);
  });

  it('asks for items in groups, each item whole, and answers them in their order', async () => {
    const bus = decoder();
    const items = Array.from({ length: 40 }, (_item, i) => ({ vectors: [{ data: `zqMB${i}` }, { data: 'zqMB' }] }));
    const { results } = await new CoreService(bus).decode({ items });
    expect(bus.asked.map(({ request }) => request)).toEqual([{ items: items.slice(0, 32) }, { items: items.slice(32) }]);
    expect(results.map(({ text }) => text)).toEqual(items.map((_item, i) => `zqMB${i}`));
  });

  it('weighs items by the characters of their vectors', async () => {
    const bus = decoder();
    const items = [30_000, 30_000, 10_000].map((length) => ({ vectors: [{ data: 'z'.repeat(length) }, { data: 'z' }] }));
    await new CoreService(bus).decode({ items });
    expect(bus.asked.map(({ request }) => (request as DecodeRequest).items?.length)).toEqual([2, 1]);
  });

  it('asks for masks and copies packed', async () => {
    const bus = decoder();
    const noisy = { ...bare, erased: [{ start: 0, length: 4_096 }], copies: [toBipolar(bits), packed] };
    const asked = { data: packed, erased: `${'/'.repeat(682)}8=`, copies: [packed, packed] };
    await new CoreService(bus).decode({ vectors: [bare, noisy] });
    await new CoreService(bus).decode({ items: [{ vectors: [noisy] }] });
    expect(bus.asked.map(({ request }) => request)).toEqual([{ vectors: [{ data: packed }, asked] }, { items: [{ vectors: [asked] }] }]);
  });

  it.each([
    ['masks', (length: number) => ({ data: 'z', erased: '!'.repeat(length) })],
    ['copies', (length: number) => ({ data: 'z', copies: ['!', '!'.repeat(length - 1)] })],
  ])('weighs the %s of items', async (_what, vectorOf) => {
    const bus = decoder();
    const items = [30_000, 30_000, 10_000].map((length) => ({ vectors: [vectorOf(length)] }));
    await new CoreService(bus).decode({ items });
    expect(bus.asked.map(({ request }) => (request as DecodeRequest).items?.length)).toEqual([2, 1]);
  });

  it.each([
    ['of one text', { vectors: [bare, { data: '01' }] }, 'vectors[1].header', 'required'],
    ['with a mask', { vectors: [bare, { ...bare, erased: '01' }] }, 'vectors[1].erased', 'erased'],
    ['with copies', { items: [{ vectors: [{ ...bare, copies: [packed, '01'] }] }] }, 'items[0].vectors[0].copies[1]', 'bits'],
    ['of an item', { items: [{ vectors: [bare] }, { vectors: [bare, bare, { data: [1] }] }] }, 'items[1].vectors[2].header', 'required'],
    ['whose header is of other bits', { items: [{ vectors: [{ ...bare, data: `${bare.data}01` }] }] }, 'items[0].vectors[0]', 'bits'],
  ])('names the bare bits %s that it cannot pack, and asks nobody', async (_what, request, field, rule) => {
    const bus = decoder();
    const failure = await failureOf(new CoreService(bus).decode(request));
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field, rule }] });
    expect(bus.asked).toEqual([]);
  });

  it.each([
    [1, 'items[1].vectors[0]'],
    [33, 'items[33].vectors[0]'],
    [69, 'items[69].vectors[0]'],
  ])('names item %i by its place in the whole request, whichever group the decoder refused', async (bad, field) => {
    const bus = new FakeBus((request) => {
      const { items = [] } = request as DecodeRequest;
      const place = items.findIndex(({ vectors }) => vectors[0]?.data === 'bad');
      if (place < 0) return { results: [] };
      const message = `items[${place}].vectors[0]: expected base64`;
      throw new ServiceError('INVALID_REQUEST', message, [{ field: `items[${place}].vectors[0]`, rule: 'base64', message }], true);
    });
    const items = Array.from({ length: 70 }, (_item, i) => ({ vectors: [{ data: i === bad ? 'bad' : 'zqMB' }] }));
    const message = `${field}: expected base64`;
    expect(await failureOf(new CoreService(bus).decode({ items }))).toMatchObject({
      code: 'INVALID_REQUEST',
      message,
      errors: [{ field, rule: 'base64', message }],
      received: true,
    });
  });

  it.each([
    ['the failure of a service', new ServiceError('UNAVAILABLE', 'Nobody answers decoder.v1.decode', [], true)],
    ['an unknown error', new TypeError('unknown')],
  ])('passes %s on', async (_what, error) => {
    const bus = new FakeBus((request) => {
      const { items = [] } = request as DecodeRequest;
      if (items.length < 32) throw error;
      return { results: [] };
    });
    const items = Array.from({ length: 40 }, () => ({ vectors: [{ data: 'zqMB' }] }));
    const failure: unknown = await new CoreService(bus).decode({ items }).catch((caught: unknown) => caught);
    expect(failure).toEqual(error);
    expect(failure).toHaveProperty('constructor', error.constructor);
  });

  it('refuses items of more vectors than a call carries, counted over all items, and asks nobody', async () => {
    configureLimits({ vectorsPerCall: 5 });
    const bus = decoder();
    const service = new CoreService(bus);
    const items = [2, 3].map((length) => ({ vectors: Array.from({ length }, () => ({ data: 'zqMB' })) }));
    expect((await service.decode({ items })).results).toHaveLength(2);
    const failure = await failureOf(service.decode({ items: [...items, { vectors: [{ data: 'zqMB' }] }] }));
    expect(failure).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', message: 'A call carries at most 5 vectors, copies included; this one has 6' });
    expect(bus.asked).toHaveLength(1);
  });

  it.each([
    ['the vectors of one text', (copies: string[]) => ({ vectors: [{ data: 'zqMB' }, { data: 'zqMB', copies }] })],
    ['items', (copies: string[]) => ({ items: [{ vectors: [{ data: 'zqMB' }] }, { vectors: [{ data: 'zqMB', copies }] }] })],
  ])('counts the copies of %s as vectors', async (_what, requestOf) => {
    configureLimits({ vectorsPerCall: 5 });
    const bus = decoder();
    const service = new CoreService(bus);
    await service.decode(requestOf(['zqMB', 'zqMB', 'zqMB']));
    expect(await failureOf(service.decode(requestOf(['zqMB', 'zqMB', 'zqMB', 'zqMB'])))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(bus.asked).toHaveLength(1);
  });
});

describe('comparing', () => {
  const answer = { score: 0.5, model: 'm@1', metric: 'cosine' };

  it.each<[what: string, given: object, asked: object]>([
    ['two texts as they are', { a: 'one', b: '' }, { a: 'one', b: '' }],
    ['a text and bare bits, packed', { a: 'one', b: bare }, { a: 'one', b: { data: packed } }],
    ['vectors in base64 with what came beside them', { a: { data: packed, header }, b: { data: packed } }, { a: { data: packed, header }, b: { data: packed } }],
    ['a list of texts', { texts: ['one', 'two'] }, { texts: ['one', 'two'] }],
  ])('hands on %s', async (_what, given, asked) => {
    const bus = new FakeBus(() => answer);
    expect(await new CoreService(bus).similarity(given)).toBe(answer);
    expect(bus.asked).toEqual([{ subject: 'encoder.v1.similarity', request: asked }]);
  });

  it.each(['a', 'b'])('names %s when it is bits without a header', async (side) => {
    const service = new CoreService(new FakeBus(() => answer));
    const compare = async () => service.similarity({ a: 'text', b: 'text', [side]: { data: '01' } });
    expect(await failureOf(compare())).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: `${side}.header`, rule: 'required' }] });
  });
});
