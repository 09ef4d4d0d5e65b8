import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ChangeFeed } from './change-feed';
import { CollectionStore } from './collection-store';
import { Database } from './database';
import { DocumentStore, type NewStoredDocument } from './document-store';
import { EmbeddedPostgres } from './embedded/embedded-postgres';
import { StorageConfig } from './storage.config';

/** Where a benchmark writes what it measured. */
export interface BenchOutput {
  readonly print: (line: string) => void;
}

const BATCHES = 30;
const BATCH = 1_000;
const CHARACTERS = 400;
const DIMENSIONS = 100;

function batch(from: number): NewStoredDocument[] {
  return Array.from({ length: BATCH }, (_document, i) => ({
    id: `document-${from + i}`,
    text: `${from + i} `.padEnd(CHARACTERS, 'the words of a text '),
    metadata: { year: 2_000 + (i % 25), tags: ['a', 'b'] },
    embedding: new Float32Array(DIMENSIONS).fill(1 / (i + 1)),
  }));
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

/** Prints how fast documents are kept and followed, in the embedded database and, where DATABASE_URL names one, in a server. */
export default async function benchStorage({ print }: BenchOutput): Promise<void> {
  const folder = mkdtempSync(resolve('dist/storage-bench-'));
  const bundling = `import { bundleThreads, storageThreads } from ${JSON.stringify(resolve('tools/bundle.mjs'))}; await bundleThreads(storageThreads, ${JSON.stringify(folder)});`;
  execFileSync(process.execPath, ['--input-type=module', '-e', bundling]);
  const config = new StorageConfig();
  const databaseUrl = process.env.DATABASE_URL;
  const open = (): Database => new Database(config, new EmbeddedPostgres(join(folder, 'postgres'), folder));
  const first = open();
  print(`embedded: made in ${(await seconds(() => first.onModuleInit())).toFixed(2)} s`);
  await measure(print, 'embedded', first);
  await first.onApplicationShutdown();
  const second = open();
  print(`embedded: opened again in ${(await seconds(() => second.onModuleInit())).toFixed(2)} s, process takes ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
  await second.onApplicationShutdown();
  if (databaseUrl !== undefined) {
    const server = new Database(Object.assign(config, { databaseUrl }), undefined);
    await server.onModuleInit();
    await measure(print, 'server', server);
    await server.onApplicationShutdown();
  }
  rmSync(folder, { recursive: true, force: true });
}

async function measure(print: BenchOutput['print'], where: string, database: Database): Promise<void> {
  const feed = new ChangeFeed(database);
  const documents = new DocumentStore(database, feed);
  const collections = new CollectionStore(database, feed);
  const collection = await collections.put('local', `bench-${process.pid}`, { model: 'm', dimensions: DIMENSIONS });
  const rate = (count: number, took: number): string => `${Math.round(count / took)} documents/s`;
  const all = BATCHES * BATCH;
  for (const what of ['inserted', 'replaced']) {
    const took = await seconds(async () => {
      for (let i = 0; i < BATCHES; i++) await documents.put(collection.id, 1, batch(i * BATCH));
    });
    print(`${where}: ${all} documents of ${CHARACTERS} characters and ${DIMENSIONS} dimensions ${what}, ${BATCH} a call: ${rate(all, took)}`);
  }
  const single = await seconds(async () => {
    for (let i = 0; i < 200; i++) await documents.put(collection.id, 1, batch(i).slice(0, 1));
  });
  print(`${where}: one a call: ${rate(200, single)}`);
  let seq = 0;
  let followed = 0;
  const following = await seconds(async () => {
    for (;;) {
      const changes = await documents.changesAfter(collection.id, 1, seq, BATCH);
      if (changes.seq === seq) break;
      followed += changes.put.length;
      seq = changes.seq;
    }
  });
  print(`${where}: ${followed} followed: ${rate(followed, following)}`);
  print(`${where}: every collection listed in ${((1_000 * (await seconds(() => collections.all())))).toFixed(1)} ms`);
  await collections.delete('local', collection.name);
  print(`${where}: ${all} removed in ${(await seconds(() => collections.purgeRemoved())).toFixed(2)} s`);
}
