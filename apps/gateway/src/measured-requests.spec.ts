import { METRICS, ServiceError } from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { register } from 'prom-client';
import { ADMIN_KEY, startGateway } from './gateway-under-test';
import { LoadShedder } from './limits/load-shedder';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

const KNOWN = { AUTH_MODE: 'required' };
const JSON_BODY = { 'content-type': 'application/json' };
const ENCODE = { method: 'POST', url: '/v1/encode', headers: JSON_BODY, payload: '{"text":"a"}' } as const;

let app: NestFastifyApplication;

beforeEach(() => { register.removeSingleMetric(METRICS.healthCheckStatus); }); // each gateway has its own
afterEach(() => app.close());

async function start(env: Readonly<Record<string, string>> = {}, code: 'UNPROCESSABLE' | 'UNAVAILABLE' | 'TIMEOUT' | 'INTERNAL' = 'UNPROCESSABLE'): Promise<void> {
  const request = (): Promise<Uint8Array> => Promise.reject(new ServiceError(code, 'It was refused'));
  app = await startGateway({ env, bus: new Bus({ maxMessageBytes: () => 1_000_000, request }, 1_000) });
  register.resetMetrics();
}

/** What was counted, as `contract code`, and how many of each contract were timed. */
async function measured(): Promise<{ counted: Record<string, number>; timed: Record<string, number> }> {
  const samples = async (name: string, of = name) => {
    const { values } = (await register.getSingleMetric(name)?.get()) ?? { values: [] };
    return (values as { labels: Record<string, string>; value: number; metricName?: string }[]).filter(({ value, metricName = name }) => value > 0 && metricName === of);
  };
  const [requests, durations] = [await samples(METRICS.requests), await samples(METRICS.requestDuration, `${METRICS.requestDuration}_count`)];
  return {
    counted: Object.fromEntries(requests.map(({ labels, value }) => [`${labels.contract} ${labels.code}`, value])),
    timed: Object.fromEntries(durations.map(({ labels, value }) => [String(labels.contract), value])),
  };
}

describe('a request is counted and timed under its route, whoever refuses it', () => {
  it.each<[what: string, env: Record<string, string>, ask: object, status: number, contract: string, code: string]>([
    ['says not who it is from', KNOWN, ENCODE, 401, 'POST /v1/encode', 'UNAUTHENTICATED'],
    ['has a key that is none', KNOWN, { ...ENCODE, headers: { ...JSON_BODY, 'x-api-key': 'sk_none' } }, 401, 'POST /v1/encode', 'UNAUTHENTICATED'],
    ['is not permitted', KNOWN, { url: '/v1/audit' }, 401, 'GET /v1/audit', 'UNAUTHENTICATED'],
    ['asks for what is not there', {}, { url: '/v1/nothing/of/this/kind' }, 404, 'no route', 'NOT_FOUND'],
    ['asks by a method that the route has not', {}, { method: 'DELETE', url: '/v1/encode' }, 404, 'no route', 'NOT_FOUND'],
    ['has a body that is too large', { MAX_VECTOR_BODY_BYTES: '1024', MAX_BODY_BYTES: '1024' }, { ...ENCODE, payload: JSON.stringify({ text: 'a'.repeat(2_000) }) }, 413, 'POST /v1/encode', 'PAYLOAD_TOO_LARGE'],
    ['has a body that is no JSON', {}, { ...ENCODE, payload: '{' }, 400, 'POST /v1/encode', 'INVALID_REQUEST'],
    ['has a body of another type', {}, { ...ENCODE, headers: { 'content-type': 'text/plain' } }, 415, 'POST /v1/encode', 'INVALID_REQUEST'],
    ['has no time that is a number', {}, { ...ENCODE, headers: { ...JSON_BODY, 'x-request-timeout': 'soon' } }, 400, 'POST /v1/encode', 'INVALID_REQUEST'],
    ['has a malformed URL', {}, { url: '/v1/%zz' }, 400, 'no route', 'INVALID_REQUEST'],
    ['a service refuses', {}, ENCODE, 422, 'POST /v1/encode', 'UNPROCESSABLE'],
  ])('one that %s', async (_what, env, ask, status, contract, code) => {
    await start(env);
    expect((await app.inject(ask)).statusCode).toBe(status);
    const { counted, timed } = await measured();
    expect(counted).toEqual({ [`${contract} ${code}`]: 1 });
    expect(timed).toEqual(ask === ENCODE || !('url' in ask && ask.url === '/v1/%zz') ? { [contract]: 1 } : {}); // what is malformed takes no time
  });

  it('one of a caller who asks too often', async () => {
    await start({ RATE_LIMIT_ENABLED: 'true', KEY_BURST: '1', KEY_RATE_PER_MINUTE: '1' });
    for (const status of [422, 429]) expect((await app.inject(ENCODE)).statusCode).toBe(status);
    expect(await measured()).toEqual({ counted: { 'POST /v1/encode UNPROCESSABLE': 1, 'POST /v1/encode RATE_LIMITED': 1 }, timed: { 'POST /v1/encode': 2 } });
  });

  it('one that is shed, which is counted as such too, beside how many are admitted', async () => {
    await start({ SHED_MIN_IN_FLIGHT: '1' });
    const value = async (name: string): Promise<unknown> => (await register.getSingleMetric(name)?.get())?.values;
    const inFlight = app.get(LoadShedder).admit();
    expect((await app.inject(ENCODE)).statusCode).toBe(503);
    expect((await measured()).counted).toEqual({ 'POST /v1/encode UNAVAILABLE': 1 });
    expect(await value(METRICS.requestsShed)).toMatchObject([{ labels: { reason: 'in_flight' }, value: 1 }]);
    expect([await value(METRICS.requestsAdmitted), await value(METRICS.requestsAdmittedLimit)]).toMatchObject([[{ value: 1 }], [{ value: 1 }]]);
    if ('request' in inFlight) inFlight.request.end(true);
    expect(await value(METRICS.requestsAdmitted)).toMatchObject([{ value: 0 }]);
  });

  it.each(['UNAVAILABLE', 'TIMEOUT', 'INTERNAL'] as const)('one that fails by %s', async (code) => {
    await start({}, code);
    await app.inject(ENCODE);
    expect((await measured()).counted).toEqual({ [`POST /v1/encode ${code}`]: 1 });
  });

  it('one of a role that may not', async () => {
    await start(KNOWN);
    const made = await app.inject({ method: 'POST', url: '/v1/keys', headers: { ...JSON_BODY, 'x-api-key': ADMIN_KEY }, payload: '{"name":"a","role":"analyst","subject":"s"}' });
    const { key } = made.json<{ key: string }>();
    expect((await app.inject({ url: '/v1/audit', headers: { 'x-api-key': key } })).statusCode).toBe(403);
    expect((await measured()).counted).toMatchObject({ 'GET /v1/audit FORBIDDEN': 1 });
  });
});

