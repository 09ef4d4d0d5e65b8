import { METRICS, type Problem } from '@sigmalang/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually';
import { metricsOf } from './metrics';
import { NatsServerUnderTest } from './nats-server-under-test';
import { ProcessUnderTest } from './process-under-test';
import { RawConnection } from './raw-connection';
import { RedisServerUnderTest } from './redis-server-under-test';
import { endEverything } from './teardown';

jest.setTimeout(180_000);

/** So slow that no token is gained during a test. */
const BURST = 20;
const SLOW_RATES = {
  RATE_LIMIT_ENABLED: 'true',
  ...{ KEY_BURST: BURST.toString(), KEY_RATE_PER_MINUTE: '1' },
  ...{ ADDRESS_BURST: BURST.toString(), ADDRESS_RATE_PER_MINUTE: '1' },
};

/** Something that every caller may ask for. */
const OPEN_PATH = '/openapi.json';

let nats: NatsServerUnderTest;

beforeAll(async () => {
  nats = await NatsServerUnderTest.start();
});
afterAll(endEverything);

function startGateway(env: Readonly<Record<string, string>> = {}): Promise<ProcessUnderTest> {
  return ProcessUnderTest.start('gateway', { env: { NATS_URL: nats.url, AUTH_MODE: 'off', RATE_LIMIT_ENABLED: 'false', ...env } });
}

const ask = (gateway: ProcessUnderTest, headers: Record<string, string> = {}, path = OPEN_PATH): Promise<Response> => fetch(`${gateway.origin}${path}`, { headers });

/** The statuses of so many requests at the same time, to gateways in turns, and how often each was answered. */
async function tally(gateways: readonly ProcessUnderTest[], requests: number): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  const all = Array.from({ length: requests }, (_, i) => gateways[i % gateways.length]).flatMap((gateway) => (gateway ? [ask(gateway)] : []));
  for (const reply of await Promise.all(all)) {
    counts[reply.status] = (counts[reply.status] ?? 0) + 1;
    await reply.arrayBuffer();
  }
  return counts;
}

const metric = async (gateway: ProcessUnderTest, name: string): Promise<number | undefined> => (await metricsOf(gateway)).get(name);

describe('two gateways that share a Redis', () => {
  let redis: RedisServerUnderTest;
  let gateways: readonly [ProcessUnderTest, ProcessUnderTest];

  beforeAll(async () => {
    redis = await RedisServerUnderTest.start();
    const env = { ...SLOW_RATES, REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '2000' };
    gateways = [await startGateway(env), await startGateway(env)];
    for (const gateway of gateways) await eventually(() => metric(gateway, `${METRICS.healthCheckStatus}{check="redis"}`), (up) => up === 1);
  });

  it('let through together exactly the burst, and tell those that they refuse when to come again', async () => {
    expect(await tally(gateways, 120)).toEqual({ 200: BURST, 429: 120 - BURST });
    const reply = await ask(gateways[0]);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'ratelimit-limit': BURST.toString(),
      'ratelimit-remaining': '0',
      'ratelimit-reset': expect.stringMatching(/^\d+$/) as string,
      'ratelimit-policy': `1;w=60;burst=${BURST};policy="token bucket"`,
      'retry-after': expect.stringMatching(/^([1-9]|[1-5]\d|60)$/) as string,
    });
    expect(await reply.json() as Problem).toMatchObject({ status: 429, code: 'RATE_LIMITED', requestId: reply.headers.get('x-request-id') });
    expect(await metric(gateways[0], `${METRICS.rateLimitRejections}{kind="address"}`)).toBeGreaterThan(0);
  });

  it('are asked about their health as often as one likes', async () => {
    for (const path of ['/health', '/health/live', '/health/ready', '/ready']) {
      for (let i = 0; i < BURST; i++) {
        const reply = await ask(gateways[1], {}, path);
        expect(reply.status).not.toBe(429);
        expect(reply.headers.has('ratelimit-limit')).toBe(false);
        await reply.arrayBuffer();
      }
    }
  });

  it.each([
    ['killed', () => redis.kill(), () => redis.start()],
    ['frozen', () => { redis.freeze(); return Promise.resolve(); }, () => { redis.thaw(); return Promise.resolve(); }],
  ])('count each for itself while Redis is %s, answer all the while, and count together again when it is back', async (_how, stop, start) => {
    const asking = { on: true, answers: 0 };
    const statuses = new Set<number>();
    const load = Promise.all(gateways.map(async (gateway) => {
      while (asking.on) {
        statuses.add((await ask(gateway)).status);
        asking.answers++;
        await sleep(5);
      }
    }));
    await stop();
    for (const gateway of gateways) await eventually(() => metric(gateway, METRICS.rateLimitInMemory), (inMemory) => inMemory === 1);
    const { answers } = asking;
    await eventually(() => Promise.resolve(asking.answers), (since) => since > answers + 20);
    expect((await ask(gateways[0], {}, '/health/ready')).status).not.toBe(429);
    await start();
    for (const gateway of gateways) await eventually(() => metric(gateway, METRICS.rateLimitInMemory), (inMemory) => inMemory === 0);
    asking.on = false;
    await load;
    expect([...statuses].filter((status) => status !== 200 && status !== 429)).toEqual([]);
    const away = gateways[0].log.filter(({ msg }) => msg.startsWith('Redis is away'));
    const back = gateways[0].log.filter(({ msg }) => msg === 'Redis answers again');
    expect(away.length).toBeGreaterThan(0);
    expect(back).toHaveLength(away.length);
  });
});

