import type { ListRecordsResponse, RecordResponse, StructuredAnalogyResponse } from '@sigmalang/contracts';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BothInstallations, startOnNats, startStandalone } from './installations';
import { bodyOf, problemOf, type Reply } from './rest-client';
import { atTheEnd, endEverything } from './teardown';

jest.setTimeout(120_000);

const usa = [
  { role: 'name', filler: 'United States' },
  { role: 'capital', filler: 'Washington' },
  { role: 'currency', filler: 'dollar' },
  { role: 'continent', filler: 'America' },
];
const mexico = [
  { role: 'name', filler: 'Mexico' },
  { role: 'capital', filler: 'Mexico City' },
  { role: 'currency', filler: 'peso' },
  { role: 'continent', filler: 'America' },
];
const question = { source: { pairs: usa }, target: { pairs: mexico }, filler: 'dollar' };

let folders: { readonly alone: string; readonly onNats: string };
let both: BothInstallations;

async function start(): Promise<BothInstallations> {
  const [standalone, onNats] = await Promise.all([startStandalone({ DATA_DIR: folders.alone }), startOnNats({ DATA_DIR: folders.onNats })]);
  return new BothInstallations(standalone, onNats);
}

async function stop(): Promise<void> {
  for (const { processes } of both.each) await Promise.all(processes.map((each) => each.stop()));
}

beforeAll(async () => {
  const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'sigmalang-records-'));
  folders = { alone: await folder(), onNats: await folder() };
  for (const each of Object.values(folders)) atTheEnd(() => rm(each, { recursive: true, force: true }));
  both = await start();
});

afterAll(endEverything);

const pathOf = (name: string): string => `/v1/analogies/records/${name}`;

function put(name: string, body: object | string): Promise<Reply> {
  return both.post(pathOf(name), body, { method: 'PUT' });
}

function remove(name: string): Promise<Reply> {
  return both.get(pathOf(name), { method: 'DELETE' });
}

async function ask(request: object): Promise<StructuredAnalogyResponse> {
  return bodyOf(await both.post('/v1/analogies/structured', request)) as StructuredAnalogyResponse;
}

async function list(query = ''): Promise<ListRecordsResponse> {
  return bodyOf(await both.get(`/v1/analogies/records${query}`)) as ListRecordsResponse;
}

describe.each(['roles', 'mapping'])('by %s', (method) => {
  it.each([
    ['dollar', 'peso', 'currency'],
    ['Washington', 'Mexico City', 'capital'],
    ['United States', 'Mexico', 'name'],
    ['America', 'America', 'continent'],
  ])('the %s of Mexico is %s, with what theory expects', async (filler, answer, role) => {
    const found = await ask({ ...question, filler, method });
    expect(found).toMatchObject({ answer, role, method });
    expect(found).not.toHaveProperty('reason');
    expect(found.confidence).toBeGreaterThan(0.999);
    expect(found.expected.accuracy).toBeGreaterThan(0.999);
    expect(found.expected.similarity).toBeCloseTo(method === 'roles' ? 0.375 : 0.1406, 4);
    expect(Math.abs(found.similarity - found.expected.similarity)).toBeLessThan(0.05);
    expect(found.alternatives).toHaveLength(3);
    expect(found.alternatives.map((each) => each.answer)).not.toContain(answer);
  });

  it.each([
    ['a filler that nobody has', { filler: 'euro' }, { role: null, reason: 'filler-not-in-source' }],
    ['a filler of the target', { filler: 'peso' }, { role: null, reason: 'filler-not-in-source' }],
    ['a role that the target has not', { target: { pairs: mexico.slice(0, 2) } }, { role: 'currency', reason: 'role-not-in-target' }],
  ])('%s has no counterpart, and why is said', async (_what, change, reason) => {
    expect(await ask({ ...question, method, ...change })).toMatchObject({ answer: null, similarity: 0, confidence: 0, alternatives: [], ...reason });
  });

  it('records that are kept are asked about by their names', async () => {
    for (const [name, pairs] of [['usa', usa], ['mexico', mexico]] as const) expect((await put(name, { pairs })).status).toBe(200);
    const byPairs = await ask({ ...question, method });
    expect(await ask({ ...question, method, source: { name: 'usa' }, target: { name: 'mexico' } })).toEqual(byPairs);
    expect(await ask({ ...question, method, target: { name: 'mexico' } })).toEqual(byPairs);
  });

  it('64 pairs at 65,536 dimensions are answered', async () => {
    const pairs = (name: string) => Array.from({ length: 64 }, (_pair, i) => ({ role: `role ${i}`, filler: `${name} ${i}` }));
    const { answer } = await ask({ source: { pairs: pairs('a') }, target: { pairs: pairs('b') }, filler: 'a 40', dimensions: 65_536, method: 'roles' });
    expect(answer).toBe('b 40');
  });
});

