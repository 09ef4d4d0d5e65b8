import { METRICS } from '@sigmalang/contracts';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { growth, type Metrics, metricsOf } from './metrics';
import { ProcessUnderTest } from './process-under-test';
import { RestClient } from './rest-client';
import { saidOf, SearchClient } from './search-client';
import { Ingest } from './search-ingest';
import { emptyFolder, type SearchInstallation, startSearchInstallation } from './search-installation';
import { seededRandom } from './seeded-random';
import { endEverything } from './teardown';

jest.setTimeout(300_000);

afterAll(endEverything);

const COLLECTION = 'crashes';

/** When a process is killed: so many milliseconds after so many requests of its life were answered, the first of which are slow. */
interface KillPoint {
  readonly answers: number;
  readonly ms: number;
}

function killPoints(count: number, seed: number): KillPoint[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => ({ answers: random(16), ms: random(25) }));
}

async function comes(ingest: Ingest, { answers, ms }: KillPoint): Promise<void> {
  await ingest.reaches(answers);
  await sleep(ms);
}

/** Writes until the process dies, which it does when something has come about. */
async function dieWriting(ingest: Ingest, comesAbout: Promise<void>, kill: () => Promise<void>): Promise<void> {
  await Promise.all([ingest.untilDeath(), comesAbout.then(kill)]);
}

it('the embedded database: killed at 50 points of an ingest, nothing acknowledged is lost and no batch is there in half', async () => {
  const env = { DATA_DIR: await emptyFolder() };
  let standalone = await ProcessUnderTest.start('standalone', { env });
  const client = new SearchClient(new RestClient(standalone.origin));
  await client.putCollection(COLLECTION);
  const ingest = new Ingest(client, COLLECTION, seededRandom(50));
  const points = killPoints(50, 51);
  for (const point of points) {
    await dieWriting(ingest, comes(ingest, point), () => standalone.kill());
    standalone = await ProcessUnderTest.start('standalone', { env });
    client.rest = new RestClient(standalone.origin);
    await ingest.check();
  }
  await ingest.checkAll();
  await standalone.kill();
  console.log(`embedded: ${points.length} kills, ${ingest.acknowledged} documents acknowledged, ${ingest.unanswered} requests under way`);
});

describe('with PostgreSQL', () => {
  let installation: SearchInstallation;

  beforeAll(async () => {
    installation = await startSearchInstallation({ env: { REQUEST_TIMEOUT_MS: '2000', SNAPSHOT_INTERVAL_MS: '1000' } });
  });

  async function beginIngest(collection: string, seed: number): Promise<Ingest> {
    await installation.client.putCollection(collection);
    return new Ingest(installation.client, collection, seededRandom(seed));
  }

  const kill = (): Promise<void> => installation.search.process.kill();

  it('killed at 15 points of an ingest, nothing acknowledged is lost and no batch is there in half', async () => {
    const ingest = await beginIngest(COLLECTION, 15);
    const points = killPoints(15, 16);
    for (const point of points) {
      await dieWriting(ingest, comes(ingest, point), kill);
      await installation.search.start();
      await ingest.check();
    }
    await ingest.checkAll();
    console.log(`PostgreSQL: ${points.length} kills, ${ingest.acknowledged} documents acknowledged, ${ingest.unanswered} requests under way`);
  });

  it('killed while it writes a snapshot, it starts from the one before', async () => {
    const ingest = await beginIngest('snapshots', 17);
    let unfinished = 0;
    for (let i = 0; i < 6; i++) {
      await dieWriting(ingest, untilDraft(installation.search.dataDir), kill);
      unfinished += draftsOf(installation.search.dataDir).length > 0 ? 1 : 0;
      await installation.search.start();
      const metrics = await metricsOf(installation.search.process);
      expect(metrics.get(`${METRICS.indexSnapshots}{outcome="damaged"}`) ?? 0).toBe(0);
      await ingest.check();
    }
    await ingest.checkAll();
    expect(unfinished).toBeGreaterThan(0);
    console.log(`${unfinished} of 6 kills left an unfinished snapshot; ${ingest.acknowledged} documents acknowledged`);
  });
});

