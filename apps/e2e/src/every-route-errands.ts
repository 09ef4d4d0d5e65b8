import type { DecodeResponse, RestEncodeResponse } from '@sigmalang/contracts';
import type { Ask, Errand } from './every-route-load';

const STATES = [
  ['United States', 'Washington', 'dollar'],
  ['Mexico', 'Mexico City', 'peso'],
].map(([name = '', capital = '', currency = '']) => ({
  pairs: [
    { role: 'name', filler: name },
    { role: 'capital', filler: capital },
    { role: 'currency', filler: currency },
  ],
}));

const ANIMALS = [
  { id: 'cats', text: 'Cats sleep for most of the day.', metadata: { legs: 4 } },
  { id: 'dogs', text: 'Dogs want to be walked twice a day.', metadata: { legs: 4 } },
  { id: 'birds', text: 'A bird sings in the morning.', metadata: { legs: 2 } },
];

/** What the API computes from the request alone: the same at every time and by every replica. */
export const COMPUTED: readonly [route: string, body: object][] = [
  ['POST /v1/encode', { text: 'The quick brown fox', include: ['embedding'] }],
  ['POST /v1/similarity', { a: 'A man is playing a guitar', b: 'Someone plays an instrument' }],
  ['POST /v1/vectors/bind', { operands: [{ symbol: 'king' }, { symbol: 'queen' }] }],
  ['POST /v1/vectors/bundle', { operands: [{ symbol: 'king' }, { symbol: 'queen' }, { symbol: 'jack' }] }],
  ['POST /v1/vectors/permute', { vector: { symbol: 'king' }, shift: 1 }],
  ['POST /v1/vectors/unbind', { vector: { symbol: 'king' }, key: { symbol: 'queen' } }],
  ['POST /v1/vectors/similarity', { a: { symbol: 'king' }, b: { symbol: 'queen' } }],
  ['POST /v1/vectors/cleanup', { vector: { symbol: 'king' }, symbols: ['queen', 'king', 'jack'], topK: 2 }],
  ['POST /v1/nlp/embeddings', { input: ['A man is playing a guitar'] }],
  ['POST /v1/embeddings', { input: 'A man is playing a guitar' }],
  ['POST /v1/analogies/solve', { query: 'France:Paris::Japan:?' }],
  ['POST /v1/analogies/explain', { a: 'France', b: 'Paris', c: 'Japan', d: 'Tokyo' }],
  ['POST /v1/analogies/structured', { source: STATES[0], target: STATES[1], filler: 'dollar' }],
  ['POST /v1/lexicon/neighbours', { word: 'king', topK: 3 }],
  ['POST /v1/search', { query: 'walk the dog', corpus: ['Cats sleep.', 'Dogs want to be walked.', 'A car needs fuel.'], topK: 2 }],
  ['POST /v1/search', { collection: 'animals', query: 'sleeping animals', mode: 'hybrid' }],
];

const ofTheMoment = (key: string, value: unknown): unknown => (['tookMs', 'requestId'].includes(key) ? undefined : value);
const lasting = (answer: unknown): unknown => JSON.parse(JSON.stringify(answer, ofTheMoment));

/** Asks for what is computed, and insists on what was answered in peace. */
function computed([route, body]: (typeof COMPUTED)[number], inPeace: unknown): Errand {
  return {
    name: `${route} as in peace`,
    run: async (ask) => { expect(lasting(await ask(route, { body }))).toEqual(inPeace); },
  };
}

const roundTrip: Errand = {
  name: 'a text there and back',
  run: async (ask, id) => {
    const text = `Text of ${id}: Grüße, 世界, and much else that nobody has asked for before.`;
    const { results } = (await ask('POST /v1/encode', { body: { text } })) as RestEncodeResponse;
    const vectors = results.flatMap(({ vectors: ofText = [] }) => ofText.map(({ data }) => ({ data })));
    const decoded = (await ask('POST /v1/decode', { body: { vectors } })) as DecodeResponse;
    expect(decoded.results).toMatchObject([{ text, exact: true }]);
  },
};