describe('a kept record', () => {
  it('is answered with its pairs and what is expected of it, replaced, and removed once', async () => {
    const kept = bodyOf(await put('canada', { pairs: usa })) as RecordResponse;
    expect(kept).toMatchObject({ name: 'canada', pairs: usa, expected: { similarity: 0.375 } });
    expect(kept.expected.threshold).toBeCloseTo(0.1875, 3);
    expect(kept.expected.accuracy).toBeGreaterThan(0.999);
    expect(bodyOf(await both.get(pathOf('canada')))).toEqual(kept);
    expect(bodyOf(await put('canada', { pairs: mexico }))).toMatchObject({ pairs: mexico });
    expect(bodyOf(await remove('canada'))).toMatchObject({ name: 'canada', pairs: mexico });
    for (const reply of [await remove('canada'), await both.get(pathOf('canada'))]) {
      expect(problemOf(reply)).toMatchObject({ status: 404, code: 'NOT_FOUND', errors: [{ field: 'name', rule: 'exists' }] });
    }
  });

  it.each(['source', 'target'])('that is not there is not found as the %s', async (side) => {
    const reply = await both.post('/v1/analogies/structured', { ...question, [side]: { name: 'atlantis' } });
    expect(problemOf(reply)).toMatchObject({ status: 404, code: 'NOT_FOUND', errors: [{ field: `${side}.name` }] });
  });

  it('is still there after a restart', async () => {
    await put('lasting', { pairs: mexico });
    const before = await list();
    await stop();
    both = await start();
    expect(bodyOf(await both.get(pathOf('lasting')))).toMatchObject({ name: 'lasting', pairs: mexico });
    expect(await list()).toEqual(before);
    expect(await ask({ ...question, target: { name: 'lasting' } })).toMatchObject({ answer: 'peso' });
  });

  it('whose file is damaged is an error, not absent, until it is put again', async () => {
    await put('broken', { pairs: mexico });
    for (const folder of Object.values(folders)) await writeFile(join(folder, 'records', 'admin', 'broken.json'), '{"SECRET-77');
    for (const reply of [await both.get(pathOf('broken')), await remove('broken'), await both.post('/v1/analogies/structured', { ...question, source: { name: 'broken' } })]) {
      expect(problemOf(reply)).toMatchObject({ status: 500, code: 'INTERNAL' });
    }
    for (const { processes } of both.each) {
      const output = processes.flatMap((each) => each.output);
      expect(output.filter((line) => line.includes('A kept record is damaged'))).not.toEqual([]);
      expect(output.filter((line) => line.includes('SECRET-77'))).toEqual([]);
    }
    expect((await put('broken', { pairs: mexico })).status).toBe(200);
    expect((await remove('broken')).status).toBe(200);
  });

  it('is the old one or the new one when its process is killed while it is put', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sigmalang-records-'));
    atTheEnd(() => rm(folder, { recursive: true, force: true }));
    const large = (name: string) => Array.from({ length: 64 }, (_pair, i) => ({ role: `${i}`, filler: `${name} ${i} `.repeat(20) }));
    const versions = [large('old'), large('new')];
    let { rest, front } = await startStandalone({ DATA_DIR: folder });
    bodyOf(await rest.post(pathOf('usa'), { pairs: versions[0] }, { method: 'PUT' }));
    for (const afterMs of [5, 30, 80]) {
      const puts = Array.from({ length: 100 }, (_put, i) => rest.post(pathOf('usa'), { pairs: versions[i % 2] }, { method: 'PUT' }));
      const ended = Promise.allSettled(puts);
      await new Promise((wake) => setTimeout(wake, afterMs));
      await front.kill();
      await ended;
      ({ rest, front } = await startStandalone({ DATA_DIR: folder }));
      const { pairs } = bodyOf(await rest.get(pathOf('usa'))) as RecordResponse;
      expect(versions).toContainEqual(pairs);
      expect(await rest.get('/v1/analogies/records')).toMatchObject({ status: 200, body: { records: [{ name: 'usa' }], nextCursor: null } });
    }
  });

  it('is one file, with nothing left beside it', async () => {
    for (let i = 0; i < 5; i++) await put('one', { pairs: i % 2 === 0 ? usa : mexico });
    for (const folder of Object.values(folders)) {
      const files = await readdir(join(folder, 'records', 'admin'));
      expect(files.filter((file) => file.startsWith('one'))).toEqual(['one.json']);
      expect(files.filter((file) => !file.endsWith('.json'))).toEqual([]);
    }
  });
});

