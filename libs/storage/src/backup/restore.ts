import type { PoolClient } from 'pg';
import type { Database } from '../database';
import { STORAGE_MIGRATIONS } from '../migrations/migrations';
import { backupTables } from './backup';
import { type BackupEnd, BackupError, type BackupHeader, type BackupRow, readBackup } from './backup-format';

/** Rows, and about how many characters of them, that go to the database at once. */
const ROWS_AT_ONCE = 500;
const CHARACTERS_AT_ONCE = 4_000_000;

/**
 * Puts what a backup holds into the database, all of it or nothing; gives the rows, by table. Processes that use the database have to be
 * stopped before. Throws a {@link BackupError}, with nothing changed, where the file is not whole or the database not empty.
 *
 * @param replace whether to remove what is there
 */
export async function restore(database: Database, file: string, { replace = false } = {}): Promise<BackupEnd['counts']> {
  const looked = await readBackup(file, STORAGE_MIGRATIONS.length, () => undefined);
  const load = async (client: PoolClient): Promise<BackupEnd['counts']> => {
    await client.query('begin; set local statement_timeout = 0');
    try {
      await makeRoom(client, looked.header, replace);
      const { end, header } = await loadRows(client, file);
      if (end.sha256 !== looked.end.sha256) throw new BackupError('The file was changed while it was read');
      await client.query(`update installation set incarnation = gen_random_uuid()`);
      await keepIdsGoing(client, header.lastCollectionId);
      await client.query('commit');
      return end.counts;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  };
  return database.withConnection('restore', load, { unbounded: true });
}

/** Empties the tables of the backup: one of an earlier version has not all that there are, and what it says nothing of stays. */
async function makeRoom(client: PoolClient, { tables }: BackupHeader, replace: boolean): Promise<void> {
  const inBackup = backupTables().filter(({ name }) => tables.some((table) => table.name === name)).map(({ name }) => name);
  const names = inBackup.join(', ');
  await client.query(`lock table ${names} in access exclusive mode`);
  const filled = ['collections', 'api_keys', 'audit_entries'].filter((name) => inBackup.includes(name)).map((name) => `(select 1 from ${name} limit 1)`);
  const { rows } = await client.query(filled.join(' union all '));
  if (rows.length > 0 && !replace) throw new BackupError('The database is not empty; with --replace all that is there goes');
  await client.query(`select set_config('sigmalang.audit', 'restore', true)`);
  await client.query(`truncate ${names}, removed_collections cascade`);
}

async function loadRows(client: PoolClient, file: string) {
  let waiting: BackupRow[] = [];
  let characters = 0;
  let last: BackupHeader | undefined;
  const flush = async (): Promise<void> => {
    if (last && waiting.length > 0) await insert(client, last, waiting);
    waiting = [];
    characters = 0;
  };
  const read = await readBackup(file, STORAGE_MIGRATIONS.length, async (row, header) => {
    last = header;
    if (waiting[0] && (waiting[0][0] !== row[0] || waiting.length >= ROWS_AT_ONCE || characters > CHARACTERS_AT_ONCE)) await flush();
    waiting.push(row);
    for (const value of row) characters += typeof value === 'string' ? value.length : 0;
  });
  await flush();
  return read;
}

/** Inserts rows of one table. */
async function insert(client: PoolClient, header: BackupHeader, rows: readonly BackupRow[]): Promise<void> {
  const place = rows[0]?.[0] ?? 0;
  const name = header.tables[place]?.name ?? '';
  const columns = header.tables[place]?.columns ?? [];
  const types = backupTables().find((table) => table.name === name)?.types;
  const casts = columns.map((column, i) => {
    const type = types?.get(column);
    if (type === undefined) throw new BackupError('The backup is of another version: it has a column that is not known');
    return type === 'bytea' ? `decode(c${i}, 'base64')` : `c${i}::${type}`;
  });
  const lists = columns.map((_column, i) => `$${i + 1}::text[]`).join(', ');
  const names = columns.map((_column, i) => `c${i}`).join(', ');
  await client.query(
    `insert into ${name} (${columns.join(', ')}) overriding system value select ${casts.join(', ')} from unnest(${lists}) as rows (${names})`,
    columns.map((_column, i) => rows.map((row) => row[i + 1] ?? null)),
  );
}

/** Ids of collections are never given twice, neither those of the backup nor those of what was there before. */
async function keepIdsGoing(client: PoolClient, last: number): Promise<void> {
  await client.query(`select setval('collections_id_seq', greatest($1, (select last_value from collections_id_seq)))`, [Math.max(1, last)]);
}
