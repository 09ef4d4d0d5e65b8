import { sql, type SQL } from 'drizzle-orm';
import { rowsOf, type SqlRunner } from './sql-runner';

/** What made the stems and words in the tables: those of another one are made anew. */
export const INDEX_FORMAT = 1;

/** How far the index of a collection is, and sums over the documents in it. */
export interface IndexState {
  /** What made it, see {@link INDEX_FORMAT}. */
  readonly format: number;
  /** Which database it was made in: one that a backup was put into is another. */
  readonly incarnation: string;
  /** Generation of the embeddings in it. */
  readonly generation: number;
  /** `prunedSeq` of the collection when it was begun. */
  readonly prunedSeq: number;
  /** Number of the last change in it. */
  readonly indexedSeq: number;
  /** The highest number of a row. */
  readonly lastNumber: number;
  readonly documents: number;
  /** Stems of all documents together. */
  readonly stems: number;
  /** Words of all documents together. */
  readonly words: number;
}

/** What an index is to be of. */
export interface IndexedCollection {
  readonly id: number;
  readonly incarnation: string;
  readonly generation: number;
  readonly prunedSeq: number;
}

/** Columns of `search_collections s` as an {@link IndexState}. */
export const STATE_COLUMNS: SQL = sql`s.format, s.incarnation, s.generation, s.pruned_seq::float8 AS "prunedSeq", s.indexed_seq::float8 AS "indexedSeq",
  s.last_number::float8 AS "lastNumber", s.documents::float8 AS documents, s.stems::float8 AS stems, s.words::float8 AS words`;

/** The index of a collection before anything is in it. */
export function emptyState({ incarnation, generation, prunedSeq }: IndexedCollection): IndexState {
  return { format: INDEX_FORMAT, incarnation, generation, prunedSeq, indexedSeq: 0, lastNumber: 0, documents: 0, stems: 0, words: 0 };
}

/** The index of a collection; undefined where there is none. */
export async function readState(runner: SqlRunner, id: number): Promise<IndexState | undefined> {
  const [state] = await rowsOf<IndexState>(runner, sql`SELECT ${STATE_COLUMNS} FROM search_collections s WHERE s.collection_id = ${id}`);
  return state;
}

/** The index of a collection, made where it is not there, which no other transaction changes until the end of this one. */
export async function lockState(transaction: SqlRunner, collection: IndexedCollection): Promise<IndexState> {
  const { id, incarnation, generation, prunedSeq } = collection;
  await transaction.execute(sql`INSERT INTO search_collections (collection_id, format, incarnation, generation, pruned_seq, indexed_seq, last_number, documents, stems, words)
    VALUES (${id}, ${INDEX_FORMAT}, ${incarnation}, ${generation}, ${prunedSeq}, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING`);
  const [state] = await rowsOf<IndexState>(transaction, sql`SELECT ${STATE_COLUMNS} FROM search_collections s WHERE s.collection_id = ${id} FOR UPDATE`);
  if (!state) throw new Error('the index of a collection is gone while it is changed');
  return state;
}

/** Says how far an index is. */
export async function saveState(transaction: SqlRunner, id: number, state: IndexState): Promise<void> {
  await transaction.execute(sql`UPDATE search_collections SET format = ${state.format}, incarnation = ${state.incarnation}, generation = ${state.generation},
    pruned_seq = ${state.prunedSeq}, indexed_seq = ${state.indexedSeq}, last_number = ${state.lastNumber},
    documents = ${state.documents}, stems = ${state.stems}, words = ${state.words} WHERE collection_id = ${id}`);
}

/** Whether changes can be added to an index: made as now, in this database, with embeddings of the collection's model, and no removal was forgotten that it has not seen. */
export function isUsable(state: IndexState, { incarnation, generation, prunedSeq }: IndexedCollection): boolean {
  return state.format === INDEX_FORMAT && state.incarnation === incarnation && state.generation === generation && hasSeenRemovals(state, prunedSeq);
}

/** Whether an index has all removals that are no longer told, or was begun after them. */
export function hasSeenRemovals(state: IndexState, prunedSeq: number): boolean {
  return prunedSeq <= state.prunedSeq || prunedSeq <= state.indexedSeq;
}
