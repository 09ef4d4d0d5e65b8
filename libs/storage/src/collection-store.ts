import { cursorOf, EVERY_OWNER, positionOf, type ReembeddingState, ServiceError } from '@sigmalang/contracts';
import { outsideRequests } from '@sigmalang/runtime';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { and, asc, eq, getTableColumns, gt, sql, type SQL } from 'drizzle-orm';
import type { ChangeFeed } from './change-feed';
import type { Database, Transaction } from './database';
import { collections, reembeddings, removedCollections } from './search.schema';

/** A collection of documents. */
export interface CollectionRow {
  /** Never used again, also not for a collection of the same name. */
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  /** Id of the model that its embeddings are of. */
  readonly model: string;
  /** Numbers of an embedding. */
  readonly dimensions: number;
  /** Counts up when the model changes, from 1. */
  readonly generation: number;
  /** Number of the last change, 0 before any. */
  readonly seq: number;
  /** Number of the last removal that is no longer told by `changesAfter`: who began from 0 when it was less, and has seen less, may have missed it and must begin from 0 again. */
  readonly prunedSeq: number;
  /** Documents in it. */
  readonly documents: number;
  /** Bytes of their texts and of their metadata as JSON, in UTF-8. */
  readonly bytes: number;
  readonly createdAt: Date;
  /** The job that embeds it by another model, where there is one. */
  readonly reembedding?: {
    readonly model: string;
    readonly state: ReembeddingState;
    readonly done: number;
    readonly total: number;
    readonly reason?: string;
  };
}

/** What a collection is to be. */
export interface CollectionValues {
  /** What was said before stays when absent. */
  readonly description?: string;
  /** Needed to make a collection, without effect on one that is there: see {@link ReembeddingStore}. */
  readonly model?: string;
  readonly dimensions?: number;
}

/** Documents of a removed collection that are removed in one transaction. */
const PURGE_DOCUMENTS = 5_000;

/** Collections of an owner that are removed between two looks at which there are. */
const ERASED_AT_ONCE = 100;

const logger = new Logger('CollectionStore');

