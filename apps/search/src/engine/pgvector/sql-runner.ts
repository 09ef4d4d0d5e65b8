import { sql, type SQL } from 'drizzle-orm';

/** What runs statements: a database, or a transaction of it. */
export interface SqlRunner {
  execute(statement: SQL): PromiseLike<{ readonly rows: readonly unknown[] }>;
}

/** Rows of a statement, which says by its columns and casts that they are of this type. */
export async function rowsOf<Row>(runner: SqlRunner, statement: SQL): Promise<readonly Row[]> {
  return (await runner.execute(statement)).rows as readonly Row[];
}

/** A list of texts as one parameter. */
export function texts(list: readonly string[]): SQL {
  return sql`${sql.param(list)}::text[]`;
}

/** A list of whole numbers as one parameter. */
export function integers(list: readonly number[]): SQL {
  return sql`${sql.param(list)}::bigint[]`;
}

/** A list of numbers as one parameter. */
export function numbers(list: readonly number[]): SQL {
  return sql`${sql.param(list)}::float8[]`;
}

/** A number in 64-bit arithmetic as a parameter. */
export function number(value: number): SQL {
  return sql`${value}::float8`;
}
