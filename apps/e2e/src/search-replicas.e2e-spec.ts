import { METRICS, type SearchResponse } from '@sigmalang/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually';
import { growth, type Metrics, metricsOf } from './metrics';
import type { Reply } from './rest-client';
import { type SearchInstallation, type SearchReplica, startSearchInstallation } from './search-installation';
import { SearchesUnderLoad, WritesUnderLoad } from './search-load';
import { seededRandom } from './seeded-random';
import { endEverything } from './teardown';

jest.setTimeout(180_000);

const SEARCH = 'search.v1.search';
const PUT = 'search.v1.put-documents';
const WITHIN_MS = 1_000;

let installation: SearchInstallation;

/** So seldom do they look for changes by themselves that what is seen sooner was told of. */
const FOLLOW = { FOLLOW_INTERVAL_MS: '30000' };

beforeAll(async () => {
  installation = await startSearchInstallation({
    replicas: 2,
    env: { REQUEST_TIMEOUT_MS: '1500', SNAPSHOT_INTERVAL_MS: '1000', ...FOLLOW },
  });
});

afterAll(endEverything);

const [SEES, SEES_NOT] = [1, 0];

/** Requests of a contract that each replica has answered, whatever the outcome. */
async function answeredBy(contract: string): Promise<number[]> {
  const metrics = await Promise.all(installation.replicas.map(({ process }) => metricsOf(process)));
  return metrics.map((each) => sum(each, contract));
}

function sum(metrics: Metrics, contract: string): number {
  const counts = growth(METRICS.requests, new Map(), metrics);
  return Object.entries(counts).reduce((total, [labels, count]) => (labels.includes(`contract="${contract}"`) ? total + count : total), 0);
}

/** What a request came to, and which replica answered it: the one that says that it has answered one more since. Nothing else may be asked meanwhile. */
async function withReplica<Result>(contract: string, ask: () => Promise<Result>): Promise<{ result: Result; replica: number }> {
  const before = await answeredBy(contract);
  const result = await ask();
  const replicaOf = (after: readonly number[]): number => after.findIndex((count, i) => count > (before[i] ?? 0));
  const after = await eventually(() => answeredBy(contract), (counts) => replicaOf(counts) >= 0);
  return { result, replica: replicaOf(after) };
}

/** Asks the same until every replica has answered; gives the answers of each. */
async function askEach(ask: () => Promise<SearchResponse>): Promise<SearchResponse[][]> {
  const answers: SearchResponse[][] = installation.replicas.map(() => []);
  while (answers.some((of) => of.length === 0)) {
    const { result, replica } = await withReplica(SEARCH, ask);
    answers[replica]?.push(result);
  }
  return answers;
}

async function putOne(id: string, word: string): Promise<{ seq: number }> {
  return installation.client.put('shared', [{ id, text: `A text with the word ${word} in it.` }]);
}

it('two processes that start at once on an empty database bring its tables up to date once, and both get ready', async () => {
  const { replicas, postgres } = installation;
  for (const { process } of replicas) {
    expect(process.log.filter(({ level }) => ['error', 'fatal'].includes(level))).toEqual([]);
    expect(process.log.filter(({ msg }) => msg === 'ready')).toHaveLength(1);
  }
  const steps = await postgres.query('select component, version, name from schema_migrations order by component, version');
  expect(steps.length).toBeGreaterThan(0);
  expect(new Set(steps).size).toBe(steps.length);
  expect(await postgres.query('select count(*) from installation')).toEqual(['1']);
});

it('what is written through either replica is seen by both within a second', async () => {
  await installation.client.putCollection('shared');
  const writers = new Set<number>();
  const delays: number[] = [];
  for (let i = 0; i < 12; i++) {
    const word = `zebra${i}quagga`;
    const { replica: writer } = await withReplica(PUT, () => putOne(`doc-${i}`, word));
    writers.add(writer);
    const acknowledged = performance.now();
    const seenBy = new Set<number>();
    while (seenBy.size < installation.replicas.length) {
      const asked = performance.now();
      const search = (): Promise<SearchResponse> => installation.client.search('shared', { query: word, mode: 'exact' });
      const { result, replica } = await withReplica(SEARCH, search);
      if (replica === writer) expect(result.total).toBe(SEES); // at once
      if (asked - acknowledged > WITHIN_MS) expect(result.total).toBe(SEES);
      if (result.total === SEES_NOT) continue;
      expect(result.results.map(({ id }) => id)).toEqual([`doc-${i}`]);
      if (!seenBy.has(replica) && replica !== writer) delays.push(asked - acknowledged);
      seenBy.add(replica);
    }
  }
  expect(writers).toEqual(new Set([0, 1]));
  console.log(`seen by the other replica when asked ${delays.map((ms) => ms.toFixed(0)).join(', ')} ms after the write was answered`);
});

it('a search that names the write it must see sees it at once, whichever replica answers', async () => {
  const before = await answeredBy(SEARCH);
  for (let i = 0; i < 40; i++) {
    const word = `okapi${i}bongo`;
    const { seq } = await putOne(`own-${i}`, word);
    const search = (): Promise<SearchResponse> => installation.client.search('shared', { query: word, mode: 'exact', minSeq: seq });
    for (const { total, seq: seen } of await Promise.all([search(), search()])) {
      expect(total).toBe(SEES);
      expect(seen).toBeGreaterThanOrEqual(seq);
    }
  }
  const after = await answeredBy(SEARCH);
  expect(Math.min(...after.map((count, i) => count - (before[i] ?? 0)))).toBeGreaterThan(0);
});

it('of a replica that is killed under load no write is lost and no answer was wrong, and it catches up from its snapshot', async () => {
  const { client, replicas } = installation;
  const [first, second] = replicas as [SearchReplica, SearchReplica];
  await client.putCollection('load');
  const writes = [1, 2, 3].map((writer) => new WritesUnderLoad(client, 'load', writer));
  const searches = [4, 5, 6].map((seed) => new SearchesUnderLoad(client, 'load', writes, seededRandom(seed)));
  const load = [...writes, ...searches].map((each) => each.run());
  await eventually(() => metricsOf(first.process), (metrics) => (metrics.get(`${METRICS.indexSnapshots}{outcome="written"}`) ?? 0) > 0);
  await sleep(1_500);
  await first.process.kill();
  await sleep(1_000);
  await first.start();
  await sleep(1_000);
  for (const each of [...writes, ...searches]) each.stop();
  await Promise.all(load);

  const restarted = await metricsOf(first.process);
  expect(restarted.get(`${METRICS.indexSnapshots}{outcome="loaded"}`)).toBeGreaterThan(0);
  expect(growth(METRICS.indexRebuilds, new Map(), restarted)).toEqual({});
  expect(second.process.log.filter(({ msg }) => msg === 'ready')).toHaveLength(1);

  const documents = await client.documents('load');
  for (const write of writes) write.check(documents);
  const answers = searches.flatMap((search) => search.check(documents));
  const last = Math.max(...writes.map(({ seq }) => seq));
  const perReplica = await askEach(() => client.search('load', { query: 'document', mode: 'keyword', minSeq: last }));
  expect(perReplica.flat().map(({ total }) => total)).toEqual(perReplica.flat().map(() => documents.length));
  const refused = [...writes, ...searches].flatMap(({ refused: replies }): Reply[] => replies);
  expect(refused.every(({ status }) => [503, 504].includes(status))).toBe(true);
  console.log(
    `${documents.length} documents, of which ${writes.flatMap((write) => write.acknowledged).length} acknowledged; ` +
      `${answers.length} answers checked, ${refused.length} requests refused while a replica was away`,
  );
});
