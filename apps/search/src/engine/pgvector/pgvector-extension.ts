import type { Database } from '@sigmalang/storage';
import type { ClientBase } from 'pg';

/** The database has no pgvector, or this user may not bring it in; says what to do. */
export class PgvectorMissingError extends Error {
  override readonly name = 'PgvectorMissingError';
}

/** The version of pgvector that is needed: the first with HNSW. */
const LEAST_VERSION = [0, 5] as const;

/** The version since which a graph is searched on where a filter let too few through. */
const ITERATIVE_VERSION = [0, 8] as const;

/** Key of the advisory lock of bringing it in ("PGVECTOR" as bytes). */
const LOCK = '5784087146219294546';

/** What the pgvector of a database can do. */
export interface PgvectorFeatures {
  /** Whether a graph can be searched on where a filter let too few through. */
  readonly iterative: boolean;
}

/** Brings pgvector in where it is not there. Throws PgvectorMissingError, which names the remedy. */
export function bringInPgvector(database: Database): Promise<PgvectorFeatures> {
  return database.withConnection('pgvector', async (client) => {
    const version = (await installedVersion(client)) ?? (await createExtension(client));
    if (!isAtLeast(version, LEAST_VERSION)) {
      throw new PgvectorMissingError(`SEARCH_ENGINE=pgvector needs pgvector ${LEAST_VERSION.join('.')} or later, and the database has ${version}: install a later one there and run ALTER EXTENSION vector UPDATE, or set SEARCH_ENGINE=sqlite`);
    }
    return { iterative: isAtLeast(version, ITERATIVE_VERSION) };
  });
}

async function installedVersion(client: ClientBase): Promise<string | undefined> {
  const { rows } = await client.query<{ version: string }>("select extversion as version from pg_extension where extname = 'vector'");
  return rows[0]?.version;
}

async function createExtension(client: ClientBase): Promise<string> {
  const { rowCount } = await client.query("select 1 from pg_available_extensions where name = 'vector'");
  if (rowCount === 0) {
    throw new PgvectorMissingError('SEARCH_ENGINE=pgvector needs the extension pgvector, which the database server does not have: install it there (https://github.com/pgvector/pgvector), or set SEARCH_ENGINE=sqlite');
  }
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  try {
    await client.query('create extension if not exists vector');
  } catch (cause) {
    throw new PgvectorMissingError('SEARCH_ENGINE=pgvector needs the extension pgvector, which this user may not bring in: run CREATE EXTENSION vector in the database as its owner or a superuser, or set SEARCH_ENGINE=sqlite', { cause });
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
  }
  return (await installedVersion(client)) ?? '';
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const differs = least.findIndex((part, i) => part !== (parts[i] ?? 0));
  return differs < 0 || (parts[differs] ?? 0) > (least[differs] ?? 0);
}
