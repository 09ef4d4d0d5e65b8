import { FLAG_NAMES, type Identity } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRequest, withRequest } from '../messages/request-context';
import { FlagFile } from './flag-file';
import { flagMetrics, Flags } from './flags';

const LOOK_MS = 5;
const folder = mkdtempSync(join(tmpdir(), 'sigmalang-flags-'));
let path: string; // another one in each test: a look that was begun may end in the next
let count = 0;
const opened: FlagFile[] = [];
let logged: { level: string; msg: string; fault?: string; unknown?: string[] }[];

beforeEach(() => {
  path = join(folder, `flags-${++count}.yaml`);
  logged = [];
  const to = (level: string) => (line: { msg: string }): void => void logged.push({ level, ...line });
  Logger.overrideLogger({ log: to('log'), warn: to('warn'), error: to('error') });
});

afterEach(() => {
  opened.splice(0).forEach((file) => { file.close(); });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Puts a file with a text in the place of the one that is there, at once: one that is written to is empty for a moment, which on a busy machine is two looks. */
async function save(text: string): Promise<void> {
  await writeFile(`${path}.saved`, text);
  await rename(`${path}.saved`, path);
}

async function follow(text: string): Promise<{ flags: Flags; file: FlagFile }> {
  await save(text);
  const file = new FlagFile(path);
  opened.push(file);
  const flags = new Flags(file);
  file.follow(LOOK_MS);
  return { flags, file };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(LOOK_MS);
}

function as<Result>(subject: string, run: () => Result): Result {
  const identity: Identity = { subject, role: 'analyst', owner: subject };
  return withRequest({ ...openRequest(1_000), identity }, run);
}

describe('the flags of a process', () => {
  it('are as they are by default where there is no file', async () => {
    const flags = new Flags();
    expect(await Promise.all(FLAG_NAMES.map((name) => flags.isOn(name)))).toEqual([false, true]);
    expect(flags.list()).toMatchObject({ unknown: [], flags: [{ name: 'degraded-search', on: false, source: 'default' }, { name: 'reply-cache', on: true, source: 'default' }] });
  });

  it('are as the file says at once, and as they are by default where it says nothing', async () => {
    const { flags } = await follow('degraded-search: true');
    expect(await Promise.all(FLAG_NAMES.map((name) => flags.isOn(name)))).toEqual([true, true]);
    expect(flags.list()).toMatchObject({ flags: [{ on: true, percent: 100, default: false, source: 'file' }, { source: 'default' }] });
  });

  it('are those of the caller of the request, or of who is named', async () => {
    const { flags } = await follow('degraded-search: { on: true, percent: 0, subjects: [alice] }');
    expect(await as('alice', () => flags.isOn('degraded-search'))).toBe(true);
    expect(await as('bob', () => flags.isOn('degraded-search'))).toBe(false);
    expect(await as('bob', () => flags.isOn('degraded-search', 'alice'))).toBe(true);
    expect(await flags.isOn('degraded-search')).toBe(false);
  });

  it('of one process are not those of another one within it', async () => {
    const { flags } = await follow('degraded-search: true');
    expect(await new Flags().isOn('degraded-search')).toBe(false);
    expect(await flags.isOn('degraded-search')).toBe(true);
  });

  it('are remembered until the file says otherwise, each for each caller', async () => {
    const { flags, file } = await follow('degraded-search: { on: true, percent: 0, subjects: [alice] }');
    const ask = (): Promise<boolean[]> => Promise.all(['alice', 'bob', undefined, 'alice'].map((subject) => flags.isOn('degraded-search', subject)));
    for (let round = 0; round < 2; round++) expect(await ask()).toEqual([true, false, false, true]);
    await save('degraded-search: { on: true, percent: 0, subjects: [bob] }');
    const { version } = file;
    await until(() => file.version !== version);
    for (let round = 0; round < 2; round++) expect(await ask()).toEqual([false, true, false, false]);
    expect(await flags.isOn('reply-cache', 'alice')).toBe(true);
  });

  it('are told for more callers than are remembered', async () => {
    const { flags } = await follow('degraded-search: { on: true, percent: 50 }');
    const ask = (caller: number): Promise<boolean> => flags.isOn('degraded-search', `caller-${caller}`);
    const first = await ask(0);
    for (let caller = 1; caller <= 10_000; caller++) await ask(caller);
    expect(await ask(0)).toBe(first);
  });

  it('are counted by what they were', async () => {
    const { flags } = await follow('degraded-search: { on: true, percent: 0, subjects: [alice] }');
    flagMetrics.evaluations.reset();
    for (const subject of ['alice', 'bob', 'carol']) await flags.isOn('degraded-search', subject);
    const { values } = await flagMetrics.evaluations.get();
    expect(values.map(({ labels, value }) => ({ ...labels, count: value }))).toEqual([
      { flag: 'degraded-search', value: 'on', count: 1 },
      { flag: 'degraded-search', value: 'off', count: 2 },
    ]);
  });
});

describe('a file of flags that is followed', () => {
  it.each<[string, (text: string) => Promise<void>]>([
    ['written anew', (text) => writeFile(path, text)],
    ['replaced by another', save],
    [
      'replaced by a link to another',
      async (text) => {
        await writeFile(join(folder, 'other.yaml'), text);
        await symlink(join(folder, 'other.yaml'), `${path}.link`);
        await rename(`${path}.link`, path);
      },
    ],
    [
      'away for a while',
      async (text) => {
        await rm(path);
        await until(() => logged.some(({ level }) => level === 'error'));
        await save(text);
      },
    ],
  ])('is taken as it is when it is %s', async (_how, replace) => {
    const { flags } = await follow('degraded-search: true');
    await replace('degraded-search: false');
    await until(() => flags.list().flags.some(({ on, source }) => !on && source === 'file'));
    expect(await flags.isOn('degraded-search')).toBe(false);
    expect(flags.list()).not.toHaveProperty('fault');
  });

  it('changes nothing while it is broken, says why once, and counts again when it is mended', async () => {
    const { flags, file } = await follow('degraded-search: true');
    await save('degraded-search: {on: maybe}');
    await until(() => file.fault !== undefined);
    for (let look = 0; look < 3; look++) await file.look();
    expect(await flags.isOn('degraded-search')).toBe(true);
    expect(flags.list().fault).toBe('degraded-search: on must be true or false');
    expect(logged.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({ msg: 'The file of flags cannot be used: what it said before stays in force', fault: 'degraded-search: on must be true or false' }),
    ]);
    await save('degraded-search: false');
    await until(() => file.fault === undefined);
    expect(await flags.isOn('degraded-search')).toBe(false);
  });

  it('is not taken before it says the same twice: half of it may be written', async () => {
    const { flags, file } = await follow('degraded-search: true');
    file.close();
    await file.look();
    for (const text of ['', 'degraded-search: ', 'degraded-search: false']) {
      await save(text);
      await file.look();
      expect(await flags.isOn('degraded-search')).toBe(true);
    }
    await file.look();
    expect(await flags.isOn('degraded-search')).toBe(false);
  });

  it('changes nothing when it is gone, and says so once', async () => {
    const { flags, file } = await follow('degraded-search: true');
    await rm(path);
    for (let look = 0; look < 3; look++) await file.look();
    expect(await flags.isOn('degraded-search')).toBe(true);
    expect(logged.filter(({ level }) => level === 'error')).toMatchObject([{ fault: 'It cannot be read' }]);
  });

  it('that cannot be read at first leaves the flags as they are by default', async () => {
    const file = new FlagFile(path);
    opened.push(file);
    const flags = new Flags(file);
    file.follow(LOOK_MS);
    expect(await flags.isOn('reply-cache')).toBe(true);
    expect(flags.list().fault).toBe('It cannot be read');
    await save('reply-cache: false');
    await until(async () => !(await flags.isOn('reply-cache')));
  });

  it('names flags that there are not: they are reported, once, and the others count', async () => {
    const { flags, file } = await follow('warp-drive: true\ndegraded-search: true');
    await file.look();
    expect(await flags.isOn('degraded-search')).toBe(true);
    expect(flags.list().unknown).toEqual(['warp-drive']);
    expect(logged.filter(({ level }) => level === 'warn')).toMatchObject([{ msg: 'The file of flags names some that there are not', unknown: ['warp-drive'] }]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['is too large to be one', () => save(`degraded-search: false\n#${'x'.repeat(4_194_304)}`)],
    ['is a pipe that nobody writes to', () => rm(path).then(() => execFileSync('mkfifo', [path]))],
    ['is a folder', () => rm(path).then(() => mkdir(path))],
  ])('stay as they were while their file %s, and follow it again then', async (_what, spoil) => {
    const { flags } = await follow('degraded-search: true');
    await spoil();
    await until(() => flags.list().fault !== undefined);
    expect(await flags.isOn('degraded-search')).toBe(true);
    await rm(path, { recursive: true });
    await save('degraded-search: false');
    await until(async () => !(await flags.isOn('degraded-search')));
    expect(flags.list().fault).toBeUndefined();
  });

  it('are as they are by default, and the process starts, where their file is a pipe', async () => {
    await rm(path, { force: true });
    execFileSync('mkfifo', [path]);
    const file = new FlagFile(path);
    opened.push(file);
    file.follow(LOOK_MS);
    expect(file.fault).toBe('It is no file');
    await rm(path);
  });
});
