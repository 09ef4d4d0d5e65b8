import type { DocumentResponse } from '@sigmalang/contracts';
import { LoadUnderTest, type Question } from './load-under-test';
import { NatsServerUnderTest } from './nats-server-under-test';
import { PostgresServerUnderTest } from './postgres-server-under-test';
import { ProcessUnderTest } from './process-under-test';
import { RedisServerUnderTest } from './redis-server-under-test';
import { bodyOf, RestClient } from './rest-client';
import { SearchClient } from './search-client';
import { endEverything } from './teardown';

jest.setTimeout(240_000);

const CALM_MS = 2_000;
const OUTAGE_MS = 5_000;
/** How soon all must be well again by itself when what was away is there again. */
const RECOVERY_MS = 5_000;
const PATIENCE_MS = 30_000;

/** Limits are counted in Redis, and none is reached. */
const LIMITS = { RATE_LIMIT_ENABLED: 'true', KEY_RATE_PER_MINUTE: '60000000', KEY_BURST: '1000000' };
const DATABASE = { DATABASE_TIMEOUT_MS: '2000', DATABASE_CONNECTION_TIMEOUT_MS: '1000' };

const TEXTS = Array.from({ length: 40 }, (_text, i) => `The text of number ${i}, which is asked for again and again.`);
const ANIMALS = [
  { id: 'cats', text: 'Cats sleep for most of the day.' },
  { id: 'dogs', text: 'Dogs want to be walked twice a day.' },
];

let nats: NatsServerUnderTest;
let postgres: PostgresServerUnderTest;
let redis: RedisServerUnderTest;
let processes: readonly ProcessUnderTest[];
let gateways: readonly RestClient[];
let questions: readonly Question[];
let client: SearchClient;

beforeAll(async () => {
  [nats, postgres, redis] = await Promise.all([NatsServerUnderTest.start(), PostgresServerUnderTest.start(), RedisServerUnderTest.start()]);
  const env = { NATS_URL: nats.url, DATABASE_URL: postgres.url, REDIS_URL: redis.url, AUTH_SECRET: 'the same in both gateways, as it must be', REQUEST_TIMEOUT_MS: '3000', ...LIMITS, ...DATABASE };
  const start = (app: string): Promise<ProcessUnderTest> => ProcessUnderTest.start(app, { env });
  processes = await Promise.all(['gateway', 'gateway', 'encoder', 'nlp', 'search'].map(start));
  gateways = processes.slice(0, 2).map(({ origin }) => new RestClient(origin));
  const [first = new RestClient('')] = gateways;
  client = new SearchClient(first);
  await client.putCollection('animals');
  await client.putCollection('written');
  await client.put('animals', ANIMALS);
  questions = await askBefore(first);
});

afterAll(endEverything);

/** What is asked under load, with the right answers as they are in peace. */
async function askBefore(rest: RestClient): Promise<readonly Question[]> {
  const encode = (text = ''): ReturnType<RestClient['post']> => rest.post('/v1/encode', { text });
  const vectors = await Promise.all(TEXTS.map(async (text) => bodyOf(await encode(text))));
  const find = { collection: 'animals', query: 'sleep', mode: 'keyword' };
  const { results } = bodyOf(await rest.post('/v1/search', find)) as { results: object[] };
  expect(results).toHaveLength(1);
  return [
    {
      name: 'encode',
      ask: (gateway, n) => gateway.post('/v1/encode', { text: TEXTS[n % TEXTS.length] }),
      check: ({ body }, n) => { expect(body).toEqual(vectors[n % TEXTS.length]); },
    },
    {
      name: 'search',
      ask: (gateway) => gateway.post('/v1/search', find),
      check: ({ body }) => { expect(body).toMatchObject({ results, total: 1, mode: 'keyword' }); },
    },
    {
      name: 'read',
      ask: (gateway) => gateway.get('/v1/collections/animals/documents/cats'),
      check: ({ body }) => { expect(body).toMatchObject({ id: 'cats', text: ANIMALS[0]?.text }); },
    },
    {
      name: 'write',
      ask: (gateway, n) => gateway.post('/v1/collections/written/documents', { documents: [{ id: `d${n}`, text: `Text ${n}` }] }, { method: 'PUT' }),
      check: ({ body }, n) => { expect(body).toMatchObject({ ids: [`d${n}`] }); },
    },
  ];
}

const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

/** Milliseconds until every question is answered by every gateway. */
async function recovery(): Promise<number> {
  const started = performance.now();
  const isWell = async (): Promise<boolean> => {
    const replies = await Promise.all(gateways.flatMap((rest) => questions.map((question, i) => question.ask(rest, 1_000_000 + i).catch(() => undefined))));
    return replies.every((reply) => reply?.status === 200);
  };
  while (!(await isWell())) {
    if (performance.now() - started > PATIENCE_MS) throw new Error('it does not recover');
    await pause(50);
  }
  return performance.now() - started;
}

interface Server {
  start(): Promise<void>;
  kill(): Promise<void>;
}

const servers: readonly [name: string, server: () => Server, mustRefuse: boolean][] = [
  ['Redis', () => redis, false],
  ['NATS', () => nats, true],
  ['PostgreSQL', () => postgres, true],
];

it.each(servers)('%s dies and comes back under load: no answer is wrong, what fails says why, and all is well again by itself', async (name, server, mustRefuse) => {
  await recovery();
  const load = new LoadUnderTest(gateways, questions);
  await pause(CALM_MS);
  const died = performance.now();
  await server().kill();
  await pause(OUTAGE_MS);
  const back = performance.now();
  await server().start();
  const ms = await recovery();
  const well = performance.now();
  await pause(CALM_MS);
  await load.stop();

  load.check();
  const [before, during, after] = [load.between(0, died), load.between(died, back), load.between(well, Infinity)];
  console.log(`${name}: ${JSON.stringify({ before, during, after })}, well again after ${ms.toFixed(0)} ms`);
  expect(before.refused).toBe(0);
  expect(before.good).toBeGreaterThan(0);
  expect(during.refused > 0).toBe(mustRefuse);
  expect(after.refused).toBe(0);
  expect(after.good).toBeGreaterThan(0);
  expect(ms).toBeLessThan(RECOVERY_MS);
  expect(processes.map(({ log }) => log.filter(({ msg }) => msg === 'ready').length)).toEqual(processes.map(() => 1));

  const kept = new Map((await client.documents('written')).map((document: DocumentResponse) => [document.id, document.text]));
  const acknowledged = load.asked.filter(({ question, reply }) => question === 'write' && reply?.status === 200);
  expect(acknowledged.filter(({ n }) => kept.get(`d${n}`) !== `Text ${n}`)).toEqual([]);
});

it('health paths are answered throughout, and readiness tells', async () => {
  const [rest = new RestClient('')] = gateways;
  for (const [, server] of servers) {
    await server().kill();
    expect((await rest.get('/health/live')).status).toBe(200);
    await server().start();
    await recovery();
    expect((await rest.get('/health/ready')).status).toBe(200);
  }
});
