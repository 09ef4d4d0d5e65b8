import { type Message, ServiceError } from '@sigmalang/contracts';
import { currentRequest, outcomeOf, stopIfOver, type HealthChecks } from '@sigmalang/runtime';
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Client, Pool, type ClientConfig, type PoolClient } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseMetrics, measuredPools } from './database-metrics';
import type { EmbeddedPostgres } from './embedded/embedded-postgres';
import { migrate } from './migrations/migrate';
import { readIncarnation, STORAGE_MIGRATIONS, type Migration } from './migrations/migrations';
import { beginOperationSpan, type OperationSpan } from './query-spans';
import type { StorageConfig } from './storage.config';
import { causeOf, codeOf, isConnectionError, OperationTimeoutError, toStorageError } from './storage-errors';

/** A transaction, for statements of Drizzle. */
export type Transaction = NodePgDatabase;

/** How an operation is done. */
export interface OperationOptions {
  /** What a key that is there already means, for the caller: then it is CONFLICT. */
  readonly conflict?: Message;
  /** Whether it may take as long as it takes. */
  readonly unbounded?: boolean;
  /** Whether all its statements see the database as of the first, and change nothing. */
  readonly snapshot?: boolean;
}

/** What beside the statement timeout a whole operation may take, in milliseconds. */
const MARGIN_MS = 1_000;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/**
 * The database of the process: a server, or the one embedded. Every operation has a name from a fixed set, under which it is measured, and
 * rejects with UNAVAILABLE while the database is away, with TIMEOUT when it takes too long, and else as {@link toStorageError} says.
 */
export class Database implements OnModuleInit, OnApplicationShutdown {
  /** Resolves when the tables are as this version needs them; never rejects. */
  readonly ready: Promise<void>;
  private readonly becomeReady: () => void;
  private readonly logger = new Logger('Database');
  private readonly settings: ClientConfig;
  private readonly pool: Pool;
  private state: { incarnation: string } | undefined;
  private fault: string | undefined;
  private readonly stopping = new AbortController();
  private readonly lastWork: (() => Promise<void>)[] = [];

