import { sql, type SQL } from 'drizzle-orm';
import { exactCosine, lengthOf } from '../../vectors/exact-cosine';
import { type Matches, NO_MATCHES, type RankedNumbers, type SearchScope } from './search-scope';
import { integers } from './sql-runner';
import { hasMeaning, readVector, vectorLiteral } from './vector-literal';

/** What pgvector's distances in 32-bit arithmetic may be off by, with room. */
const MARGIN = 1e-5;

/** Documents of about the same distance as the last one that are looked at exactly, at most. */
const MOST_TIED = 1_000;

/** How vectors of a collection can be compared. */
export interface VectorSettings {
  readonly dimensions: number;
  /** Vectors up to which each is compared; beyond that the graph is asked, where there is one. */
  readonly mostCompared: number;
  /** Whether there is a graph of neighbours, and whether it can be searched on where a filter let too few through. */
  readonly graph?: { readonly iterative: boolean } | undefined;
}

interface Neighbour {
  readonly number: number;
  readonly embedding: Float32Array;
}

interface EmbeddingRow {
  readonly number: number;
  readonly embedding: string;
}

/** Compares embeddings of one collection. */
export class VectorSearch {
  constructor(
    private readonly scope: SearchScope,
    private readonly settings: VectorSettings,
  ) {}

  /** The nearest documents by exact cosine, rounded to 6 decimals, equal ones by number; all documents that count and have a meaning are the total. */
  async nearest(query: Float32Array | undefined, limit: number): Promise<Matches> {
    const total = await this.comparable();
    if (!hasMeaning(query)) return { ...NO_MATCHES, total };
    const { graph, mostCompared } = this.settings;
    if (graph !== undefined && total > mostCompared && (graph.iterative || this.scope.isWhole)) {
      const proposed = await this.byGraph(query, limit, graph.iterative);
      if (proposed.length >= Math.min(limit, total)) return { ...best(proposed, query, limit), total };
    }
    return { ...best(await this.byComparing(query, limit), query, limit), total };
  }

  /** Embeddings of documents, by number; those without a meaning are not there. */
  async embeddings(numbers: readonly number[]): Promise<ReadonlyMap<number, Float32Array>> {
    const found = await this.scope.rows<EmbeddingRow>(
      sql`SELECT number::float8 AS number, embedding::text AS embedding FROM search_embeddings WHERE ${this.ofCollection()} AND number = ANY (${integers(numbers)})`,
    );
    return new Map(found.map(({ number, embedding }) => [number, readVector(embedding)]));
  }

  private async comparable(): Promise<number> {
    const [row] = await this.scope.rows<{ count: number }>(
      sql`SELECT count(*)::float8 AS count FROM search_embeddings WHERE ${this.ofCollection()} ${this.scope.andAllowed(sql`number`)}`,
    );
    return row?.count ?? 0;
  }

  /** In two statements: a database that has not counted its rows yet would join the nearest with the embeddings by going through all of them each time. */
  private async byComparing(query: Float32Array, limit: number): Promise<readonly Neighbour[]> {
    const nearest = await this.scope.rows<{ number: number }>(sql`
      WITH compared AS MATERIALIZED (
        SELECT number, embedding <=> ${vectorLiteral(query)}::vector AS distance FROM search_embeddings WHERE ${this.ofCollection()} ${this.scope.andAllowed(sql`number`)}
      )
      SELECT number::float8 AS number FROM compared
      WHERE distance <= coalesce((SELECT distance FROM compared ORDER BY distance OFFSET ${limit - 1} LIMIT 1), 'Infinity') + ${MARGIN}::float8
      ORDER BY distance, compared.number LIMIT ${limit + MOST_TIED}`);
    const embeddings = await this.embeddings(nearest.map(({ number }) => number));
    return Array.from(embeddings, ([number, embedding]) => ({ number, embedding }));
  }

  /** What the graph of neighbours proposes: four times as many as are wanted. */
  private async byGraph(query: Float32Array, limit: number, iterative: boolean): Promise<readonly Neighbour[]> {
    const wanted = Math.min(1_000, 4 * limit + 100);
    const { transaction } = this.scope;
    await transaction.execute(sql`SELECT set_config('hnsw.ef_search', ${String(wanted)}, true)`);
    if (iterative) await transaction.execute(sql`SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.max_scan_tuples', '100000', true)`);
    const embedding = sql`embedding::vector(${sql.raw(String(this.settings.dimensions))})`;
    const found = await this.scope.rows<EmbeddingRow>(sql`SELECT number::float8 AS number, embedding::text AS embedding FROM search_embeddings
      WHERE ${this.ofCollection()} ${this.scope.andAllowed(sql`number`)} ORDER BY ${embedding} <=> ${vectorLiteral(query)}::vector LIMIT ${wanted}`);
    return found.map((row) => ({ number: row.number, embedding: readVector(row.embedding) }));
  }

  /** The vectors in use; as numbers in the statement, by which the planner knows the graph of the collection, and which are our own. */
  private ofCollection(): SQL {
    const { collection, state } = this.scope;
    return sql`collection_id = ${wholeNumber(collection)} AND generation = ${wholeNumber(state.generation)}`;
  }
}

/** A whole number as a part of a statement; throws RangeError for what is none. */
function wholeNumber(value: number): SQL {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('a statement is made with a whole number');
  return sql.raw(String(value));
}

function best(neighbours: readonly Neighbour[], query: Float32Array, limit: number): RankedNumbers {
  const length = lengthOf(query);
  const scored = neighbours
    .map(({ number, embedding }) => ({ number, score: exactCosine(embedding, query, length) }))
    .sort((a, b) => b.score - a.score || a.number - b.number)
    .slice(0, limit);
  return { numbers: scored.map(({ number }) => number), scores: scored.map(({ score }) => score) };
}
