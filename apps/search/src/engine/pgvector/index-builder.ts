import { ServiceError } from '@sigmalang/contracts';
import { type CollectionRow, CollectionStore, Database, DocumentStore, fromEmbeddingBytes, StaleGenerationError, type Transaction } from '@sigmalang/storage';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { rebuilding, searchMetrics } from '../../search-metrics';
import { emptyState, hasSeenRemovals, type IndexedCollection, type IndexState, INDEX_FORMAT, isUsable, lockState, readState, saveState } from './index-state';
import { DOCUMENT_TABLES } from './index-tables';
import { applyChanges, insertEmbeddings } from './index-writer';
import { integers, rowsOf, type SqlRunner, texts } from './sql-runner';
import { hasMeaning } from './vector-literal';

/** Documents that are indexed in one transaction. */
const PAGE = 1_000;

/** Rows that are removed in one transaction. */
const PURGED_AT_ONCE = 20_000;

/** Indexes what the transactions of writes did not: what was written by others, and all of it where an index has to be made anew. */
export class IndexBuilder {
  private readonly logger = new Logger('IndexBuilder');

  constructor(
    private readonly database: Database,
    private readonly collections: CollectionStore,
    private readonly documents: DocumentStore,
  ) {}

  /** Brings the index of a collection up to date, page by page; calls `progress` with the number of the last change in it after each. */
  async catchUp(row: CollectionRow, progress: (seq: number) => void, isStopped: () => boolean): Promise<void> {
    let collection: CollectionRow | undefined = row;
    const build = {};
    try {
      while (collection && !isStopped()) {
        const state = await this.usableState(collection);
        progress(state.indexedSeq);
        if (state.indexedSeq >= collection.seq) return;
        if (state.indexedSeq === 0) rebuilding.add(build);
        collection = await this.addPageAndLook(collection, state);
      }
    } finally {
      rebuilding.delete(build);
    }
  }

  /** Puts vectors of the next generation beside the documents that are embedded by the next model, while the present one is in use. */
  async prepareNextGeneration({ id }: CollectionRow): Promise<void> {
    const [job] = await this.database.run('search-index.next', (db) => rowsOf<{ generation: number }>(db, sql`SELECT generation FROM reembeddings WHERE collection_id = ${id}`));
    let after: number | undefined = job ? 0 : undefined;
    while (job && after !== undefined) {
      const from: number = after;
      after = await this.database.transaction('search-index.next', async (tx) => {
        await tx.execute(sql`SELECT 1 FROM search_collections WHERE collection_id = ${id} FOR UPDATE`);
        return fillEmbeddings(tx, id, job.generation, from);
      });
    }
  }

  /** Removes what is left of collections that are gone, piece by piece. */
  async purgeRemoved(): Promise<void> {
    const gone = await this.database.run('search-index.purge', (db) =>
      rowsOf<{ id: number }>(db, sql`SELECT collection_id::float8 AS id FROM search_collections WHERE collection_id NOT IN (SELECT id FROM collections)`),
    );
    for (const { id } of gone) {
      await this.removeRows(id);
      await this.database.run('search-index.purge', (db) => db.execute(sql`DELETE FROM search_collections WHERE collection_id = ${id}`));
    }
  }

  /** The index, empty where there was none that changes can be added to. */
  private async usableState(row: CollectionRow): Promise<IndexState> {
    const collection = this.indexed(row);
    const state = await this.database.run('search-index.state', (db) => readState(db, row.id));
    if (state && isUsable(state, collection)) return state;
    if (row.seq > 0) searchMetrics.rebuilds.inc({ reason: reasonOf(state, row) });
    if (state) {
      this.logger.log({ msg: 'An index is made anew', collection: row.id });
      // Nobody adds to it from here on, so that it is empty when its rows are gone.
      await this.database.transaction('search-index.reset', async (tx) => {
        await lockState(tx, collection);
        await saveState(tx, row.id, { ...emptyState(collection), format: 0 });
      });
      await this.removeRows(row.id);
    }
    return this.database.transaction('search-index.reset', async (tx) => {
      const found = await lockState(tx, collection);
      if (isUsable(found, collection)) return found; // made by another process meanwhile
      await saveState(tx, row.id, emptyState(collection));
      return emptyState(collection);
    });
  }

  /** Indexes the next page, and gives the collection as it is after that; undefined where it is gone. */
  private async addPageAndLook(row: CollectionRow, state: IndexState): Promise<CollectionRow | undefined> {
    try {
      await this.addPage(row, state);
    } catch (error) {
      // gone, or embedded by another model meanwhile: as it is now
      if (!(error instanceof StaleGenerationError) && !(error instanceof ServiceError && error.code === 'NOT_FOUND')) throw error;
    }
    return this.collections.get(row.owner, row.name);
  }

