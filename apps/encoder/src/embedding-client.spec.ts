import { type Contract, type EmbedRequest } from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
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
