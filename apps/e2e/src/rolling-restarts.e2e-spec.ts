import { ClusterServiceUnderTest } from './cluster-service-under-test';
import { DeploymentUnderTest } from './deployment-under-test';
import { errandsOn, LEFT_OUT } from './every-route-errands';
import { askerOf, type Errand, EveryRouteLoad } from './every-route-load';
import { NatsServerUnderTest } from './nats-server-under-test';
import { PostgresServerUnderTest } from './postgres-server-under-test';
import { RedisServerUnderTest } from './redis-server-under-test';
import { emptyFolder } from './search-installation';
import { endEverything } from './teardown';

jest.setTimeout(300_000);

/** Until every node leads connections by a change of endpoints. */
const ENDPOINT_DELAYS = { addMs: 300, removeMs: 1_500 };

const PRE_STOP_MS = Number(process.env.PRE_STOP_MS ?? 2_000);
const SHUTDOWN_DELAY_MS = process.env.SHUTDOWN_DELAY_MS;

const APPS = ['encoder', 'decoder', 'nlp', 'analogy', 'search', 'gateway'] as const;

/** The longest pauses of clients, in milliseconds: some ask without end, some now and then. */
const PAUSES_MS = [0, 0, 10, 10, 50, 50, 200, 200, 600, 600];

let deployments: ReadonlyMap<string, DeploymentUnderTest>;
let origin: string;
let errands: readonly Errand[];

beforeAll(async () => {
  const [nats, postgres, redis] = await Promise.all([NatsServerUnderTest.start(), PostgresServerUnderTest.start(), RedisServerUnderTest.start()]);
  const records = await emptyFolder();
  const env = {
    NATS_URL: nats.url,
    DATABASE_URL: postgres.url,
    DATABASE_POOL_SIZE: '4',
    REDIS_URL: redis.url,
    AUTH_SECRET: 'the same in all gateways, as it must be',
    CACHE_ENABLED: 'false', // so that every request reaches its service
    WORKER_THREADS: '1',
  };
  const ownSettings: Readonly<Record<string, object>> = { gateway: SHUTDOWN_DELAY_MS === undefined ? {} : { SHUTDOWN_DELAY_MS }, analogy: { DATA_DIR: records } };
  deployments = new Map(APPS.map((app) => {
    const preStopMs = app === 'gateway' ? PRE_STOP_MS : 0;
    return [app, new DeploymentUnderTest({ app, env: { ...env, ...ownSettings[app] }, preStopMs, terminationGraceMs: 30_000 })];
  }));
  await Promise.all([...deployments.values()].map((deployment) => deployment.start()));
  ({ origin } = await ClusterServiceUnderTest.open(deploymentOf('gateway'), ENDPOINT_DELAYS));
  errands = await errandsOn(askerOf(origin));
});

afterAll(endEverything);

function deploymentOf(app: string): DeploymentUnderTest {
  const deployment = deployments.get(app);
  if (!deployment) throw new Error(`there is no ${app}`);
  return deployment;
}

async function underLoad(what: string, roll: () => Promise<unknown>): Promise<EveryRouteLoad> {
  const load = new EveryRouteLoad(origin, errands, PAUSES_MS);
  await roll();
  await load.stop();
  console.log(`${what}: ${load.total} requests answered over ${load.connections} connections, ${load.failures.length} failed`);
  return load;
}

it.each(APPS)('both replicas of %s are changed for new ones under load, and no request fails', async (app) => {
  const deployment = deploymentOf(app);
  const old = [...deployment.pods];
  const load = await underLoad(app, () => deployment.roll());
  expect(load.failures).toEqual([]);
  expect(load.total).toBeGreaterThan(0);
  expect(deployment.pods.filter((pod) => old.includes(pod))).toEqual([]);
  expect(deployment.stopped).toEqual([{ code: 0, wasKilled: false }, { code: 0, wasKilled: false }]);
});
