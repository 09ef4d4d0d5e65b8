import type { SearchResponse } from '@sigmalang/contracts';
import { eventually } from './eventually';
import { problemOf, type Reply, RestClient } from './rest-client';
import { saidOf, type Search } from './search-client';
import { type SearchInstallation, startSearchInstallation } from './search-installation';
import { endEverything } from './teardown';

jest.setTimeout(180_000);

const BY_WORDS = ['keyword', 'exact', 'fuzzy'] as const;
const BY_MEANING = ['semantic', 'hybrid'] as const;
const ALL = [...BY_WORDS, ...BY_MEANING];

/** How long a write may take to be refused while the database does not answer: a second more than a statement may take. */
const DATABASE = { DATABASE_TIMEOUT_MS: '2000', DATABASE_CONNECTION_TIMEOUT_MS: '1000' };
const REFUSED_WITHIN_MS = 5_000;

const ANIMALS = [
  { id: 'cats', text: 'Cats sleep for most of the day.', metadata: { legs: 4 } },
  { id: 'dogs', text: 'Dogs want to be walked twice a day.', metadata: { legs: 4 } },
  { id: 'birds', text: 'A bird sings in the morning and sleeps at night.', metadata: { legs: 2 } },
  { id: 'cars', text: 'A car needs fuel and new tyres.' },
];

let installation: SearchInstallation;

beforeEach(async () => {
  installation = await startSearchInstallation({ env: DATABASE });
  await installation.client.putCollection('animals');
  await installation.client.put('animals', ANIMALS);
});

afterEach(endEverything);

async function answers(modes: readonly Search['mode'][] = ALL): Promise<object[]> {
  const asked: Search[] = modes.flatMap((mode) => [
    { mode, query: 'day' },
    { mode, query: 'sleeping', filter: { key: 'legs', equals: 4 } },
  ]);
  return Promise.all(asked.map(async (search) => saidOf(await installation.client.search('animals', search))));
}

const write = (id: string): Promise<Reply> => installation.client.tryToPut('animals', [{ id, text: `A new text named ${id}` }]);

const management = (): RestClient => new RestClient(installation.search.process.managementOrigin);
const readiness = (): Promise<Reply> => management().get('/health/ready');
const health = (): Promise<Reply> => management().get('/health');

const isUp = ({ status }: Reply): boolean => status === 200;
const isDown = ({ status }: Reply): boolean => status === 503;

async function expectDatabaseDown(): Promise<void> {
  const ready = await eventually(readiness, isDown);
  expect(ready.body).toMatchObject({ status: 'error', error: { database: { status: 'down' } } });
  expect((await health()).body).toMatchObject({ status: 'error', error: { database: { status: 'down' } } });
  expect((await management().get('/health/live')).status).toBe(200);
}

/** That all works, without anyone having started anything again. */
async function expectRecovery(ids: readonly string[] = []): Promise<void> {
  const back = performance.now();
  await eventually(readiness, isUp);
  const written = await eventually(() => write('after'), isUp);
  console.log(`recovered ${(performance.now() - back).toFixed(0)} ms after the database was back`);
  const { seq } = written.body as { seq: number };
  const { results } = await installation.client.search('animals', { query: 'named', mode: 'keyword', minSeq: seq });
  expect(results.map(({ id }) => id).filter((id) => !ids.includes(id))).toEqual(['after']);
  await eventually(health, isUp);
  expect(installation.search.process.log.filter(({ msg }) => msg === 'ready')).toHaveLength(1);
}

describe.each([
  ['is stopped', { away: () => installation.postgres.stop(), back: () => installation.postgres.start(), statuses: [503] }],
  ['crashes', { away: () => installation.postgres.kill(), back: () => installation.postgres.start(), statuses: [503] }],
  [
    'hangs',
    {
      away: () => { installation.postgres.freeze(); },
      back: () => { installation.postgres.thaw(); },
      statuses: [503, 504],
    },
  ],
] as const)('while PostgreSQL %s', (_how, { away, back, statuses }) => {
  it('searches say what they said, writes are refused in time, readiness tells, and all recovers by itself', async () => {
    const before = await answers();
    await away();
    expect(await answers()).toEqual(before);
    const refused = await Promise.all([write('during-1'), write('during-2')]);
    for (const reply of refused) {
      expect(statuses).toContain(problemOf(reply).status);
      expect(reply.ms).toBeLessThan(REFUSED_WITHIN_MS);
    }
    await expectDatabaseDown();
    expect(await answers()).toEqual(before);
    await back();
    await expectRecovery(['during-1', 'during-2']); // a write that was refused for taking too long may have been kept
  });
});

it('search that starts while the database is away answers from its snapshot, says that it is not ready, and recovers', async () => {
  const before = await answers();
  expect(await installation.search.process.stop()).toBe(0);
  await installation.postgres.stop();
  installation.search.spawn();
  const found = await eventually(() => installation.client.trySearch('animals', { query: 'day' }), isUp);
  expect((found.body as SearchResponse).total).toBe(4);
  expect(await answers()).toEqual(before);
  expect(problemOf(await write('during')).status).toBe(503);
  await expectDatabaseDown();
  await installation.postgres.start();
  await expectRecovery();
});

it('while nlp is away, searches by words go on, and those by meaning and writes are refused', async () => {
  const before = await answers();
  expect(await installation.nlp?.stop()).toBe(0);
  expect(await answers(BY_WORDS)).toEqual(before.slice(0, 2 * BY_WORDS.length));
  for (const mode of BY_MEANING) {
    const problem = problemOf(await installation.client.trySearch('animals', { query: 'day', mode }));
    expect(problem).toMatchObject({ status: 503, code: 'UNAVAILABLE', instance: '/v1/search' });
    expect(problem.detail).toContain('nlp');
  }
  expect(problemOf(await write('during'))).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  await installation.startNlp();
  expect(await eventually(() => answers().catch(() => []), (said) => said.length > 0)).toEqual(before);
  expect((await write('after')).status).toBe(200);
});
