import { METRICS } from '@sigmalang/contracts';
import { eventually } from './eventually';
import { type BothInstallations, type Installation, startBoth } from './installations';
import { growth, type Metrics, metricsOf } from './metrics';
import { endEverything } from './teardown';
import { ordinaryText } from './texts';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth({ CACHE_ENABLED: 'false' }); // which has others counted: who asks for the models, and who is not asked again
});

afterAll(endEverything);

/** What an installation counts, all its processes together. */
async function countOf({ processes }: Installation): Promise<Metrics> {
  // A request is counted after its answer is sent.
  const isIdle = (readings: Metrics[]): boolean => readings.every((metrics) => metrics.get(METRICS.requestsInProgress) === 0);
  const readings = await eventually(() => Promise.all(processes.map(metricsOf)), isIdle);
  const sums = new Map<string, number>();
  for (const [sample, value] of readings.flatMap((reading) => [...reading])) sums.set(sample, (sums.get(sample) ?? 0) + value);
  return sums;
}

/** How a counter grows in each installation while something is asked of both. */
async function growthDuring(names: readonly string[], ask: () => Promise<unknown>): Promise<Record<string, number>[][]> {
  const before = await Promise.all(both.each.map(countOf));
  await ask();
  const after = await Promise.all(both.each.map(countOf));
  return after.map((metrics, i) => names.map((name) => growth(name, before[i] ?? new Map<string, number>(), metrics)));
}

const counters = [METRICS.requests, METRICS.errors];

it('counts exactly the requests that were made, by route and by contract, in one process as over NATS', async () => {
  const counted = await growthDuring(counters, async () => {
    for (let i = 0; i < 3; i++) await both.post('/v1/encode', { text: `text ${i}` });
    await both.post('/v1/nlp/embeddings', { input: 'a' });
    await both.post('/v1/vectors/bind', { operands: [{ symbol: 'a' }, { symbol: 'b' }] });
    await both.post('/v1/analogies/solve', { query: 'king:queen::man:?' });
    await both.post('/v1/analogies/explain', { a: 'king', b: 'queen', c: 'man', d: 'woman' });
    await both.post('/v1/lexicon/neighbours', { word: 'king' });
    await both.put('/v1/collections/counted', {});
    await both.get('/v1/collections/counted');
    await both.get('/v1/collections/counted/documents');
    await both.delete('/v1/collections/counted');
    await both.get('/v1/collections/counted/documents/a%2Fb');
  });
  const requests = {
    '{contract="POST /v1/encode",code="OK"}': 3,
    '{contract="encoder.v1.encode",code="OK"}': 3,
    '{contract="nlp.v1.embed",code="OK"}': 4,
    '{contract="POST /v1/nlp/embeddings",code="OK"}': 1,
    '{contract="POST /v1/vectors/bind",code="OK"}': 1,
    '{contract="encoder.v1.bind",code="OK"}': 1,
    '{contract="POST /v1/analogies/solve",code="OK"}': 1,
    '{contract="analogy.v1.solve",code="OK"}': 1,
    '{contract="POST /v1/analogies/explain",code="OK"}': 1,
    '{contract="analogy.v1.explain",code="OK"}': 1,
    '{contract="POST /v1/lexicon/neighbours",code="OK"}': 1,
    '{contract="analogy.v1.neighbours",code="OK"}': 1,
    '{contract="PUT /v1/collections/:name",code="OK"}': 1,
    '{contract="search.v1.put-collection",code="OK"}': 1,
    '{contract="nlp.v1.models",code="OK"}': 1,
    '{contract="GET /v1/collections/:name",code="OK"}': 1,
    '{contract="search.v1.get-collection",code="OK"}': 1,
    '{contract="GET /v1/collections/:name/documents",code="OK"}': 1,
    '{contract="search.v1.list-documents",code="OK"}': 1,
    '{contract="DELETE /v1/collections/:name",code="OK"}': 1,
    '{contract="search.v1.delete-collection",code="OK"}': 1,
    '{contract="GET /v1/collections/:name/documents/:id",code="NOT_FOUND"}': 1,
    '{contract="search.v1.get-document",code="NOT_FOUND"}': 1,
  };
  const errors = { '{code="NOT_FOUND"}': 1 };
  expect(counted).toEqual([[requests, errors], [requests, errors]]);
});

it('a list of analogies, and one of words, counts once at the gateway and once a group at the service', async () => {
  const counted = await growthDuring(counters, async () => {
    await both.post('/v1/analogies/solve', { questions: Array.from({ length: 40 }, () => ({ query: 'king:queen::man:?' })) });
    await both.post('/v1/lexicon/neighbours', { words: Array.from({ length: 40 }, () => 'king') });
  });
  const requests = {
    '{contract="POST /v1/analogies/solve",code="OK"}': 1,
    '{contract="analogy.v1.solve",code="OK"}': 2,
    '{contract="POST /v1/lexicon/neighbours",code="OK"}': 1,
    '{contract="analogy.v1.neighbours",code="OK"}': 2,
  };
  expect(counted).toEqual([[requests, {}], [requests, {}]]);
});

