import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { FolderInUseError, LOCKED_DATABASE, lockFolder } from './folder-lock';
import type { FromThread, PostgresThreadData, ToThread } from './thread-messages';

/** Bytes that clients send before what changed is written to the tables' files: there is no checkpointer, and the log would grow for ever. */
const CHECKPOINT_BYTES = 16_777_216;

/** Pages that it keeps itself; what it reads from files the system keeps too. */
const SHARED_BUFFERS = '32MB';

const { folder, template } = workerData as PostgresThreadData;

/** Opens the database; what a process left behind that was killed while it made the files is made anew, since nothing was promised of it. */
async function open(): Promise<{ postgres: PGlite; lock: { close(): void } }> {
  mkdirSync(dirname(folder), { recursive: true });
  const lock = lockFolder(folder, LOCKED_DATABASE);
  const unfinished = `${folder}.unfinished`;
  if (existsSync(unfinished)) rmSync(folder, { recursive: true, force: true });
  const isNew = !existsSync(folder);
  if (isNew) {
    writeFileSync(unfinished, '');
    mkdirSync(folder, { mode: 0o700 });
  }
  const startParams = [...PGlite.defaultStartParams, '-c', `shared_buffers=${SHARED_BUFFERS}`];
  const files = isNew && template !== undefined && existsSync(template) ? { loadDataDir: new Blob([readFileSync(template)]) } : {};
  const postgres = await PGlite.create({ dataDir: folder, extensions: { vector }, startParams, ...files });
  rmSync(unfinished, { force: true });
  return { postgres, lock };
}

function send(message: FromThread): void {
  parentPort?.postMessage(message, message.bytes ? [message.bytes.buffer as ArrayBuffer] : []);
}

/** Whether a reply ends with "ready, and in no transaction". */
function isIdle(reply: Uint8Array): boolean {
  return reply.at(-6) === 0x5a && reply.at(-1) === 0x49;
}

async function serve(): Promise<void> {
  const { postgres, lock } = await open();
  let written = 0;
  const answer = async ({ connection, bytes }: ToThread): Promise<void> => {
    if (connection === undefined) {
      await postgres.close();
      lock.close();
      parentPort?.close();
      return;
    }
    if (!bytes) {
      await postgres.exec('ROLLBACK').catch(() => undefined);
      await postgres.exec('DISCARD ALL');
      return;
    }
    const reply = (await postgres.execProtocolRaw(bytes)).slice();
    const mayPause = isIdle(reply);
    written += bytes.length;
    send({ connection, bytes: reply });
    if (mayPause && written > CHECKPOINT_BYTES) {
      written = 0;
      await postgres.exec('CHECKPOINT');
    }
  };
  let last = Promise.resolve();
  parentPort?.on('message', (message: ToThread) => {
    last = last.then(() => answer(message));
    last.catch((error: unknown) => { // the database is in no known state; who starts the thread anew has it recover
      process.nextTick(() => { throw error; });
    });
  });
  send({ opened: true });
}

serve().catch((error: unknown) => {
  send({ failure: { inUse: error instanceof FolderInUseError, message: error instanceof Error ? error.message : 'unknown' } });
});