describe('the address of a caller', () => {
  const from = async (gateway: ProcessUnderTest, forwarded: string): Promise<string | null> => {
    const reply = await ask(gateway, { 'x-forwarded-for': forwarded });
    await reply.arrayBuffer();
    return reply.headers.get('ratelimit-remaining');
  };

  it('is not what it says itself', async () => {
    const gateway = await startGateway(SLOW_RATES);
    expect([await from(gateway, '198.51.100.1'), await from(gateway, '198.51.100.2')]).toEqual(['19', '18']);
  });

  it('is what a trusted proxy says last', async () => {
    const gateway = await startGateway({ ...SLOW_RATES, TRUSTED_PROXIES: '127.0.0.1/32' });
    expect([await from(gateway, '198.51.100.1'), await from(gateway, '198.51.100.2'), await from(gateway, '198.51.100.9, 198.51.100.2')]).toEqual(['19', '19', '18']);
  });
});

describe('a slow client', () => {
  const HEAD = 'POST /v1/encode HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  let gateway: ProcessUnderTest;

  beforeAll(async () => {
    gateway = await startGateway({ HEADERS_TIMEOUT_MS: '600', REQUEST_TIMEOUT_MS: '4000', SLOW_READER_TIMEOUT_MS: '600' });
  });

  it.each([
    ['that says nothing', '', ''],
    ['whose head dribbles', 'GET /health/live HTTP/1.1\r\nHost: x\r\n', 'X-More: 1\r\n'],
    ['whose body dribbles', `${HEAD}Content-Length: 100000\r\n\r\n`, 'a'],
    ['whose body dribbles in chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, '1\r\na\r\n'],
  ])('%s is told so and cut off', async (_what, head, drop) => {
    const connection = await RawConnection.open(gateway.origin);
    connection.send(head);
    connection.dribble(drop, 100);
    const answer = await connection.readToEnd();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ status: 408, code: 'TIMEOUT', requestId: expect.any(String) as unknown });
  });

  it('has less time for the head of a request than for its body', async () => {
    const [head, body] = await Promise.all([RawConnection.open(gateway.origin), RawConnection.open(gateway.origin)]);
    head.send('GET /health/live HTTP/1.1\r\n');
    body.send(`${HEAD}Content-Length: 100000\r\n\r\n`);
    expect(await Promise.race([head.readToEnd().then(() => 'head'), body.readToEnd().then(() => 'body')])).toBe('head');
    await body.readToEnd();
  });

  it('that does not read its answers is cut off in the midst of them', async () => {
    const cancelled = (): Promise<number | undefined> => metric(gateway, `${METRICS.requests}{contract="GET ${OPEN_PATH}",code="CANCELLED"}`);
    const requests = 500;
    const connection = await RawConnection.open(gateway.origin);
    connection.send(`GET ${OPEN_PATH} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(requests));
    await eventually(cancelled, (count) => (count ?? 0) > 0);
    const answers = await connection.readToEnd();
    expect(answers.split('HTTP/1.1 200 OK').length - 1).toBeLessThan(requests);
  });

  it('keeps out nobody else', async () => {
    const slow = await Promise.all(Array.from({ length: 200 }, () => RawConnection.open(gateway.origin)));
    for (const connection of slow) {
      connection.send(`${HEAD}Content-Length: 100000\r\n\r\n`);
      connection.dribble(' ', 100);
    }
    await sleep(500); // that many at once are a burst, until it shows that their bodies do not come
    for (let i = 0; i < 5; i++) expect((await ask(gateway)).status).toBe(200);
    await Promise.all(slow.map((connection) => connection.readToEnd()));
  });
});

describe('what is no request', () => {
  const CASES: [string, string, number][] = [
    ['two lengths', 'POST /v1/encode HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd', 400],
    ['a length and chunks', 'POST /v1/encode HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['a folded header', 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\nX-B :d\r\n\r\n', 400],
    ['no words of HTTP', 'hello\r\n\r\n', 400],
    ['a head too large', `GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`, 431],
  ];
  let gateway: ProcessUnderTest;

  beforeAll(async () => {
    gateway = await startGateway();
  });

  it.each(CASES)('%s is refused with a problem, and its connection closed', async (_what, bytes, status) => {
    const connection = await RawConnection.open(gateway.origin);
    connection.send(bytes);
    const answer = await connection.readToEnd();
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*content-type: application/problem\\+json\r\n`));
    expect(answer.split('HTTP/1.1')).toHaveLength(2);
  });
});

