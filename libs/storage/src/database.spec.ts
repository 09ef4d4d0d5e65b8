import { say, ServiceError } from '@sigmalang/contracts';
import { HealthChecks, openRequest, withRequest } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { register } from 'prom-client';
import { ChangeFeed } from './change-feed';
import { Database } from './database';
import { AUDIT_TRUTH } from './audit/audit.schema';
import * as identity from './identity/identity.schema';
import { migrate, NewerDatabaseError } from './migrations/migrate';
import { STORAGE_MIGRATIONS } from './migrations/migrations';
import { PostgresServer } from './postgres-server-under-test';
import * as schema from './search.schema';
import { StorageConfig } from './storage.config';
import { isUniqueViolation } from './storage-errors';

const refusal = (code: string): Error => expect.objectContaining({ name: 'ServiceError', code }) as Error;

const SECRET = 'words that no log may hold';

let server: PostgresServer;
let databases = 0;
const opened: Database[] = [];
const checks = new HealthChecks();

const logged: string[] = [];

/** A database of the server, not opened yet; of one's own unless named. */
function databaseOf({ name = '', checks, ...settings }: Partial<StorageConfig> & { name?: string; checks?: HealthChecks } = {}): Database {
  const own = name === '' ? `d${++databases}` : name;
  if (name === '') server.sql(`create database ${own}`);
  const config = Object.assign(new StorageConfig(), { databaseUrl: server.urlOf(own), databaseConnectionTimeoutMs: 1_000, ...settings });
  const database = new Database(config, undefined, checks);
  opened.push(database);
  return database;
}

async function open(settings: Parameters<typeof databaseOf>[0] = {}): Promise<Database> {
  const database = databaseOf(settings);
  await database.onModuleInit();
  return database;
}

/** The check that the last database has added. */
function healthCheck(): () => unknown {
  const [[, check] = ['', () => Promise.reject(new Error('There is no check'))]] = checks.list(true);
  return check;
}

/** Asks until there is an answer. */
async function answer(database: Database): Promise<unknown> {
  for (;;) {
    try {
      return (await database.run('test', (db) => db.execute(sql`select 1 as one`))).rows;
    } catch (error) {
      expect(error).toEqual(refusal('UNAVAILABLE'));
    }
  }
}

beforeAll(async () => {
  const keep = (...message: unknown[]): void => { logged.push(JSON.stringify(message)); };
  Logger.overrideLogger({ log: keep, error: keep, warn: keep });
  server = await PostgresServer.start();
}, 60_000);

afterAll(async () => {
  for (const database of opened) await database.onApplicationShutdown();
  await server.remove();
});

