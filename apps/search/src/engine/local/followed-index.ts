import { ServiceError } from '@sigmalang/contracts';
import type { Changes, DocumentStore } from '@sigmalang/storage';
import { outsideRequests } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import { IndexNotOpenError } from '../../local/index-error';
import { rebuilding, searchMetrics } from '../../search-metrics';
import type { EngineAnswer, EngineQuery } from '../search-engine';
import { CoalescedRuns } from './coalesced-runs';
import type { IndexKey, IndexThread } from './index-thread';

/** Documents that are read from the database at once. */
const PAGE = 1_000;

const logger = new Logger('FollowedIndex');

/** An index of one generation of a collection, kept up to date; what changes it comes one after the other. */
export class FollowedIndex {
  /** Number of the last change that it has. */
  seq = 0;
  /** Number of the last change that its snapshot has. */
  snapshotSeq = 0;
  private readonly snapshots = new CoalescedRuns(() => outsideRequests(() => this.snapshot()));
  private last: Promise<unknown>;
  private waiting: Promise<void> | undefined;
  private recovering: Promise<void> | undefined;
  /** Whether it is as the database was at some time, and no part of that. */
  private isWhole = false;
  private isClosed = false;

  /** @param after settles, without rejecting, when another of the same key is closed */
  constructor(
    readonly key: IndexKey,
    private readonly thread: IndexThread,
    private readonly documents: DocumentStore,
    after: Promise<void> = Promise.resolve(),
  ) {
    this.last = after;
  }

  /** Opens it from its snapshot, or empty where there is none that is whole. */
  open(): Promise<void> {
    return this.inOrder(() => this.reopen());
  }

  /**
   * Opens it and takes all that is committed; from nothing, where it has not seen removals that are no longer told.
   *
   * @param prunedSeq number of the last such removal
   */
  load(prunedSeq: number): Promise<void> {
    return this.inOrder(async () => {
      await this.reopen();
      if (this.seq > 0 && this.seq < prunedSeq) {
        searchMetrics.rebuilds.inc({ reason: 'pruned' });
        await this.thread.close(this.key, true);
        await this.reopen();
      }
      await this.takeAll();
    });
  }

  /** Takes changes just committed, from the database where they are not the very next. */
  take(changes: Changes): Promise<void> {
    return this.inOrder(async () => {
      if (changes.seq <= this.seq) return;
      if (changes.seq === this.seq + 1) await this.apply(changes);
      else await this.takeAll();
    });
  }

  /** Takes all that is committed. */
  catchUp(): Promise<void> {
    this.waiting ??= this.inOrder(() => {
      this.waiting = undefined;
      return this.takeAll();
    });
    return this.waiting;
  }

  /** Searches it as a whole; opens it again where its thread is a new one. Throws `IndexNotOpenError` when it is closed. */
  async search(query: EngineQuery): Promise<EngineAnswer> {
    if (!this.isWhole) await this.catchUp();
    try {
      return await this.thread.search(this.key, query);
    } catch (error) {
      if (!(error instanceof IndexNotOpenError) || this.isClosed) throw error;
      this.recovering ??= this.recover().finally(() => { this.recovering = undefined; });
      await this.recovering;
      return this.thread.search(this.key, query);
    }
  }

  /** Writes a snapshot where it is whole and has changed since the last. */
  writeSnapshot(): Promise<void> {
    return this.snapshots.run();
  }

  /** Does what its size asks for: a graph of neighbours, or an index without dead rows. */
  tend(): Promise<void> {
    return outsideRequests(async () => {
      const { wantsGraph, wantsCompaction } = await this.thread.stats(this.key);
      if (wantsCompaction) await this.compact();
      else if (wantsGraph) await this.thread.buildGraph(this.key);
    }).catch((error: unknown) => {
      if (!this.isClosed) logger.error({ msg: 'An index could not be tended', index: this.key, err: error });
    });
  }

  /** Closes it for good, after what is under way, and removes its files where they will not be needed again; what was still to be done is not. */
  close({ remove }: { readonly remove: boolean }): Promise<void> {
    this.isClosed = true;
    rebuilding.delete(this);
    const closed = this.last.then(() => outsideRequests(() => this.thread.close(this.key, remove)));
    this.last = closed.catch(() => undefined);
    return closed;
  }

  private async snapshot(): Promise<void> {
    if (this.seq === this.snapshotSeq || !this.isWhole) return;
    try {
      this.snapshotSeq = await this.thread.writeSnapshot(this.key);
      searchMetrics.snapshots.inc({ outcome: 'written' });
    } catch (error) {
      searchMetrics.snapshots.inc({ outcome: 'failed' });
      logger.error({ msg: 'A snapshot could not be written', index: this.key, err: error });
    }
  }

  private async recover(): Promise<void> {
    await this.open();
    await this.catchUp().catch((error: unknown) => {
      if (!this.isWhole) throw error; // else the snapshot has to do, without the database
    });
  }

  private async compact(): Promise<void> {
    await this.writeSnapshot();
    const build = {}; // another than the index, which is whole and goes on to take changes
    rebuilding.add(build);
    try {
      await this.thread.compact(this.key);
      searchMetrics.rebuilds.inc({ reason: 'compacted' });
      await this.open();
    } finally {
      rebuilding.delete(build);
    }
    await this.catchUp();
  }

  private async takeAll(): Promise<void> {
    for (;;) {
      const changes = await this.documents.changesAfter(this.key.collectionId, this.key.generation, this.seq, PAGE);
      this.check();
      if (changes.seq <= this.seq) break;
      await this.apply(changes);
      this.check();
    }
    this.note(true);
  }

  /** Remembers whether it is whole; until it is, it is being built. */
  private note(isWhole: boolean): void {
    this.isWhole = isWhole;
    if (isWhole || this.isClosed) rebuilding.delete(this);
    else rebuilding.add(this);
  }

  /** Applies changes; what the thread may have done in part is thrown away, and the snapshot has its place, where that fails. */
  private async apply(changes: Changes): Promise<void> {
    try {
      ({ seq: this.seq } = await this.thread.apply(this.key, changes));
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'UNAVAILABLE') throw error; // too much is waiting: it was not begun
      logger.warn({ msg: 'An index could not take changes and is opened again', index: this.key, err: error });
      searchMetrics.rebuilds.inc({ reason: 'failed' });
      await this.thread.close(this.key, false).catch(() => undefined);
      await this.reopen();
      throw error;
    }
  }

  private async reopen(): Promise<void> {
    this.check();
    const { seq, from, damaged } = await this.thread.open(this.key);
    this.note(from === 'snapshot');
    if (from === 'snapshot') searchMetrics.snapshots.inc({ outcome: 'loaded' });
    else searchMetrics.rebuilds.inc({ reason: from });
    if (damaged > 0) {
      searchMetrics.snapshots.inc({ outcome: 'damaged' }, damaged);
      logger.error({ msg: 'Snapshots of an index were damaged and thrown away', index: this.key, damaged, from });
    }
    [this.seq, this.snapshotSeq] = [seq, seq];
  }

  private inOrder<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.last.then(() => {
      this.check();
      return outsideRequests(work);
    });
    this.last = done.catch(() => undefined);
    return done;
  }

  private check(): void {
    if (this.isClosed) throw new IndexNotOpenError();
  }
}
