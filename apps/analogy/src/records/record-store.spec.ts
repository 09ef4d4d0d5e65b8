import { BaseConfig, openRequest, withRequest } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DamagedRecordError, MOST_RECORDS, RecordStore } from './record-store';

const refusal = (code: string): Error => expect.objectContaining({ name: 'ServiceError', code }) as Error;

const usa = { name: 'usa', pairs: [{ role: 'currency', filler: 'dollar' }] };
const peso = { name: 'usa', pairs: [{ role: 'currency', filler: 'peso' }, { role: 'näme\n"', filler: '🙂' }] };

const OWNER = 'local';
const listed = (names: readonly string[], nextCursor: string | null = null) => ({ records: names.map((name) => ({ owner: OWNER, name })), nextCursor });

let dataDir: string;
let folder: string;
let store: RecordStore;

function open(): RecordStore {
  return new RecordStore(Object.assign(new BaseConfig(), { dataDir }));
}

beforeAll(() => { Logger.overrideLogger(false); });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'records-'));
  folder = join(dataDir, 'records', 'local');
  store = open();
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('the store of records', () => {
  it('is empty before anything is kept, and needs no folder for that', async () => {
    expect(await store.get(OWNER, 'usa')).toBeUndefined();
    expect(await store.list(OWNER, 10)).toEqual({ records: [], nextCursor: null });
    expect(await store.delete(OWNER, 'usa')).toBe(false);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('keeps a record, replaces it and removes it, for another store on the same folder too', async () => {
    const other = open();
    await store.put(OWNER, usa);
    expect(await other.get(OWNER, 'usa')).toEqual(usa);
    await other.put(OWNER, peso);
    expect(await store.get(OWNER, 'usa')).toEqual(peso);
    expect(await store.list(OWNER, 10)).toEqual(listed(['usa']));
    expect(await other.delete(OWNER, 'usa')).toBe(true);
    expect(await store.get(OWNER, 'usa')).toBeUndefined();
    expect(await store.delete(OWNER, 'usa')).toBe(false);
  });

  it('erases all that there is, with what killed processes left behind', async () => {
    expect(await store.erase('local')).toBe(0);
    await store.put('local', usa);
    await store.put('local', { ...usa, name: 'other' });
    await store.put('ann', usa);
    await writeFile(join(folder, 'usa.json.1.tmp'), 'left behind');
    expect(await store.erase('local')).toBe(2);
    expect(await readdir(join(dataDir, 'records'))).toEqual(['ann']);
    await store.put('local', usa);
    expect(await store.get('local', 'usa')).toEqual(usa);
  });

  it('does not begin a write that nobody waits for any more, and goes on with the next', async () => {
    await store.put(OWNER, usa);
    const gone = openRequest(60_000, 'gone', undefined, AbortSignal.abort());
    const [late, cancelled, next] = await Promise.allSettled([
      withRequest(openRequest(-1), () => store.put(OWNER, peso)),
      withRequest(gone, () => store.delete(OWNER, 'usa')),
      store.put(OWNER, { ...usa, name: 'next' }),
    ]);
    expect(late).toMatchObject({ status: 'rejected', reason: refusal('TIMEOUT') });
    expect(cancelled).toMatchObject({ status: 'rejected', reason: refusal('CANCELLED') });
    expect(next).toMatchObject({ status: 'fulfilled' });
    expect(await store.get(OWNER, 'usa')).toEqual(usa);
    expect(await store.list(OWNER, 10)).toEqual(listed(['next', 'usa']));
  });

  it('leaves one whole file a record, readable by its owner alone', async () => {
    await store.put(OWNER, usa);
    await store.put(OWNER, peso);
    expect(await readdir(folder)).toEqual(['usa.json']);
    expect(JSON.parse(await readFile(join(folder, 'usa.json'), 'utf8'))).toEqual(peso);
  });

  it('shows a reader the old content or the new, never half of one', async () => {
    const large = (filler: string) => ({ name: 'usa', pairs: Array.from({ length: 64 }, (_pair, i) => ({ role: `${i}`, filler: filler.repeat(200) })) });
    await store.put(OWNER, large('a'));
    const reader = open();
    const seen = new Set<string>();
    const writer = { isDone: false };
    const writing = (async () => {
      for (let i = 0; i < 40; i++) await store.put(OWNER, large(i % 2 === 0 ? 'b' : 'a'));
      writer.isDone = true;
    })();
    while (!writer.isDone) {
      const record = await reader.get(OWNER, 'usa');
      expect(record?.pairs).toHaveLength(64);
      seen.add(record?.pairs[0]?.filler[0] ?? 'nothing');
    }
    await writing;
    expect([...seen].every((each) => each === 'a' || each === 'b')).toBe(true);
  });

  it('lists names in order, page by page', async () => {
    for (const name of ['c', 'a', 'b-1', 'b', '9', 'b_1']) await store.put(OWNER, { ...usa, name });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list(OWNER, 2, cursor);
      expect(page.records).toHaveLength(2);
      names.push(...page.records.map(({ name }) => name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(names).toEqual(['9', 'a', 'b', 'b-1', 'b_1', 'c']);
  });

  it('takes up again behind a name that has been removed meanwhile', async () => {
    for (const name of ['a', 'b', 'c']) await store.put(OWNER, { ...usa, name });
    const { nextCursor } = await store.list(OWNER, 1);
    await store.delete(OWNER, 'a');
    expect(await store.list(OWNER, 1, nextCursor ?? '')).toEqual(listed(['b'], 'b'));
  });

  it('keeps records that are put at once, each whole', async () => {
    await Promise.all(Array.from({ length: 30 }, (_record, i) => store.put(OWNER, { ...usa, name: `r${i % 10}` })));
    expect((await store.list(OWNER, 100)).records).toHaveLength(10);
    expect(await readdir(folder)).toHaveLength(10);
  });

  it('does not list what a killed process left, and removes it when it is old', async () => {
    await store.put(OWNER, usa);
    const [young, old] = [join(folder, 'x.json.1.tmp'), join(folder, 'x.json.2.tmp')];
    for (const path of [young, old]) await writeFile(path, '{"name":"x"');
    await utimes(old, new Date(0), new Date(0));
    expect(await store.list(OWNER, 10)).toEqual(listed(['usa']));
    await store.put(OWNER, usa);
    expect(await readdir(folder)).toEqual(['usa.json', 'x.json.1.tmp']);
  });

  it('refuses one record more than may be kept, naming the limit, but replaces one that is there', async () => {
    await mkdir(folder, { recursive: true });
    const names = Array.from({ length: MOST_RECORDS }, (_name, i) => `r${i}`);
    for (let i = 0; i < names.length; i += 500) {
      await Promise.all(names.slice(i, i + 500).map((name) => writeFile(join(folder, `${name}.json`), '')));
    }
    await expect(store.put(OWNER, usa)).rejects.toThrow(refusal('CONFLICT'));
    await expect(store.put(OWNER, usa)).rejects.toThrow('10000');
    await store.put(OWNER, { ...usa, name: 'r7' });
    expect(await store.get(OWNER, 'r7')).toMatchObject({ name: 'r7' });
    await store.delete(OWNER, 'r8');
    await store.put(OWNER, usa);
  }, 60_000);
});

describe('the records of several owners', () => {
  const owners = ['ann', 'Ann', 'ann.b', 'con', 'system:search'];

  async function keepForAll(): Promise<void> {
    for (const owner of owners) {
      for (const name of ['b', 'a']) await store.put(owner, { ...usa, name, pairs: [{ role: 'owner', filler: owner }] });
    }
  }

  it('are apart, under one name too', async () => {
    await keepForAll();
    for (const owner of owners) {
      expect(await store.get(owner, 'a')).toEqual({ name: 'a', pairs: [{ role: 'owner', filler: owner }] });
      expect(await store.list(owner, 10)).toEqual({ records: [{ owner, name: 'a' }, { owner, name: 'b' }], nextCursor: null });
    }
    expect(await store.delete('Ann', 'a')).toBe(true);
    expect(await store.get('Ann', 'a')).toBeUndefined();
    expect(await store.get('ann', 'a')).toEqual({ name: 'a', pairs: [{ role: 'owner', filler: 'ann' }] });
    expect(await store.get('bob', 'a')).toBeUndefined();
    expect(await readdir(join(dataDir, 'records'))).toHaveLength(owners.length);
  });

  it.each([1, 2, 3, 10, 100])('are listed together by owner and name, %i at once', async (limit) => {
    await keepForAll();
    await mkdir(join(dataDir, 'records', 'Not Anybody'));
    const seen: { owner: string; name: string }[] = [];
    let cursor: string | undefined;
    do {
      const { records, nextCursor } = await store.list('*', limit, cursor);
      expect(records.length).toBeLessThanOrEqual(limit);
      seen.push(...records);
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(owners.toSorted().flatMap((owner) => [{ owner, name: 'a' }, { owner, name: 'b' }]));
  });

  it.each([
    ['*', 'a'],
    ['ann', 'ann/a'],
  ])('asked for by %s do not go on at %s', async (owner, cursor) => {
    await expect(store.list(owner, 1, cursor)).rejects.toThrow(refusal('INVALID_REQUEST'));
  });

  it.each(['*', '..', '../local', '', 'a/b', '.', 'ä'])('are none of %p', async (owner) => {
    await expect(store.put(owner, usa)).rejects.toThrow(TypeError);
    await expect(store.get(owner, 'usa')).rejects.toThrow(TypeError);
    expect(await readdir(dataDir)).toEqual([]);
  });
});

describe('a file of a record', () => {
  it.each([
    ['nothing', ''],
    ['half of its content', '{"name":"usa","pairs":[{"role":"cur'],
    ['no object', '[]'],
    ['a record without pairs', '{"name":"usa","pairs":[]}'],
    ['a pair without a filler', '{"name":"usa","pairs":[{"role":"a"}]}'],
    ['another record', '{"name":"mexico","pairs":[{"role":"a","filler":"b"}]}'],
    ['a field that nobody knows', '{"name":"usa","pairs":[{"role":"a","filler":"b"}],"x":1}'],
  ])('that holds %s is damaged, not absent, and its content stands in no message', async (_what, content) => {
    await store.put(OWNER, usa);
    await writeFile(join(folder, 'usa.json'), content);
    const error: unknown = await store.get(OWNER, 'usa').catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(DamagedRecordError);
    expect(error).toMatchObject({ record: 'usa', message: 'The file of record usa is damaged' });
  });

  it('that is damaged is put right by putting its record again', async () => {
    await store.put(OWNER, usa);
    await writeFile(join(folder, 'usa.json'), '{');
    await store.put(OWNER, usa);
    expect(await store.get(OWNER, 'usa')).toEqual(usa);
  });
});

describe('a DATA_DIR that refuses', () => {
  it('to be a folder is UNAVAILABLE for every use', async () => {
    await writeFile(join(dataDir, 'records'), 'a file');
    for (const use of [() => store.get(OWNER, 'usa'), () => store.put(OWNER, usa), () => store.delete(OWNER, 'usa'), () => store.list(OWNER, 10)]) {
      await expect(use()).rejects.toThrow(refusal('UNAVAILABLE'));
      await expect(use()).rejects.toThrow(/DATA_DIR .*\(ENOTDIR|EEXIST\)/);
    }
  });

  it('to be written is UNAVAILABLE for writing alone, and writing goes on when that is over', async () => {
    await store.put(OWNER, usa);
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    await expect(store.put(OWNER, usa)).rejects.toThrow(refusal('UNAVAILABLE'));
    await rm(folder);
    await store.put(OWNER, usa);
    expect(await store.get(OWNER, 'usa')).toEqual(usa);
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)(`by its permissions says so${isRoot ? ' (skipped: root may write anywhere)' : ''}`, async () => {
    await chmod(dataDir, 0o500);
    await expect(store.put(OWNER, usa)).rejects.toThrow('EACCES');
    expect(await store.get(OWNER, 'usa')).toBeUndefined();
    await chmod(dataDir, 0o700);
  });
});
