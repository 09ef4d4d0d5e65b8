import { Logger } from '@nestjs/common';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { sql } from 'drizzle-orm';
import type { Worker } from 'node:worker_threads';
import { Database } from '../database';
import { StorageConfig } from '../storage.config';
import { EmbeddedPostgres } from './embedded-postgres';
import { StorageUnderTest } from '../storage-under-test';
import { removedCollections } from '../search.schema';
import { FolderInUseError } from './folder-lock';

const refusal = (code: string): Error => expect.objectContaining({ name: 'ServiceError', code }) as Error;

const inUse: Error = expect.objectContaining({ name: FolderInUseError.name }) as Error;

let storage: StorageUnderTest;

beforeAll(async () => {
  Logger.overrideLogger(false);
  storage = await StorageUnderTest.start('embedded');
}, 60_000);

afterAll(() => storage.remove());

/** A process that opens the folder by the thread alone, and inserts one number after the other, each of which it prints when it is committed. */
const WRITER = `
  const { Worker } = require('node:worker_threads');
  const worker = new Worker(process.argv[1] + '/postgres-thread.js', { workerData: { folder: process.argv[1] + '/postgres' } });
  const message = (type, ...fields) => {
    const body = Buffer.concat(fields);
    const head = Buffer.alloc(type ? 5 : 4);
    if (type) head.write(type);
    head.writeInt32BE(body.length + 4, type ? 1 : 0);
    return new Uint8Array(Buffer.concat([head, body]));
  };
  const version = Buffer.from([0, 3, 0, 0]);
  let next = Number(process.argv[2]);
  let isStarted = false;
  worker.on('message', ({ opened, failure }) => {
    if (failure) { console.log('failure ' + failure.message); process.exit(1); }
    if (opened) { worker.postMessage({ connection: 1, bytes: message('', version, Buffer.from('user\\0postgres\\0database\\0postgres\\0\\0')) }); return; }
    console.log(isStarted ? 'done ' + next++ : 'started');
    isStarted = true;
    worker.postMessage({ connection: 1, bytes: message('Q', Buffer.from('begin; insert into removed_collections values (' + next + '); commit\\0')) });
  });
`;

/** Runs the writer until it has done so many rows and then some, kills it, and gives the last number that it was told of. */
async function writeUntilKilled(from: number, rows: number, delayMs: number): Promise<number> {
  const writer = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', WRITER, storage.folder, from.toString()], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(writer, 'exit');
  let last = from - 1;
  for await (const line of createInterface({ input: writer.stdout })) {
    const [word, number] = line.split(' ');
    if (word === 'failure') throw new Error(line);
    if (word === 'done') last = Number(number);
    if (last === from + rows - 1) setTimeout(() => writer.kill('SIGKILL'), delayMs);
  }
  await exited;
  return last;
}