/** @param written where the ids of documents go that stay in the collection `kept` */
const ownWrite = (written: string[]): Errand => ({
  name: 'a document that is written, found and removed',
  run: async (ask, id) => {
    const word = `zebra${id.replaceAll('-', 'x')}quagga`;
    const put = async (name: string): Promise<{ seq: number }> => {
      const answer = await ask('PUT /v1/collections/{name}/documents', { path: { name }, body: { documents: [{ id, text: `It names ${word} once.` }] } });
      expect(answer).toMatchObject({ ids: [id] });
      return answer as { seq: number };
    };
    await put('kept');
    written.push(id);
    const { seq } = await put('written');
    const search = { collection: 'written', query: word, mode: 'exact', minSeq: seq };
    expect(await ask('POST /v1/search', { body: search })).toMatchObject({ total: 1, results: [{ id }] });
    expect(await ask('GET /v1/collections/{name}/documents/{id}', { path: { name: 'written', id } })).toMatchObject({ id });
    await ask('GET /v1/collections/{name}/documents', { path: { name: 'written' }, query: '?limit=5' });
    const removed = (await ask('DELETE /v1/collections/{name}/documents/{id}', { path: { name: 'written', id } })) as { seq: number };
    expect(await ask('POST /v1/search', { body: { ...search, minSeq: removed.seq } })).toMatchObject({ total: 0 });
  },
});

const ownCollection: Errand = {
  name: 'a collection from its beginning to its end',
  run: async (ask, id) => {
    const path = { name: `c${id}` };
    await ask('PUT /v1/collections/{name}', { path, body: { description: id } });
    expect(await ask('GET /v1/collections/{name}', { path })).toMatchObject({ name: path.name, description: id });
    await ask('GET /v1/collections', { query: '?limit=5' });
    await ask('DELETE /v1/collections/{name}', { path });
  },
};

const ownRecord: Errand = {
  name: 'a record that is kept and asked about',
  run: async (ask, id) => {
    const path = { name: `r${id}` };
    await ask('PUT /v1/analogies/records/{name}', { path, body: STATES[1] });
    expect(await ask('GET /v1/analogies/records/{name}', { path })).toMatchObject({ ...STATES[1], name: path.name });
    await ask('GET /v1/analogies/records', { query: '?limit=5' });
    await ask('DELETE /v1/analogies/records/{name}', { path });
  },
};

const ownKey: Errand = {
  name: 'a key, its tokens, and their end',
  run: async (ask, id) => {
    const { key, id: keyId } = (await ask('POST /v1/keys', { body: { name: id, role: 'analyst' } })) as { key: string; id: string };
    const tokens = (await ask('POST /v1/auth/token', { authorization: `Bearer ${key}` })) as { accessToken: string; refreshToken: string };
    await ask('GET /v1/info', { authorization: `Bearer ${tokens.accessToken}` });
    const { refreshToken } = (await ask('POST /v1/auth/refresh', { body: { refreshToken: tokens.refreshToken } })) as typeof tokens;
    await ask('POST /v1/auth/revoke', { body: { refreshToken } });
    await ask('GET /v1/keys', { query: '?limit=5' });
    await ask('DELETE /v1/keys/{id}', { path: { id: keyId } });
  },
};

const looks: readonly Errand[] = ['/v1/info', '/v1/flags', '/health/live', '/v1/audit', '/v1/audit/verification', '/v1/privacy/export'].map((path) => ({
  name: `a look at ${path}`,
  run: async (ask) => { await ask(`GET ${path}`, path === '/v1/audit' ? { query: '?limit=5' } : {}); },
}));

/** What is not asked: it would take away what others ask for, or is right to answer 503 of a gateway that stops, or of a machine that is busy. */
export const LEFT_OUT: readonly string[] = ['DELETE /v1/privacy/data', 'GET /health', 'GET /health/ready', 'GET /ready'];

/** Everything that clients do, and the ids of the documents that were written by it and stay in the collection `kept`. */
export interface EveryRoute {
  readonly errands: readonly Errand[];
  readonly written: readonly string[];
}

/** Makes what clients ask about, and learns what is right, while there is peace. */
export async function prepareEveryRoute(ask: Ask): Promise<EveryRoute> {
  for (const name of ['animals', 'written', 'kept']) await ask('PUT /v1/collections/{name}', { path: { name }, body: {} });
  await ask('PUT /v1/collections/{name}/documents', { path: { name: 'animals' }, body: { documents: ANIMALS } });
  const answers: Errand[] = [];
  for (const each of COMPUTED) answers.push(computed(each, lasting(await ask(each[0], { body: each[1] }))));
  const written: string[] = [];
  const write = ownWrite(written);
  const errands = [roundTrip, write, ...answers.slice(0, 6), ownRecord, ownKey, roundTrip, write, ...answers.slice(6), ownCollection, ...looks];
  return { errands, written };
}
