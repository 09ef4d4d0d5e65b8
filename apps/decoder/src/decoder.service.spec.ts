import { configureLimits, type DecodeRequest, limits, type NoisySigmaVector, type PackedSigmaVector, ServiceError } from '@sigmalang/contracts';
import { type CodecTasks, encodeChunk, openCodec, readPackedVector, sigmaVectorToBase64, TextCodec, Vocabulary } from '@sigmalang/codec';
import { BaseConfig, Workers } from '@sigmalang/runtime';
import { bind, fromBits, SeededGenerator, toBase64 } from '@sigmalang/vector';
import { join } from 'node:path';
import { DecoderService } from './decoder.service';

const PROSE =
  'Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or ' +
  'twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it. ';

const assets = join(__dirname, '../../../dist/assets');
const tasks = openCodec(assets);
const codec = new TextCodec(Vocabulary.load(join(assets, 'vocabulary/o200k.bin')));

/** Performs the tasks of the codec in this thread. */
class SameThread extends Workers {
  constructor() {
    super(new BaseConfig());
  }

  override use(): void {
    // nothing has to be made ready
  }

  override map(_program: unknown, task: string, items: readonly unknown[], ...options: readonly unknown[]): Promise<never> {
    const perform = tasks[task as keyof CodecTasks] as (item: unknown, ...options: readonly unknown[]) => unknown;
    return Promise.resolve().then(() => items.map((item) => perform(item, ...options)) as never);
  }
}

const service = new DecoderService(new SameThread());

const vectorsPerCall = limits.vectorsPerCall;
afterEach(() => {
  configureLimits({ vectorsPerCall });
});

/** The Σ-vectors of a text, as the encoder gives them. */
function encode(text: string, { model = 'm@1', dimensions = 4_096 } = {}) {
  const chunks = codec.splitIntoChunks(text, dimensions);
  return chunks.map((chunk, i) => {
    const vector = encodeChunk(chunk, undefined, { chunk: i, chunks: chunks.length, model });
    return { data: sigmaVectorToBase64(vector), header: vector.header };
  });
}

/** A vector with a share of its bits flipped. */
function disturb(packed: PackedSigmaVector, rate: number): PackedSigmaVector {
  const vector = readPackedVector(packed);
  const generator = new SeededGenerator('noise');
  const noise = fromBits(vector.bits.dimensions, () => Number(generator.nextUniform() < rate));
  return { data: sigmaVectorToBase64({ ...vector, bits: bind(vector.bits, noise) }) };
}

async function failureOf(request: DecodeRequest): Promise<unknown> {
  const failure: unknown = await service.decode(request).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ServiceError);
  return failure;
}

const long = encode(PROSE);
const [first, second] = long;
if (!first || !second || long.length < 2) throw new Error('two chunks expected');

describe('decoding', () => {
  it.each([
    ['in order', long],
    ['in reverse', long.toReversed()],
    ['without headers beside them', long.map(({ data }) => ({ data }))],
  ])('gives the exact text of vectors %s, chunk by chunk', async (_what, vectors) => {
    const { results } = await service.decode({ vectors });
    expect(results).toMatchObject([{ text: PROSE, exact: true, confidence: 1, bitErrors: 0 }]);
    const chunks = results.flatMap((result) => result.chunks);
    expect(chunks.map(({ text }) => text)).toEqual(codec.splitIntoChunks(PROSE, 4_096).map(({ text }) => text));
    expect(chunks).toEqual(chunks.map(({ text }) => ({ text, exact: true, confidence: 1, bitErrors: 0 })));
  });

  it('gives one result an item, in the order of the items, whatever their dimensions and models', async () => {
    const texts = ['', 'one', PROSE, 'Grüße, 世界 👋🏽'];
    const items = texts.map((text, i) => ({ vectors: encode(text, { model: `m@${i}`, dimensions: i % 2 === 0 ? 4_096 : 10_000 }).toReversed() }));
    const { results } = await service.decode({ items });
    expect(results).toMatchObject(texts.map((text) => ({ text, exact: true })));
  });

  it('certifies no text that has a disturbed chunk, and says which chunk it is', async () => {
    const { results } = await service.decode({ vectors: [first, disturb(second, 0.05), ...long.slice(2)] });
    const [result] = results;
    expect(result).toMatchObject({ text: PROSE, exact: false });
    expect(result?.chunks.map(({ exact }) => exact)).toEqual(long.map((_vector, i) => i !== 1));
    expect(result?.bitErrors).toBe(result?.chunks[1]?.bitErrors);
    expect(result?.bitErrors).toBeGreaterThan(0);
    expect(result?.confidence).toBe(result?.chunks[1]?.confidence);
  });
});

