import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from './database';
import { codeOf } from './storage-errors';

const CHANNEL = 'sigmalang_changes';
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** How long a server may take to end a connection; one that hangs never does. */
const END_MS = 500;

/** Hears that a collection has a change of a number, or, without a number, that it is gone. */
export type ChangeListener = (collectionId: number, seq: number | undefined) => void;

/** Tells which collections have changed, of whatever process. A message can be lost, while there is no connection: who must know polls too. */
export class ChangeFeed implements BeforeApplicationShutdown {
  private readonly listeners = new Set<ChangeListener>();
  private readonly logger = new Logger('ChangeFeed');
  private stopping: AbortController | undefined;
  private listening: Promise<void> | undefined;

  constructor(private readonly database: Database) {}

  /** Calls `listener` for each change; what it returns ends that. */
  subscribe(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  /** Begins to listen; the connection is made in the background, and again when it is lost. */
  start(): void {
    if (this.database.isEmbedded || this.stopping) return;
    this.stopping = new AbortController();
    this.listening = this.listenOnAndOn(this.stopping.signal);
  }

  /** Listens no longer. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.listening;
    this.stopping = undefined;
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  /** To be called in the transaction of a change: tells other processes when it is committed. */
  async announce(transaction: Transaction, collectionId: number, seq?: number): Promise<void> {
    if (!this.database.isEmbedded) await transaction.execute(sql`select pg_notify(${CHANNEL}, ${[collectionId, seq].join(' ').trim()})`);
  }

  /** To be called after the transaction: tells this process, where nobody else would. */
  committed(collectionId: number, seq?: number): void {
    if (this.database.isEmbedded) this.tell(collectionId, seq);
  }

  private tell(collectionId: number, seq: number | undefined): void {
    for (const listener of this.listeners) listener(collectionId, seq);
  }

  private async listenOnAndOn(signal: AbortSignal): Promise<void> {
    let waitMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const client = this.database.createListener();
      try {
        await this.listen(client, signal, () => { waitMs = FIRST_RETRY_MS; });
      } catch (error) {
        this.logger.warn({ msg: 'Changes of other processes are not heard of; it is tried again', error: codeOf(error) });
      }
      await Promise.race([client.end().catch(() => undefined), sleep(END_MS, undefined, { ref: false })]);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS);
    }
  }

  /** Resolves when the signal aborts, rejects when the connection is lost. */
  private async listen(client: Client, signal: AbortSignal, connected: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const stop = (): void => { resolve(undefined); };
    signal.addEventListener('abort', stop);
    client.on('error', reject);
    client.on('end', () => { reject(new Error('Connection terminated')); });
    client.on('notification', ({ payload = '' }) => {
      const [collectionId, seq] = payload.split(' ').map(Number);
      if (collectionId !== undefined) this.tell(collectionId, seq);
    });
    client.connect().then(() => client.query(`listen ${CHANNEL}`)).then(connected, reject);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
