import { embed, models, ServiceError } from '@sigmalang/contracts';
import type { Bus } from '@sigmalang/runtime';
import { EmbeddingClient } from './embedding-client';

/** nlp with one model, which embeds a text as its length. */
function client() {
  const call = jest.fn((contract: unknown, { texts = [], model }: { texts?: string[]; model?: string }) => {
    if (contract === models) return Promise.resolve({ embeddings: [{ id: 'words@1', dimensions: 1, words: 3 }] });
    if (model === 'away@1') return Promise.reject(new ServiceError('UNAVAILABLE', 'nlp is away'));
    if (model !== undefined && model !== 'words@1') {
      return Promise.reject(new ServiceError('INVALID_REQUEST', 'model', [{ field: 'model', rule: 'loadedModel', message: 'model' }]));
    }
    const embeddings = texts.map((text) => ({ data: Buffer.from(new Float32Array([text.length]).buffer).toString('base64'), tokens: 1 }));
    return Promise.resolve({ embeddings, model: 'words@1', dimensions: 1 });
  });
  return { call, client: new EmbeddingClient({ call } as unknown as Bus) };
}

it('embeds texts in their order', async () => {
  expect(await client().client.embed(['a', 'bb', ''])).toEqual([[1], [2], [0]].map((values) => new Float32Array(values)));
});

it('asks in groups of at most 64 texts and 65,536 characters, a longer text by itself', async () => {
  const { client: embeddings, call } = client();
  const texts = [...Array.from({ length: 65 }, () => 'a'), 'b'.repeat(70_000), 'c'.repeat(40_000), 'd'.repeat(40_000)];
  expect((await embeddings.embed(texts)).map(([length]) => length)).toEqual(texts.map(({ length }) => length));
  expect(call.mock.calls.map(([contract, request]) => [contract === embed, request.texts?.length])).toEqual([
    [true, 64],
    [true, 1],
    [true, 1],
    [true, 1],
    [true, 1],
  ]);
});

it('says that the model of a collection is not loaded', async () => {
  await expect(client().client.embed(['a'], 'old@1')).rejects.toMatchObject({ code: 'UNPROCESSABLE', message: expect.stringContaining('old@1') as string });
});

it('fails as nlp does', async () => {
  await expect(client().client.embed(['a'], 'away@1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('gives nlp as long as is said', async () => {
  const { client: embeddings, call } = client();
  await embeddings.embed(['a'], 'words@1', 250);
  await embeddings.models(300);
  await embeddings.embed(['a']);
  expect(call.mock.calls.map((asked) => (asked as unknown[])[2])).toEqual([250, 300, undefined]);
});

it('names the models that are loaded', async () => {
  expect(await client().client.models()).toEqual([{ id: 'words@1', dimensions: 1, words: 3 }]);
});
