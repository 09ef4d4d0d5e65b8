import { METRICS } from '@sigmalang/contracts';
import { eventually } from './eventually';
import { type Installation, startOnNats, startStandalone } from './installations';
import { growth, metricsOf } from './metrics';
import { ProcessUnderTest } from './process-under-test';
import { problemOf, type Reply } from './rest-client';
import { endEverything } from './teardown';
import { ordinaryText } from './texts';

jest.setTimeout(180_000);

afterEach(endEverything);

/** Each request reaches the services, also one that was answered before. */
const UNCACHED = { CACHE_ENABLED: 'false' };

const encode = ({ rest }: Installation, text = 'a text'): Promise<Reply> => rest.post('/v1/encode', { text });
const isAnswered = ({ status }: Reply): boolean => status === 200;

it('while a service is away its routes answer 503 and the others work; when it is back all is well without a restart', async () => {
  const installation = await startOnNats(UNCACHED);
  const { rest, nats, front } = installation;
  const { body } = await encode(installation);
  const { vectors } = (body as { results: [{ vectors: object[] }] }).results[0];

  expect(await installation.decoder.stop()).toBe(0);
  const away = await rest.post('/v1/decode', { vectors });
  expect(problemOf(away)).toMatchObject({ status: 503, code: 'UNAVAILABLE', instance: '/v1/decode' });
  expect(isAnswered(await encode(installation))).toBe(true);
  expect(isAnswered(await rest.post('/v1/nlp/embeddings', { input: 'a text' }))).toBe(true);
  expect((await rest.get('/v1/info')).body).toMatchObject({
    services: expect.arrayContaining([{ name: 'decoder', ready: false }, { name: 'encoder', ready: true }]) as unknown,
  });
  expect((await rest.get('/health/ready')).status).toBe(200);

  await ProcessUnderTest.start('decoder', { env: { NATS_URL: nats.url } });
  const back = await rest.post('/v1/decode', { vectors });
  expect(back.body).toMatchObject({ results: [{ text: 'a text', exact: true }] });
  expect(front.log.filter(({ msg }) => msg === 'ready')).toHaveLength(1);
});

it('a service that others need is named by 503 too: without nlp nothing can be encoded, and all can be decoded', async () => {
  const installation = await startOnNats(UNCACHED);
  const { body } = await encode(installation);
  const { vectors } = (body as { results: [{ vectors: object[] }] }).results[0];
  expect(await installation.nlp.stop()).toBe(0);
  const refused = problemOf(await encode(installation));
  expect(refused).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  expect(refused.detail).toContain('nlp');
  expect((await installation.rest.post('/v1/decode', { vectors })).body).toMatchObject({ results: [{ text: 'a text' }] });
});

it('a service that hangs makes its routes answer 504, and they work again when it goes on', async () => {
  const installation = await startOnNats(UNCACHED, { REQUEST_TIMEOUT_MS: '500' });
  await eventually(() => encode(installation), isAnswered);
  installation.encoder.signal('SIGSTOP');
  const problem = problemOf(await encode(installation));
  expect(problem).toMatchObject({ status: 504, code: 'TIMEOUT', instance: '/v1/encode' });
  const embedded = await eventually(() => installation.rest.post('/v1/nlp/embeddings', { input: 'a text' }), isAnswered);
  expect(embedded.status).toBe(200);
  installation.encoder.signal('SIGCONT');
  expect((await eventually(() => encode(installation), isAnswered)).body).toMatchObject({ results: [{ bytesIn: 6 }] });
});

it('two replicas of a service share the requests, and each is answered by one of them alone', async () => {
  const installation = await startOnNats(UNCACHED);
  const replicas = [installation.encoder, await ProcessUnderTest.start('encoder', { env: { NATS_URL: installation.nats.url } })];
  const before = await Promise.all(replicas.map(metricsOf));
  const replies = await Promise.all(Array.from({ length: 100 }, (_request, i) => encode(installation, `text ${i}`)));
  expect(replies.filter(isAnswered)).toHaveLength(100);
  const after = await Promise.all(replicas.map(metricsOf));
  const handled = after.map((metrics, i) => growth(METRICS.requests, before[i] ?? new Map(), metrics));
  const counts = handled.map((byLabels) => byLabels['{contract="encoder.v1.encode",code="OK"}'] ?? 0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

it('while the NATS server is away requests answer 503 and readiness says so; when it is back all is well without a restart', async () => {
  const installation = await startOnNats(UNCACHED);
  const { rest, nats, processes } = installation;
  await nats.kill();
  const ready = await eventually(() => rest.get('/health/ready'), ({ status }) => status === 503);
  expect(ready.body).toMatchObject({ status: 'error', error: { nats: { status: 'down' } } });
  const problem = problemOf(await encode(installation));
  expect(problem).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  expect((await rest.get('/health/live')).status).toBe(200);

  await nats.start();
  expect((await eventually(() => encode(installation), isAnswered)).status).toBe(200);
  await eventually(() => rest.get('/health/ready'), isAnswered);
  for (const { app, log } of processes) expect([app, log.filter(({ msg }) => msg === 'ready').length]).toEqual([app, 1]);
});

it('processes that start before their NATS server wait for it', async () => {
  const installation = await startOnNats(UNCACHED);
  await installation.nats.kill();
  await installation.encoder.stop();
  const late = ProcessUnderTest.spawn('encoder', { env: { NATS_URL: installation.nats.url, METRICS_PORT: '0' } });
  await eventually(() => Promise.resolve(late.log), (log) => log.some(({ msg }) => msg === 'management is listening'));
  await installation.nats.start();
  await eventually(() => Promise.resolve(late.log), (log) => log.some(({ msg }) => msg === 'ready'));
  expect((await eventually(() => encode(installation), isAnswered)).status).toBe(200);
});

describe.each([
  ['the standalone process', 'standalone', () => startStandalone()],
  ['the gateway', 'gateway', () => startOnNats(UNCACHED)],
  ['the encoder', 'encoder', () => startOnNats(UNCACHED)],
])('%s', (_name, app, start) => {
  it('answers what it is working on when it is told to stop, and exits with 0', async () => {
    const installation = await start();
    const stopped = installation.processes.find((process) => process.app === app);
    if (!stopped) throw new Error(`${app} is not there`);
    await encode(installation);
    const answer = encode(installation, ordinaryText(30_000));
    const isBusy = async (): Promise<number> => (await metricsOf(stopped)).get(METRICS.requestsInProgress) ?? 0;
    await eventually(isBusy, (count) => count > 0);
    const exitCode = await stopped.stop();
    expect(exitCode).toBe(0);
    expect((await answer).body).toMatchObject({ results: [{ bytesIn: 30_000 }] });
    expect(stopped.log.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['stopping', 'stopped']));
  });
});

it('a process that is told to stop twice stops once', async () => {
  const { front } = await startStandalone();
  front.signal('SIGTERM');
  expect(await front.stop()).toBe(0);
  expect(front.log.filter(({ msg }) => msg === 'stopping')).toHaveLength(1);
});