describe('the list of kept records', () => {
  const listed = (name: string) => ({ owner: expect.any(String) as unknown, name });

  it('goes page by page, in order', async () => {
    for (const { name } of (await list('?limit=100')).records) await remove(name);
    expect(await list()).toEqual({ records: [], nextCursor: null });
    const names = Array.from({ length: 53 }, (_name, i) => `r${String(i).padStart(2, '0')}`);
    await Promise.all(names.toReversed().map((name) => put(name, { pairs: usa })));
    const first = await list();
    expect(first).toEqual({ records: names.slice(0, 50).map(listed), nextCursor: 'r49' });
    expect(await list('?cursor=r49')).toEqual({ records: names.slice(50).map(listed), nextCursor: null });
    expect(await list('?limit=1&cursor=r10')).toEqual({ records: [listed('r11')], nextCursor: 'r11' });
    expect((await list('?limit=100')).records).toHaveLength(53);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=A', 'cursor'],
    ['cursor=..%2Fa', 'cursor'],
    ['page=2', 'page'],
  ])('is refused with %s', async (query, field) => {
    const problem = problemOf(await both.get(`/v1/analogies/records?${query}`));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', instance: '/v1/analogies/records' });
    expect(problem.errors?.map((fault) => fault.field)).toContain(field);
  });
});

describe('what is refused', () => {
  const many = Array.from({ length: 65 }, (_pair, i) => ({ role: `${i}`, filler: 'a' }));

  it.each(['Usa', '-usa', '_usa', 'u.json', '..%2Fusa', 'us%20a', 'us%0A', 'a'.repeat(64), '%C3%BC', '%00'])('a record named %s', async (name) => {
    for (const reply of [await put(name, { pairs: usa }), await both.get(pathOf(name)), await remove(name)]) {
      expect(problemOf(reply)).toMatchObject({ status: 400, code: 'INVALID_REQUEST', errors: [{ field: 'name', rule: 'recordName' }] });
    }
  });

  it.each<[string, unknown, string]>([
    ['no pairs', { pairs: [] }, 'pairs'],
    ['nothing', {}, 'pairs'],
    ['65 pairs', { pairs: many }, 'pairs'],
    ['a role twice', { pairs: [...usa, { role: 'currency', filler: 'peso' }] }, 'pairs'],
    ['an empty role', { pairs: [{ role: '', filler: 'a' }] }, 'pairs[0].role'],
    ['no filler', { pairs: [{ role: 'a' }] }, 'pairs[0].filler'],
    ['a text for a pair', { pairs: ['a'] }, 'pairs'],
    ['its name as well', { pairs: usa, name: 'usa' }, 'name'],
    ['another field of a pair', { pairs: [{ role: 'a', filler: 'b', weight: 1 }] }, 'pairs[0].weight'],
  ])('a record of %s', async (_what, body, field) => {
    const problem = problemOf(await put('refused', body as object));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(problem.errors?.map((fault) => fault.field)).toContain(field);
    expect((await both.get(pathOf('refused'))).status).toBe(404);
  });

  it.each<[string, object, string]>([
    ['a record by name and by pairs', { source: { name: 'usa', pairs: usa } }, 'source.pairs'],
    ['a record by neither', { target: {} }, 'target.name'],
    ['a record in a list', { target: [{ pairs: usa }] }, 'target'],
    ['a record by a bad name', { target: { name: '../usa' } }, 'target.name'],
    ['no pairs', { target: { pairs: [] } }, 'target.pairs'],
    ['65 pairs', { source: { pairs: many } }, 'source.pairs'],
    ['a role twice', { source: { pairs: [...usa, ...usa] } }, 'source.pairs'],
    ['no filler', { filler: undefined }, 'filler'],
    ['an empty filler', { filler: '' }, 'filler'],
    ['another method', { method: 'guess' }, 'method'],
    ['1,023 dimensions', { dimensions: 1_023 }, 'dimensions'],
    ['65,537 dimensions', { dimensions: 65_537 }, 'dimensions'],
    ['no alternative', { topK: 0 }, 'topK'],
  ])('a question with %s', async (_what, change, field) => {
    const problem = problemOf(await both.post('/v1/analogies/structured', { ...question, ...change }));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', instance: '/v1/analogies/structured' });
    expect(problem.errors?.map((fault) => fault.field)).toContain(field);
  });
});

it('a DATA_DIR that cannot be written is a 503 for keeping, and questions with pairs are answered', async () => {
  const blocked = await mkdtemp(join(tmpdir(), 'sigmalang-records-'));
  atTheEnd(() => rm(blocked, { recursive: true, force: true }));
  await writeFile(join(blocked, 'records'), 'not a folder');
  const { rest } = await startStandalone({ DATA_DIR: blocked });
  const refused = await rest.post(pathOf('usa'), { pairs: usa }, { method: 'PUT' });
  expect(problemOf(refused)).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  expect(problemOf(refused).detail).toMatch(/DATA_DIR/);
  expect(bodyOf(await rest.post('/v1/analogies/structured', question))).toMatchObject({ answer: 'peso' });
});
