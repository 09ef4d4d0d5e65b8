import { type Contract, type EmbedRequest, ServiceError } from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import { EmbeddingsService } from './embeddings.service';

/** The embedding of a text: its length and its number of white spaces, by a model of two dimensions. */
function valuesOf(text: string): number[] {
  return [text.length / 4, -text.split(' ').length];
}

function base64Of(text: string): string {
  return Buffer.from(Float32Array.from(valuesOf(text)).buffer).toString('base64');
}

/** Answers as nlp does, one token a word, and notes what it is asked. */
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
    const { texts } = request as EmbedRequest;
    const embeddings = texts.map((text) => ({ data: base64Of(text), tokens: text.split(' ').length }));
    return Promise.resolve({ embeddings, model: 'tiny@1', dimensions: 2 } as unknown as Response);
  }
}

const bus = new FakeBus();
const service = new EmbeddingsService(bus);
beforeEach(() => {
  bus.asked.length = 0;
});

describe('embeddings', () => {
  it.each([
    ['numbers', undefined, valuesOf],
    ['numbers', 'float', valuesOf],
    ['little-endian float32 in base64', 'base64', base64Of],
  ] as const)('are %s where the format is %s', async (_what, encodingFormat, written) => {
    const input = ['one', 'two words'];
    expect(await service.embeddings({ input, ...(encodingFormat && { encodingFormat }) })).toEqual({
      data: input.map((text, index) => ({ index, embedding: written(text) })),
      model: 'tiny@1',
      dimensions: 2,
      usage: { promptTokens: 3, totalTokens: 3 },
    });
  });

  it('of one text are a list of one', async () => {
    const { data } = await service.embeddings({ input: 'one' });
    expect(data).toEqual([{ index: 0, embedding: valuesOf('one') }]);
  });

  it('are numbered and counted over all groups of texts', async () => {
    const input = Array.from({ length: 40 }, (_text, i) => 'x'.repeat(i));
    const { data, usage } = await service.embeddings({ input });
    expect(bus.asked.map(({ request }) => (request as EmbedRequest).texts)).toEqual([input.slice(0, 32), input.slice(32)]);
    expect(data).toEqual(input.map((text, index) => ({ index, embedding: valuesOf(text) })));
    expect(usage).toEqual({ promptTokens: 40, totalTokens: 40 });
  });

  it.each([
    ['unit length and any model, unless told', {}, { normalize: true }],
    ['the model that is asked for', { model: 'tiny@1' }, { normalize: true, model: 'tiny@1' }],
    ['another length', { normalize: false }, { normalize: false }],
  ])('are asked of nlp with %s', async (_what, options, asked) => {
    await service.embeddings({ input: 'one', ...options });
    expect(bus.asked).toEqual([{ subject: 'nlp.v1.embed', request: { texts: ['one'], ...asked } }]);
  });
});

describe("embeddings for clients of OpenAI's API", () => {
  it('have the shape and the names of that API', async () => {
    expect(await service.openAiEmbeddings({ input: ['one', 'two words'] })).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: valuesOf('one') },
        { object: 'embedding', index: 1, embedding: valuesOf('two words') },
      ],
      model: 'tiny@1',
      usage: { prompt_tokens: 3, total_tokens: 3 },
    });
  });

  it('are base64 where the client asks for it, of the model that it names, and name no user', async () => {
    const { data } = await service.openAiEmbeddings({ input: 'one', model: 'tiny@1', encoding_format: 'base64', user: 'u-1' });
    expect(data).toEqual([{ object: 'embedding', index: 0, embedding: base64Of('one') }]);
    expect(bus.asked).toEqual([{ subject: 'nlp.v1.embed', request: { texts: ['one'], normalize: true, model: 'tiny@1' } }]);
  });

  it('are given in the dimensions of the model', async () => {
    const { data } = await service.openAiEmbeddings({ input: 'one', dimensions: 2 });
    expect(data).toHaveLength(1);
  });

  it.each([1, 3, 1_536])('are refused in %i dimensions, which the model does not have', async (dimensions) => {
    const failure: unknown = await service.openAiEmbeddings({ input: 'one', dimensions }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'tiny@1 gives embeddings of 2 dimensions and no other',
      errors: [{ field: 'dimensions', rule: 'modelDimensions', message: 'dimensions must be 2' }],
    });
  });
});
