import { type FlagsResponse, METRICS, type SearchResponse } from '@sigmalang/contracts';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually';
import { metricsOf } from './metrics';
import { ProcessUnderTest } from './process-under-test';
import { bodyOf, problemOf, type Reply, RestClient } from './rest-client';
import { emptyFolder, startSearchInstallation } from './search-installation';
import { endEverything } from './teardown';

jest.setTimeout(180_000);

afterEach(endEverything);

const DOCUMENTS = [
  { id: 'cats', text: 'Cats sleep for most of the day.' },
  { id: 'dogs', text: 'Dogs want to be walked twice a day.' },
  { id: 'cars', text: 'A car needs fuel and new tyres.' },
];

/** A file of flags, which is replaced as a whole. */
async function fileOfFlags(text: string): Promise<{ path: string; save: (text: string) => Promise<void> }> {
  const path = join(await emptyFolder(), 'flags.yaml');
  const save = async (next: string): Promise<void> => {
    await writeFile(`${path}.next`, next);
    await rename(`${path}.next`, path);
  };
  await save(text);
  return { path, save };
}

/** What a search answers, but for how long it took. */
const saidOf = (response: SearchResponse): object => Object.assign({}, response, { tookMs: 0 });

const flagsOf = async (rest: RestClient): Promise<FlagsResponse> => bodyOf(await rest.get('/v1/flags')) as FlagsResponse;

it('hybrid searches go on by keywords while nlp is away for as long as the flag is on, which changes while processes run', async () => {
  const { path, save } = await fileOfFlags('degraded-search: false');
  const installation = await startSearchInstallation({ env: { FLAGS_FILE: path, FLAGS_INTERVAL_MS: '50' } });
  const { client, rest } = installation;
  const query = { query: 'a day of cats' };
  const hybrid = (): Promise<Reply> => client.trySearch('animals', { ...query, mode: 'hybrid', explain: true });
  const isDegraded = ({ status, body }: Reply): boolean => status === 200 && (body as SearchResponse).degraded !== undefined;
  await client.putCollection('animals');
  await client.put('animals', DOCUMENTS);
  const whole = bodyOf(await hybrid()) as SearchResponse;
  expect(whole.mode).toBe('hybrid');
  expect(whole).not.toHaveProperty('degraded');

  expect(await installation.nlp?.stop()).toBe(0);
  expect(problemOf(await hybrid())).toMatchObject({ status: 503, code: 'UNAVAILABLE', detail: expect.stringContaining('nlp') as unknown });

  await save('degraded-search: true');
  const degraded = (await eventually(hybrid, isDegraded)).body as SearchResponse;
  expect(degraded).toMatchObject({ mode: 'keyword', degraded: ['meaning'] });
  const byKeyword = await client.search('animals', { ...query, mode: 'keyword', explain: true });
  expect(saidOf(degraded)).toEqual({ ...saidOf(byKeyword), degraded: ['meaning'] });
  const corpus = DOCUMENTS.map(({ text }) => text);
  expect((await rest.post('/v1/search', { ...query, corpus })).body).toMatchObject({ mode: 'keyword', degraded: ['meaning'], results: [{ id: '0' }, { id: '1' }] });
  expect(problemOf(await client.trySearch('animals', { ...query, mode: 'semantic' }))).toMatchObject({ status: 503, code: 'UNAVAILABLE' });

  await save('degraded-search: {on: perhaps}');
  await eventually(() => flagsOf(rest), ({ fault }) => fault !== undefined);
  expect(isDegraded(await hybrid())).toBe(true);
  await save('degraded-search: {on: true, percent: 0, subjects: [nobody]}');
  await eventually(hybrid, ({ status }) => status === 503);

  await installation.startNlp();
  const again = (await eventually(hybrid, ({ status }) => status === 200)).body as SearchResponse;
  expect(saidOf(again)).toEqual(saidOf(whole));
  const metrics = await metricsOf(installation.search.process);
  for (const value of ['on', 'off']) expect(metrics.get(`${METRICS.flagEvaluations}{flag="degraded-search",value="${value}"}`)).toBeGreaterThan(0);
});

it('the gateway tells which flags are on, what the file says wrong, and follows it', async () => {
  const { path, save } = await fileOfFlags('{"reply-cache": {"on": true, "percent": 25, "subjects": ["alice"], "exceptSubjects": ["bob"]}, "warp-drive": true}');
  const front = await ProcessUnderTest.start('standalone', { env: { FLAGS_FILE: path, FLAGS_INTERVAL_MS: '50' } });
  const rest = new RestClient(front.origin);
  const { flags, ...others } = await flagsOf(rest);
  expect(flags).toMatchObject([
    { name: 'degraded-search', default: false, on: false, percent: 100, source: 'default' },
    { name: 'reply-cache', default: true, on: true, percent: 25, subjects: ['alice'], exceptSubjects: ['bob'], source: 'file' },
  ]);
  expect(others).toEqual({ unknown: ['warp-drive'] });
  expect(front.log).toContainEqual(expect.objectContaining({ level: 'warn', msg: 'The file of flags names some that there are not', unknown: ['warp-drive'] }));

  await save('reply-cache: false');
  await eventually(() => flagsOf(rest), ({ flags: [, cache] }) => cache?.on === false);
  await save('reply-cache: [');
  const { fault } = await eventually(() => flagsOf(rest), (now) => now.fault !== undefined);
  expect(fault).toMatch(/^It is malformed at line \d+$/);
  expect((await flagsOf(rest)).flags[1]).toMatchObject({ on: false, source: 'file' });
  expect(front.log.filter(({ level }) => level === 'error')).toHaveLength(1);
});

it('a process whose file of flags is not there starts, with each flag as it is by default, and says so', async () => {
  const front = await ProcessUnderTest.start('standalone', { env: { FLAGS_FILE: join(await emptyFolder(), 'none.yaml') } });
  const { flags, fault } = await flagsOf(new RestClient(front.origin));
  expect(flags.map(({ source }) => source)).toEqual(['default', 'default']);
  expect(fault).toBe('It cannot be read');
  expect(front.log).toContainEqual(expect.objectContaining({ level: 'error', fault: 'It cannot be read' }));
});
