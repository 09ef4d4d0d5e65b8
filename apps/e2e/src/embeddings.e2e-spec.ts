import type { EmbeddingsResponse, OpenAiEmbeddingsResponse } from '@sigmalang/contracts';
import { type BothInstallations, startBoth } from './installations';
import { bodyOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

const input = ['A man is playing a guitar', 'Parliament passed the tax law', '', 'guitar'];

async function embed(request: object): Promise<EmbeddingsResponse> {
  return bodyOf(await both.post('/v1/nlp/embeddings', request)) as EmbeddingsResponse;
}

async function embedForOpenAi(request: object): Promise<OpenAiEmbeddingsResponse> {
  return bodyOf(await both.post('/v1/embeddings', request)) as OpenAiEmbeddingsResponse;
}

function floats(base64: unknown): number[] {
  const bytes = Buffer.from(String(base64), 'base64');
  return Array.from({ length: bytes.length / 4 }, (_float, i) => bytes.readFloatLE(i * 4));
}

const lengthOf = (embedding: unknown): number => Math.hypot(...(embedding as number[]));

it('each text has one embedding, in order, of unit length, all zero where the text has no content', async () => {
  const { data, dimensions, model, usage } = await embed({ input });
  expect(data.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(data.map(({ embedding }) => embedding.length)).toEqual(input.map(() => dimensions));
  expect(data.map(({ embedding }) => Number(lengthOf(embedding).toFixed(5)))).toEqual([1, 1, 0, 1]);
  expect(model).toMatch(/\S/);
  expect(usage.promptTokens).toBeGreaterThanOrEqual(12);
  expect(usage.totalTokens).toBe(usage.promptTokens);
});

it('numbers and base64 say the same', async () => {
  const [asNumbers, asBase64] = [await embed({ input }), await embed({ input, encodingFormat: 'base64' })];
  expect(asBase64.data.map(({ embedding }) => floats(embedding))).toEqual(asNumbers.data.map(({ embedding }) => embedding));
  expect([asBase64.model, asBase64.usage]).toEqual([asNumbers.model, asNumbers.usage]);
});

it('without normalisation the direction is the same and the length is not 1', async () => {
  const [normal, raw] = [await embed({ input: input[0] }), await embed({ input: input[0], normalize: false })];
  const [one = [], other = []] = [normal, raw].map(({ data }) => data[0]?.embedding as number[]);
  const length = lengthOf(other);
  expect(Math.abs(length - 1)).toBeGreaterThan(0.01);
  for (const [i, value] of other.entries()) expect(value / length).toBeCloseTo(one[i] ?? NaN, 5);
});

it('one text is embedded as in a list of it, and the loaded model may be named', async () => {
  const alone = await embed({ input: input[0] });
  expect(await embed({ input: [input[0]], model: alone.model })).toEqual(alone);
});

it('256 texts keep their order', async () => {
  const texts = Array.from({ length: 256 }, (_text, i) => `text ${(i * 37) % 256}`);
  const all = await embed({ input: texts });
  for (const i of [0, 31, 32, 100, 255]) {
    expect((await embed({ input: texts[i] })).data[0]?.embedding).toEqual(all.data[i]?.embedding);
  }
});

it("clients of OpenAI's API get its shape", async () => {
  const own = await embed({ input });
  expect(await embedForOpenAi({ input, model: own.model, user: 'someone', dimensions: own.dimensions })).toEqual({
    object: 'list',
    data: own.data.map(({ index, embedding }) => ({ object: 'embedding', index, embedding })),
    model: own.model,
    usage: { prompt_tokens: own.usage.promptTokens, total_tokens: own.usage.totalTokens },
  });
});

it("clients of OpenAI's API get base64 when they ask for it", async () => {
  const own = await embed({ input });
  const { data } = await embedForOpenAi({ input, encoding_format: 'base64' });
  expect(data.map(({ embedding }) => floats(embedding))).toEqual(own.data.map(({ embedding }) => embedding));
});
