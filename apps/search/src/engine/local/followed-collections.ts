import { ServiceError } from '@sigmalang/contracts';
import { type CollectionRow, DocumentStore } from '@sigmalang/storage';
import { Injectable, Logger } from '@nestjs/common';
import { IndexNotOpenError } from '../../local/index-error';
import { searchMetrics } from '../../search-metrics';
import { CoalescedRuns } from './coalesced-runs';
import { FollowedIndex } from './followed-index';
import { type IndexKey, IndexThread } from './index-thread';

/** A collection that this process follows, with the index that answers for it. */
export interface FollowedCollection {
  /** As the database had it last. */
  row: CollectionRow;
  /** What answers searches. */
  index: FollowedIndex;
  /** Model of the embeddings in `index`, which is another than the row's while the index of a new generation is being built. */
  model: string;
  /** Resolves when `index` is open and has taken what was there. */
  opened: Promise<void>;
  /** The index of a new generation, until it has taken all. */
  next?: Promise<void> | undefined;
}

/** The collections that this process follows: opens, swaps and drops their indexes. */
@Injectable()
export class FollowedCollections {
  private readonly logger = new Logger('FollowedCollections');
  private readonly followed = new Map<number, FollowedCollection>();
  private readonly byName = new Map<string, FollowedCollection>();
  /** By id: settle when the indexes of collections are closed that are not followed any more. */
  private readonly dropping = new Map<number, Promise<void>>();
  private readonly tending = new CoalescedRuns(() => this.tendEach());
  private incarnation: string | undefined;
  private isClosing = false;
  /** Whether the files of an index could not be removed. */
  private hasLeftFiles = false;

  constructor(
    private readonly thread: IndexThread,
    private readonly documents: DocumentStore,
  ) {}

  /** Collections that are followed. */
  get size(): number {
    return this.followed.size;
  }

  /** Ids of the collections that are followed now. */
  ids(): ReadonlySet<number> {
    return new Set(this.followed.keys());
  }

  /** The collection of an id. */
  byId(id: number): FollowedCollection | undefined {
    return this.followed.get(id);
  }

  /** The collection of an owner's name. */
  find(owner: string, name: string): FollowedCollection | undefined {
    return this.byName.get(nameOf({ owner, name }));
  }

  /** Changes that the index that is furthest behind has not taken yet. */
  mostBehind(): number {
    return Math.max(0, ...[...this.followed.values()].map(({ row, index }) => row.seq - index.seq));
  }

  /** Begins to follow a collection. */
  follow(row: CollectionRow): FollowedCollection {
    const index = this.indexOf(row);
    const opened = index.load(row.prunedSeq);
    opened.catch(() => undefined); // who searches hears of it, and the next look tries again
    const followed: FollowedCollection = { row, index, model: row.model, opened };
    this.followed.set(row.id, followed);
    this.byName.set(nameOf(row), followed);
    return followed;
  }

  /** Opens collections from disk alone. */
  async openAll(incarnation: string, rows: readonly CollectionRow[]): Promise<void> {
    this.incarnation ??= incarnation;
    for (const row of rows) {
      const followed = this.followed.get(row.id) ?? this.follow(row);
      followed.opened = followed.opened.catch(() => undefined);
      await followed.opened;
    }
  }

  /** Resolves when the files of all collections are removed that are not followed any more; throws UNAVAILABLE where one of these is followed still. */
  async dropped(ids: readonly number[]): Promise<void> {
    await Promise.all(this.dropping.values());
    if (ids.some((id) => this.followed.has(id))) throw new ServiceError('UNAVAILABLE', 'The index of a removed collection is still there; ask again');
    if (!this.hasLeftFiles) return;
    await this.thread.removeOthers([...this.followed.values()].flatMap(({ row, index }) => [this.keyOf(row), index.key]));
    this.hasLeftFiles = false;
  }

  /** Resolves when every collection that is followed now can be searched as the database has it; rejects as the first that cannot. */
  async opened(): Promise<void> {
    await Promise.all([...this.followed.values()].map(({ opened }) => opened));
  }

