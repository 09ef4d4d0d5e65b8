import type { AuditVerificationResponse, ErasureReceiptResponse, ListAuditResponse, ListCollectionsResponse, ListedAuditEntry } from '@sigmalang/contracts';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually';
import { type Caller, GuardedInstallation } from './guarded-installation';
import { metricsOf } from './metrics';
import { bodyOf, problemOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(180_000);

/** Revocations of the last minute need not be known while the database is away: so that something can be asked then. */
const SETTINGS = { AUTH_STALE_MS: '60000', DATABASE_CONNECTION_TIMEOUT_MS: '1000' };

/** By then each gateway has looked for changed keys, after which it asks the database for each key once. */
const SEEN_EVERYWHERE_MS = 2_000;

let installation: GuardedInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await GuardedInstallation.start(SETTINGS);
  admin = installation.admin();
});

afterAll(endEverything);

async function audited(query = ''): Promise<ListedAuditEntry[]> {
  const entries: ListedAuditEntry[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = bodyOf(await admin.get(`/v1/audit?limit=100${query}${cursor && `&cursor=${cursor}`}`)) as ListAuditResponse;
    entries.push(...page.entries);
    cursor = page.nextCursor;
  }
  return entries;
}

const verification = async (by = admin): Promise<AuditVerificationResponse> => bodyOf(await by.get('/v1/audit/verification')) as AuditVerificationResponse;

const headOf = async (): Promise<string> => {
  const { head } = await verification();
  return `${head.seq}:${head.hash}`;
};

/** What `npm run audit -- verify` runs; the first time it is built too. */
let command = ['tools/storage.mjs', 'audit'];

/** Runs it as an operator does. */
function verify(...args: string[]): Promise<{ code: number; text: string }> {
  const env = { PATH: process.env.PATH, DATABASE_URL: installation.postgres.url };
  const program = command;
  command = ['dist/tools/storage/storage.js', 'audit'];
  return new Promise((settle) => {
    execFile(process.execPath, [...program, 'verify', ...args], { cwd: resolve(__dirname, '../../..'), env }, (error, stdout, stderr) => {
      settle({ code: typeof error?.code === 'number' ? error.code : 0, text: `${stdout}${stderr}`.trim() });
    });
  });
}

/** Whether a word stands in a file of a process, or in the name of one. */
async function isInFiles(process: string, word: string): Promise<boolean> {
  const folder = installation.folders.get(process) ?? '';
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const contents = await Promise.all(files.map(async (file) => (file.isFile() ? readFile(join(file.parentPath, file.name), 'latin1').catch(() => '') : '')));
  return [...files.map(({ name }) => name), ...contents].some((text) => text.includes(word));
}

/** The tables in which a word stands. */
async function tablesWith(word: string): Promise<string[]> {
  const tables = await installation.postgres.query(`select tablename from pg_tables where schemaname = 'public'`);
  const counts = await Promise.all(tables.map(async (table) => [table, await installation.postgres.query(`select count(*) from ${table} as each where each::text like '%${word}%'`)] as const));
  return counts.filter(([, [count]]) => count !== '0').map(([table]) => table);
}

