import { type PackedSigmaVector, ServiceError, type SimilarityRequest } from '@sigmalang/contracts';
import { projectEmbedding, sigmaGeometry, sigmaVector, sigmaVectorToBase64 } from '@sigmalang/codec';
import { Bus } from '@sigmalang/runtime';
import { concatVectors, symbolVector, zeroVector } from '@sigmalang/vector';
import { EmbeddingClient, type Embeddings } from './embedding-client';
import { SemanticSegments } from './semantic-segments';
import { SimilarityService } from './similarity.service';

/** Unit vectors; together with itself, the rounded `skew` makes slightly more than 1. */
const EMBEDDINGS: Readonly<Record<string, readonly number[]>> = {
  east: [1, 0, 0],
  north: [0, 1, 0],
  west: [-1, 0, 0],
  northeast: [Math.SQRT1_2, Math.SQRT1_2, 0],
  skew: [0.6, 0.8, 0],
  '': [0, 0, 0],
};

/** Knows the texts above; notes what it is asked. */
class FakeEmbeddingClient extends EmbeddingClient {
  readonly asked: (readonly string[])[] = [];

  constructor() {
    super(new Bus({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0));
  }

  override embed(texts: readonly string[]): Promise<Embeddings> {
    this.asked.push(texts);
    return Promise.resolve({ model: 'compass@1', vectors: texts.map(embeddingOf) });
  }
}

function embeddingOf(text: string): Float32Array {
  return Float32Array.from(EMBEDDINGS[text] ?? []);
}

const client = new FakeEmbeddingClient();
const service = new SimilarityService(client, new SemanticSegments());
beforeEach(() => {
  client.asked.length = 0;
});

/** A Σ-vector with the meaning of a text of the table. */
function vectorOf(text: string, { model = 'compass@1', dimensions = 10_000 } = {}): PackedSigmaVector {
  const { semanticBits, sequenceBits } = sigmaGeometry(dimensions);
  const semantic = projectEmbedding(embeddingOf(text), semanticBits);
  const bits = concatVectors(semantic ?? zeroVector(semanticBits), symbolVector(text, sequenceBits));
  const header = { version: 1, dimensions, semanticBits, sequenceBits, tokens: 1, chunk: 0, chunks: 1, model, semanticEmpty: !semantic };
  return { data: sigmaVectorToBase64(sigmaVector(header, bits)) };
}

async function failureOf(request: SimilarityRequest): Promise<unknown> {
  const failure: unknown = await service.similarity(request).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ServiceError);
  return failure;
}

const PAIRS: readonly [a: string, b: string, cosine: number][] = [
  ['east', 'east', 1],
  ['east', 'north', 0],
  ['east', 'west', -1],
  ['east', 'northeast', Math.SQRT1_2],
  ['northeast', 'east', Math.SQRT1_2],
];

describe('two texts', () => {
  it.each(PAIRS)('%s and %s have the cosine %d of their embeddings', async (a, b, cosine) => {
    const { score, ...rest } = await service.similarity({ a, b });
    expect(score).toBeCloseTo(cosine, 6);
    expect(rest).toEqual({ model: 'compass@1', metric: 'cosine' });
  });

  it('are never more alike than 1, nor less than -1, by rounding', async () => {
    const [x = 0, y = 0] = embeddingOf('skew');
    expect(x * x + y * y).toBeGreaterThan(1);
    expect(await service.similarity({ a: 'skew', b: 'skew' })).toMatchObject({ score: 1 });
  });

  it.each([
    ['', 'east'],
    ['east', ''],
    ['', ''],
  ])('%j and %j have the score 0, one having no content', async (a, b) => {
    expect(await service.similarity({ a, b })).toMatchObject({ score: 0, metric: 'cosine' });
  });
});

describe('a list of texts', () => {
  it('becomes a matrix of each with each, 0 for one without content', async () => {
    const reply = await service.similarity({ texts: ['east', 'north', '', 'west'] });
    const matrix = [
      [1, 0, 0, -1],
      [0, 1, 0, 0],
      [0, 0, 0, 0],
      [-1, 0, 0, 1],
    ];
    expect(reply.matrix?.map((row) => row.map((score) => score + 0))).toEqual(matrix);
    expect(reply).toMatchObject({ model: 'compass@1', metric: 'cosine' });
    expect(reply).not.toHaveProperty('score');
    expect(client.asked).toEqual([['east', 'north', '', 'west']]);
  });
});

