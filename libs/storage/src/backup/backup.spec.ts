import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { newSalt } from '../audit/audit-chain';
import { verifyAudit } from '../audit/audit-verification';
import type { NewStoredDocument } from '../document-store';
import type { NewKey } from '../identity/key-store';
import { STORAGE_KINDS, StorageUnderTest, type StoresUnderTest } from '../storage-under-test';
import { backup } from './backup';
import { BackupError } from './backup-format';
import { restore } from './restore';

const TABLES = ['collections', 'documents', 'embeddings', 'reembeddings', 'auth_state', 'api_keys', 'audit_entries', 'audit_head', 'audit_anchor', 'erasure_receipts'];

const KEY: NewKey = { id: randomUUID(), prefix: 'sk_01234567', hash: randomBytes(32), name: 'line\nbreak', subject: 'ann', role: 'analyst', expiresAt: new Date() };

const document = (id: string, text: string): NewStoredDocument => ({ id, text, metadata: { n: 1.5, list: ['a', null], deep: { b: true } }, embedding: Float32Array.of(Math.PI, -0) });

/** All rows of the backed up tables, as PostgreSQL writes them. */
async function rowsOf({ database }: StoresUnderTest): Promise<unknown> {
  return Promise.all(TABLES.map(async (table) => {
    const { rows } = await database.run('test', (db) => db.execute<{ line: string }>(sql.raw(`select row(${table}.*)::text as line from ${table} order by 1`)));
    return rows;
  }));
}

async function fill({ audit, collections, documents, reembeddings, keys }: StoresUnderTest): Promise<void> {
  const { id } = await collections.put('local', 'a', { description: 'tab\tquote"\\N', model: 'm', dimensions: 2 });
  const odd = ['', 'NULL', '\\N', 'line\nbreak\u2028', '{"a": "b"}', '🙂', 'x'.repeat(200_000)];
  await documents.put(id, 1, odd.map((text, i) => document(`d${i}'"\\,{}`, text)));
  for (let i = 0; i < 3; i++) await documents.put(id, 1, Array.from({ length: 400 }, (_document, j) => document(`many-${i}-${j}`, `text ${j}`)));
  await documents.delete(id, 'many-0-0');
  await reembeddings.begin(id, 'n', 3);
  const at = new Date(Date.UTC(2026, 0, 1, 2, 3, 4, 567));
  await audit.append(['ann', '"é\\\n'].map((subject) => ({ at, action: 'a', status: 200, code: 'OK', actor: { subject, salt: newSalt() }, resource: { owner: 'bob', salt: newSalt() } })));
  await audit.erase('ann', { records: 1 }, { at, action: 'b', status: 200, code: 'OK' });
  const gone = await collections.put('other', 'gone', { model: 'm', dimensions: 2 });
  await documents.put(gone.id, 1, [document('x', 'y')]);
  await collections.delete('other', 'gone');
  await collections.purgeRemoved();
  await keys.secretFingerprint(() => Promise.resolve('f'));
  await keys.add(KEY);
}

