import { METRICS, type Problem, ServiceError } from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { register } from 'prom-client';
import { startGateway } from '../gateway-under-test';
import { LoadShedder } from './load-shedder';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

const started: NestFastifyApplication[] = [];

beforeEach(() => { register.removeSingleMetric(METRICS.healthCheckStatus); }); // each gateway has its own
afterEach(() => Promise.all(started.splice(0).map((app) => app.close())));

/** What answers nothing, and keeps how long it may take. */
function deafBus(times: number[] = []): Bus {
  const request = (_subject: string, _payload: Uint8Array, { timeoutMs }: { readonly timeoutMs: number }): Promise<Uint8Array> => {
    times.push(timeoutMs);
    return Promise.reject(new ServiceError('UNPROCESSABLE', 'Nobody listens'));
  };
  return new Bus({ maxMessageBytes: () => 1_000_000, request }, 1_000);
}

async function start(env: Readonly<Record<string, string>> = {}, bus = deafBus()): Promise<NestFastifyApplication> {
  const app = await startGateway({ env, bus });
  started.push(app);
  return app;
}

const encode = (app: NestFastifyApplication, headers: Record<string, string> = {}, payload = '{"text":"a"}') =>
  app.inject({ method: 'POST', url: '/v1/encode', headers: { 'content-type': 'application/json', ...headers }, payload });

describe('a gateway with limits', () => {
  it('answers what is too often with a problem, in its turn', async () => {
    const app = await start({ RATE_LIMIT_ENABLED: 'true', KEY_BURST: '1', KEY_RATE_PER_MINUTE: '1' });
    expect((await encode(app)).headers).toMatchObject({ 'ratelimit-limit': '1', 'ratelimit-remaining': '0' });
    const refused = await encode(app);
    expect([refused.statusCode, refused.headers['retry-after'], refused.json<Problem>().code]).toEqual([429, '60', 'RATE_LIMITED']);
    expect((await app.inject('/health/live')).statusCode).toBe(200);
  });

  it('says nothing of rates where there are none', async () => {
    expect((await encode(await start())).headers).not.toHaveProperty('ratelimit-limit');
  });

  it('refuses what would wait too long before it is read, and no question of health', async () => {
    const app = await start({ SHED_MIN_IN_FLIGHT: '1' });
    const shedder = app.get(LoadShedder);
    const inFlight = shedder.admit();
    const refused = await encode(app, {}, 'this is not even read');
    expect([refused.statusCode, refused.headers['retry-after'], refused.json<Problem>().code]).toEqual([503, '1', 'UNAVAILABLE']);
    expect((await register.getSingleMetric(METRICS.requestsShed)?.get())?.values).toMatchObject([{ labels: { reason: 'in_flight' }, value: 1 }, { labels: { reason: 'event_loop' }, value: 0 }]);
    for (const path of ['/health', '/health/live', '/health/ready', '/ready']) expect((await app.inject(path)).headers).not.toHaveProperty('retry-after');
    if ('request' in inFlight) inFlight.request.end(true);
    expect((await encode(app, {}, 'this is read')).statusCode).toBe(400);
    expect(shedder.inFlight).toBe(0);
  });
});

it('gives clients the times of the settings, and takes no more connections than they say', async () => {
  const env = { HEADERS_TIMEOUT_MS: '700', REQUEST_TIMEOUT_MS: '1700', KEEP_ALIVE_TIMEOUT_MS: '2700', MAX_CONNECTIONS: '37' };
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxConnections } = (await start(env)).getHttpServer();
  expect({ headersTimeout, requestTimeout, keepAliveTimeout, maxConnections }).toEqual({ headersTimeout: 700, requestTimeout: 1_700, keepAliveTimeout: 2_700, maxConnections: 37 });
});

it('gives the head of a request no more time than all of it', async () => {
  expect((await start({ HEADERS_TIMEOUT_MS: '5000', REQUEST_TIMEOUT_MS: '1000' })).getHttpServer().headersTimeout).toBe(1_000);
});

