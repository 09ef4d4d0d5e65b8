import { BaseConfig, HealthChecks, programAssets } from '@sigmalang/runtime';
import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { AuditStore } from './audit/audit-store';
import { ChangeFeed } from './change-feed';
import { CollectionStore } from './collection-store';
import { Database } from './database';
import { DocumentStore } from './document-store';
import { EmbeddedPostgres } from './embedded/embedded-postgres';
import { KeyStore } from './identity/key-store';
import { SessionStore } from './identity/session-store';
import { ReembeddingStore } from './reembedding-store';
import { StorageConfig } from './storage.config';
import { StorageUpkeep } from './storage-upkeep';

/** The database that settings name: a server, or the one in `DATA_DIR/postgres`. */
export function openDatabase(base: BaseConfig, config: StorageConfig, checks?: HealthChecks): Database {
  if (config.databaseUrl !== undefined) return new Database(config, undefined, checks);
  const template = join(base.modelDir ?? programAssets(), 'postgres', 'template.tar.gz');
  return new Database(config, new EmbeddedPostgres(join(base.dataDir, 'postgres'), undefined, template), checks);
}

const stores = [AuditStore, ChangeFeed, CollectionStore, DocumentStore, ReembeddingStore, KeyStore, SessionStore, Database];

/** The database of a process with its stores; the process must read {@link StorageConfig}. */
@Module({
  providers: [
    { provide: Database, useFactory: openDatabase, inject: [BaseConfig, StorageConfig, HealthChecks] },
    { provide: AuditStore, useFactory: (database: Database) => new AuditStore(database), inject: [Database] },
    { provide: ChangeFeed, useFactory: (database: Database) => new ChangeFeed(database), inject: [Database] },
    ...[CollectionStore, DocumentStore, ReembeddingStore].map((Store) => ({
      provide: Store,
      useFactory: (database: Database, feed: ChangeFeed) => new Store(database, feed),
      inject: [Database, ChangeFeed],
    })),
    { provide: KeyStore, useFactory: (database: Database) => new KeyStore(database), inject: [Database] },
    { provide: SessionStore, useFactory: (database: Database) => new SessionStore(database), inject: [Database] },
    {
      provide: StorageUpkeep,
      useFactory: (database: Database, collections: CollectionStore, documents: DocumentStore, sessions: SessionStore) =>
        new StorageUpkeep(database, collections, documents, sessions),
      inject: [Database, CollectionStore, DocumentStore, SessionStore],
    },
  ],
  exports: stores,
})
export class StorageModule {}