it('no limit of admitted requests is told where none are shed', async () => {
  await start({ SHED_LATENCY_MS: '0' });
  expect((await register.getSingleMetric(METRICS.requestsAdmittedLimit)?.get())?.values).toMatchObject([{ value: Infinity }]);
});

it('what is no HTTP is counted as a request of no route, and its connection while it is open', async () => {
  await start({ MAX_CONNECTIONS: '1' });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const value = async (name: string): Promise<number | undefined> => (await register.getSingleMetric(name)?.get())?.values[0]?.value;
  const open = connect(port, '127.0.0.1');
  await once(open, 'connect');
  const refused = connect(port, '127.0.0.1');
  await once(refused, 'close');
  expect([await value(METRICS.connections), await value(METRICS.connectionsLimit), await value(METRICS.connectionsRefused)]).toEqual([1, 1, 1]);
  open.resume().end('this is no HTTP\r\n\r\n');
  await once(open, 'close');
  expect(await measured()).toEqual({ counted: { 'no route INVALID_REQUEST': 1 }, timed: {} });
  expect(await value(METRICS.connections)).toBe(0);
});

describe('a request that does not come in time is counted once, as given up, and is nobody\'s error', () => {
  const HEAD = 'POST /v1/encode HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n';

  it.each<[what: string, sent: string, counted: Record<string, number>]>([
    ['a body that stops', `${HEAD}\r\n{`, { 'POST /v1/encode CANCELLED': 1 }],
    ['a head that stops', HEAD, { 'no route CANCELLED': 1 }],
    ['a connection that nobody uses', '', {}],
  ])('%s', async (_what, sent, counted) => {
    await start({ REQUEST_TIMEOUT_MS: '100' });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const client = connect(port, '127.0.0.1').resume();
    client.write(sent);
    await once(client, 'close');
    expect((await measured()).counted).toEqual(counted);
    const { values = [] } = (await register.getSingleMetric(METRICS.errors)?.get()) ?? {};
    expect(values.filter(({ value }) => value > 0)).toEqual([]);
  });
});