describe('the time that a caller gives', () => {
  /** What is asked of services, with the time that they are given. */
  async function timesGiven(header: string): Promise<number[]> {
    const times: number[] = [];
    await encode(await start({ REQUEST_TIMEOUT_MS: '900' }, deafBus(times)), { 'x-request-timeout': header });
    return times;
  }

  it.each([['300', 300], ['899', 899], ['5000', 900], ['999999999', 900]])('of %s ms reaches services as at most %i', async (header, most) => {
    const [given] = await timesGiven(header);
    expect(given).toBeLessThanOrEqual(most);
    expect(given).toBeGreaterThan(0);
  });

  it('is looked at when the request was counted, so that nobody asks as often as they like by a wrong one', async () => {
    const app = await start({ RATE_LIMIT_ENABLED: 'true', KEY_BURST: '2', KEY_RATE_PER_MINUTE: '1' });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await encode(app, { 'x-request-timeout': 'soon' })).statusCode);
    expect(statuses).toEqual([400, 400, 429]);
  });

  it.each(['0', '-1', '1.5', 'soon', '1e3', '', '9999999999'])('is refused as %j', async (header) => {
    const reply = await encode(await start(), { 'x-request-timeout': header });
    expect([reply.statusCode, reply.json<Problem>().errors]).toEqual([
      400,
      [{ field: 'x-request-timeout', rule: 'isTime', message: 'x-request-timeout must be a number of milliseconds from 1 to 999999999' }],
    ]);
  });
});

describe('a body that would cost much', () => {
  it.each([
    ['a megabyte of brackets', '['.repeat(1_000_000), 'The request is nested deeper than 16 levels'],
    ['many objects', `{"texts":[${Array<string>(20_000).fill('{}').join()}]}`, 'The request holds more than 16384 objects and lists'],
  ])('is refused unread: %s', async (_what, body, detail) => {
    const reply = await encode(await start(), {}, body);
    expect([reply.statusCode, reply.json<Problem>().detail]).toEqual([400, detail]);
  });
});

describe('pages of other origins', () => {
  const preflight = (app: NestFastifyApplication, origin: string) =>
    app.inject({ method: 'OPTIONS', url: '/v1/encode', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' } });

  it('may not call unless they are named', async () => {
    const app = await start();
    expect((await preflight(app, 'https://app.example.com')).statusCode).toBe(404);
    expect((await encode(app, { origin: 'https://app.example.com' })).headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('may call where they are named, and need not be known to ask whether they may', async () => {
    const app = await start({ CORS_ORIGINS: 'https://app.example.com, https://other.example.com', RATE_LIMIT_ENABLED: 'true', KEY_BURST: '1' });
    for (let i = 0; i < 3; i++) {
      const { statusCode, headers } = await preflight(app, 'https://app.example.com');
      expect(statusCode).toBe(204);
      expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://app.example.com', 'access-control-allow-headers': expect.stringMatching(/X-API-Key/) as string });
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    }
    expect((await preflight(app, 'https://evil.example.com')).headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('can read answers and problems alike, with the headers that matter', async () => {
    const app = await start({ CORS_ORIGINS: 'https://app.example.com', RATE_LIMIT_ENABLED: 'true', KEY_BURST: '1' });
    for (const status of [422, 429]) {
      const { statusCode, headers } = await encode(app, { origin: 'https://app.example.com' });
      expect([statusCode, headers['access-control-allow-origin'], headers.vary]).toEqual([status, 'https://app.example.com', 'Origin, Accept-Language']);
      expect(headers['access-control-expose-headers']).toContain('Retry-After');
    }
  });

  it('may all call where all are named', async () => {
    const app = await start({ CORS_ORIGINS: '*' });
    expect((await preflight(app, 'https://anyone.example.com')).headers).toHaveProperty('access-control-allow-origin', '*');
  });
});

describe('what browsers are told of every reply', () => {
  it.each(['/health/live', '/v1/encode', '/nowhere'])('is that it is no page: %s', async (url) => {
    const { headers } = await (await start()).inject(url);
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers).not.toHaveProperty('strict-transport-security');
  });

  it('is to stay with TLS where the settings say so', async () => {
    const { headers } = await (await start({ HSTS_MAX_AGE_S: '600' })).inject('/health/live');
    expect(headers['strict-transport-security']).toBe('max-age=600');
  });
});
