import { METRICS } from '@sigmalang/contracts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';
import { metricsOf, type Metrics } from './metrics';
import { NatsServerUnderTest } from './nats-server-under-test';
import { ProcessUnderTest } from './process-under-test';
import { RestClient } from './rest-client';
import { endEverything } from './teardown';
import { japaneseText } from './texts';

jest.setTimeout(60_000);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sigmalang-e2e-signals-'));
});

afterEach(endEverything);

afterAll(() => rm(folder, { recursive: true, force: true }));

// Without a handler of its own from its first line on a process would end by the signal; with one that is taken away before
// another is there the signal would be lost, and the process would stay.
it.each(['standalone', 'gateway', 'encoder', 'decoder', 'nlp', 'analogy', 'search'])(
  '%s that is told to stop while it is being loaded ends with 0',
  async (app) => {
    // The first tick comes when the program has been read and has run as far as it does without waiting for anything.
    const preload = join(folder, 'stop-at-once.cjs');
    const stop = "process.nextTick(() => process.kill(process.pid, 'SIGTERM'));";
    await writeFile(preload, `if (require('node:worker_threads').isMainThread) ${stop}\n`);
    const stopped = ProcessUnderTest.spawn(app, { env: { PORT: '0', METRICS_PORT: '0', NODE_OPTIONS: `--require=${preload}` } });
    expect(await stopped.exitCode()).toBe(0);
    expect(stopped.log.filter(({ level }) => level !== 'info')).toEqual([]);
    expect(stopped.errorOutput).toBe('');
  },
  20_000,
);

it('an encoder that is told to stop ends with 0 after its grace, and the caller of what takes longer hears of it', async () => {
  const graceMs = 1_000;
  const nats = await NatsServerUnderTest.start();
  const start = (app: string, env = {}) => ProcessUnderTest.start(app, { env: { NATS_URL: nats.url, REQUEST_TIMEOUT_MS: '20000', ...env } });
  const [gateway, encoder] = await Promise.all([start('gateway'), start('encoder', { SHUTDOWN_GRACE_MS: graceMs.toString() }), start('nlp')]);
  const answer = new RestClient(gateway.origin).post('/v1/encode', { text: japaneseText(100_000) });
  const isWorking = (metrics: Metrics): boolean => metrics.get(METRICS.requestsInProgress) === 1;
  await eventually(() => metricsOf(encoder), isWorking);
  const started = performance.now();
  expect(await encoder.stop()).toBe(0);
  const tookMs = performance.now() - started;
  expect(tookMs).toBeGreaterThan(graceMs - 50);
  expect(tookMs).toBeLessThan(graceMs + 5_000);
  expect(encoder.log).toContainEqual(expect.objectContaining({ level: 'warn', msg: 'requests were still in flight at the end of the grace period' }));
  expect(encoder.log.map(({ msg }) => msg)).not.toContain('stopped');
  expect(await answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', detail: 'The service is stopping' } });
});

const asNpmDoes = [process.execPath, 'tools/service.mjs'] as const;
const byNpm = ['npm', 'run', '--silent', 'service'] as const;

describe.each([
  ['tools/service.mjs', asNpmDoes, []],
  ['npm run service', byNpm, ['--']],
] as const)('%s', (_name, [program, ...args], separator) => {
  const service = (app: string) => [program, ...args, app, ...separator] as const;

  it('starts an app with its flags, and passes the signal to stop and the 0 of its end on', async () => {
    const standalone = await ProcessUnderTest.start('standalone', { command: service('standalone'), flags: ['--max-texts=3'] });
    expect((await new RestClient(standalone.origin).get('/v1/info')).body).toMatchObject({ limits: { textsPerCall: 3 } });
    expect(await standalone.stop()).toBe(0);
    expect(standalone.log.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['ready', 'stopping', 'stopped']));
  });

  it('passes the 1 of an app on that does not start, with what it printed', async () => {
    const faulty = ProcessUnderTest.spawn('nlp', { command: service('nlp'), flags: ['--metrics-port=no'] });
    expect(await faulty.exitCode()).toBe(1);
    expect(faulty.errorOutput).toContain('--metrics-port');
  });

  it('passes the 0 of an app on that only helps', async () => {
    const helped = ProcessUnderTest.spawn('decoder', { command: service('decoder'), flags: ['--help'] });
    expect(await helped.exitCode()).toBe(0);
    expect(helped.output.join('\n')).toContain('--metrics-port');
  });

  it.each(['nothing', '../decoder', ''])('says how to use it and ends with 1 where there is no app "%s"', async (app) => {
    const lost = ProcessUnderTest.spawn('', { command: [program, ...args, app] });
    expect(await lost.exitCode()).toBe(1);
    expect(lost.errorOutput).toContain('usage: npm run service <');
    expect(lost.output).toEqual([]);
  });
});

it('tools/service.mjs ends with 1 when its app is killed', async () => {
  const decoder = ProcessUnderTest.spawn('decoder', { command: [...asNpmDoes, 'decoder'], env: { METRICS_PORT: '0' } });
  const { pid } = await eventually(() => Promise.resolve(decoder.log[0] as { pid?: number } | undefined ?? {}), (line) => line.pid !== undefined);
  process.kill(Number(pid), 'SIGKILL');
  expect(await decoder.exitCode()).toBe(1);
});
