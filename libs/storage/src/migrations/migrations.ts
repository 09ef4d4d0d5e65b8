import type { ClientBase } from 'pg';
import { FIRST_TABLES } from './0001-first-tables.migration';
import { IDENTITY } from './0002-identity.migration';
import { AUDIT_TABLES } from './0003-audit.migration';

/** One step from a schema to the next; never changed once released. */
export interface Migration {
  /** What it does, in a few words. */
  readonly name: string;
  /** SQL, one or more statements, without transaction control. */
  readonly sql: string;
  /** Whether programs that do not know this step go on as before on the tables that it leaves, so that a rolling upgrade can be taken back. */
  readonly isAdditive: boolean;
}

/** The steps to the schema of this version; the number of a step is its place, from 1. */
export const STORAGE_MIGRATIONS: readonly Migration[] = [FIRST_TABLES, IDENTITY, AUDIT_TABLES];

/** The UUID that {@link Database.incarnation} gives. */
export async function readIncarnation(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ incarnation: string }>('select incarnation from installation');
  const [row] = rows;
  if (!row) throw new Error('The table installation has no row');
  return row.incarnation;
}
