import { Duplex } from 'node:stream';

/** What a stream needs of the thread. */
interface ThreadConnection {
  open(): Promise<void>;
  send(bytes: Uint8Array): void;
  end(): void;
}

/** First byte of the message by which a client takes its leave. */
const TERMINATE = 0x58;

/** A connection to the embedded PostgreSQL as the socket that `pg` expects: what is written is answered by one reply of the thread. */
export class ThreadStream extends Duplex {
  private written: (() => void) | undefined;

  constructor(private readonly thread: ThreadConnection) {
    super();
  }

  /** As of a socket; the address is of no account. */
  connect(): void {
    this.thread.open().then(
      () => this.emit('connect'),
      (error: unknown) => this.destroy(error instanceof Error ? error : undefined),
    );
  }

  /** As of a socket; without effect. */
  setNoDelay(): void { /* there is no network */ }

  /** As of a socket; without effect. */
  setKeepAlive(): void { /* there is no network */ }

  /** As of a socket; without effect. */
  ref(): void { /* the pool decides what keeps the process alive */ }

  /** As of a socket; without effect. */
  unref(): void { /* the pool decides what keeps the process alive */ }

  /** The reply to what was written. */
  received(bytes: Uint8Array): void {
    const { written } = this;
    this.written = undefined;
    if (bytes.length > 0) this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    written?.();
  }

  /** The thread has ended. */
  cut(): void {
    this.destroy(Object.assign(new Error('The embedded database ended'), { code: 'ECONNRESET' }));
  }

  override _read(): void { /* replies are pushed as they come */ }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (chunk[0] === TERMINATE) {
      done();
      this.destroy();
      return;
    }
    this.written = done;
    this.thread.send(new Uint8Array(chunk));
  }

  override _writev(chunks: { chunk: Buffer; encoding: string }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'buffer', done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.thread.end();
    done(error);
  }
}