describe('vectors that are not those of one text', () => {
  const other = encode('other')[0] ?? first;

  it.each<[what: string, vectors: PackedSigmaVector[], rule: string]>([
    ['a chunk missing at the end', long.slice(0, -1), 'missing-chunk'],
    ['a chunk missing at the beginning', long.slice(1), 'missing-chunk'],
    ['a chunk given twice', [...long, second], 'duplicate-chunk'],
    ['a chunk of a text of another length', [first, other], 'mixed-chunks'],
    ['a chunk of another model', [first, ...encode(PROSE, { model: 'n@1' }).slice(1)], 'mixed-models'],
    ['a chunk of other dimensions', [first, ...encode(PROSE, { dimensions: 4_112 }).slice(1)], 'mixed-dimensions'],
  ])('are refused with %s, as vectors or as those of an item', async (_what, vectors, rule) => {
    expect(await failureOf({ vectors })).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'vectors', rule }] });
    expect(await failureOf({ items: [{ vectors: long }, { vectors }] })).toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^items\[1\]\.vectors: /) as string,
      errors: [{ field: 'items[1].vectors', rule }],
    });
  });
});

describe('a vector that cannot be read', () => {
  const bytes = Buffer.from(first.data, 'base64');

  it.each<[what: string, vector: PackedSigmaVector, rule: string]>([
    ['no base64', { data: '!' }, 'base64'],
    ['nothing', { data: '' }, 'truncated'],
    ['cut short', { data: bytes.subarray(0, -1).toString('base64') }, 'truncated'],
    ['too long', { data: Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64') }, 'trailing'],
    ['of another format', { data: Buffer.concat([Buffer.alloc(2), bytes.subarray(2)]).toString('base64') }, 'magic'],
    ['of a later version', { data: Buffer.concat([bytes.subarray(0, 2), Buffer.of(9), bytes.subarray(3)]).toString('base64') }, 'version'],
    ['beside a header of other chunks', { ...first, header: { ...first.header, chunks: 99 } }, 'header'],
    ['beside a header of another model', { ...first, header: { ...first.header, model: 'n@1' } }, 'header'],
  ])('since it is %s is refused by its place', async (_what, vector, rule) => {
    expect(await failureOf({ vectors: [...long.slice(1), vector] })).toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ field: `vectors[${long.length - 1}]`, rule }],
    });
    expect(await failureOf({ items: [{ vectors: long }, { vectors: [second, vector] }] })).toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ field: 'items[1].vectors[1]', rule }],
    });
  });
});

describe('a mask or a copy that cannot be read', () => {
  const mask = toBase64(fromBits(4_096, () => 0));

  it.each<[what: string, vector: NoisySigmaVector, field: string, rule: string]>([
    ['a mask of another length', { ...second, erased: mask.slice(4) }, 'erased', 'erased'],
    ['a mask that is no base64', { ...second, erased: mask.slice(1) }, 'erased', 'base64'],
    ['a copy of another chunk', { ...second, copies: [second.data, first.data] }, 'copies[1]', 'copies'],
    ['a copy of another model', { ...second, copies: [encode(PROSE, { model: 'n@1' })[1]?.data ?? ''] }, 'copies[0]', 'copies'],
    ['a copy cut short', { ...second, copies: [second.data.slice(4)] }, 'copies[0]', 'magic'],
  ])('such as %s is refused by its place', async (_what, vector, field, rule) => {
    const vectors = [first, vector, ...long.slice(2)];
    expect(await failureOf({ vectors })).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: `vectors[1].${field}`, rule }] });
    expect(await failureOf({ items: [{ vectors: long }, { vectors }] })).toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ field: `items[1].vectors[1].${field}`, rule }],
    });
  });

  it('changes nothing where it marks no bit and is equal to the vector', async () => {
    const vectors = long.map((vector) => ({ ...vector, erased: mask, copies: [vector.data, vector.data] }));
    expect((await service.decode({ vectors })).results).toMatchObject([{ text: PROSE, exact: true, confidence: 1, bitErrors: 0 }]);
  });
});

describe('more vectors than a call carries', () => {
  it('are refused over all items, before any is read', async () => {
    configureLimits({ vectorsPerCall: 3 });
    const items = [{ vectors: [{ data: '!' }, { data: '!' }] }, { vectors: [{ data: '!' }, { data: '!' }] }];
    expect(await failureOf({ items })).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: 'A call carries at most 3 vectors, copies included; this one has 4',
    });
  });

  it('are counted with their copies', async () => {
    configureLimits({ vectorsPerCall: 3 });
    const [one] = encode('one');
    if (!one) throw new Error('a vector expected');
    const copies = [one.data, one.data];
    expect((await service.decode({ vectors: [{ ...one, copies }] })).results).toMatchObject([{ text: 'one' }]);
    expect(await failureOf({ vectors: [{ ...one, copies: [...copies, '!'] }] })).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('are those beyond the limit, not those that reach it', async () => {
    configureLimits({ vectorsPerCall: 3 });
    const items = ['one', 'two', 'three'].map((text) => ({ vectors: encode(text) }));
    expect((await service.decode({ items })).results.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });
});
