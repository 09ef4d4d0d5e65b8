import { METRICS } from '@sigmalang/contracts';
import { version } from '@sigmalang/package';
import { readFileSync } from 'node:fs';
import { eventually } from './eventually';
import { type BothInstallations, type Installation, startBoth } from './installations';
import { growth, type Metrics, metricsOf } from './metrics';
import { expositionsOf, tableOf, useEverything, withTable } from './metrics-reference';
import { endEverything } from './teardown';
import { ordinaryText } from './texts';
import { startWatched } from './watched-installations';

jest.setTimeout(120_000);

let both: BothInstallations;
let natsServer: string;

beforeAll(async () => {
  ({ both, natsServer } = await startWatched({ CACHE_ENABLED: 'false' })); // which has others counted: who asks for the models, and who is not asked again
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

it('docs/metrics.md describes the metrics that are exported: npm run metrics-reference', async () => {
  for (const installation of both.each) await useEverything(installation);
  const document = readFileSync('docs/metrics.md', 'utf8');
  expect(document).toBe(withTable(document, tableOf(await expositionsOf(both))));
});

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
    await both.post('/v1/lexicon/neighbours', { words: ['king'] }); // one, since a thread may have others work after each word
  });
  const operations = { '{operation="analogy"}': 1, '{operation="explain"}': 1, '{operation="neighbours"}': 1 };
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

/** What only who talks over NATS can tell. */
const OF_NATS = Object.entries(METRICS).flatMap(([key, name]) => (key.startsWith('natsServer') || key === 'certificateExpiry' ? [name] : []));

it('exports every metric that charts and alerts may name', async () => {
  for (const installation of both.each) {
    await useEverything(installation);
    await installation.rest.post('/v1/encode', { text: 1 });
    const samples = [...(await countOf(installation)).keys()].map((sample) => sample.replace(/\{.*/, ''));
    const missing = Object.values(METRICS).filter((name) => !samples.includes(name) && !samples.includes(`${name}_count`));
    expect(missing).toEqual(installation === both.standalone ? OF_NATS : []);
  }
});

it('exports no metric of its own that has no name there', async () => {
  const known = new Set<string>(Object.values(METRICS));
  for (const installation of both.each) {
    const samples = [...(await countOf(installation)).keys()].map((sample) => sample.replace(/\{.*/, '').replace(/_(count|sum|bucket)$/, ''));
    expect(samples.filter((name) => name.startsWith('sigmalang_') && !known.has(name))).toEqual([]);
  }
});

it('every process tells its build, its event loop, its disk, and what it uses of all that prom-client knows', async () => {
  for (const process of both.each.flatMap(({ processes }) => processes)) {
    const metrics = await metricsOf(process);
    const names = [...metrics.keys()].map((sample) => sample.replace(/\{.*/, ''));
    expect(metrics.get(`${METRICS.buildInfo}{version="${version}",revision="development"}`)).toBe(1);
    expect(metrics.get(METRICS.eventLoopUtilization)).toBeGreaterThan(0);
    expect(metrics.get(METRICS.dataDiskSize)).toBeGreaterThan(metrics.get(METRICS.dataDiskFree) ?? Number.NaN);
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_open_fds', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes']) {
      expect(names).toContain(name);
    }
  }
});

it('every process that talks over NATS by TLS tells when its certificates expire', async () => {
  const now = Date.now() / 1_000;
  for (const process of both.onNats.processes) {
    const metrics = await metricsOf(process);
    for (const certificate of ['nats-ca', 'nats-client']) {
      const days = ((metrics.get(`${METRICS.certificateExpiry}{certificate="${certificate}"}`) ?? Number.NaN) - now) / 86_400;
      expect([certificate, Math.round(days)]).toEqual([certificate, 2]);
    }
  }
});

it('the gateway tells of the NATS server what that tells of itself, and that it is down when it is', async () => {
  const { front, nats, processes } = both.onNats;
  const of = (name: string, more = ''): string => `${name}{server="${natsServer}"${more}}`;
  const before = await metricsOf(front);
  expect(before.get(of(METRICS.natsServerUp))).toBe(1);
  expect(before.get(of(METRICS.natsServerConnections))).toBe(processes.length);
  expect(before.get(of(METRICS.natsServerMaxPayload))).toBe(8 * 2 ** 20);
  await both.onNats.rest.post('/v1/vectors/permute', { vector: { symbol: 'a' } });
  const after = await metricsOf(front);
  for (const direction of ['in', 'out']) {
    const messages = of(METRICS.natsServerMessages, `,direction="${direction}"`);
    expect(after.get(messages)).toBeGreaterThan(before.get(messages) ?? Number.NaN);
  }
  await nats.kill();
  const down = [...(await metricsOf(front))].filter(([sample]) => sample.startsWith('sigmalang_nats_server_'));
  expect(down).toEqual([[of(METRICS.natsServerUp), 0]]);
});
