import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterServiceUnderTest } from './cluster-service-under-test';
import { type EveryRoute, LEFT_OUT, prepareEveryRoute } from './every-route-errands';
import { askerOf, EveryRouteLoad } from './every-route-load';
import { NatsServerUnderTest } from './nats-server-under-test';
import { PostgresServerUnderTest } from './postgres-server-under-test';
import { RedisServerUnderTest } from './redis-server-under-test';
import { RestClient } from './rest-client';
import { SearchClient } from './search-client';
import { emptyFolder } from './search-installation';
import { endEverything } from './teardown';
import { WorkloadUnderTest } from './workload-under-test';

jest.setTimeout(300_000);

/** Until every node leads connections by a change of endpoints. */
const ENDPOINT_DELAYS = { addMs: 300, removeMs: 1_500 };

/**
 * How long a gateway goes on after SIGTERM, as its chart has it longer than endpoints take, and how long the hook before SIGTERM sleeps, which the chart
 * has not (docs/decisions/0015-rolling-restarts.md). By hand: with 0 this fails, `SHUTDOWN_DELAY_MS=0 npx jest --selectProjects=e2e -- rolling-restarts`.
 */
const SHUTDOWN_DELAY_MS = process.env.SHUTDOWN_DELAY_MS ?? '3000';
const PRE_STOP_MS = Number(process.env.PRE_STOP_MS ?? 0);

const REPLICAS = 2;

const APPS = ['encoder', 'decoder', 'nlp', 'analogy', 'search', 'gateway'] as const;

/** The longest pauses of clients, in milliseconds: some ask without end, some now and then. */
const PAUSES_MS = [0, 0, 10, 10, 50, 50, 200, 200, 400, 400];

let workloads: ReadonlyMap<string, WorkloadUnderTest>;
let origin: string;
let everyRoute: EveryRoute;

beforeAll(async () => {
  const [nats, postgres, redis] = await Promise.all([NatsServerUnderTest.start(), PostgresServerUnderTest.start(), RedisServerUnderTest.start()]);
  const records = await emptyFolder();
  const volumes = await Promise.all(Array.from({ length: REPLICAS }, () => emptyFolder()));
  const env = {
    NATS_URL: nats.url,
    DATABASE_URL: postgres.url,
    DATABASE_POOL_SIZE: '4',
    REDIS_URL: redis.url,
    AUTH_SECRET: 'the same in all gateways, as it must be',
    CACHE_ENABLED: 'false', // so that every request reaches its service
    WORKER_THREADS: '1',
  };
  const ownSettings: Readonly<Record<string, object>> = { gateway: { SHUTDOWN_DELAY_MS }, analogy: { DATA_DIR: records } };
  workloads = new Map(APPS.map((app) => {
    const preStopMs = app === 'gateway' ? PRE_STOP_MS : 0;
    return [app, new WorkloadUnderTest({ app, env: { ...env, ...ownSettings[app] }, preStopMs, terminationGraceMs: 30_000 }, REPLICAS, app === 'search' ? volumes : undefined)];
  }));
  await Promise.all([...workloads.values()].map((workload) => workload.start()));
  ({ origin } = await ClusterServiceUnderTest.open(workloadOf('gateway'), ENDPOINT_DELAYS));
  everyRoute = await prepareEveryRoute(askerOf(origin));
});

afterAll(endEverything);

function workloadOf(app: string): WorkloadUnderTest {
  const workload = workloads.get(app);
  if (!workload) throw new Error(`there is no ${app}`);
  return workload;
}

/** Rolls workloads under load, each of which must have none but new pods in the end, and insists that nobody noticed. */
async function rollUnderLoad(rolled: readonly WorkloadUnderTest[]): Promise<EveryRouteLoad> {
  const old = rolled.flatMap(({ pods }) => pods);
  const load = new EveryRouteLoad(origin, everyRoute.errands, PAUSES_MS);
  const stopped = await Promise.all(rolled.map((workload) => workload.roll()));
  await load.stop();
  const { failures, total, connections } = load;
  console.log(`${rolled.map(({ app }) => app).join(', ')}: ${total} requests answered over ${connections} connections, ${failures.length} errands failed`);
  expect(failures).toEqual([]);
  expect(total).toBeGreaterThan(0);
  expect(rolled.flatMap(({ pods }) => pods).filter((pod) => old.includes(pod))).toEqual([]);
  expect(stopped.flat()).toEqual(old.map(() => ({ code: 0, wasKilled: false })));
  return load;
}

it.each(APPS)('both replicas of %s are changed for new ones under load, and no request fails', async (app) => {
  await rollUnderLoad([workloadOf(app)]);
});

it('all replicas of all services are changed for new ones at the same time under load of every route, no request fails, and what was written is there', async () => {
  const { answered } = await rollUnderLoad([...workloads.values()]);
  const { paths } = JSON.parse(await readFile(join(__dirname, '../../../docs/openapi.json'), 'utf8')) as { paths: Record<string, object> };
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  expect(routes.filter((route) => !answered.has(route)).sort()).toEqual([...LEFT_OUT].sort());
  const kept = await new SearchClient(new RestClient(origin)).documents('kept');
  const { written } = everyRoute;
  const ids = new Set(kept.map(({ id }) => id));
  expect(written.length).toBeGreaterThan(0);
  expect(written.filter((id) => !ids.has(id))).toEqual([]);
});
