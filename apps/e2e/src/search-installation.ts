import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NatsServerUnderTest } from './nats-server-under-test';
import { PostgresServerUnderTest } from './postgres-server-under-test';
import { ProcessUnderTest } from './process-under-test';
import { RestClient } from './rest-client';
import { SearchClient } from './search-client';
import { atTheEnd } from './teardown';

type Environment = Readonly<Record<string, string>>;

/** A process of search, which keeps its folder and its settings when it is started again. */
export class SearchReplica {
  private running: ProcessUnderTest | undefined;

  /** @param dataDir folder of what it keeps */
  constructor(
    readonly dataDir: string,
    private readonly env: Environment,
  ) {}

  /** The process that was started last. */
  get process(): ProcessUnderTest {
    if (!this.running) throw new Error('search was not started');
    return this.running;
  }

  /** Starts it, and waits until it says that it is ready. */
  async start(env: Environment = {}): Promise<void> {
    this.running = await ProcessUnderTest.start('search', { env: this.environment(env) });
  }

  /** Starts it, and waits for nothing. */
  spawn(env: Environment = {}): void {
    this.running = ProcessUnderTest.spawn('search', { env: this.environment(env) });
  }

  private environment(more: Environment): Environment {
    return { METRICS_PORT: '0', ...this.env, DATA_DIR: this.dataDir, ...more };
  }
}

/** How an installation of search is to be. */
export interface SearchInstallationOptions {
  /** How many processes of search there are; 1 if not said. */
  readonly replicas?: number;
  /** Settings of all processes. */
  readonly env?: Environment;
  /** Starts something in the place of nlp. */
  readonly startNlp?: (nats: NatsServerUnderTest) => Promise<unknown>;
}

/** A gateway, nlp and processes of search that talk over one NATS and share one PostgreSQL. */
export interface SearchInstallation {
  readonly nats: NatsServerUnderTest;
  readonly postgres: PostgresServerUnderTest;
  readonly gateway: ProcessUnderTest;
  /** The process of nlp, unless something else has its place. */
  readonly nlp: ProcessUnderTest | undefined;
  readonly rest: RestClient;
  readonly client: SearchClient;
  readonly replicas: readonly SearchReplica[];
  /** The first replica. */
  readonly search: SearchReplica;
  /** Starts a process of nlp. */
  startNlp(): Promise<ProcessUnderTest>;
}

/** Starts an installation whose processes of search all start at once, on an empty database. */
export async function startSearchInstallation(options: SearchInstallationOptions = {}): Promise<SearchInstallation> {
  const { replicas: count = 1, env = {}, startNlp: startOther } = options;
  const [nats, postgres] = await Promise.all([NatsServerUnderTest.start(), PostgresServerUnderTest.start()]);
  const settings = { NATS_URL: nats.url, ...env };
  const folders = await Promise.all(Array.from({ length: count }, () => emptyFolder()));
  const replicas = folders.map((folder) => new SearchReplica(folder, { ...settings, DATABASE_URL: postgres.url }));
  const startNlp = (): Promise<ProcessUnderTest> => ProcessUnderTest.start('nlp', { env: settings });
  const [gateway, nlp] = await Promise.all([
    ProcessUnderTest.start('gateway', { env: settings }),
    startOther ? startOther(nats).then(() => undefined) : startNlp(),
    ...replicas.map((replica) => replica.start()),
  ]);
  const rest = new RestClient(gateway.origin);
  const [search] = replicas;
  if (!search) throw new Error('there is no process of search');
  return { nats, postgres, gateway, nlp, rest, client: new SearchClient(rest), replicas, search, startNlp };
}

/** A folder that is empty, and is removed at the end. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sigmalang-e2e-search-'));
  atTheEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