describe('a damaged snapshot', () => {
  const queries = [
    ...(['keyword', 'exact', 'fuzzy', 'semantic', 'hybrid'] as const).map((mode) => ({ mode, query: 'river' })),
    { mode: 'hybrid', query: 'a boat on the river', filter: { key: 'number', range: { gte: 5, lt: 30 } } },
  ] as const;
  let installation: SearchInstallation;
  let expected: object[];

  const answers = (): Promise<object[]> => Promise.all(queries.map(async (search) => saidOf(await installation.client.search('damaged', search))));

  /** Stops search, changes a file of what it keeps, starts it again, and gives what it then says of its snapshots. */
  async function afterDamage(name: string, damage: (path: string) => void): Promise<Metrics> {
    expect(await installation.search.process.stop()).toBe(0);
    const path = filesOf(installation.search.dataDir).find((each) => basename(each) === name);
    if (path === undefined) throw new Error(`there is no file ${name}`);
    damage(path);
    await installation.search.start();
    return metricsOf(installation.search.process);
  }

  beforeAll(async () => {
    installation = await startSearchInstallation();
    await installation.client.putCollection('damaged');
    const places = ['river', 'mountain', 'harbour', 'meadow', 'village'];
    const documents = Array.from({ length: 40 }, (_document, i) => ({
      id: `doc-${i}`,
      text: `A boat goes down the ${places[i % places.length] ?? ''} for the ${i + 1}. time, and comes back.`,
      metadata: { number: i },
    }));
    await installation.client.put('damaged', documents);
    expected = await answers();
    await installation.search.process.stop();
    await installation.search.start();
  });

  it('is none where nothing was damaged', async () => {
    const metrics = await metricsOf(installation.search.process);
    expect(growth(METRICS.indexSnapshots, new Map(), metrics)).toEqual({ '{outcome="loaded"}': 1 });
    expect(await answers()).toEqual(expected);
  });

  it('is thrown away, counted and built anew, whichever of its files was changed', async () => {
    const names = filesOf(join(installation.search.dataDir, 'search')).filter((path) => path.includes('/snapshot-')).map((path) => basename(path));
    expect(names.length).toBeGreaterThanOrEqual(4);
    for (const [i, name] of names.entries()) {
      const metrics = await afterDamage(name, (path) => { flipBytes(path, seededRandom(100 + i)); });
      expect({ name, ...growth(METRICS.indexSnapshots, new Map(), metrics) }).toEqual({ name, '{outcome="damaged"}': 1 });
      expect(growth(METRICS.indexRebuilds, new Map(), metrics)).toEqual({ '{reason="damaged"}': 1 });
      expect(await answers()).toEqual(expected);
    }
  });

  it.each([
    ['cut short', (path: string) => { truncateSync(path, statSync(path).size >> 1); }],
    ['removed', (path: string) => { rmSync(path); }],
  ])('is thrown away where a file was %s', async (_what, damage) => {
    const metrics = await afterDamage('documents.sqlite', damage);
    expect(growth(METRICS.indexSnapshots, new Map(), metrics)).toEqual({ '{outcome="damaged"}': 1 });
    expect(await answers()).toEqual(expected);
  });

  it('is the only thing that matters: what else was left on the disk can be anything', async () => {
    expect(await installation.search.process.stop()).toBe(0);
    const others = filesOf(join(installation.search.dataDir, 'search')).filter((path) => !path.includes('/snapshot-'));
    expect(others.length).toBeGreaterThan(0);
    for (const path of others) flipBytes(path, seededRandom(7));
    await installation.search.start();
    expect(await answers()).toEqual(expected);
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** Folders of snapshots that are not finished. */
function draftsOf(dataDir: string): string[] {
  const entries = readdirSync(join(dataDir, 'search'), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => basename(name).startsWith('draft-'));
}

/** Resolves when a snapshot has been begun that was not there before. */
async function untilDraft(dataDir: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (draftsOf(dataDir).length === 0) {
    if (Date.now() > deadline) throw new Error('no snapshot was begun');
    await sleep(1);
  }
}

/** Flips one bit in each of up to ten bytes of a file. */
function flipBytes(path: string, random: (below: number) => number): void {
  const bytes = readFileSync(path);
  for (let i = 0; i < 10; i++) {
    const at = random(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
  }
  writeFileSync(path, bytes);
}
