import { type BothInstallations, startBoth } from './installations';
import { isOpen } from './ports';
import { ProcessUnderTest } from './process-under-test';
import { RestClient } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

const HEALTH_PATHS = ['/health', '/health/live', '/health/ready', '/ready'];

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

it.each(HEALTH_PATHS)('%s is ok on the management port of every process, and beside the REST API', async (path) => {
  for (const { rest, processes } of both.each) {
    const ports = [rest, ...processes.map(({ managementOrigin }) => new RestClient(managementOrigin))];
    for (const port of ports) expect(await port.get(path)).toMatchObject({ status: 200, body: { status: 'ok' } });
  }
});

it('/health shows every service, the lexicon, processor, memory and disk, with latency', async () => {
  const { body } = await both.standalone.rest.get('/health');
  const up = { status: 'up', latencyMs: expect.any(Number) as unknown };
  expect(body).toMatchObject({ details: { process: { status: 'up', phase: 'ready' }, encoder: up, decoder: up, nlp: up, analogy: up, search: up, lexicon: up } });
  expect(body).toMatchObject({
    details: {
      cpu: { loadPerCore: expect.any(Array) as unknown },
      memory: { rssBytes: expect.any(Number) as unknown },
      disk: { freeBytes: expect.any(Number) as unknown },
    },
  });
});

it('over NATS /health shows the connection and the services, and each service shows what it depends on itself', async () => {
  const { rest, nlp, decoder } = both.onNats;
  const up = { status: 'up', latencyMs: expect.any(Number) as unknown };
  expect((await rest.get('/health')).body).toMatchObject({ details: { nats: up, encoder: up, decoder: up, nlp: up, analogy: up, search: up } });
  expect((await new RestClient(nlp.managementOrigin).get('/health')).body).toMatchObject({ details: { nats: up, lexicon: up } });
  const own = await new RestClient(decoder.managementOrigin).get('/health');
  expect(own.body).toMatchObject({ details: { nats: up } });
  expect(own.body).not.toHaveProperty('details.encoder');
});

it('/metrics is on the management port alone', async () => {
  for (const { rest, processes } of both.each) {
    expect((await rest.get('/metrics')).status).toBe(404);
    for (const { managementOrigin } of processes) {
      const { status, text, headers } = await new RestClient(managementOrigin).get('/metrics');
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^text\/plain/);
      expect(text).toMatch(/^sigmalang_health_check_status\{check="[a-z]+"\} [01]$|^# TYPE sigmalang_health_check_status gauge$/m);
    }
  }
});

it('the REST API is not on the management port', async () => {
  for (const { managementOrigin } of both.onNats.processes) {
    expect((await new RestClient(managementOrigin).post('/v1/encode', { text: 'a' })).status).toBe(404);
  }
});

const accepts = (host: string, origin: string): Promise<boolean> => isOpen(Number(new URL(origin).port), host);

// 127.0.0.2 is this machine too, and no port bound to 127.0.0.1 answers there.
it('unless told otherwise every port is bound to 127.0.0.1, and nothing warns', async () => {
  const { front, processes } = both.onNats;
  const origins = [front.origin, both.standalone.front.origin, ...processes.map(({ managementOrigin }) => managementOrigin)];
  for (const origin of origins) {
    expect(await accepts('127.0.0.1', origin)).toBe(true);
    expect(await accepts('127.0.0.2', origin)).toBe(false);
  }
  expect(both.standalone.front.log.filter(({ level }) => level !== 'info')).toEqual([]);
});

it.each([
  ['gateway', 'required', []],
  ['gateway', 'off', [{ msg: expect.stringMatching(/^AUTH_MODE=off: nobody is asked who they are/) as unknown, host: '0.0.0.0' }]],
  ['standalone', 'off', [{ msg: expect.stringMatching(/^AUTH_MODE=off: nobody is asked who they are/) as unknown, host: '0.0.0.0' }]],
])('%s with HOST=0.0.0.0 is open to other machines, and with AUTH_MODE=%s warns of what is to be warned of', async (app, mode, warnings) => {
  const open = await ProcessUnderTest.start(app, { env: { HOST: '0.0.0.0', AUTH_MODE: mode, NATS_URL: both.onNats.nats.url } });
  expect(await accepts('127.0.0.2', open.origin)).toBe(true);
  expect(open.log.filter(({ level }) => level === 'warn')).toMatchObject(warnings);
});
