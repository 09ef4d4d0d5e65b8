import type { Database } from '@sigmalang/storage';
import { bringInPgvector, PgvectorMissingError } from './pgvector-extension';

/** A database with a version of pgvector, with one that can be brought in, or without. */
function databaseWith({ installed, available, refuses }: { installed?: string; available?: string; refuses?: boolean }) {
  const asked: string[] = [];
  let version = installed;
  const query = (text: string): Promise<{ rows: unknown[]; rowCount: number }> => {
    asked.push(text);
    if (text.startsWith('create extension')) {
      if (refuses) return Promise.reject(new Error('permission denied to create extension "vector"'));
      version = available;
    }
    const rows = text.includes('extversion') && version !== undefined ? [{ version }] : [];
    return Promise.resolve({ rows, rowCount: text.includes('pg_available_extensions') && available !== undefined ? 1 : rows.length });
  };
  const database = { withConnection: (_operation: string, work: (client: unknown) => Promise<unknown>) => work({ query }) } as unknown as Database;
  return { database, asked };
}

it.each([
  ['0.8.7', true],
  ['0.10.0', true],
  ['1.0', true],
  ['0.7.4', false],
  ['0.5.0', false],
])('takes pgvector %s that is there, and knows whether its graphs can be searched on: %s', async (installed, iterative) => {
  const { database, asked } = databaseWith({ installed });
  expect(await bringInPgvector(database)).toEqual({ iterative });
  expect(asked.filter((text) => text.startsWith('create'))).toEqual([]);
});

it('brings it in under a lock, which it gives back', async () => {
  const { database, asked } = databaseWith({ available: '0.8.0' });
  expect(await bringInPgvector(database)).toEqual({ iterative: true });
  expect(asked.slice(2, 5)).toEqual(['select pg_advisory_lock($1)', 'create extension if not exists vector', 'select pg_advisory_unlock($1)']);
});

it.each([
  ['is not on the server', {}, /does not have: install it there .* or set SEARCH_ENGINE=sqlite/],
  ['may not be brought in', { available: '0.8.0', refuses: true }, /may not bring in: run CREATE EXTENSION vector .* or set SEARCH_ENGINE=sqlite/],
  ['is too old', { installed: '0.4.4' }, /needs pgvector 0\.5 or later, and the database has 0\.4\.4: .* or set SEARCH_ENGINE=sqlite/],
])('says what to do where it %s', async (_case, state, message) => {
  const { database, asked } = databaseWith(state);
  const failed = bringInPgvector(database);
  await expect(failed).rejects.toBeInstanceOf(PgvectorMissingError);
  await expect(failed).rejects.toThrow(message);
  expect(asked.filter((text) => text.includes('advisory_lock')).length).toBe(asked.filter((text) => text.includes('advisory_unlock')).length);
});
