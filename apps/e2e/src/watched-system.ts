import { toolPath } from '@sigmalang/deploy/tools-under-test';
import { AuthorityUnderTest } from './certificates-under-test';
import { type NatsRules, NatsServerUnderTest } from './nats-server-under-test';
import { freePort } from './ports';
import { PostgresServerUnderTest } from './postgres-server-under-test';
import { ProcessUnderTest } from './process-under-test';
import { ProgramUnderTest } from './program-under-test';
import { PrometheusUnderTest } from './prometheus-under-test';
import { RedisServerUnderTest } from './redis-server-under-test';
import { emptyFolder } from './search-installation';
import { atTheEnd } from './teardown';

/** Apps that are started on NATS, beside `standalone`. */
export const APPS_ON_NATS = ['gateway', 'encoder', 'decoder', 'nlp', 'analogy', 'search'] as const;

/** Programs that the system needs beside the servers of the end-to-end suite. */
export const WATCHERS = ['prometheus', 'prometheus-redis-exporter', 'prometheus-postgres-exporter', 'prometheus-node-exporter'] as const;

/** Everything that a cluster has: each app as a process of its own, NATS over TLS with its monitoring port, Redis, PostgreSQL, and all in one process. */
export class WatchedSystem {
  private constructor(
    readonly nats: NatsServerUnderTest,
    private readonly natsRules: NatsRules,
    readonly redis: RedisServerUnderTest,
    readonly postgres: PostgresServerUnderTest,
    /** By app. */
    readonly processes: ReadonlyMap<string, ProcessUnderTest>,
  ) {}

  static async start(): Promise<WatchedSystem> {
    const authority = new AuthorityUnderTest();
    atTheEnd(() => Promise.resolve().then(() => { authority.remove(); }));
    const [server, client, monitoringPort] = [authority.certify('IP:127.0.0.1'), authority.certify('DNS:sigmalang'), await freePort()];
    const rules = `tls { cert_file: "${server.cert}", key_file: "${server.key}", ca_file: "${authority.cert}", verify: true }\nhttp: "127.0.0.1:${monitoringPort}"`;
    const [nats, redis, postgres] = await Promise.all([
      NatsServerUnderTest.start({ rules }),
      RedisServerUnderTest.start(),
      PostgresServerUnderTest.start(),
    ]);
    const onNats = { NATS_URL: nats.tlsUrl(), NATS_TLS_CA: authority.cert, NATS_TLS_CERT: client.cert, NATS_TLS_KEY: client.key };
    const stopping = { SHUTDOWN_GRACE_MS: '5000' };
    const limits = { RATE_LIMIT_ENABLED: 'true', KEY_BURST: '100000', KEY_RATE_PER_MINUTE: '6000000', SHUTDOWN_DELAY_MS: '4000' };
    const gateway = { ...limits, REDIS_URL: redis.url, NATS_MONITORING_URLS: `http://127.0.0.1:${monitoringPort}`, AUTH_SECRET: 's'.repeat(40), AUDIT_SCOPE: 'all' };
    const own: Readonly<Record<string, object>> = {
      gateway: { ...gateway, DATABASE_URL: postgres.url, FLAGS_INTERVAL_MS: '50' },
      search: { DATABASE_URL: postgres.url, SNAPSHOT_INTERVAL_MS: '1000' },
    };
    const start = async (app: string): Promise<[string, ProcessUnderTest]> => {
      const env = app === 'standalone' ? limits : { ...onNats, ...own[app] };
      return [app, await ProcessUnderTest.start(app, { env: { ...stopping, ...env, DATA_DIR: await emptyFolder(), WORKER_THREADS: '1' } })];
    };
    return new WatchedSystem(nats, { rules }, redis, postgres, new Map(await Promise.all([...APPS_ON_NATS, 'standalone'].map(start))));
  }

  process(app: string): ProcessUnderTest {
    const found = this.processes.get(app);
    if (!found) throw new Error(`${app} was not started`);
    return found;
  }

  /** Starts NATS again, for the same callers. */
  startNats(): Promise<void> {
    return this.nats.start(this.natsRules);
  }

  /** Starts the exporters of Debian and a Prometheus that scrapes them and every process. */
  async watch(): Promise<PrometheusUnderTest> {
    const [redisPort, postgresPort, nodePort] = [await freePort(), await freePort(), await freePort()];
    const { hostname, port } = new URL(this.redis.url);
    const exporters = await Promise.all([
      ProgramUnderTest.start(programOf('redis'), { port: redisPort, args: [`-redis.addr=redis://${hostname}:${port}`, `-web.listen-address=127.0.0.1:${redisPort}`] }),
      ProgramUnderTest.start(programOf('postgres'), { port: postgresPort, args: [`--web.listen-address=127.0.0.1:${postgresPort}`], env: { DATA_SOURCE_NAME: `${this.postgres.url}?sslmode=disable` } }),
      ProgramUnderTest.start(programOf('node'), { port: nodePort, args: [`--web.listen-address=127.0.0.1:${nodePort}`] }),
    ]);
    const jobs = ['sigmalang-redis', 'sigmalang-postgresql', 'sigmalang-node'].map((job, i) => [job, [exporters[i]?.address ?? '']] as const);
    const apps = [...this.processes].map(([app, { managementOrigin }]) => [`sigmalang-${app}`, [new URL(managementOrigin).host]] as const);
    return PrometheusUnderTest.start(new Map([...jobs, ...apps]));
  }
}

function programOf(exporter: string): string {
  return toolPath(`prometheus-${exporter}-exporter`);
}