describe('the embedded database', () => {
  it('begins anew where a process was killed while it made the files', async () => {
    const folder = join(storage.folder, 'postgres');
    mkdirSync(folder);
    writeFileSync(join(folder, 'PG_VERSION'), '18');
    writeFileSync(`${folder}.unfinished`, '');
    const { database } = await storage.open();
    expect(existsSync(`${folder}.unfinished`)).toBe(false);
    await database.onApplicationShutdown();
  }, 60_000);

  it('keeps what was committed and nothing else when it is closed and opened again, and says when it is in use', async () => {
    const first = await storage.open();
    await first.database.run('test', (db) => db.insert(removedCollections).values({ collectionId: 1 }));
    await expect(storage.open()).rejects.toThrow(inUse);
    const { incarnation } = first.database;
    await first.database.onApplicationShutdown();
    const second = await storage.open();
    expect(await second.database.run('test', (db) => db.select().from(removedCollections))).toEqual([{ collectionId: 1 }]);
    expect(second.database.incarnation).toBe(incarnation);
    await second.database.run('test', (db) => db.delete(removedCollections));
    await second.database.onApplicationShutdown();
  }, 60_000);

  it('keeps all that was acknowledged when the process is killed, whatever it was doing, and is free again', async () => {
    let from = 1;
    for (const [rows, delayMs] of [[1, 0], [20, 3], [50, 7]] as const) {
      const last = await writeUntilKilled(from, rows, delayMs);
      expect(last).toBeGreaterThanOrEqual(from);
      const { database } = await storage.open();
      const kept = (await database.run('test', (db) => db.select().from(removedCollections))).map(({ collectionId }) => collectionId).sort((a, b) => a - b);
      expect(kept.slice(0, last)).toEqual(Array.from({ length: last }, (_number, i) => i + 1));
      expect(kept.length - last).toBeLessThanOrEqual(1);
      from = kept.length + 1;
      await database.onApplicationShutdown();
    }
  }, 120_000);

  it('gives a connection up whose statement takes too long, with what its transaction did, and serves the next', async () => {
    const { database } = await storage.open({ databaseTimeoutMs: 1, databaseConnectionTimeoutMs: 60_000 });
    const slow = database.transaction('test', async (tx) => {
      await tx.execute(sql`delete from removed_collections`);
      await tx.execute(sql`select count(*) from generate_series(1, 12000000)`);
    });
    await expect(slow).rejects.toThrow(refusal('TIMEOUT'));
    expect((await database.run('test', (db) => db.select().from(removedCollections))).length).toBeGreaterThan(0);
    await database.onApplicationShutdown();
  }, 120_000);

  it('begins with the files of a template where there are some, and with nothing else', async () => {
    const assets = join(storage.folder, 'assets');
    execFileSync(process.execPath, ['libs/storage/build-template.mjs', assets], { stdio: 'ignore' });
    const folder = join(storage.folder, 'from-template', 'postgres');
    const embedded = new EmbeddedPostgres(folder, storage.folder, join(assets, 'template.tar.gz'));
    const database = new Database(new StorageConfig(), embedded);
    await database.onModuleInit();
    expect(await database.run('test', (db) => db.select().from(removedCollections))).toEqual([]);
    await database.onApplicationShutdown();
    expect(existsSync(join(folder, 'PG_VERSION'))).toBe(true);
  }, 120_000);

  it('is opened again by the next call when its thread has crashed, with what was committed', async () => {
    const embedded = new EmbeddedPostgres(join(storage.folder, 'postgres'), storage.folder);
    const database = new Database(new StorageConfig(), embedded);
    await database.onModuleInit();
    await database.run('test', (db) => db.insert(removedCollections).values({ collectionId: 1_000_000 }));
    const cut = database.transaction('test', async (tx) => {
      await tx.execute(sql`delete from removed_collections`);
      await (Reflect.get(embedded, 'worker') as Worker).terminate();
      await tx.execute(sql`select 1`);
    });
    await expect(cut).rejects.toThrow(refusal('UNAVAILABLE'));
    expect(await database.run('test', (db) => db.select().from(removedCollections))).toContainEqual({ collectionId: 1_000_000 });
    await database.onApplicationShutdown();
  }, 60_000);

  it('writes what changed to its tables now and then, so that its log does not grow for ever', async () => {
    const { database, collections, documents } = await storage.open();
    const { id } = await collections.put('local', 'large', { model: 'm', dimensions: 1 });
    for (let i = 0; i < 20; i++) {
      const incompressible = (): string => randomBytes(7_500).toString('base64');
      await documents.put(id, 1, Array.from({ length: 400 }, (_document, j) => ({ id: `${j}`, text: incompressible(), metadata: {}, embedding: Float32Array.of(i) })));
    }
    const { rows } = await database.run('test', (db) => db.execute<{ distance: string }>(sql`select pg_current_wal_lsn() - redo_lsn as distance from pg_control_checkpoint()`));
    expect(Number(rows[0]?.distance)).toBeLessThan(64 * 1_048_576);
    await database.onApplicationShutdown();
  }, 60_000);

  it('has the vectors of pgvector for whoever asks for them', async () => {
    const { database } = await storage.open();
    const { rows } = await database.transaction('test', async (tx) => {
      await tx.execute(sql`create extension vector`);
      return tx.execute(sql`select '[1,2]'::vector <-> '[1,5]'::vector as distance`);
    });
    expect(rows).toEqual([{ distance: 3 }]);
    await database.onApplicationShutdown();
  }, 60_000);

  it('says why it cannot be opened', async () => {
    rmSync(join(storage.folder, 'postgres'), { recursive: true });
    writeFileSync(join(storage.folder, 'postgres'), 'no folder');
    await expect(storage.open()).rejects.toThrow(/^The database in .*postgres cannot be opened: /);
  }, 60_000);
});