  private async addPage(row: CollectionRow, { indexedSeq }: IndexState): Promise<void> {
    const changes = await this.documents.changesAfter(row.id, row.generation, indexedSeq, PAGE);
    await this.database.transaction(
      'search-index.page',
      async (tx) => {
        const collection = this.indexed(row);
        const state = await lockState(tx, collection);
        if (isUsable(state, collection) && state.indexedSeq === indexedSeq) await applyChanges(tx, collection, state, changes);
      },
      { unbounded: true },
    );
  }

  private async removeRows(id: number): Promise<void> {
    for (const { name, key } of DOCUMENT_TABLES) {
      const [table, columns] = [sql.identifier(name), sql.join(key.map((column) => sql.identifier(column)), sql`, `)];
      // by key, since distributed databases have no `ctid`
      const some = sql`SELECT ${columns} FROM ${table} WHERE collection_id = ${id} LIMIT ${PURGED_AT_ONCE}`;
      for (let removed = PURGED_AT_ONCE; removed === PURGED_AT_ONCE; ) {
        const { rowCount } = await this.database.run('search-index.purge', (db) => db.execute(sql`DELETE FROM ${table} WHERE collection_id = ${id} AND (${columns}) IN (${some})`));
        removed = rowCount ?? 0;
      }
    }
  }

  private indexed({ id, generation, prunedSeq }: CollectionRow): IndexedCollection {
    return { id, generation, prunedSeq, incarnation: this.database.incarnation };
  }
}

/** Why an index is made anew that is not usable, or not there. */
function reasonOf(state: IndexState | undefined, { prunedSeq }: CollectionRow): 'nothing' | 'pruned' | 'outdated' {
  if (!state) return 'nothing';
  return hasSeenRemovals(state, prunedSeq) ? 'outdated' : 'pruned';
}

/**
 * What is done in the transaction of a write, where the index has all that was before; else its turn comes in the background. Where the collection has another model now, the vectors of
 * that are put in the place of those before.
 */
export async function indexWithin(transaction: Transaction, incarnation: string, row: CollectionRow, changes: Parameters<typeof applyChanges>[3]): Promise<void> {
  const collection: IndexedCollection = { id: row.id, generation: row.generation, prunedSeq: row.prunedSeq, incarnation };
  const state = await lockState(transaction, collection);
  if (state.indexedSeq !== changes.seq - 1) return;
  const current = state.generation < row.generation && isUsable({ ...state, generation: row.generation }, collection) ? await changeGeneration(transaction, collection, state) : state;
  if (isUsable(current, collection)) await applyChanges(transaction, collection, current, changes);
}

async function changeGeneration(transaction: Transaction, { id, generation }: IndexedCollection, state: IndexState): Promise<IndexState> {
  let after: number | undefined = 0;
  while (after !== undefined) after = await fillEmbeddings(transaction, id, generation, after);
  await transaction.execute(sql`DELETE FROM search_embeddings WHERE collection_id = ${id} AND generation <> ${generation}`);
  return { ...state, format: INDEX_FORMAT, generation };
}

/** Puts vectors of a generation beside the next documents that have none, where they are embedded; gives the number of the last document, or undefined at the end. */
async function fillEmbeddings(transaction: SqlRunner, id: number, generation: number, after: number): Promise<number | undefined> {
  const documents = await rowsOf<{ number: number; id: string }>(
    transaction,
    sql`SELECT number::float8 AS number, id FROM search_documents WHERE collection_id = ${id} AND number > ${after} ORDER BY number LIMIT ${PAGE}`,
  );
  const there = await rowsOf<{ number: number }>(
    transaction,
    sql`SELECT number::float8 AS number FROM search_embeddings WHERE collection_id = ${id} AND generation = ${generation} AND number = ANY (${integers(documents.map(({ number }) => number))})`,
  );
  const done = new Set(there.map(({ number }) => number));
  const missing = new Map(documents.filter(({ number }) => !done.has(number)).map((document) => [document.id, document.number]));
  const embedded = await rowsOf<{ id: string; embedding: Buffer }>(
    transaction,
    sql`SELECT id, embedding FROM embeddings WHERE collection_id = ${id} AND generation = ${generation} AND id = ANY (${texts([...missing.keys()])})`,
  );
  const vectors = embedded.map((row) => ({ number: missing.get(row.id) ?? 0, embedding: fromEmbeddingBytes(row.embedding) }));
  await insertEmbeddings(transaction, { id, generation }, vectors.filter(({ embedding }) => hasMeaning(embedding)));
  return documents.length === PAGE ? documents.at(-1)?.number : undefined;
}
