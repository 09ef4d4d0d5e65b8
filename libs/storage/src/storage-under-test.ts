import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AuditStore } from './audit/audit-store';
import { ChangeFeed } from './change-feed';
import { CollectionStore } from './collection-store';
import { Database } from './database';
import { DocumentStore } from './document-store';
import { EmbeddedPostgres } from './embedded/embedded-postgres';
import { KeyStore } from './identity/key-store';
import { SessionStore } from './identity/session-store';
import { PostgresServer } from './postgres-server-under-test';
import { ReembeddingStore } from './reembedding-store';
import { StorageConfig } from './storage.config';

/** Where tests keep things: in the database inside of the process, or in a server. */
export const STORAGE_KINDS = ['embedded', 'server'] as const;

const ROOT = resolve(__dirname, '../../..');

/** A database with all its stores. */
export interface StoresUnderTest {
  readonly database: Database;
  readonly feed: ChangeFeed;
  readonly audit: AuditStore;
  readonly collections: CollectionStore;
  readonly documents: DocumentStore;
  readonly reembeddings: ReembeddingStore;
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
}

/** A storage of a spec's own, empty at first. */
export class StorageUnderTest {
  private readonly opened: Database[] = [];
  private readonly stores: StoresUnderTest[] = [];

  private constructor(
    readonly server: PostgresServer | undefined,
    /** Where the thread's program is, and `postgres` with the files of the embedded database. */
    readonly folder: string,
  ) {}

  static async start(kind: (typeof STORAGE_KINDS)[number]): Promise<StorageUnderTest> {
    mkdirSync(join(ROOT, 'dist'), { recursive: true });
    const folder = mkdtempSync(join(ROOT, 'dist/storage-spec-')); // where packages are found
    if (kind === 'server') return new StorageUnderTest(await PostgresServer.start(), folder);
    const bundling = `import { bundleThreads, storageThreads } from './tools/bundle.mjs'; await bundleThreads(storageThreads, ${JSON.stringify(folder)});`;
    execFileSync(process.execPath, ['--input-type=module', '-e', bundling], { cwd: ROOT });
    return new StorageUnderTest(undefined, folder);
  }

  /** A database that is not opened yet. */
  database(settings: Partial<StorageConfig> = {}): Database {
    const { server, folder } = this;
    const config = Object.assign(new StorageConfig(), server && { databaseUrl: server.url }, settings);
    const database = new Database(config, server ? undefined : new EmbeddedPostgres(join(folder, 'postgres'), folder));
    this.opened.push(database);
    return database;
  }

  /** An open database with its stores. */
  async open(settings: Partial<StorageConfig> = {}): Promise<StoresUnderTest> {
    const database = this.database(settings);
    await database.onModuleInit();
    const feed = new ChangeFeed(database);
    const collections = new CollectionStore(database, feed);
    const documents = new DocumentStore(database, feed);
    const reembeddings = new ReembeddingStore(database, feed);
    const keys = new KeyStore(database);
    const sessions = new SessionStore(database);
    const stores = { database, feed, audit: new AuditStore(database), collections, documents, reembeddings, keys, sessions };
    this.stores.push(stores);
    return stores;
  }

  /** Closes all that was opened and removes the files. */
  async remove(): Promise<void> {
    for (const { collections } of this.stores) await collections.beforeApplicationShutdown();
    for (const database of this.opened) await database.onApplicationShutdown();
    await this.server?.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
