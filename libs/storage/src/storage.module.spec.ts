import { BaseConfig, HealthChecks } from '@sigmalang/runtime';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { sql } from 'drizzle-orm';
import { randomBytes, randomUUID } from 'node:crypto';
import { ChangeFeed } from './change-feed';
import { CollectionStore } from './collection-store';
import { Database } from './database';
import { DocumentStore } from './document-store';
import { KeyStore } from './identity/key-store';
import { SessionStore } from './identity/session-store';
import { PostgresServer } from './postgres-server-under-test';
import { ReembeddingStore } from './reembedding-store';
import { StorageConfig } from './storage.config';
import { StorageModule } from './storage.module';
import { StorageUpkeep } from './storage-upkeep';

describe('the module of the database', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await PostgresServer.start();
  }, 60_000);

  afterAll(() => server.remove());

  it('opens the database, gives its stores, looks after it and closes it', async () => {
    const checks = new HealthChecks();
    const providers = [
      { provide: BaseConfig, useValue: new BaseConfig() },
      { provide: StorageConfig, useValue: Object.assign(new StorageConfig(), { databaseUrl: server.url }) },
      { provide: HealthChecks, useValue: checks },
    ];
    @Module({})
    class Runtime {}
    @Module({ imports: [{ module: Runtime, global: true, providers, exports: providers.map(({ provide }) => provide) }, StorageModule] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    expect(checks.list(true).map(([name]) => name)).toEqual(['database']);
    const database = app.get(Database);
    const collections = app.get(CollectionStore);
    const documents = app.get(DocumentStore);
    expect([app.get(ChangeFeed), app.get(ReembeddingStore)]).toHaveLength(2);
    const { id } = await collections.put('local', 'a', { model: 'm', dimensions: 1 });
    await documents.put(id, 1, [{ id: 'x', text: 'y', metadata: {}, embedding: Float32Array.of(1) }]);
    await documents.delete(id, 'x');
    await database.run('test', (db) => db.execute(sql`update documents set changed_at = now() - interval '8 days'`));
    const key = await app.get(KeyStore).add({ id: randomUUID(), prefix: 'sk_01234567', hash: randomBytes(32), name: 'a', subject: 'ann', role: 'analyst' });
    const session = randomUUID();
    await app.get(SessionStore).open(session, key.id, { hash: randomBytes(32), expiresAt: new Date(0) });
    await app.get(StorageUpkeep).run();
    expect(await app.get(SessionStore).get(session)).toBeUndefined();
    expect(await collections.get('local', 'a')).toMatchObject({ seq: 2, prunedSeq: 2 });
    const last = Promise.withResolvers<number>();
    database.beforeClose(async () => { last.resolve((await collections.all()).length); });
    database.beforeClose(() => Promise.reject(new Error('this must not keep it open')));
    await app.close();
    expect(await last.promise).toBe(1);
    await expect(collections.all()).rejects.toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }) as Error);
    expect(server.sql(`select count(*) from pg_stat_activity where application_name = 'sigmalang'`)).toBe('0');
  });
});
