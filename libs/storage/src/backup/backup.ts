import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { getTableConfig } from 'drizzle-orm/pg-core';
import type { PoolClient } from 'pg';
import type { Database } from '../database';
import { STORAGE_MIGRATIONS } from '../migrations/migrations';
import { TRUTH } from '../truth';
import { BACKUP_FORMAT, BACKUP_VERSION, type BackupEnd, type BackupHeader, type BackupTable } from './backup-format';

const ROWS_AT_ONCE = 500;

/** The tables of a backup, with the types of their columns by name. */
export function backupTables(): (BackupTable & { readonly types: ReadonlyMap<string, string> })[] {
  return TRUTH.map((table) => {
    const { name, columns } = getTableConfig(table);
    const types = new Map(columns.map((column) => [column.name, column.getSQLType()]));
    return { name, columns: [...types.keys()], types };
  });
}

/** Writes all that cannot be made again into a file, as of one moment while others may write on; gives the rows written, by table. The file is there when it is whole. */
export function backup(database: Database, file: string): Promise<BackupEnd['counts']> {
  const unfinished = `${file}.tmp`;
  const write = async (client: PoolClient): Promise<BackupEnd['counts']> => {
    await client.query(`begin isolation level repeatable read read only; set local statement_timeout = 0; set local timezone = 'UTC'`);
    const counts: Record<string, number> = {};
    await pipeline(Readable.from(lines(client, counts)), createGzip(), createWriteStream(unfinished, { mode: 0o600 }));
    await client.query('commit');
    const written = await open(unfinished, 'r');
    await written.sync();
    await written.close();
    await rename(unfinished, file);
    return counts;
  };
  return database.withConnection('backup', write, { unbounded: true }).finally(() => rm(unfinished, { force: true }));
}

async function* lines(client: PoolClient, counts: Record<string, number>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const hashed = (line: unknown): string => {
    const text = `${JSON.stringify(line)}\n`;
    hash.update(text);
    return text;
  };
  const tables = backupTables();
  yield hashed(await headerOf(client, tables));
  for (const [i, { name, columns, types }] of tables.entries()) {
    counts[name] = 0;
    const values = columns.map((column) => (types.get(column) === 'bytea' ? column : `${column}::text`));
    const live = name === 'documents' || name === 'embeddings' ? ' where collection_id in (select id from collections)' : '';
    await client.query(`declare rows no scroll cursor for select ${values.join(', ')} from ${name}${live}`);
    for (;;) {
      const { rows } = await client.query<(string | Buffer | null)[]>({ text: `fetch ${ROWS_AT_ONCE} from rows`, rowMode: 'array' });
      if (rows.length === 0) break;
      counts[name] += rows.length;
      yield rows.map((row) => hashed([i, ...row.map((value) => (Buffer.isBuffer(value) ? value.toString('base64') : value))])).join('');
    }
    await client.query('close rows');
  }
  yield `${JSON.stringify({ counts, sha256: hash.digest('hex') } satisfies BackupEnd)}\n`;
}

async function headerOf(client: PoolClient, tables: readonly BackupTable[]): Promise<BackupHeader> {
  const { rows } = await client.query<{ last: string }>('select case when is_called then last_value else 0 end as last from collections_id_seq');
  return {
    format: BACKUP_FORMAT,
    version: BACKUP_VERSION,
    schema: STORAGE_MIGRATIONS.length, // those of a later version, where it has added to them, are not in it
    tables: tables.map(({ name, columns }) => ({ name, columns })),
    lastCollectionId: Number(rows[0]?.last ?? 0),
  };
}
