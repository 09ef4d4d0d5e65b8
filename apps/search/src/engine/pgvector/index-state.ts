import { sql } from 'drizzle-orm';
import { rowsOf, type SqlRunner } from './sql-runner';

/** What made the stems and words in the tables: those of another one are made anew. */
export const INDEX_FORMAT = 1;

/** How far the index of a collection is, and sums over the documents in it. */
export interface IndexState {
  /** What made it, see {@link INDEX_FORMAT}. */
  readonly format: number;
  /** Generation of the embeddings in it. */
  readonly generation: number;
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

/** Whose index it is. */
export interface IndexedCollection {
  readonly id: number;
  readonly generation: number;
}

/** Columns of `search_collections` as an {@link IndexState}. */
const COLUMNS = sql`format, generation, indexed_seq::float8 AS "indexedSeq", last_number::float8 AS "lastNumber",
  documents::float8 AS documents, stems::float8 AS stems, words::float8 AS words`;

/** How an index begins. */
export function emptyState(generation: number): IndexState {
  return { format: INDEX_FORMAT, generation, indexedSeq: 0, lastNumber: 0, documents: 0, stems: 0, words: 0 };
}

/** The index of a collection; undefined where nothing was indexed of it. */
export async function readState(runner: SqlRunner, id: number): Promise<IndexState | undefined> {
  const [state] = await rowsOf<IndexState>(runner, sql`SELECT ${COLUMNS} FROM search_collections WHERE collection_id = ${id}`);
  return state;
}

/** The index of a collection, made where it is not there, which no other transaction changes until the end of this one. */
export async function lockState(transaction: SqlRunner, { id, generation }: IndexedCollection): Promise<IndexState> {
  await transaction.execute(sql`INSERT INTO search_collections (collection_id, format, generation) VALUES (${id}, ${INDEX_FORMAT}, ${generation}) ON CONFLICT DO NOTHING`);
  const [state] = await rowsOf<IndexState>(transaction, sql`SELECT ${COLUMNS} FROM search_collections WHERE collection_id = ${id} FOR UPDATE`);
  if (!state) throw new Error('the index of a collection is gone while it is changed');
  return state;
}

/** Says how far an index is. */
export async function saveState(transaction: SqlRunner, id: number, state: IndexState): Promise<void> {
  await transaction.execute(sql`UPDATE search_collections SET format = ${state.format}, generation = ${state.generation}, indexed_seq = ${state.indexedSeq},
    last_number = ${state.lastNumber}, documents = ${state.documents}, stems = ${state.stems}, words = ${state.words} WHERE collection_id = ${id}`);
}

/** Whether an index is one that changes of a collection can be added to: made as now, with embeddings of the collection's model. */
export function isCurrent(state: Pick<IndexState, 'format' | 'generation'>, { generation }: Pick<IndexedCollection, 'generation'>): boolean {
  return state.format === INDEX_FORMAT && state.generation === generation;
}