  /** @param embedded used when `databaseUrl` is not set */
  constructor(
    private readonly config: StorageConfig,
    private readonly embedded: EmbeddedPostgres | undefined,
    checks?: HealthChecks,
  ) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.ready = promise;
    this.becomeReady = () => { resolve(undefined); };
    this.settings = embedded
      ? { stream: () => embedded.connect(), host: 'localhost', user: 'postgres', database: 'postgres', ssl: false }
      : {
          connectionString: config.databaseUrl,
          statement_timeout: config.databaseTimeoutMs,
          application_name: 'sigmalang',
          keepAlive: true,
          connectionTimeoutMillis: config.databaseConnectionTimeoutMs,
        };
    const max = embedded ? 1 : config.databasePoolSize;
    this.pool = new Pool({ ...this.settings, max, connectionTimeoutMillis: config.databaseConnectionTimeoutMs });
    this.pool.on('error', (error) => { this.logger.warn({ msg: 'A connection to the database was lost', error: codeOf(error) }); });
    this.pool.on('connect', (client) => client.on('error', () => undefined)); // what it was doing rejects too
    measuredPools.set(this.pool, max);
    checks?.add('database', () => this.check());
  }

  /** Whether it is the one inside of the process, which nobody else writes to. */
  get isEmbedded(): boolean {
    return this.embedded !== undefined;
  }

  /** Whether the tables are as this version needs them, so that operations can be done. */
  get isReady(): boolean {
    return this.state !== undefined;
  }

  /** A UUID that changes when a backup is put in the place of everything: what was made from rows before is void then. Throws UNAVAILABLE while not ready. */
  get incarnation(): string {
    return this.readyState().incarnation;
  }

  /** Opens the database and brings its tables up to date. A server that is away is tried again in the background; all else rejects. */
  async onModuleInit(): Promise<void> {
    await this.embedded?.open();
    try {
      await this.prepare();
    } catch (error) {
      if (this.embedded || !isConnectionError(error)) throw error;
      this.logger.warn({ msg: 'The database is not there yet; it is tried again', error: codeOf(error) });
      void this.prepareLater();
    }
  }

  /** Has work done before the database is closed, which closes also where that fails, when no more requests come: the order in which modules end says nothing of who needs it last. */
  beforeClose(work: () => Promise<void>): void {
    this.lastWork.push(work);
  }

  /** Closes all connections, and the embedded database; after everything else has stopped. */
  async onApplicationShutdown(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    for (const { status } of await Promise.allSettled(this.lastWork.map((work) => work()))) {
      if (status === 'rejected') this.logger.error({ msg: 'What was to be written at the end was not' });
    }
    measuredPools.delete(this.pool);
    await this.pool.end();
    await this.embedded?.close();
  }

  /** Statements of Drizzle on one connection, each its own transaction. */
  run<Result>(operation: string, work: (db: NodePgDatabase) => Promise<Result>, options?: OperationOptions): Promise<Result> {
    return this.withConnection(operation, (client) => work(drizzle(client)), options);
  }

  /** Work in one transaction: committed when it resolves, rolled back when it rejects. Not begun for a request that nobody waits for any more. A connection that is lost during the commit rejects with UNAVAILABLE though it may be done. */
  transaction<Result>(operation: string, work: (transaction: Transaction) => Promise<Result>, options: OperationOptions = {}): Promise<Result> {
    return this.withConnection(operation, (client) => inTransaction(client, work, options), options);
  }

  /** Work on one connection. */
  async withConnection<Result>(operation: string, work: (client: PoolClient) => Promise<Result>, options: OperationOptions = {}): Promise<Result> {
    const measured = databaseMetrics.duration.startTimer({ operation });
    const span = beginOperationSpan(operation, this.isEmbedded);
    try {
      this.readyState();
      const result = await this.onConnection(work, options.unbounded ? undefined : this.config.databaseTimeoutMs + MARGIN_MS, span);
      measured({ outcome: 'ok' });
      span?.end('OK');
      return result;
    } catch (error) {
      measured({ outcome: 'failed' });
      const failure = toStorageError(error, operation, options.conflict);
      span?.end(outcomeOf(failure));
      throw failure;
    }
  }

  /** Brings tables of a part of the program up to date, once for all processes that share the database. */
  async migrate(component: string, migrations: readonly Migration[]): Promise<void> {
    await this.withConnection('migrate', (client) => migrate(client, component, migrations), { unbounded: true });
  }

  /** A connection beside the pool, not yet connected, for whoever listens to the server; there is none to the embedded database. */
  createListener(): Client {
    return new Client({ ...this.settings, statement_timeout: 0 });
  }

  private readyState(): { incarnation: string } {
    if (!this.state) throw new ServiceError('UNAVAILABLE', 'The database is not ready; try again later');
    return this.state;
  }

  private async onConnection<Result>(work: (client: PoolClient) => Promise<Result>, forMs?: number, span?: OperationSpan): Promise<Result> {
    const client = await this.pool.connect();
    const late = new AbortController();
    const timer = forMs === undefined ? undefined : setTimeout(() => {
      late.abort();
      client.release(true); // ends the connection, and with it whatever waits for an answer
    }, forMs);
    let broken = false;
    try {
      const context = currentRequest();
      if (context) stopIfOver(context);
      return await work(span ? span.tracing(client) : client);
    } catch (error) {
      broken = isConnectionError(error) || client.getTransactionStatus() !== 'I';
      throw late.signal.aborted ? new OperationTimeoutError() : error;
    } finally {
      clearTimeout(timer);
      if (!late.signal.aborted) client.release(broken);
    }
  }

  private async prepare(): Promise<void> {
    const incarnation = await this.onConnection(async (client) => {
      await migrate(client, 'storage', STORAGE_MIGRATIONS);
      return readIncarnation(client);
    });
    this.fault = undefined;
    this.state = { incarnation };
    this.becomeReady();
  }

  private async prepareLater(): Promise<void> {
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
      try {
        await sleep(waitMs, undefined, { signal: this.stopping.signal });
        await this.prepare();
        this.logger.log('The database is there');
        return;
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        if (isConnectionError(error)) continue;
        const fault = error instanceof Error ? error.name : 'unknown';
        if (this.fault !== fault) this.logger.error({ msg: 'The database cannot be used', error: fault, code: codeOf(error) });
        this.fault = fault;
      }
    }
  }

  private async check(): Promise<Record<string, unknown>> {
    this.readyState();
    const kind = this.embedded ? 'embedded' : 'server';
    if (this.embedded?.isOpen && this.pool.totalCount > this.pool.idleCount) return { kind, busy: true }; // it has one connection, which works
    const started = performance.now();
    const asked = this.onConnection((client) => client.query('select 1'), this.config.databaseConnectionTimeoutMs);
    await asked.catch((error: unknown) => { throw new Error(`no answer (${codeOf(causeOf(error))})`); });
    return { kind, latencyMs: Math.round((performance.now() - started) * 1_000) / 1_000 };
  }
}

async function inTransaction<Result>(client: PoolClient, work: (transaction: Transaction) => Promise<Result>, options: OperationOptions): Promise<Result> {
  await client.query(options.snapshot ? 'begin isolation level repeatable read read only' : 'begin');
  try {
    if (options.unbounded) await client.query('set local statement_timeout = 0');
    const result = await work(drizzle(client));
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new Error('A transaction was rolled back of which a statement had failed');
    return result;
  } catch (error) {
    if (!isConnectionError(error)) await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
