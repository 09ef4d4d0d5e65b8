import { say, ServiceError } from '@sigmalang/contracts';
import { currentRequest, HealthChecks, outsideRequests, stopIfOver, unlessCancelled } from '@sigmalang/runtime';
import { ChangeFeed, type Changes, CollectionStore, type CollectionRow, Database, StaleGenerationError } from '@sigmalang/storage';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { collectionNotFound } from '../../collections/collection-not-found';
import { IndexNotOpenError } from '../../local/index-error';
import { SearchConfig } from '../../search.config';
import { searchMetrics } from '../../search-metrics';
import { BY_MEANING, type EmbedQuery, type EngineAnswer, type EngineQuery, SearchEngine } from '../search-engine';
import { CoalescedRuns } from './coalesced-runs';
import { CollectionCatalogue } from './collection-catalogue';
import { type FollowedCollection, FollowedCollections } from './followed-collections';
import type { FollowedIndex } from './followed-index';
import type { IndexFolder } from './index-folder';

/** How long a start waits for the database before it goes on with what is on disk. */
const DATABASE_WAIT_MS = 5_000;

/** How long a change that was told of may take to come by itself, from a write of this process. */
const OWN_CHANGE_MS = 20;

/** Searches indexes that this process keeps, which follow the database and are answered from when that is away. */
@Injectable()
export class LocalEngine extends SearchEngine implements OnModuleInit, OnApplicationShutdown {
  readonly within = undefined;
  private readonly logger = new Logger('LocalEngine');
  private readonly timers: NodeJS.Timeout[] = [];
  private stopListening: () => void = () => undefined;
  private readonly looks = new CoalescedRuns(() => outsideRequests(() => this.lookAtAll()));
  private hasFollowed = false;

  constructor(
    private readonly folder: IndexFolder,
    private readonly followed: FollowedCollections,
    private readonly catalogue: CollectionCatalogue,
    private readonly collections: CollectionStore,
    private readonly database: Database,
    private readonly feed: ChangeFeed,
    private readonly config: SearchConfig,
    checks: HealthChecks,
  ) {
    super();
    checks.add('index', () => this.health());
    checks.add('index-follows', () => this.describeFollowing(), { neededForReady: false });
  }

  /** Opens what is on disk and takes what has changed since; without a database, what is on disk has to do. Rejects where another process has the folder. */
  async onModuleInit(): Promise<void> {
    this.folder.take();
    await Promise.race([this.database.ready, new Promise((resolve) => setTimeout(resolve, DATABASE_WAIT_MS).unref())]);
    try {
      await this.looks.run();
      await this.followed.opened();
    } catch (error) {
      this.logger.warn({ msg: 'The database is away: searches are answered from what is on disk', err: error });
      const { incarnation, collections } = await this.catalogue.read();
      await this.followed.openAll(incarnation, collections);
    }
    this.stopListening = this.feed.subscribe((id, seq) => { this.tell(id, seq); });
    this.feed.start();
    this.timers.push(setInterval(() => { this.followQuietly(); }, this.config.followIntervalMs));
    this.timers.push(setInterval(() => { void this.followed.tend(); }, this.config.snapshotIntervalMs));
  }