describe('the audit', () => {
  it('has in one chain what two gateways change at the same time', async () => {
    const ann = await admin.letIn('chain-ann', 'developer');
    const bob = await admin.letIn('chain-bob', 'developer', installation.process('gateway-2').origin);
    const names = Array.from({ length: 60 }, (_name, i) => `n${i}`);
    const replies = await Promise.all(names.map((name, i) => (i % 2 === 0 ? ann : bob).put(`/v1/analogies/records/${name}`, { pairs: [{ role: 'a', filler: 'b' }] })));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    const entries = (await audited()).filter(({ action }) => action === 'PUT /v1/analogies/records/:name');
    expect(entries.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(new Set(entries.map(({ subject }) => subject))).toEqual(new Set(['chain-ann', 'chain-bob']));
    expect([(await verification()).valid, (await verification(installation.admin('gateway-2'))).valid]).toEqual([true, true]);
  });

  it('has each change that was answered, also where the gateway is killed then', async () => {
    const ann = await admin.letIn('killed-ann', 'developer', installation.process('gateway-2').origin);
    const answered: string[] = [];
    const writers = Array.from({ length: 4 }, async (_writer, i) => {
      for (let n = 0; ; n++) {
        const name = `w${i}-${n}`;
        const reply = await ann.put(`/v1/analogies/records/${name}`, { pairs: [{ role: 'a', filler: 'b' }] }).catch(() => undefined);
        if (reply?.status !== 200) return;
        answered.push(name);
        if (answered.length === 40) void installation.process('gateway-2').kill();
      }
    });
    await Promise.all(writers);
    const names = (await audited('&subject=killed-ann')).map(({ name }) => name);
    expect(answered.length).toBeGreaterThanOrEqual(40);
    expect(answered.filter((name) => !names.includes(name))).toEqual([]);
    expect((await verification()).valid).toBe(true);
    await installation.start('gateway-2');
  });

  it('says who was refused, and nothing of what was sent', async () => {
    const analyst = await admin.letIn('refused-analyst', 'analyst');
    const { key } = await admin.letIn('refused-nobody', 'analyst');
    const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    expect((await analyst.put('/v1/collections/forbidden-name', { description: 'unsaid words' })).status).toBe(403);
    expect((await fetch(`${installation.process('gateway-1').origin}/v1/collections`, { headers: { 'x-api-key': wrong } })).status).toBe(401);
    const entries = await eventually(() => audited(), (all) => all.some(({ code }) => code === 'UNAUTHENTICATED'));
    expect(entries.find(({ code }) => code === 'FORBIDDEN')).toMatchObject({ action: 'PUT /v1/collections/:name', status: 403, subject: 'refused-analyst', address: '127.0.0.1', name: 'forbidden-name' });
    expect(entries.find(({ code }) => code === 'UNAUTHENTICATED')).toMatchObject({ action: 'GET /v1/collections', status: 401, subject: null, address: '127.0.0.1' });
    for (const word of [wrong.slice(3), key.slice(3), 'unsaid']) expect(await tablesWith(word)).toEqual([]);
  });

  it('has what was done while the database was away when that is there again', async () => {
    const ann = await admin.letIn('away-ann', 'developer');
    await sleep(SEEN_EVERYWHERE_MS);
    expect((await ann.put('/v1/analogies/records/before', { pairs: [{ role: 'a', filler: 'b' }] })).status).toBe(200);
    await installation.postgres.stop();
    const pending = () => metricsOf(installation.process('gateway-1')).then((metrics) => metrics.get('sigmalang_audit_pending_entries'));
    try {
      for (const name of ['away-1', 'away-2']) {
        const { status, body } = await ann.put(`/v1/analogies/records/${name}`, { pairs: [{ role: 'a', filler: 'b' }] });
        expect({ status, body }).toEqual({ status: 200, body: expect.anything() as unknown });
      }
      expect(await pending()).toBe(2);
    } finally {
      await installation.postgres.start();
    }
    await eventually(pending, (count) => count === 0);
    expect((await audited('&subject=away-ann')).map(({ name }) => name)).toEqual(['away-2', 'away-1', 'before']);
    expect((await verification()).valid).toBe(true);
  });
});

describe('privacy', () => {
  const MARK = 'unmistakablemark';
  const documents = (count: number, mark: string) => Array.from({ length: count }, (_document, i) => ({ id: `${mark}-${i}`, text: `A text of ${mark}, the ${i}th`, metadata: { of: mark } }));

  async function fill(caller: Caller, mark: string): Promise<void> {
    bodyOf(await caller.put('/v1/collections/papers', { description: mark }));
    bodyOf(await caller.put('/v1/collections/papers/documents', { documents: documents(230, mark) }));
    bodyOf(await caller.put(`/v1/collections/${mark}`, {}));
    bodyOf(await caller.put(`/v1/analogies/records/${mark}`, { pairs: [{ role: 'a', filler: mark }] }));
    expect((await caller.get('/v1/keys')).status).toBe(403);
  }

  const linesOf = (text: string): Record<string, unknown>[] => text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const collectionsOf = async (owner: string): Promise<unknown[]> => (bodyOf(await admin.get(`/v1/collections?owner=${owner}`)) as ListCollectionsResponse).collections;

  it('gives a caller all that it has, and nothing of others', async () => {
    const [carl, dora] = [await admin.letIn('carl', 'developer'), await admin.letIn('dora', 'developer')];
    await fill(carl, 'carlsmark');
    await fill(dora, 'dorasmark');
    const { status, headers, text } = await carl.get('/v1/privacy/export');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const lines = linesOf(text);
    expect(lines.at(-1)).toEqual({ kind: 'end', counts: { collection: 2, document: 230, record: 1, key: 1, audit: 6 } });
    const found = lines.filter(({ kind }) => kind === 'document').map(({ id, text: of, metadata }) => ({ id, text: of, metadata }));
    expect(found.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))).toEqual(documents(230, 'carlsmark').sort((a, b) => (a.id < b.id ? -1 : 1)));
    expect(text).not.toMatch(/dora/);
    expect(text).not.toContain(carl.key.slice(3));
  });

  it('erases all that a caller has, in tables, files and the audit, and nothing of others', async () => {
    const [erin, frank] = [await admin.letIn('erin-to-erase', 'developer'), await admin.letIn('frank', 'developer')];
    await fill(erin, MARK);
    await fill(frank, 'franksmark');
    const noted = await headOf();
    for (const process of ['analogy', 'search']) await eventually(() => isInFiles(process, MARK), (isThere) => isThere);
    expect(await tablesWith(MARK)).toEqual(expect.arrayContaining(['documents', 'collections', 'audit_entries']));
    expect((await erin.delete('/v1/privacy/data?confirm=frank')).status).toBe(400);
    const receipt = bodyOf(await erin.delete('/v1/privacy/data?confirm=erin-to-erase')) as ErasureReceiptResponse;
    expect(receipt).toMatchObject({ counts: { collections: 2, documents: 230, records: 1, keys: 1, tokens: 0 } });
    expect(receipt.counts.auditEntries).toBeGreaterThanOrEqual(6);

    expect((await erin.get('/v1/collections')).status).toBe(401);
    for (const word of [MARK, 'erin-to-erase']) {
      expect(await tablesWith(word)).toEqual([]);
      expect([await isInFiles('analogy', word), await isInFiles('search', word)]).toEqual([false, false]);
    }
    expect(await collectionsOf('erin-to-erase')).toEqual([]);
    expect(await audited('&subject=erin-to-erase')).toEqual([]);
    const entry = (await audited()).find(({ seq }) => seq === receipt.auditSeq);
    expect(entry).toMatchObject({ action: 'DELETE /v1/privacy/data', subject: expect.stringMatching(/^erased-[0-9a-f]{16}$/) as string });
    expect(await verification()).toMatchObject({ valid: true });
    expect(await verify('--head', noted)).toMatchObject({ code: 0 });

    expect(linesOf((await frank.get('/v1/privacy/export')).text).at(-1)).toMatchObject({ kind: 'end', counts: { collection: 2, document: 230, record: 1, key: 1 } });
    expect((bodyOf(await frank.post('/v1/search', { collection: 'papers', query: 'franksmark', mode: 'keyword' })) as { total: number }).total).toBe(230);
  });

  it('says that it could not erase all, and goes on with the rest when it is asked again', async () => {
    const gina = await admin.letIn('gina', 'developer');
    await fill(gina, 'ginasmark');
    await installation.process('search').stop();
    const failed = await gina.delete('/v1/privacy/data?confirm=gina');
    expect([failed.status, problemOf(failed).code]).toEqual([503, 'UNAVAILABLE']);
    await installation.start('search');
    const receipt = bodyOf(await gina.delete('/v1/privacy/data?confirm=gina')) as ErasureReceiptResponse;
    expect(receipt.counts).toMatchObject({ collections: 2, documents: 230, keys: 1 });
    expect(await tablesWith('gina')).toEqual([]);
    expect([await isInFiles('analogy', 'ginasmark'), await isInFiles('search', 'ginasmark')]).toEqual([false, false]);
  });

  it('is an admin’s to do for others, and nobody else’s', async () => {
    const [hugo, ida] = [await admin.letIn('hugo', 'developer'), await admin.letIn('ida', 'developer')];
    await fill(hugo, 'hugosmark');
    expect((await ida.get('/v1/privacy/export?owner=hugo')).status).toBe(403);
    expect((await ida.delete('/v1/privacy/data?owner=hugo&confirm=hugo')).status).toBe(403);
    expect((await admin.delete('/v1/privacy/data?confirm=hugo')).status).toBe(400);
    expect(linesOf((await admin.get('/v1/privacy/export?owner=hugo')).text)[0]).toMatchObject({ subject: 'hugo' });
    const receipt = bodyOf(await admin.delete('/v1/privacy/data?owner=hugo&confirm=hugo')) as ErasureReceiptResponse;
    expect((await audited()).find(({ seq }) => seq === receipt.auditSeq)).toMatchObject({ subject: 'admin', owner: expect.stringMatching(/^erased-/) as string });
    expect(await tablesWith('hugo')).toEqual([]);
  });
});

