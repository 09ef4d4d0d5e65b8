import { Logger } from '@nestjs/common';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PostgresServer } from './postgres-server-under-test';
import { runStorageProgram } from './storage-program';

const VERSION = 'The tables are of version 3, which this program can use';
const USAGE = [
  'usage: storage migrate [settings]',
  '       storage backup <file> [settings]',
  '       storage restore <file> [--replace] [settings]',
  '       storage audit verify [--head=<number>:<hash>] [settings]',
].join('\n');

interface Ending {
  code: number;
  text: string;
}

/** Runs the program within this process. */
async function run(args: string[], databaseUrl?: string): Promise<Ending> {
  const text: string[] = [];
  const written = (line: string | Uint8Array): boolean => text.push(String(line)) > 0;
  const spies = [jest.spyOn(process.stdout, 'write').mockImplementation(written), jest.spyOn(process.stderr, 'write').mockImplementation(written)];
  const { env, exitCode } = process;
  process.env = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
  process.exitCode = 0;
  try {
    await runStorageProgram(args);
    return { code: typeof process.exitCode === 'number' ? process.exitCode : -1, text: text.join('').trim() };
  } finally {
    process.env = env;
    process.exitCode = exitCode;
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs the built program as an operator does. */
function execute(args: string[], env: Record<string, string>): Promise<Ending> {
  return new Promise((settle) => {
    execFile(process.execPath, [join(built, 'storage.js'), ...args], { env: { PATH: process.env.PATH, ...env } }, (error, stdout, stderr) => {
      settle({ code: typeof error?.code === 'number' ? error.code : 0, text: `${stdout}${stderr}`.trim() });
    });
  });
}

function expectSaid({ code, text }: Ending, pattern: RegExp): void {
  expect(text).toMatch(pattern);
  expect(code).toBe(0);
}

const ROOT = resolve(__dirname, '../../..');
let built: string;

beforeAll(() => {
  Logger.overrideLogger(false);
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  built = mkdtempSync(join(ROOT, 'dist/storage-program-spec-')); // where packages are found
  const bundling = `import * as tools from './tools/bundle.mjs'; await tools.bundleStorageProgram(${JSON.stringify(built)}); await tools.bundleThreads(tools.storageThreads, ${JSON.stringify(built)});`;
  execFileSync(process.execPath, ['--input-type=module', '-e', bundling], { cwd: ROOT });
}, 60_000);

afterAll(() => rmSync(built, { recursive: true, force: true }));

describe('the command line of the program storage', () => {
  it.each([
    [[], USAGE],
    [['show'], USAGE],
    [['migrate', 'now'], 'usage: storage migrate [settings]'],
    [['backup'], 'usage: storage backup <file> [settings]'],
    [['backup', '--log-level=debug'], 'usage: storage backup <file> [settings]'],
    [['restore', '--replace'], 'usage: storage restore <file> [--replace] [settings]'],
    [['audit'], 'usage: storage audit verify [--head=<number>:<hash>] [settings]'],
  ])('%j is answered with how it is written, and 1', async (args, text) => {
    expect(await run(args)).toEqual({ code: 1, text });
  });

  it.each([[['--help'], USAGE], [['migrate', '--help'], 'usage: storage migrate [settings]']])('%j tells how it is written and which settings there are', async (args, usage) => {
    const { code, text } = await run(args);
    expect(code).toBe(0);
    expect(text.startsWith(`${usage}\n\n`)).toBe(true);
    expect(text).toMatch(/--database-url +DATABASE_URL/);
  });

  it('says what is wrong with the settings', async () => {
    const { code, text } = await run(['migrate', '--database-pool-size=0'], 'postgres://nobody@127.0.0.1:1/nothing');
    expect(code).toBe(1);
    expect(text).toContain('--database-pool-size: databasePoolSize must not be less than 1');
  });
});

describe('the program storage, with a server', () => {
  let server: PostgresServer;
  let folder: string;

  beforeAll(async () => {
    server = await PostgresServer.start();
    folder = mkdtempSync(join(tmpdir(), 'sigmalang-storage-'));
  }, 60_000);

  afterAll(async () => {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes the tables, and changes nothing where they are', async () => {
    expect(await run(['migrate'], server.url)).toEqual({ code: 0, text: VERSION });
    const steps = (): string => server.sql('select version, applied_at from schema_migrations order by version');
    const done = steps();
    expect(done.trim().split('\n')).toHaveLength(3);
    expect(await run(['migrate'], server.url)).toEqual({ code: 0, text: VERSION });
    expect(steps()).toBe(done);
  });

  it('migrates once where several do at the same time', async () => {
    server.sql('drop schema public cascade; create schema public');
    const endings = await Promise.all(Array.from({ length: 3 }, () => execute(['migrate'], { DATABASE_URL: server.url })));
    expect(endings).toEqual(Array.from({ length: 3 }, () => ({ code: 0, text: VERSION })));
    expect(server.sql('select count(*) from schema_migrations').trim()).toBe('3');
  }, 120_000);

  it('writes a backup and puts it back', async () => {
    const file = join(folder, 'backup.gz');
    expectSaid(await run(['backup', file], server.url), /backup\.gz: 0 collections, /);
    expectSaid(await run(['restore', file, '--replace'], server.url), /^restored 0 collections, /);
    expectSaid(await run(['audit', 'verify'], server.url), /^The audit is whole: 0 entries/);
  });

  it('refuses tables of a later version', async () => {
    server.sql(`insert into schema_migrations (component, version, name) values ('storage', 4, 'later')`);
    expect(await run(['migrate'], server.url)).toEqual({ code: 1, text: 'The tables of storage in the database are of version 4, and this program knows 3; start the later version' });
  });

  it('says that there is no server', async () => {
    expect(await run(['migrate'], 'postgres://nobody:word@127.0.0.1:1/nothing')).toEqual({ code: 1, text: 'The database is not there' });
  });
});

describe('the program storage, with the embedded database', () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'sigmalang-storage-')); });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes the tables in DATA_DIR, and changes nothing where they are', async () => {
    for (let i = 0; i < 2; i++) expect(await execute(['migrate'], { DATA_DIR: folder, MODEL_DIR: join(ROOT, 'dist/assets') })).toEqual({ code: 0, text: VERSION });
    expectSaid(await execute(['audit', 'verify'], { DATA_DIR: folder, MODEL_DIR: join(ROOT, 'dist/assets') }), /^The audit is whole: 0 entries/);
  }, 120_000);
});

it('is not done where it is stopped before its end', async () => {
  // a server that takes connections and says nothing
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const child = spawn(process.execPath, [join(built, 'storage.js'), 'migrate'], { stdio: 'ignore', env: { PATH: process.env.PATH, DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/nothing` } });
  await once(silent, 'connection');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([143, null]);
  silent.close();
});
