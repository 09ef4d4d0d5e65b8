import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FolderInUseError, LOCKED_DATABASE } from './folder-lock';
import type { FromThread, PostgresThreadData, ToThread } from './thread-messages';
import { ThreadStream } from './thread-stream';

/** The embedded PostgreSQL cannot be opened; the message says why. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** A PostgreSQL (PGlite) in a thread of this process, which keeps its files in a folder; one connection at a time. */
export class EmbeddedPostgres {
  private worker: Worker | undefined;
  private opening: Promise<void> | undefined;
  private readonly streams = new Map<number, ThreadStream>();
  private connections = 0;

  /**
   * @param folder where its files are; made when it is not there
   * @param programs where `postgres-thread.js` is; beside the running program unless given
   * @param template the files of an empty database; without them a new one is made from nothing, which takes longer
   */
  constructor(
    private readonly folder: string,
    private readonly programs = dirname(process.argv[1] ?? '.'),
    private readonly template?: string,
  ) {}

  /** Whether the thread runs and the database is open. */
  isOpen = false;

  /** Starts the thread unless it runs; rejects with {@link FolderInUseError} or {@link EmbeddedPostgresError}. After a crash it can be called again: the database recovers what was committed. */
  open(): Promise<void> {
    return (this.opening ??= this.start());
  }

  /** A connection in the form that `pg` takes instead of a socket. */
  connect(): ThreadStream {
    const id = ++this.connections;
    const stream = new ThreadStream({
      open: () => this.open(),
      send: (bytes) => { this.send({ connection: id, bytes }); },
      end: () => {
        if (this.streams.delete(id)) this.send({ connection: id });
      },
    });
    this.streams.set(id, stream);
    return stream;
  }

  /** Ends the thread after all that was sent is done and written. */
  async close(): Promise<void> {
    const { worker } = this;
    if (!worker) return;
    const ended = once(worker, 'exit');
    this.send({});
    await ended;
  }

  private send(message: ToThread): void {
    this.worker?.postMessage(message, message.bytes ? [message.bytes.buffer as ArrayBuffer] : []);
  }

  private async start(): Promise<void> {
    const folder = resolve(this.folder);
    const { promise, resolve: opened, reject } = Promise.withResolvers<undefined>();
    const worker = new Worker(join(resolve(this.programs), 'postgres-thread.js'), {
      workerData: { folder, template: this.template } satisfies PostgresThreadData,
      execArgv: ['--disable-warning=ExperimentalWarning'], // of node:sqlite, whose locks are used
    });
    this.worker = worker;
    worker.on('message', ({ opened: isOpen, failure, connection, bytes }: FromThread) => {
      if (isOpen) {
        this.isOpen = true;
        opened(undefined);
      } else if (failure) {
        reject(failure.inUse ? new FolderInUseError(folder, LOCKED_DATABASE) : new EmbeddedPostgresError(`The database in ${folder} cannot be opened: ${failure.message}`));
      } else if (connection !== undefined && bytes) this.streams.get(connection)?.received(bytes);
    });
    worker.on('error', () => undefined); // it exits next
    worker.on('exit', () => {
      this.isOpen = false;
      this.worker = this.opening = undefined;
      const cut = [...this.streams.values()];
      this.streams.clear();
      reject(new EmbeddedPostgresError(`The database in ${folder} ended`));
      for (const stream of cut) stream.cut();
    });
    await promise;
  }
}