describe.each(STORAGE_KINDS)('a backup, %s', (kind) => {
  let storage: StorageUnderTest;
  let stores: StoresUnderTest;
  let file: string;
  let rows: unknown;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    storage = await StorageUnderTest.start(kind);
    stores = await storage.open();
    await fill(stores);
    rows = await rowsOf(stores);
    file = join(storage.folder, 'backup.gz');
  }, 60_000);

  afterAll(() => storage.remove());

  it('gives back the same rows, in the place of others where it is told to, and no id twice', async () => {
    const counts = { collections: 1, documents: 1_207, embeddings: 1_206, reembeddings: 1, auth_state: 1, api_keys: 1, audit_entries: 3, audit_head: 1, audit_anchor: 1, erasure_receipts: 1 };
    expect(await backup(stores.database, file)).toEqual(counts);
    const extra = await stores.collections.put('local', 'extra', { model: 'm', dimensions: 2 });
    await stores.documents.put(extra.id, 1, [document('x', 'y')]);
    await expect(restore(stores.database, file)).rejects.toThrow(new BackupError('The database is not empty; with --replace all that is there goes'));
    expect((await stores.collections.all()).map(({ name }) => name)).toContain('extra');
    await restore(stores.database, file, { replace: true });
    expect(await rowsOf(stores)).toEqual(rows);
    expect((await verifyAudit(stores.audit)).fault).toBeUndefined();
    expect((await stores.collections.put('local', 'next', { model: 'm', dimensions: 2 })).id).toBeGreaterThan(extra.id);
    await stores.collections.delete('local', 'next');
  });

  it('is of one moment, whatever is written meanwhile', async () => {
    if (kind === 'embedded') return; // it has one connection, which the backup has
    const other = await storage.open();
    const [collection] = await stores.collections.all();
    const writer = { isOver: false };
    const writing = (async () => {
      for (let i = 0; !writer.isOver; i++) await other.documents.put(collection?.id ?? 0, 1, [document(`w${i}`, 'text'), document(`v${i}`, 'text')]);
    })();
    await backup(stores.database, `${file}.moment`);
    writer.isOver = true;
    await writing;
    await restore(stores.database, `${file}.moment`, { replace: true });
    const [restored] = await stores.collections.all();
    const { put } = await stores.documents.changesAfter(restored?.id ?? 0, 1, 0, 1_000_000);
    expect(put.length).toBe(restored?.documents);
    expect(Math.max(...put.map(({ seq }) => seq))).toBeLessThanOrEqual(restored?.seq ?? 0);
    await restore(stores.database, file, { replace: true });
  });

  it('of tables that a later version has added to can be restored by the one that took it', async () => {
    const later = sql`insert into schema_migrations (component, version, name, is_additive) values ('storage', 99, 'later', true)`;
    await stores.database.run('test', (db) => db.execute(later));
    await backup(stores.database, `${file}.later`);
    await stores.database.run('test', (db) => db.execute(sql`delete from schema_migrations where version = 99`));
    await restore(stores.database, `${file}.later`, { replace: true });
    expect(await rowsOf(stores)).toEqual(rows);
  });

  it('is not put in the place of keys, or of an audit, unasked', async () => {
    for (const { id } of await stores.collections.all()) await stores.database.run('test', (db) => db.execute(sql`delete from collections where id = ${id}`));
    await expect(restore(stores.database, file)).rejects.toThrow(new BackupError('The database is not empty; with --replace all that is there goes'));
    await stores.database.run('test', (db) => db.execute(sql`delete from api_keys`));
    await expect(restore(stores.database, file)).rejects.toThrow(BackupError);
    await restore(stores.database, file, { replace: true });
  });

  it('of a time before there were keys, and an audit, leaves those that there are', async () => {
    const [first = '{}', ...rest] = lines();
    const early = JSON.parse(first) as { schema: number; tables: { name: string }[] };
    const tables = early.tables.slice(0, TABLES.indexOf('auth_state'));
    const text = [JSON.stringify({ ...early, schema: 1, tables }), ...rest.slice(0, -1).filter((line) => Number(/^\[(\d+)/.exec(line)?.[1]) < tables.length)].map((line) => `${line}\n`).join('');
    const { counts } = JSON.parse(rest.at(-1) ?? '{}') as { counts: object };
    const end = JSON.stringify({ counts: Object.fromEntries(Object.entries(counts).slice(0, tables.length)), sha256: createHash('sha256').update(text).digest('hex') });
    writeFileSync(`${file}.early`, gzipSync(`${text}${end}\n`));
    await restore(stores.database, `${file}.early`, { replace: true });
    expect(await rowsOf(stores)).toEqual(rows);
  });

  it('makes void what was made from the rows before', async () => {
    const incarnation = async () => (await stores.database.run('test', (db) => db.execute(sql`select incarnation from installation`))).rows;
    const before = await incarnation();
    await restore(stores.database, file, { replace: true });
    expect(await incarnation()).not.toEqual(before);
  });

  const lines = (): string[] => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  const packed = (...parts: string[]): Buffer => gzipSync(`${parts.join('\n')}\n`);
  const header = (change: object): string => JSON.stringify({ ...(JSON.parse(lines()[0] ?? '') as object), ...change });

  it.each<[string, () => Buffer | string, RegExp]>([
    ['is no archive', () => 'text', /damaged, or no backup/],
    ['is empty', () => '', /cut off|damaged/],
    ['is cut off', () => readFileSync(file).subarray(0, -1_000), /damaged, or no backup/],
    ['has another byte', () => { const bytes = readFileSync(file); bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1; return bytes; }, /damaged/],
    ['has no end', () => packed(...lines().slice(0, -1)), /cut off/],
    ['lacks a row', () => packed(...lines().toSpliced(5, 1)), /damaged/],
    ['has a row that was changed', () => packed(...lines().map((line) => line.replace('"text 7"', '"text 8"'))), /damaged/],
    ['goes on after its end', () => packed(...lines(), '[]'), /behind its end/],
    ['is of a later format', () => packed(header({ version: 2 }), ...lines().slice(1)), /later version/],
    ['is of later tables', () => packed(header({ schema: 99 }), ...lines().slice(1)), /later version/],
    ['is something else', () => packed('{"a":1}'), /no backup/],
  ])('that %s is refused before anything changes', async (_what, content, message) => {
    const broken = `${file}.broken`;
    writeFileSync(broken, content());
    const failing = restore(stores.database, broken, { replace: true });
    await expect(failing).rejects.toThrow(expect.objectContaining({ name: 'BackupError', message: expect.stringMatching(message) as string }) as Error);
    expect(await rowsOf(stores)).toEqual(rows);
  });

  it('that is not there is refused', async () => {
    await expect(restore(stores.database, `${file}.absent`, { replace: true })).rejects.toThrow('There is no such file');
  });
});