it('more connections than there may be are closed, and those there are go on', async () => {
  const gateway = await startGateway({ MAX_CONNECTIONS: '3' });
  const [kept, ...others] = await Promise.all(Array.from({ length: 3 }, () => RawConnection.open(gateway.origin)));
  expect(await (await RawConnection.open(gateway.origin)).readToEnd()).toBe('');
  kept?.send('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(await kept?.readToEnd()).toMatch(/^HTTP\/1\.1 200 /);
  for (const each of others) each.close();
  await eventually(() => ask(gateway).then(({ status }) => status, () => 0), (status) => status === 200);
});

describe('browsers', () => {
  const ORIGIN = 'https://app.example.com';
  let gateway: ProcessUnderTest;

  beforeAll(async () => {
    gateway = await startGateway({ ...SLOW_RATES, KEY_BURST: '1', ADDRESS_BURST: '1', CORS_ORIGINS: ORIGIN, HSTS_MAX_AGE_S: '600' });
  });

  it('may ask whether a page of a named origin may call, and not be refused for asking', async () => {
    for (let i = 0; i < 3; i++) {
      const headers = { origin: ORIGIN, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' };
      const { status, headers: told } = await fetch(`${gateway.origin}/v1/encode`, { method: 'OPTIONS', headers });
      expect([status, told.get('access-control-allow-origin'), told.get('access-control-allow-credentials')]).toEqual([204, ORIGIN, null]);
    }
  });

  it.each([[ORIGIN, ORIGIN], ['https://evil.example.com', null]])('show a page of %s no more than it may see, refused or not', async (origin, allowed) => {
    for (let i = 0; i < 2; i++) expect((await ask(gateway, { origin })).headers.get('access-control-allow-origin')).toBe(allowed);
  });

  it('are told what they may do with each reply, of a problem too', async () => {
    for (const path of ['/health/live', '/v1/nothing']) {
      expect(Object.fromEntries((await ask(gateway, {}, path)).headers)).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none';/) as string,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'strict-transport-security': 'max-age=600',
      });
    }
  });

  it.each(['/docs', '/redoc'])('may run the scripts of this server in %s, and none beside', async (path) => {
    const policy = (await ask(await startGateway(), {}, path)).headers.get('content-security-policy');
    expect(policy).toMatch(/script-src 'self';/);
    expect(policy).not.toMatch(/https?:|\*/);
  });
});

/** Asks for something that the encoder alone computes. */
const compute = (gateway: ProcessUnderTest, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.origin}/v1/vectors/permute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ vector: { symbol: 'a' }, shift: 1 }),
  });

describe('a gateway whose service hangs', () => {
  let gateway: ProcessUnderTest;
  let encoder: ProcessUnderTest;

  beforeAll(async () => {
    gateway = await startGateway({ SHED_MIN_IN_FLIGHT: '4' });
    encoder = await ProcessUnderTest.start('encoder', { env: { NATS_URL: nats.url } });
  });
  beforeEach(() => { encoder.signal('SIGSTOP'); });
  afterEach(() => { encoder.signal('SIGCONT'); });

  it('refuses what would wait behind those that wait, answers for its health, and goes on when the service does', async () => {
    const first = Array.from({ length: 4 }, () => compute(gateway));
    await eventually(() => metric(gateway, METRICS.requestsInProgress), (count) => (count ?? 0) >= 4);
    const refused = await compute(gateway);
    expect([refused.status, refused.headers.get('retry-after'), ((await refused.json()) as Problem).code]).toEqual([503, '1', 'UNAVAILABLE']);
    expect((await ask(gateway, {}, '/health/live')).status).toBe(200);
    expect(await metric(gateway, `${METRICS.requestsShed}{reason="in_flight"}`)).toBe(1);
    encoder.signal('SIGCONT');
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await compute(gateway)).status).toBe(200);
  });

  it('tells a caller that waits less long in its time that it took too long', async () => {
    const reply = await compute(gateway, { 'x-request-timeout': '300' });
    expect([reply.status, ((await reply.json()) as Problem).code]).toEqual([504, 'TIMEOUT']);
  });
});