/** Keeps collections, each under a name that is unique for its owner. */
export class CollectionStore implements BeforeApplicationShutdown {
  private purging: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly feed: ChangeFeed,
  ) {}

  /** Makes a collection, or changes the description of one; throws a TypeError where one would have to be made without model and dimensions. */
  put(owner: string, name: string, { description, model, dimensions }: CollectionValues): Promise<CollectionRow> {
    return this.database.transaction('collections.put', async (tx) => {
      const values = description === undefined ? {} : { description };
      if (model === undefined || dimensions === undefined) {
        if (description !== undefined) await tx.update(collections).set(values).where(named(owner, name));
      } else {
        const set = description === undefined ? { name } : values; // to change nothing is no statement
        await tx
          .insert(collections)
          .values({ owner, name, model, dimensions, ...values })
          .onConflictDoUpdate({ target: [collections.owner, collections.name], set });
      }
      const [row] = await select(tx, named(owner, name));
      if (!row) throw new TypeError('A collection is made with a model and its dimensions');
      return row;
    });
  }

  /** The collection of a name, or undefined. */
  async get(owner: string, name: string): Promise<CollectionRow | undefined> {
    const [row] = await this.database.run('collections.get', (db) => select(db, named(owner, name)));
    return row;
  }

  /** At most `limit` collections of an owner by name, or those of EVERY_OWNER by owner and name, those after `cursor`; throws INVALID_REQUEST where that is of a list of the other kind. */
  async list(owner: string, limit: number, cursor?: string): Promise<{ collections: CollectionRow[]; nextCursor: string | null }> {
    const after = positionOf(owner, cursor);
    const following =
      owner === EVERY_OWNER
        ? sql`(${collections.owner}, ${collections.name}) > (${after.owner}, ${after.name})`
        : and(eq(collections.owner, owner), gt(collections.name, after.name));
    const found = await this.database.run('collections.list', (db) => select(db, following, limit + 1));
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return { collections: rows, nextCursor: found.length > limit && last ? cursorOf(owner, last) : null };
  }

  /** Removes a collection and gives it a last time, or undefined where there is none; its documents go in the background. */
  async delete(owner: string, name: string): Promise<CollectionRow | undefined> {
    const removed = await this.database.transaction('collections.delete', async (tx) => {
      await tx.execute(sql`select 1 from ${collections} where ${named(owner, name)} for update`);
      const [row] = await select(tx, named(owner, name));
      if (!row) return undefined;
      await tx.delete(collections).where(eq(collections.id, row.id));
      await tx.insert(removedCollections).values({ collectionId: row.id });
      await this.feed.announce(tx, row.id);
      return row;
    });
    if (!removed) return undefined;
    this.feed.committed(removed.id);
    this.purging = this.purging
      .then(() => outsideRequests(() => this.purgeRemoved())) // the request is answered before that
      .catch(() => { logger.warn({ msg: 'Documents of a removed collection are still there; they go with the next upkeep' }); });
    return removed;
  }

  /**
   * Removes all collections of an owner with all their documents, and gives the ids of the collections and how many documents they had; resolves
   * when nothing of them is left in the tables, also of those that were removed before. Throws UNAVAILABLE when the process stops meanwhile.
   */
  async erase(owner: string): Promise<{ ids: number[]; documents: number }> {
    const erased: CollectionRow[] = [];
    for (;;) {
      const found = await this.database.run('collections.erase', (db) => select(db, eq(collections.owner, owner), ERASED_AT_ONCE));
      if (found.length === 0) break;
      for (const { name } of found) {
        const removed = await this.delete(owner, name);
        if (removed) erased.push(removed);
      }
    }
    await outsideRequests(() => this.purgeRemoved());
    if (this.isStopping) throw new ServiceError('UNAVAILABLE', 'The process is stopping and has not removed all documents; ask again');
    return { ids: erased.map(({ id }) => id), documents: erased.reduce((sum, { documents }) => sum + documents, 0) };
  }

  /** Every collection of every owner, in order of their ids. */
  all(): Promise<CollectionRow[]> {
    return this.database.run('collections.all', (db) => select(db, undefined, undefined, asc(collections.id)));
  }

  /** Waits for what goes in the background now; the rest goes with an upkeep. */
  beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    return this.purging;
  }

  /** Removes the documents of removed collections, piece by piece. */
  async purgeRemoved(): Promise<void> {
    const removed = await this.database.run('collections.purge', (db) => db.select().from(removedCollections));
    for (const { collectionId } of removed) {
      while (!this.isStopping && (await this.purge(collectionId)));
      if (this.isStopping) return;
      await this.database.run('collections.purge', (db) => db.delete(removedCollections).where(eq(removedCollections.collectionId, collectionId)));
    }
  }

  /** Removes some of what is left of a collection, and says whether more is: rows that somebody else is removing count until that is committed. */
  private purge(collectionId: number): Promise<boolean> {
    const some = (table: SQL) => sql`delete from ${table} where ctid = any (array(select ctid from ${table} where collection_id = ${collectionId} limit ${PURGE_DOCUMENTS}))`;
    return this.database.transaction('collections.purge', async (tx) => {
      await tx.execute(some(sql`embeddings`));
      await tx.execute(some(sql`documents`));
      const { rows } = await tx.execute(sql`(select 1 from embeddings where collection_id = ${collectionId} limit 1) union all (select 1 from documents where collection_id = ${collectionId} limit 1)`);
      return rows.length > 0;
    });
  }
}

function named(owner: string, name: string): SQL | undefined {
  return and(eq(collections.owner, owner), eq(collections.name, name));
}

/** Collections with their jobs; by owner and name unless told otherwise. */
export async function select(db: Transaction, where?: SQL, limit?: number, ...order: SQL[]): Promise<CollectionRow[]> {
  const { model, state, done, total, reason } = reembeddings;
  const query = db
    .select({ ...getTableColumns(collections), reembedding: { model, state, done, total, reason } })
    .from(collections)
    .leftJoin(reembeddings, eq(reembeddings.collectionId, collections.id))
    .where(where)
    .orderBy(...(order.length > 0 ? order : [asc(collections.owner), asc(collections.name)]));
  const rows = await (limit === undefined ? query : query.limit(limit));
  return rows.map(({ reembedding, ...collection }) => {
    if (!reembedding) return collection;
    const { reason: cause, ...job } = reembedding;
    return { ...collection, reembedding: cause === null ? job : { ...job, reason: cause } };
  });
}