describe('a database', () => {
  it('commits a transaction that resolves, and leaves nothing of one that rejects', async () => {
    const database = await open();
    const insert = (name: string) => sql`insert into collections (owner, name, model, dimensions) values ('o', ${name}, 'm', 1)`;
    await database.transaction('test', (tx) => tx.execute(insert('kept')));
    await expect(database.transaction('test', async (tx) => {
      await tx.execute(insert('lost'));
      throw new ServiceError('CONFLICT', 'no');
    })).rejects.toThrow(refusal('CONFLICT'));
    await expect(database.transaction('test', async (tx) => {
      await tx.execute(insert('lost'));
      await tx.execute(sql`select 1 / 0`).catch(() => undefined);
    })).rejects.toThrow('rolled back');
    expect((await database.run('test', (db) => db.execute(sql`select name from collections`))).rows).toEqual([{ name: 'kept' }]);
  });

  it('says UNAVAILABLE while it is not opened', async () => {
    const database = databaseOf();
    await expect(database.transaction('test', () => Promise.resolve())).rejects.toThrow(refusal('UNAVAILABLE'));
    expect(() => database.incarnation).toThrow(refusal('UNAVAILABLE'));
    expect(database.isReady).toBe(false);
  });

  it('ends a statement that takes too long, and goes on', async () => {
    const database = await open({ databaseTimeoutMs: 50, databasePoolSize: 1 });
    await expect(database.run('test', (db) => db.execute(sql`select pg_sleep(60)`))).rejects.toThrow(refusal('TIMEOUT'));
    expect(await answer(database)).toEqual([{ one: 1 }]);
  });

  it('turns away who gets no connection, and takes the next', async () => {
    const database = await open({ databaseConnectionTimeoutMs: 50, databasePoolSize: 1 });
    const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
    const holding = database.transaction('test', () => held);
    await expect(database.run('test', (db) => db.execute(sql`select 1`))).rejects.toThrow(refusal('UNAVAILABLE'));
    release(undefined);
    await holding;
    expect(await answer(database)).toEqual([{ one: 1 }]);
  });

  it('begins nothing for a request that nobody waits for any more', async () => {
    const database = await open();
    const work = jest.fn(() => Promise.resolve());
    await expect(withRequest(openRequest(-1), () => database.transaction('test', work))).rejects.toThrow(refusal('TIMEOUT'));
    expect(work).not.toHaveBeenCalled();
  });

  it('calls a key that is there a conflict where it is told to, and knows it anyway', async () => {
    const database = await open();
    const insert = sql`insert into removed_collections values (1)`;
    await database.run('test', (db) => db.execute(insert));
    await expect(database.run('test', (db) => db.execute(insert), { conflict: say`It is there` })).rejects.toThrow('It is there');
    await expect(database.run('test', (db) => db.execute(insert))).rejects.toThrow(refusal('INTERNAL'));
    expect(await database.run('test', (db) => db.execute(insert).then(() => false, isUniqueViolation))).toBe(true);
  });

  it('logs of a statement that fails where it failed, and nothing that it held', async () => {
    const database = await open();
    logged.length = 0;
    const failing = database.transaction('test', (tx) =>
      tx.execute(sql`insert into collections (owner, name, description, model, dimensions) values (${SECRET}, ${SECRET}, ${SECRET}, ${null}, 1)`));
    await expect(failing).rejects.toThrow(refusal('INTERNAL'));
    await failing.catch((error: unknown) => { expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(SECRET); });
    const number = database.run('test', (db) => db.execute(sql`select ${SECRET}::text::integer`));
    await expect(number).rejects.toThrow(refusal('INTERNAL'));
    expect(logged.join('\n')).toContain('"sqlState":"23502"');
    expect(logged.join('\n')).not.toContain(SECRET);
  });

  it('is measured by operation and outcome', async () => {
    const database = await open();
    await database.run('measured', (db) => db.execute(sql`select 1`));
    await database.run('measured', (db) => db.execute(sql`select 1 / 0`)).catch(() => undefined);
    const metrics = await register.metrics();
    expect(metrics).toMatch(/^sigmalang_database_query_duration_seconds_count\{operation="measured",outcome="ok"\} 1$/m);
    expect(metrics).toMatch(/^sigmalang_database_query_duration_seconds_count\{operation="measured",outcome="failed"\} 1$/m);
    expect(metrics).toMatch(/^sigmalang_database_connections\{state="idle"\} [1-9]/m);
    expect(metrics).toMatch(/^sigmalang_database_connections_limit [1-9]/m);
  });
});

describe('the tables', () => {
  it('are those that the schema declares, column by column', async () => {
    const database = await open();
    const { rows } = await database.run('test', (db) => db.execute(sql`
      select table_name || '.' || column_name || ' ' || data_type || case is_nullable when 'NO' then ' not null' else '' end as line
      from information_schema.columns where table_schema = 'public' and table_name <> 'schema_migrations' order by 1`));
    const types: Record<string, string> = { 'timestamp (3) with time zone': 'timestamp with time zone' };
    const ofIdentity = [identity.authState, identity.apiKeys, identity.sessions, identity.refreshTokens];
    const declared = [...ofIdentity, ...AUDIT_TRUTH, schema.installation, schema.collections, schema.removedCollections, schema.documents, schema.embeddings, schema.reembeddings].flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      const keys = getTableConfig(table).primaryKeys.flatMap((key) => key.columns);
      return columns.map((column) => `${name}.${column.name} ${types[column.getSQLType()] ?? column.getSQLType()}${column.notNull || keys.includes(column) ? ' not null' : ''}`);
    });
    expect(rows.map(({ line }) => line).sort()).toEqual(declared.sort());
  });

  it('are made once by processes that start together', async () => {
    const together = [databaseOf(), ...Array.from({ length: 3 }, () => databaseOf({ name: `d${databases}` }))];
    await Promise.all(together.map((database) => database.onModuleInit()));
    expect(server.sql('select component, version, name from schema_migrations', `d${databases}`)).toBe('storage|1|first tables\nstorage|2|identity\nstorage|3|audit');
    expect(new Set(together.map((database) => database.incarnation)).size).toBe(1);
  });

  it('are left alone when a later version has changed what this one relies on', async () => {
    await open();
    const later = (number: number, isAdditive: boolean): string =>
      `insert into schema_migrations (component, version, name, is_additive) values ('storage', ${STORAGE_MIGRATIONS.length + number}, 'later', ${isAdditive})`;
    server.sql(later(1, false), `d${databases}`);
    server.sql(later(2, true), `d${databases}`);
    await expect(open({ name: `d${databases}` })).rejects.toThrow(NewerDatabaseError);
  });

  it('are used as before when a later version has only added to them, so that an upgrade can be taken back', async () => {
    await open();
    const database = (name: string): string => server.sql(`select count(*) from schema_migrations where component = 'storage'`, name);
    const name = `d${databases}`;
    server.sql(`insert into schema_migrations (component, version, name, is_additive) values ('storage', ${STORAGE_MIGRATIONS.length + 1}, 'later', true)`, name);
    const older = await open({ name });
    expect(await answerOnce(older)).toBeTruthy();
    expect(database(name)).toBe(`${STORAGE_MIGRATIONS.length + 1}`);
  });

  it('are found up to date while a backup goes on, which has read them', async () => {
    const database = await open();
    await database.withConnection('test', async (client) => {
      await client.query('begin isolation level repeatable read read only; select from schema_migrations');
      await open({ name: `d${databases}` });
      await client.query('commit');
    }, { unbounded: true });
  });

  it('know of each step whether it is additive, also where they were made before any was asked', async () => {
    await open();
    const name = `d${databases}`;
    server.sql('alter table schema_migrations drop column is_additive', name);
    await open({ name });
    expect(server.sql('select bool_or(is_additive) from schema_migrations', name)).toBe('f');
  });

  it('stay as they were when a step fails', async () => {
    const database = await open();
    const steps = [{ name: 'good', sql: 'create table good (a int)', isAdditive: true }, { name: 'bad', sql: 'create table half (a int); select 1 / 0', isAdditive: true }];
    await expect(database.migrate('part', steps)).rejects.toThrow(refusal('INTERNAL'));
    expect(server.sql(`select max(version), to_regclass('good'), to_regclass('half') from schema_migrations where component = 'part'`, `d${databases}`)).toBe('1|good|');
    await database.withConnection('test', (client) => migrate(client, 'part', steps.slice(0, 1)));
  });
});

