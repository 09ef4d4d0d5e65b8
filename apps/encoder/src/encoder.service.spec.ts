import { configureLimits, type EncodeResult, limits, ServiceError } from '@sigmalang/contracts';
import { readPackedVector, semanticSegment, type SigmaVector, type TextChunk, TextCodec, Vocabulary } from '@sigmalang/codec';
import { Bus } from '@sigmalang/runtime';
import { SeededGenerator, sliceVector, SignProjection } from '@sigmalang/vector';
import { join } from 'node:path';
import { EmbeddingClient, type Embeddings } from './embedding-client';
import { EncoderService } from './encoder.service';
import { SameThread } from './same-thread';
import { SemanticSegments } from './semantic-segments';

const DIMENSIONS = 16;
const PROSE =
  'Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or ' +
  'twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it. ';

/** Another embedding for each text, all zero for one without letters; notes what it is asked. */
class FakeEmbeddingClient extends EmbeddingClient {
  readonly asked: (readonly string[])[] = [];

  constructor() {
    super(new Bus({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0));
  }

  override embed(texts: readonly string[]): Promise<Embeddings> {
    this.asked.push(texts);
    return Promise.resolve({ model: 'fake@1', vectors: texts.map(embeddingOf) });
  }
}

function embeddingOf(text: string): Float32Array {
  const generator = new SeededGenerator(text);
  return Float32Array.from({ length: DIMENSIONS }, () => (/\p{L}/u.test(text) ? generator.nextGaussian() : 0));
}

const assets = join(__dirname, '../../../dist/assets');
const codec = new TextCodec(Vocabulary.load(join(assets, 'vocabulary/o200k.bin')));
const projection = new SignProjection(DIMENSIONS, 2_048);
const segments = new SemanticSegments();
let workers: SameThread;
let client: FakeEmbeddingClient;
let service: EncoderService;

beforeEach(() => {
  workers = new SameThread(assets);
  client = new FakeEmbeddingClient();
  service = new EncoderService(workers, client, segments);
});

const vectorsPerCall = limits.vectorsPerCall;
afterEach(() => {
  configureLimits({ vectorsPerCall });
});

function read({ vectors }: EncodeResult): SigmaVector[] {
  return vectors.map(readPackedVector);
}

describe('encoding', () => {
  it('makes the chunks of each text, numbered, which decode to it', async () => {
    const texts = [PROSE.repeat(5), 'short', PROSE.repeat(4)];
    const { results, model } = await service.encode({ texts });
    expect(model).toBe('fake@1');
    expect(results.map(({ vectors }) => vectors.length)).toEqual(texts.map((text) => codec.splitIntoChunks(text, 10_000).length));
    for (const [i, result] of results.entries()) {
      const vectors = read(result);
      expect(vectors.map((vector) => codec.decodeChunk(vector).text).join('')).toBe(texts[i]);
      expect(vectors.map(({ header }) => [header.chunk, header.chunks, header.model])).toEqual(
        vectors.map((_vector, chunk) => [chunk, vectors.length, 'fake@1']),
      );
      expect(result.vectors.map(({ header }) => header)).toEqual(vectors.map(({ header }) => header));
    }
  });

  it('gives each chunk the projection of its own embedding where a run had to be cut in two', async () => {
    const map = workers.map.bind(workers);
    jest.spyOn(workers, 'map').mockImplementation(async (...call: Parameters<typeof map>) => {
      const results = await map(...call);
      if (call[1] !== 'prove') return results;
      return (results as unknown as TextChunk[][]).map((chunks, run) =>
        run % 2 === 1 ? chunks.flatMap(({ text }) => [text.slice(0, 50), text.slice(50)].flatMap((half) => codec.splitIntoChunks(half, 10_000))) : chunks,
      ) as never;
    });
    const { results } = await service.encode({ texts: [PROSE.repeat(5), PROSE.repeat(4)] });
    const [whole = [], ...others] = results.map(({ vectors }) => vectors);
    expect(whole.length).toBeGreaterThan(codec.splitIntoChunks(PROSE.repeat(5), 10_000).length);
    expect(others.length).toBe(1);
    for (const vector of results.flatMap(read)) {
      const { text } = codec.decodeChunk(vector);
      expect(semanticSegment(vector)).toEqual(sliceVector(projection.project(embeddingOf(text)), 0, vector.header.semanticBits));
    }
  });

  it('is refused where the runs are few enough, but not the chunks that they are cut into', async () => {
    configureLimits({ vectorsPerCall: 3 });
    const map = workers.map.bind(workers);
    jest.spyOn(workers, 'map').mockImplementation(async (...call: Parameters<typeof map>) => {
      const results = await map(...call);
      return call[1] === 'prove' ? ((results as unknown as TextChunk[][]).map((chunks) => [...chunks, ...chunks]) as never) : results;
    });
    await expect(service.encode({ texts: ['one', 'two'] })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('gives each chunk the projection of its own embedding', async () => {
    const { results } = await service.encode({ texts: [PROSE.repeat(5), 'short', `So ${PROSE.repeat(4)}`] });
    const vectors = results.flatMap(read);
    expect(vectors.length).toBeGreaterThan(4);
    for (const vector of vectors) {
      expect(vector.header.semanticEmpty).toBe(false);
      expect(semanticSegment(vector)).toEqual(projection.project(embeddingOf(codec.decodeChunk(vector).text)));
    }
    expect(new Set(vectors.map((vector) => semanticSegment(vector).words.join())).size).toBe(vectors.length);
  });

  it.each([
    ['ASCII', 'Hello, world', 10_000],
    ['several bytes a character', 'Grüße, 世界 👋🏽', 10_000],
    ['several chunks', PROSE.repeat(3), 4_096],
  ])('measures a text of %s in tokens, in bytes of UTF-8 and in bytes of its vectors', async (_what, text, dimensions) => {
    const { results } = await service.encode({ text, dimensions });
    const bytesOut = results.flatMap(({ vectors }) => vectors).reduce((sum, { data }) => sum + Buffer.from(data, 'base64').length, 0);
    const bytesIn = new TextEncoder().encode(text).length;
    expect(results).toEqual([expect.objectContaining({ tokens: codec.tokenize(text).length, bytesIn, bytesOut, ratio: bytesOut / bytesIn })]);
  });

  it('makes one vector without tokens of the empty text, which has no ratio', async () => {
    const { results } = await service.encode({ text: '' });
    expect(results).toMatchObject([{ tokens: 0, bytesIn: 0, bytesOut: 84 + 1_250, ratio: null }]);
    expect(results.flatMap(read).map(({ header }) => header)).toMatchObject([{ tokens: 0, chunk: 0, chunks: 1, semanticEmpty: true }]);
  });

  it('says of a chunk without content that its semantic segment means nothing', async () => {
    const { results } = await service.encode({ texts: ['12 + 34', 'words'] });
    expect(results.flatMap(read).map(({ header }) => header.semanticEmpty)).toEqual([true, false]);
  });

  it.each([
    [undefined, 10_000, 2_048],
    [4_096, 4_096, 1_024],
    [8_208, 8_208, 2_048],
    [20_000, 20_000, 2_048],
  ])('of dimensions %s makes vectors of %i bits, %i of them semantic', async (asked, dimensions, semanticBits) => {
    const { results } = await service.encode({ text: 'words', ...(asked && { dimensions: asked }) });
    const [vector] = results.flatMap(read);
    if (!vector) throw new Error('a vector expected');
    expect(vector.header).toMatchObject({ dimensions, semanticBits, sequenceBits: dimensions - semanticBits });
    expect(semanticSegment(vector)).toEqual(sliceVector(projection.project(embeddingOf('words')), 0, semanticBits));
  });
});

describe('the embedding of a text', () => {
  it('is that of the whole text, not of its chunks, where it is asked for', async () => {
    const texts = [PROSE.repeat(3), '', 'short'];
    const { results } = await service.encode({ texts, include: ['embedding'] });
    const embeddings = results.map(({ embedding }) => embedding);
    expect(embeddings).toEqual(texts.map((text) => Buffer.from(embeddingOf(text).buffer).toString('base64')));
  });

  it.each([undefined, []])('is neither made nor given where include is %j', async (include) => {
    const { results } = await service.encode({ text: 'short', ...(include && { include }) });
    expect(results[0]).not.toHaveProperty('embedding');
    expect(client.asked).toEqual([['short']]);
  });
});

describe('texts of more vectors than a call carries', () => {
  it('are refused as soon as their tokens are counted, before any is made or embedded', async () => {
    configureLimits({ vectorsPerCall: 3 });
    const failure: unknown = await service.encode({ texts: ['one', 'two', PROSE.repeat(100)] }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', message: expect.stringMatching(/take \d+ vectors or more; .* at most 3:/) as string });
    expect(workers.items).toEqual({ split: 3 });
    expect(client.asked).toEqual([]);
  });

  it('are those beyond the limit, not those that reach it', async () => {
    configureLimits({ vectorsPerCall: 3 });
    const { results } = await service.encode({ texts: ['one', 'two', 'three'] });
    expect(results.flatMap(({ vectors }) => vectors)).toHaveLength(3);
    await expect(service.encode({ texts: ['one', 'two', 'three', ''] })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });
});