  /** Writes what has changed to snapshots, so that the next start is quick. */
  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    this.timers.forEach(clearInterval);
    await this.followed.close();
    this.folder.leave();
  }

  async find(owner: string, name: string): Promise<CollectionRow | undefined> {
    return this.followed.find(owner, name)?.row ?? this.collections.get(owner, name);
  }

  async search(collection: CollectionRow, query: EngineQuery, embed: EmbedQuery, minSeq?: number): Promise<EngineAnswer> {
    const followed = this.known(collection);
    for (;;) {
      const { index, model } = followed;
      try {
        await untilOver(followed.opened);
        if (minSeq !== undefined) await this.reach(index, minSeq);
        const embedding = BY_MEANING.has(query.mode) ? await untilOver(embed(model)) : undefined;
        const answer = await untilOver(index.search({ ...query, embedding }));
        if (minSeq === undefined || answer.seq >= minSeq) return answer; // else it was opened again meanwhile, at its snapshot
      } catch (error) {
        if (followed.index !== index) continue; // another index took its place meanwhile
        if (error instanceof StaleGenerationError) await this.swapped(followed);
        else throw error instanceof IndexNotOpenError && this.followed.byId(collection.id) !== followed ? collectionNotFound('collection') : error;
      }
    }
  }

  async written(collection: CollectionRow, changes: Changes): Promise<void> {
    const followed = this.known(collection);
    try {
      await this.taken(followed, changes);
    } catch (error) {
      if (this.followed.byId(collection.id) !== followed) return; // it was removed meanwhile
      this.logger.error({ msg: 'A write is kept and not indexed yet', collection: collection.id, err: error });
      this.followQuietly();
    }
  }

  changed(): Promise<void> {
    return this.looks.run();
  }

  async erased(collectionIds: readonly number[]): Promise<void> {
    await this.looks.run();
    await this.followed.dropped(collectionIds);
  }

  indexedSeq({ id }: CollectionRow): number {
    return this.followed.byId(id)?.index.seq ?? 0;
  }

  /** The collection as it is followed, which it is from now on where it was not. */
  private known(collection: CollectionRow): FollowedCollection {
    return this.followed.byId(collection.id) ?? this.followed.follow(collection);
  }

  /** Resolves when changes are taken by what answers searches, which may be another index by then. */
  private async taken(followed: FollowedCollection, changes: Changes): Promise<void> {
    for (;;) {
      const { index } = followed;
      try {
        await followed.opened;
        await index.take(changes);
        return;
      } catch (error) {
        if (followed.index !== index) continue;
        if (!(error instanceof StaleGenerationError)) throw error;
        await this.swapped(followed);
      }
    }
  }

  private async reach(index: FollowedIndex, minSeq: number): Promise<void> {
    if (index.seq >= minSeq) return;
    await untilOver(index.catchUp());
    if (index.seq >= minSeq) return;
    const message = say`minSeq: the collection has no change of this number; its last is ${index.seq}`;
    throw new ServiceError('INVALID_REQUEST', message, [{ field: 'minSeq', rule: 'exists', message }]);
  }

  /** Resolves when the index of another model, which the collection has by now, took the place of the one before. */
  private async swapped(followed: FollowedCollection): Promise<void> {
    await untilOver(this.looks.run());
    await untilOver(followed.next ?? Promise.resolve());
  }

  /** A change was told of; those of this process itself are about to be taken as they are. */
  private tell(collectionId: number, seq: number | undefined): void {
    const followed = this.followed.byId(collectionId);
    if (!followed || seq === undefined) this.followQuietly();
    else if (seq > followed.index.seq) {
      setTimeout(() => {
        if (seq > followed.index.seq) followed.index.catchUp().catch(() => undefined); // looked for again soon
      }, OWN_CHANGE_MS);
    }
  }

  private followQuietly(): void {
    this.looks.run().catch(() => undefined); // health tells
  }

  private async lookAtAll(): Promise<void> {
    const before = this.followed.ids();
    const rows = await this.collections.all();
    const { incarnation } = this.database;
    if (this.followed.update(incarnation, rows, before)) await this.catalogue.write({ incarnation, collections: rows });
    this.hasFollowed = true;
    searchMetrics.behind.set(this.followed.mostBehind());
  }

  private health(): Record<string, unknown> {
    return { collections: this.followed.size };
  }

  private describeFollowing(): Record<string, unknown> {
    if (!this.hasFollowed) throw new Error('the database has not been seen yet');
    return { behind: this.followed.mostBehind() };
  }
}

/** Settles as work for a request does, unless its caller is gone or waits no longer. */
async function untilOver<Result>(work: Promise<Result>): Promise<Result> {
  const context = currentRequest();
  if (!context) return work;
  stopIfOver(context);
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new ServiceError('TIMEOUT', 'The index did not get there in time')); }, context.deadline - performance.now());
  });
  try {
    return await unlessCancelled(Promise.race([work, over]), context.signal);
  } finally {
    clearTimeout(timer);
  }
}