describe('a server that is away', () => {
  it('is waited for at the start, and its tables are made when it comes', async () => {
    const database = databaseOf({ checks });
    const check = healthCheck();
    await server.kill();
    await database.onModuleInit();
    expect(database.isReady).toBe(false);
    await expect(check()).rejects.toThrow(refusal('UNAVAILABLE'));
    await expect(answerOnce(database)).rejects.toThrow(refusal('UNAVAILABLE'));
    await server.up();
    await database.ready;
    expect(await answer(database)).toEqual([{ one: 1 }]);
    expect(await check()).toEqual({ kind: 'server', latencyMs: expect.any(Number) as number });
  }, 30_000);

  it('makes calls fail as UNAVAILABLE, those under way too, and all goes on when it is back', async () => {
    const database = await open({ checks });
    const check = healthCheck();
    const { promise: started, resolve: start } = Promise.withResolvers<undefined>();
    const underway = database.transaction('test', async (tx) => {
      await tx.execute(sql`insert into removed_collections values (1)`);
      start(undefined);
      await tx.execute(sql`select pg_sleep(60)`);
    });
    underway.catch(() => undefined);
    await started;
    await server.kill();
    await expect(underway).rejects.toThrow(refusal('UNAVAILABLE'));
    await expect(answerOnce(database)).rejects.toThrow(refusal('UNAVAILABLE'));
    await expect(check()).rejects.toThrow('no answer');
    await server.up();
    expect(await answer(database)).toEqual([{ one: 1 }]);
    expect(await database.run('test', (db) => db.select().from(schema.removedCollections))).toEqual([]);
  }, 30_000);

  it('is down when it hangs, and calls end in time', async () => {
    const database = await open({ databaseTimeoutMs: 100, checks });
    const check = healthCheck();
    server.freeze();
    try {
      await expect(answerOnce(database)).rejects.toThrow(refusal('TIMEOUT'));
      await expect(answerOnce(database)).rejects.toThrow(refusal('UNAVAILABLE'));
      await expect(check()).rejects.toThrow('no answer');
    } finally {
      server.thaw();
    }
    expect(await answer(database)).toEqual([{ one: 1 }]);
  }, 30_000);

  it('is not listened to any more at once when it hangs', async () => {
    const database = await open();
    const feed = new ChangeFeed(database);
    feed.start();
    const heard = Promise.withResolvers<number>();
    feed.subscribe(heard.resolve);
    const announcing = setInterval(() => void database.transaction('test', (tx) => feed.announce(tx, 7)).catch(() => undefined), 20);
    expect(await heard.promise).toBe(7);
    clearInterval(announcing);
    server.freeze();
    try {
      await feed.stop(); // without an answer of the server
    } finally {
      server.thaw();
    }
  }, 10_000);
});

function answerOnce(database: Database): Promise<unknown> {
  return database.run('test', (db) => db.execute(sql`select 1`));
}
