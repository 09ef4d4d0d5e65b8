import type { CreateKeyResponse, Role } from '@sigmalang/contracts';
import { NatsServerUnderTest } from './nats-server-under-test';
import { PostgresServerUnderTest } from './postgres-server-under-test';
import { ProcessUnderTest } from './process-under-test';
import { bodyOf, type Reply, RestClient } from './rest-client';
import { emptyFolder } from './search-installation';

/** The key of the admin of these installations. */
export const ADMIN = `sk_${'audit0123456789'.repeat(3).slice(0, 43)}`;

/** Somebody who calls with a key. */
export class Caller {
  private readonly rest: RestClient;

  constructor(
    origin: string,
    readonly key: string,
  ) {
    this.rest = new RestClient(origin);
  }

  get(path: string): Promise<Reply> {
    return this.rest.get(path, { headers: { 'x-api-key': this.key } });
  }

  delete(path: string): Promise<Reply> {
    return this.rest.get(path, { method: 'DELETE', headers: { 'x-api-key': this.key } });
  }

  put(path: string, body: object): Promise<Reply> {
    return this.rest.post(path, body, { method: 'PUT', headers: { 'x-api-key': this.key } });
  }

  post(path: string, body: object): Promise<Reply> {
    return this.rest.post(path, body, { headers: { 'x-api-key': this.key } });
  }

  /** A new key, made by this caller, in the hands of somebody at the same or another gateway. */
  async letIn(subject: string, role: Role, origin = this.rest.origin): Promise<Caller> {
    const { key } = bodyOf(await this.post('/v1/keys', { name: `of ${subject}`, subject, role })) as CreateKeyResponse;
    return new Caller(origin, key);
  }
}

/** Two gateways, nlp, analogy and search over one NATS, on one PostgreSQL; each process has a folder of its own. */
export class GuardedInstallation {
  private readonly running = new Map<string, ProcessUnderTest>();

  private constructor(
    readonly nats: NatsServerUnderTest,
    readonly postgres: PostgresServerUnderTest,
    private readonly env: Readonly<Record<string, string>>,
    /** By name of the process. */
    readonly folders: ReadonlyMap<string, string>,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<GuardedInstallation> {
    const [nats, postgres] = await Promise.all([NatsServerUnderTest.start(), PostgresServerUnderTest.start()]);
    const settings = { NATS_URL: nats.url, DATABASE_URL: postgres.url, ADMIN_KEY: ADMIN, AUTH_SECRET: 's'.repeat(40), RATE_LIMIT_ENABLED: 'false', ...env };
    const names = ['gateway-1', 'gateway-2', 'nlp', 'analogy', 'search'];
    const folders = new Map(await Promise.all(names.map(async (name) => [name, await emptyFolder()] as const)));
    const installation = new GuardedInstallation(nats, postgres, settings, folders);
    await Promise.all(names.map((name) => installation.start(name)));
    return installation;
  }

  /** Starts a process, for the first time or again. */
  async start(name: string): Promise<ProcessUnderTest> {
    const process = await ProcessUnderTest.start(name.split('-')[0] ?? '', { env: { ...this.env, DATA_DIR: this.folders.get(name) ?? '' } });
    this.running.set(name, process);
    return process;
  }

  process(name: string): ProcessUnderTest {
    const process = this.running.get(name);
    if (!process) throw new Error(`${name} was not started`);
    return process;
  }

  /** The admin at a gateway. */
  admin(gateway = 'gateway-1'): Caller {
    return new Caller(this.process(gateway).origin, ADMIN);
  }
}