describe('who changes the audit in the database', () => {
  const tamper = async (statement: string): Promise<void> => {
    await installation.postgres.query(`begin; alter table audit_entries disable trigger all; ${statement}; alter table audit_entries enable trigger all; commit`);
  };

  it('is refused by the database', async () => {
    for (const statement of ['update audit_entries set status = 200', 'delete from audit_entries', 'truncate audit_entries']) {
      await expect(installation.postgres.query(statement)).rejects.toThrow(/only appended to/);
    }
    expect(await verify()).toMatchObject({ code: 0, text: expect.stringMatching(/^The audit is whole: \d+ entries from 1 on/) as string });
  });

  it('is found out by the route and the command, with the first entry', async () => {
    const noted = await headOf();
    await audited();
    const [last = ''] = await installation.postgres.query('select max(seq) from audit_entries');
    await tamper(`create table kept as select * from audit_entries where seq in (7, ${last}); update audit_entries set status = 299 where seq = 7`);
    expect(await verify()).toEqual({ code: 1, text: 'Entry 7 is not what was written there: it was changed, or it is another' });
    expect(await verification()).toMatchObject({ valid: false, defect: { seq: 7, reason: 'changed' } });
    await tamper('delete from audit_entries where seq = 7');
    expect(await verify()).toEqual({ code: 1, text: 'Entry 7 was removed' });
    await tamper('insert into audit_entries select * from kept where seq = 7');
    expect(await verify('--head', noted)).toMatchObject({ code: 0 });
    const seq = Number(noted.split(':')[0]);
    await tamper(`delete from audit_entries where seq >= ${seq}; update audit_head set (seq, hash) = (select seq, hash from audit_entries where seq = ${seq - 1})`);
    expect(await verify()).toMatchObject({ code: 0 });
    expect(await verify('--head', noted)).toEqual({ code: 1, text: `The audit is cut off: entry ${seq} and all behind it are not there` });
  });
});

it('notes its head in the log at the start and at the end', async () => {
  const gateway = installation.process('gateway-2');
  await gateway.stop();
  const heads = (gateway.log as unknown as { msg: string; head?: string }[]).filter(({ msg }) => msg === 'Head of the audit').map(({ head }) => head);
  expect(heads).toEqual([expect.stringMatching(/^\d+:[0-9a-f]{64}$/), expect.stringMatching(/^\d+:[0-9a-f]{64}$/)]);
});
