import type { Filter } from '@sigmalang/contracts';
import { sql, type SQL } from 'drizzle-orm';
import { filterCondition } from '../../filters/filter-sql-postgres';
import type { IndexState } from './index-state';
import { rowsOf, type SqlRunner } from './sql-runner';

/** Documents by number, best first, with the score of each. */
export interface RankedNumbers {
  readonly numbers: readonly number[];
  readonly scores: readonly number[];
}

/** Ranked documents of all that match. */
export interface Matches extends RankedNumbers {
  readonly total: number;
}

/** Nothing. */
export const NO_MATCHES: Matches = { numbers: [], scores: [], total: 0 };

/** What a search looks at: a collection as one transaction sees it, and the documents of it that count. */
export class SearchScope {
  constructor(
    readonly transaction: SqlRunner,
    readonly collection: number,
    readonly state: IndexState,
    private readonly filter: Filter | undefined,
  ) {}

  /** Whether all documents count. */
  get isWhole(): boolean {
    return this.filter === undefined;
  }

  /** Stems of a document on average, 0 where there is no document. */
  get meanLength(): number {
    const { documents, stems } = this.state;
    return documents === 0 ? 0 : stems / documents;
  }

  /** Rows of a statement within the transaction. */
  rows<Row>(statement: SQL): Promise<readonly Row[]> {
    return rowsOf<Row>(this.transaction, statement);
  }

  /** `AND` the document of this number counts; nothing where all do. */
  andAllowed(column: SQL): SQL {
    return this.filter ? sql`AND ${column} IN (${this.allowedNumbers(this.filter)})` : sql``;
  }

  /** Documents that count. */
  async candidates(): Promise<number> {
    if (!this.filter) return this.state.documents;
    const [row] = await this.rows<{ count: number }>(sql`SELECT count(*)::float8 AS count FROM (${this.allowedNumbers(this.filter)}) AS allowed`);
    return row?.count ?? 0;
  }

  private allowedNumbers(filter: Filter): SQL {
    return sql`SELECT s.number FROM search_documents s JOIN documents d ON d.collection_id = s.collection_id AND d.id = s.id
      WHERE s.collection_id = ${this.collection} AND ${filterCondition(sql`d.metadata`, filter)}`;
  }
}

/** Matches of a statement that gives `number`, `score` and `total` in each row. */
export function toMatches(rows: readonly { readonly number: number; readonly score: number; readonly total: number }[]): Matches {
  return { numbers: rows.map(({ number }) => number), scores: rows.map(({ score }) => score), total: rows[0]?.total ?? 0 };
}

/** Place of a document in a list, from 1; undefined where it is not in it. */
export function rankIn(list: RankedNumbers, number: number): number | undefined {
  const at = list.numbers.indexOf(number);
  return at < 0 ? undefined : at + 1;
}

/** Score of a document in a list; undefined where it is not in it. */
export function scoreIn(list: RankedNumbers, number: number): number | undefined {
  return list.scores[list.numbers.indexOf(number)];
}