describe('Σ-vectors', () => {
  it.each(PAIRS)('of %s and %s have about the cosine %d, without any text being embedded', async (a, b, cosine) => {
    const { score = NaN, ...rest } = await service.similarity({ a: vectorOf(a), b: vectorOf(b) });
    expect(Math.abs(score - cosine)).toBeLessThan(0.1);
    expect(rest).toEqual({ model: 'compass@1', metric: 'hamming' });
    expect(client.asked).toEqual([]);
  });

  it('are compared by their semantic segments alone', async () => {
    const { semanticBits, sequenceBits } = sigmaGeometry(10_000);
    const semantic = symbolVector('meaning', semanticBits);
    const header = { version: 1, dimensions: 10_000, semanticBits, sequenceBits, tokens: 1, chunk: 0, chunks: 1, model: 'any@1', semanticEmpty: false };
    const [a, b] = ['one', 'two'].map((words) => ({
      data: sigmaVectorToBase64(sigmaVector(header, concatVectors(semantic, symbolVector(words, sequenceBits)))),
    }));
    if (!a || !b) throw new Error('two vectors expected');
    expect(await service.similarity({ a, b })).toEqual({ score: 1, model: 'any@1', metric: 'hamming' });
  });

  it.each([4_096, 65_536])('of %i dimensions are compared with texts, on either side', async (dimensions) => {
    for (const [a, b, cosine] of PAIRS) {
      const forward = await service.similarity({ a: vectorOf(a, { dimensions }), b });
      const backward = await service.similarity({ a: b, b: vectorOf(a, { dimensions }) });
      expect(Math.abs((forward.score ?? NaN) - cosine)).toBeLessThan(0.1);
      expect(backward).toEqual(forward);
      expect(forward).toMatchObject({ model: 'compass@1', metric: 'hamming' });
    }
  });

  it.each([
    ['a vector without content and one with', { a: vectorOf(''), b: vectorOf('east') }],
    ['two vectors without content', { a: vectorOf(''), b: vectorOf('') }],
    ['a vector without content and a text', { a: 'east', b: vectorOf('') }],
    ['a vector and the empty text', { a: vectorOf('east'), b: '' }],
  ])('have the score 0 for %s', async (_what, request) => {
    expect(await service.similarity(request)).toEqual({ score: 0, model: 'compass@1', metric: 'hamming' });
  });

  it.each([
    ['vectors of two models', { a: vectorOf('east', { model: 'one@1' }), b: vectorOf('east', { model: 'two@1' }) }, 'models one@1 and two@1'],
    ['a vector and a text that another model embeds', { a: vectorOf('east', { model: 'one@1' }), b: 'east' }, 'models one@1 and compass@1'],
    ['a text and a vector of another model', { a: 'east', b: vectorOf('east', { model: 'one@1' }) }, 'models compass@1 and one@1'],
    ['empty vectors of two models', { a: vectorOf('', { model: 'one@1' }), b: vectorOf('', { model: 'two@1' }) }, 'models one@1 and two@1'],
    ['vectors of two sizes', { a: vectorOf('east', { dimensions: 4_096 }), b: vectorOf('east') }, '4096 and 10000 dimensions'],
    ['vectors of two sizes with equal semantic segments', { a: vectorOf('east', { dimensions: 20_000 }), b: vectorOf('east') }, '20000 and 10000 dimensions'],
  ])('are refused as %s', async (_what, request, named) => {
    expect(await failureOf(request)).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining(named) as string });
  });

  it.each<[side: 'a' | 'b', what: string, PackedSigmaVector, rule: string]>([
    ['a', 'no base64', { data: '!' }, 'base64'],
    ['b', 'no base64', { data: '!' }, 'base64'],
    ['a', 'other base64', { data: Buffer.alloc(1_334).toString('base64') }, 'magic'],
    ['b', 'a vector cut short', { data: Buffer.from(vectorOf('east').data, 'base64').subarray(0, 999).toString('base64') }, 'truncated'],
  ])('are refused with %s named where it is %s', async (side, _what, vector, rule) => {
    const failure = await failureOf({ a: 'east', b: vectorOf('east'), [side]: vector });
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: side, rule }] });
  });

  it('are refused with a header beside them that says something else', async () => {
    const header = { version: 1, dimensions: 10_000, semanticBits: 2_048, sequenceBits: 7_952, tokens: 2, chunk: 0, chunks: 1, model: 'compass@1', semanticEmpty: false };
    const b = { data: vectorOf('east').data, header };
    expect(await failureOf({ a: 'east', b })).toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('another tokens') as string,
      errors: [{ field: 'b', rule: 'header' }],
    });
    expect(await service.similarity({ a: 'east', b: { ...b, header: { ...header, tokens: 1 } } })).toMatchObject({ score: 1 });
  });
});

it.each([{}, { a: 'east' }, { b: 'east' }])('a comparison of %j lacks a side and is refused', async (request) => {
  expect(await failureOf(request)).toMatchObject({ code: 'INVALID_REQUEST', message: 'Both a and b are needed' });
});
