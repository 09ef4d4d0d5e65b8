import type { Database } from '@sigmalang/storage';

/** Most dimensions that pgvector makes graphs of. */
const MOST_DIMENSIONS = 2_000;

/** Key of the advisory lock of building a graph, beside the collection's id ("VGRF" as bytes). */
const LOCK = 1_447_514_694;

/** Vectors of one generation of a collection. */
export interface VectorSet {
  readonly id: number;
  readonly generation: number;
  readonly dimensions: number;
}

/** Name of the graph of vectors. */
export function graphName({ id, generation }: Pick<VectorSet, 'id' | 'generation'>): string {
  return `search_embeddings_${id}_${generation}`;
}

/**
 * Builds the graph of neighbours (HNSW) of a collection where it has none, while writes and searches go on; false where another process does. A collection has a graph of its own, so
 * that a search finds as many neighbours as it asks for.
 */
export function buildGraph(database: Database, set: VectorSet): Promise<boolean> {
  const { id, generation, dimensions } = set;
  if (![id, generation, dimensions].every(Number.isSafeInteger)) throw new RangeError('a graph is made of whole numbers');
  if (dimensions > MOST_DIMENSIONS) return Promise.resolve(false);
  return database.withConnection(
    'search-index.graph',
    async (client) => {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1, $2) as mine', [LOCK, id % 2 ** 31]);
      if (!rows[0]?.mine) return false;
      try {
        await client.query('set statement_timeout = 0');
        await client.query(`drop index concurrently if exists ${graphName(set)}`);
        await client.query(`create index concurrently ${graphName(set)} on search_embeddings using hnsw ((embedding::vector(${dimensions})) vector_cosine_ops)
          where collection_id = ${id} and generation = ${generation}`);
        return true;
      } finally {
        await client.query('reset statement_timeout');
        await client.query('select pg_advisory_unlock($1, $2)', [LOCK, id % 2 ** 31]);
      }
    },
    { unbounded: true },
  );
}

/** Removes the graphs of collections and generations that are gone. */
export function dropGraphs(database: Database, kept: ReadonlySet<string>): Promise<void> {
  return database.withConnection(
    'search-index.graph',
    async (client) => {
      const { rows } = await client.query<{ name: string }>("select indexname as name from pg_indexes where schemaname = current_schema() and indexname ~ '^search_embeddings_[0-9]+_[0-9]+$'");
      for (const { name } of rows) if (!kept.has(name)) await client.query(`drop index concurrently if exists ${name}`);
    },
    { unbounded: true },
  );
}
