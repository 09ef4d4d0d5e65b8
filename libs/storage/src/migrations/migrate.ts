import type { ClientBase } from 'pg';
import type { Migration } from './migrations';

/** A later version of the program has changed the tables so that this one cannot use them; it does not touch them. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';

  constructor(component: string, found: number, known: number) {
    super(`The tables of ${component} in the database are of version ${found}, and this program knows ${known}; start the later version`);
  }
}

/** Key of the advisory lock that one migrating process has at a time ("SIGMALNG" as bytes). */
const LOCK = '6001122842953961031';

/** Brings the tables of a component up to date, each step in a transaction of its own; processes that do so at once wait for one another. Steps of a later version stay, as long as each is additive; throws {@link NewerDatabaseError} where one is not. */
export async function migrate(client: ClientBase, component: string, migrations: readonly Migration[]): Promise<void> {
  await client.query('set statement_timeout = 0');
  await client.query(`select pg_advisory_lock(${LOCK})`);
  try {
    await client.query(`create table if not exists schema_migrations (
      component text not null,
      version integer not null,
      name text not null,
      applied_at timestamptz not null default now(),
      primary key (component, version)
    )`);
    await addIsAdditive(client);
    const found = await schemaVersion(client, component);
    if (await isBroken(client, component, migrations.length)) throw new NewerDatabaseError(component, found, migrations.length);
    for (const [i, migration] of migrations.entries()) {
      if (i >= found) await apply(client, component, i + 1, migration);
    }
  } finally {
    await client.query(`select pg_advisory_unlock(${LOCK})`);
    await client.query('reset statement_timeout');
  }
}

/** Number of the last step that was done, 0 where none was. */
export async function schemaVersion(client: ClientBase, component: string): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    'select coalesce(max(version), 0) as version from schema_migrations where component = $1',
    [component],
  );
  return rows[0]?.version ?? 0;
}

/** Adds the column that the first tables of steps had not. Not by `if not exists`, which locks them all the same: a backup has read them, and lasts. */
async function addIsAdditive(client: ClientBase): Promise<void> {
  const { rowCount } = await client.query("select from pg_attribute where attrelid = 'schema_migrations'::regclass and attname = 'is_additive'");
  if (rowCount === 0) await client.query('alter table schema_migrations add column is_additive boolean not null default false');
}

/** Whether a step after those that a program knows has changed what it relies on. */
async function isBroken(client: ClientBase, component: string, known: number): Promise<boolean> {
  const { rows } = await client.query('select from schema_migrations where component = $1 and version > $2 and not is_additive', [component, known]);
  return rows.length > 0;
}

async function apply(client: ClientBase, component: string, version: number, { name, sql, isAdditive }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into schema_migrations (component, version, name, is_additive) values ($1, $2, $3, $4)', [component, version, name, isAdditive]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