it('a request is counted as failed by a reply too large for a message, wherever that is seen, and once as an error', async () => {
  const small = await startBoth({ CACHE_ENABLED: 'false', MAX_MESSAGE_BYTES: '65536' });
  for (const installation of small.each) {
    const before = await countOf(installation);
    expect((await installation.rest.post('/v1/encode', { text: ordinaryText(40_000) })).status).toBe(413);
    const after = await countOf(installation);
    expect(growth(METRICS.requests, before, after)).toEqual({
      '{contract="POST /v1/encode",code="PAYLOAD_TOO_LARGE"}': 1,
      '{contract="encoder.v1.encode",code="PAYLOAD_TOO_LARGE"}': 1,
      '{contract="nlp.v1.embed",code="PAYLOAD_TOO_LARGE"}': 1,
    });
    expect(growth(METRICS.errors, before, after)).toEqual({ '{code="PAYLOAD_TOO_LARGE"}': 1 });
  }
});

it('times each request that it counts', async () => {
  const [inOne, overNats] = await growthDuring([`${METRICS.requestDuration}_count`], async () => {
    for (let i = 0; i < 4; i++) await both.post('/v1/vectors/permute', { vector: { symbol: 'a' } });
  });
  expect(inOne).toEqual([{ '{contract="POST /v1/vectors/permute"}': 4, '{contract="encoder.v1.permute"}': 4 }]);
  expect(overNats).toEqual(inOne);
});

it('times what is done with vectors on worker threads, by operation and by task', async () => {
  const counted = await growthDuring([`${METRICS.vectorOperationDuration}_count`, `${METRICS.workerTaskDuration}_count`], async () => {
    await both.post('/v1/analogies/solve', { query: 'king:queen::man:?' });
    await both.post('/v1/analogies/explain', { a: 'king', b: 'queen', c: 'man', d: 'woman' });
    await both.post('/v1/lexicon/neighbours', { words: ['king', 'queen'] });
  });
  const operations = { '{operation="analogy"}': 1, '{operation="explain"}': 1, '{operation="neighbours"}': 2 };
  const tasks = { '{task="analogy.solve"}': 1, '{task="analogy.explain"}': 1, '{task="analogy.neighbours"}': 1 };
  expect(counted).toEqual([[operations, tasks], [operations, tasks]]);
});

it.each([
  ['the gateway refuses', '/v1/encode', { text: 1 }, { '{contract="POST /v1/encode",code="INVALID_REQUEST"}': 2 }],
  [
    'a service refuses',
    '/v1/decode',
    { vectors: [{ data: 'zqMB' }] },
    { '{contract="POST /v1/decode",code="INVALID_REQUEST"}': 2, '{contract="decoder.v1.decode",code="INVALID_REQUEST"}': 2 },
  ],
  [
    'a service behind a service would refuse',
    '/v1/nlp/embeddings',
    { input: 'a', model: 'none' },
    { '{contract="POST /v1/nlp/embeddings",code="INVALID_REQUEST"}': 2, '{contract="nlp.v1.embed",code="INVALID_REQUEST"}': 2 },
  ],
  [
    'asks an analogy with nothing open',
    '/v1/analogies/solve',
    { query: 'king:queen' },
    { '{contract="POST /v1/analogies/solve",code="INVALID_REQUEST"}': 2 },
  ],
  ['has invalid JSON', '/v1/encode', '{', { '{contract="POST /v1/encode",code="INVALID_REQUEST"}': 2 }],
])('an error is counted once, where it arises: a request that %s', async (_what, path, request, requests) => {
  const counted = await growthDuring(counters, async () => {
    for (let i = 0; i < 2; i++) await both.post(path, request);
  });
  const errors = { '{code="INVALID_REQUEST"}': 2 };
  expect(counted).toEqual([[requests, errors], [requests, errors]]);
});

it('paths that no route answers are counted under one name, whatever they are', async () => {
  const counted = await growthDuring(counters, async () => {
    for (const path of ['/a', '/b', '/v1/c?d=e']) await both.get(path);
  });
  const expected = [{ '{contract="no route",code="NOT_FOUND"}': 3 }, { '{code="NOT_FOUND"}': 3 }];
  expect(counted).toEqual([expected, expected]);
});

it('exports every metric that charts and alerts may name', async () => {
  for (const installation of both.each) {
    await installation.rest.post('/v1/encode', { text: 'a' });
    await installation.rest.post('/v1/encode', { text: 1 });
    const samples = [...(await countOf(installation)).keys()].map((sample) => sample.replace(/\{.*/, ''));
    expect(Object.values(METRICS).filter((name) => !samples.includes(name) && !samples.includes(`${name}_count`))).toEqual([]);
  }
});
