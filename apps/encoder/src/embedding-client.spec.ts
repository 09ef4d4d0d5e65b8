import { type Contract, type EmbedRequest } from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import { cosineFromHamming, hammingDistance, sliceVector } from '@sigmalang/vector';
import { EmbeddingClient } from './embedding-client';

/** Embeds a text as its length and 1, and notes what it is asked. */
class FakeBus extends Bus {
  readonly asked: { subject: string; request: object }[] = [];

  constructor() {
    super({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0);
  }

  override call<Request extends object, Response extends object>(
    { subject }: Contract<Request, Response>,
    request: Request,
  ): Promise<Response> {
    this.asked.push({ subject, request });
    const embeddings = (request as EmbedRequest).texts.map(({ length }) => ({
      data: Buffer.from(Float32Array.of(length, 1).buffer).toString('base64'),
      tokens: 1,
    }));
    return Promise.resolve({ embeddings, model: 'tiny@1', dimensions: 2 } as unknown as Response);
  }
}

describe('embed', () => {
  it.each([
    [1, [1]],
    [256, [256]],
    [257, [256, 1]],
    [600, [256, 256, 88]],
  ])('asks nlp for %i texts in groups and gives their embeddings in order', async (count, groups) => {
    const bus = new FakeBus();
    const texts = Array.from({ length: count }, (_text, i) => 'x'.repeat(i));
    const { vectors, model } = await new EmbeddingClient(bus).embed(texts);
    expect(bus.asked.map(({ subject }) => subject)).toEqual(groups.map(() => 'nlp.v1.embed'));
    expect(bus.asked.map(({ request }) => (request as EmbedRequest).texts.length)).toEqual(groups);
    expect(vectors).toEqual(texts.map(({ length }) => Float32Array.of(length, 1)));
    expect(model).toBe('tiny@1');
  });
});

describe('project', () => {
  const client = new EmbeddingClient(new FakeBus());

  it.each([1, 2, 256])('gives nothing for a zero embedding of %i values', (length) => {
    expect(client.project(new Float32Array(length), 2_048)).toBeUndefined();
  });

  it('gives fewer bits as the first of more', () => {
    const embedding = Float32Array.of(0.6, -0.8, 0.1);
    const all = client.project(embedding, 2_048);
    if (!all) throw new Error('a vector expected');
    expect(all.dimensions).toBe(2_048);
    expect(client.project(embedding, 1_024)).toEqual(sliceVector(all, 0, 1_024));
  });

  it.each([
    ['equal', [1, 0, 0, 0], 1],
    ['opposite', [-1, 0, 0, 0], -1],
    ['at right angles', [0, 0, 1, 0], 0],
    ['60° apart', [0.5, Math.sqrt(0.75), 0, 0], 0.5],
  ])('keeps the angle of embeddings that are %s', (_what, other, cosine) => {
    const first = client.project(Float32Array.of(1, 0, 0, 0), 2_048);
    const second = client.project(Float32Array.from(other), 2_048);
    if (!first || !second) throw new Error('two vectors expected');
    const estimate = cosineFromHamming(hammingDistance(first, second), 2_048);
    expect(Math.abs(estimate - cosine)).toBeLessThan(0.1);
  });

  it('gives the same bits for a text whichever client projects it, and whatever it projected before', () => {
    const other = new EmbeddingClient(new FakeBus());
    other.project(Float32Array.of(1, 2), 1_024);
    other.project(Float32Array.of(3, 2, 1), 2_048);
    expect(other.project(Float32Array.of(1, 2, 3), 2_048)).toEqual(client.project(Float32Array.of(1, 2, 3), 2_048));
  });
});
