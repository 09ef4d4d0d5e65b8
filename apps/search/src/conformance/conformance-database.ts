import { Database, EmbeddedPostgres, StorageConfig } from '@sigmalang/storage';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A database for a while. */
export interface ConformanceDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

/** A new embedded database (PGlite with its pgvector), in a folder of `dist` that goes with it. */
export async function openEmbedded(): Promise<ConformanceDatabase> {
  mkdirSync('dist', { recursive: true });
  const folder = mkdtempSync(resolve('dist/conformance-'));
  const bundling = `import { bundleThreads, storageThreads } from ${JSON.stringify(resolve('tools/bundle.mjs'))}; await bundleThreads(storageThreads, ${JSON.stringify(folder)});`;
  execFileSync(process.execPath, ['--input-type=module', '-e', bundling]);
  return opened(new Database(new StorageConfig(), new EmbeddedPostgres(join(folder, 'postgres'), folder)), () => { rmSync(folder, { recursive: true, force: true }); });
}

/** The database of a server. */
export async function openServer(databaseUrl: string): Promise<ConformanceDatabase> {
  return opened(new Database(Object.assign(new StorageConfig(), { databaseUrl }), undefined), () => undefined);
}

/** Whether a server has pgvector, or can have it; asked in a process of its own, since tests are chosen before they run. Throws where the server cannot be asked. */
export function serverHasPgvector(databaseUrl: string): boolean {
  const program = `const { Client } = require('pg'); const client = new Client({ connectionString: process.env.DATABASE_URL });
    client.connect().then(() => client.query("select 1 from pg_available_extensions where name = 'vector'")).then(({ rowCount }) => { console.log(rowCount); return client.end(); });`;
  return execFileSync(process.execPath, ['-e', program], { env: { ...process.env, DATABASE_URL: databaseUrl }, encoding: 'utf8' }).trim() === '1';
}

/** Whether a database has pgvector, or can have it. */
export async function hasPgvector({ database }: ConformanceDatabase): Promise<boolean> {
  return database.withConnection('conformance', async (client) => {
    const { rowCount } = await client.query("select 1 from pg_available_extensions where name = 'vector'");
    return rowCount === 1;
  });
}

async function opened(database: Database, remove: () => void): Promise<ConformanceDatabase> {
  await database.onModuleInit();
  return {
    database,
    close: async () => {
      await database.onApplicationShutdown();
      remove();
    },
  };
}