  /**
   * Begins to bring everything to what the database says, and says whether there is a collection more, less or otherwise than before.
   *
   * @param before ids of the collections that were followed when the database was asked; others may have been made since
   */
  update(incarnation: string, rows: readonly CollectionRow[], before: ReadonlySet<number>): boolean {
    const isOtherDatabase = incarnation !== this.incarnation;
    if (isOtherDatabase) for (const followed of this.followed.values()) this.watch(followed.row, this.drop(followed));
    this.incarnation = incarnation;
    const gone = new Map([...this.followed].filter(([id]) => before.has(id)));
    let isOther = isOtherDatabase;
    for (const row of rows) {
      gone.delete(row.id);
      const followed = this.followed.get(row.id);
      isOther ||= !followed || followed.row.generation !== row.generation;
      if (followed) {
        this.byName.set(nameOf(row), followed);
        this.watch(row, this.refresh(followed, row));
      } else this.follow(row);
    }
    for (const followed of gone.values()) this.watch(followed.row, this.drop(followed));
    if (isOtherDatabase) void this.thread.removeOthers(rows.map((row) => this.keyOf(row))).catch(() => undefined); // tried again at the next start
    searchMetrics.documents.set(rows.reduce((sum, { documents }) => sum + documents, 0));
    return isOther || gone.size > 0;
  }

  /** Does what the size of each index asks for, and writes snapshots of those that have changed, one after the other. */
  tend(): Promise<void> {
    return this.tending.run();
  }

  /** Gives up what is being done in the background, writes snapshots of the indexes that have changed, and closes all; their files stay. */
  async close(): Promise<void> {
    this.isClosing = true;
    await this.thread.endBackground();
    await this.tending.run(); // of which nothing is left but what is under way
    for (const { index } of this.followed.values()) await index.writeSnapshot();
    await Promise.allSettled([...this.followed.values()].map(({ index }) => index.close({ remove: false })));
    await this.thread.end();
  }

  private async tendEach(): Promise<void> {
    for (const { index } of this.followed.values()) {
      if (this.isClosing) return;
      await index.tend();
      await index.writeSnapshot();
    }
  }

  /** What fails here is begun again at the next look. */
  private watch({ id }: CollectionRow, work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.logger.warn({ msg: 'An index could not follow its collection', collection: id, err: error });
    });
  }

  private async refresh(followed: FollowedCollection, row: CollectionRow): Promise<void> {
    followed.row = row;
    if (await this.isUnopened(followed)) return;
    if (row.generation !== followed.index.key.generation) {
      followed.next ??= this.swap(followed, row).finally(() => { followed.next = undefined; });
      await followed.next;
    } else if (row.prunedSeq > followed.index.seq) await this.rebuild(followed);
    else if (row.seq > followed.index.seq) await followed.index.catchUp();
  }

  /** Whether an index could not be opened, which is tried again. */
  private async isUnopened(followed: FollowedCollection): Promise<boolean> {
    const failed = await followed.opened.then(() => false, () => true);
    if (failed) {
      followed.opened = followed.index.load(followed.row.prunedSeq);
      await followed.opened;
    }
    return failed;
  }

  /** Builds the index of a new generation beside the old one, which answers until that is there. */
  private async swap(followed: FollowedCollection, row: CollectionRow): Promise<void> {
    const next = this.indexOf(row);
    try {
      await next.load(row.prunedSeq);
      if (this.followed.get(row.id) !== followed) throw new IndexNotOpenError(); // the collection is gone
    } catch (error) {
      await next.close({ remove: true });
      throw error;
    }
    const before = followed.index;
    [followed.index, followed.model] = [next, row.model];
    await before.close({ remove: true });
    await next.writeSnapshot();
    this.logger.log({ msg: 'An index was swapped for one of another model', collection: row.id, generation: row.generation });
  }

  /** Begins again from nothing where removals that the index has not seen are no longer told. */
  private async rebuild(followed: FollowedCollection): Promise<void> {
    followed.opened = followed.index.load(followed.row.prunedSeq);
    await followed.opened;
  }

  private async drop(followed: FollowedCollection): Promise<void> {
    this.followed.delete(followed.row.id);
    if (this.byName.get(nameOf(followed.row)) === followed) this.byName.delete(nameOf(followed.row));
    const { id } = followed.row;
    const dropped = followed.index.close({ remove: true });
    const settled = dropped.catch(() => { this.hasLeftFiles = true; }).finally(() => {
      if (this.dropping.get(id) === settled) this.dropping.delete(id);
    });
    this.dropping.set(id, settled);
    await dropped;
  }

  private indexOf(row: CollectionRow): FollowedIndex {
    return new FollowedIndex(this.keyOf(row), this.thread, this.documents, this.dropping.get(row.id));
  }

  private keyOf({ id, generation, dimensions }: CollectionRow): IndexKey {
    return { incarnation: this.incarnation ?? '', collectionId: id, generation, dimensions };
  }
}

function nameOf({ owner, name }: Pick<CollectionRow, 'owner' | 'name'>): string {
  return `${owner}/${name}`;
}
