import { METRICS } from '@sigmalang/contracts';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually';
import { metricsOf } from './metrics';
import { NatsServerUnderTest } from './nats-server-under-test';
import { PostgresServerUnderTest } from './postgres-server-under-test';
import { ProcessUnderTest } from './process-under-test';
import { emptyFolder } from './search-installation';
import { endEverything } from './teardown';

jest.setTimeout(240_000);

afterEach(endEverything);

/** By then a revoked key is refused everywhere. */
const REVOKED_WITHIN_MS = 2_000;

const AUTH_SECRET = 'the same in all gateways of an installation';

interface Asked {
  readonly status: number;
  /** The fields that are texts, of those that are there. */
  readonly body: Readonly<Record<string, string | undefined>>;
  readonly headers: Headers;
}

interface Credentials {
  readonly key?: string | undefined;
  readonly token?: string | undefined;
}

/** Asks a process by what it is told, and by nothing that other tests add. */
async function ask({ origin }: ProcessUnderTest, method: string, path: string, { key, token }: Credentials = {}, body?: object): Promise<Asked> {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'x-api-key': key }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Asked['body'], headers: response.headers };
}

const INFO = '/v1/info';
const statusFor = async (front: ProcessUnderTest, credentials: Credentials): Promise<number> => (await ask(front, 'GET', INFO, credentials)).status;

/** The status that a process answers to headers as they are written. */
async function statusOfRaw({ origin }: ProcessUnderTest, ...headers: string[]): Promise<number> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.write(`${[`GET ${INFO} HTTP/1.1`, 'host: here', 'connection: close', ...headers].join('\r\n')}\r\n\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(first.toString())?.[1]);
}

/** Starts what serves REST in one installation or the other, and nothing behind it where it can do without. */
async function startFront(name: string, env: Readonly<Record<string, string>>): Promise<ProcessUnderTest> {
  const own = { ADMIN_KEY: '', RATE_LIMIT_ENABLED: 'false', ...env };
  if (name === 'standalone') return ProcessUnderTest.start('standalone', { env: own });
  const nats = await NatsServerUnderTest.start();
  return ProcessUnderTest.start('gateway', { env: { NATS_URL: nats.url, ...own } });
}

describe.each(['standalone', 'gateway'])('the %s', (name) => {
  it('makes an admin a key at its first start, which it shows once and knows ever after', async () => {
    const DATA_DIR = await emptyFolder();
    const first = await startFront(name, { DATA_DIR, LOG_LEVEL: 'trace' });
    const key = (await readFile(join(DATA_DIR, 'admin.key'), 'utf8')).trim();
    expect(key).toMatch(/^sk_[\w-]{43}$/);
    for (const file of ['admin.key', 'auth.secret']) expect((await stat(join(DATA_DIR, file))).mode & 0o777).toBe(0o600);
    expect(first.errorOutput.split(key)).toHaveLength(2);
    const anonymous = await ask(first, 'GET', INFO);
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await statusFor(first, { key })).toBe(200);
    expect(await statusFor(first, { token: key })).toBe(200);
    const { body: made } = await ask(first, 'POST', '/v1/keys', { key }, { name: 'a', role: 'analyst' });
    const { body: tokens } = await ask(first, 'POST', '/v1/auth/token', { key: made.key });
    expect(first.output.join()).not.toContain(key);
    expect(await first.stop()).toBe(0);

    const second = await startFront(name, { DATA_DIR });
    expect(second.errorOutput).not.toContain('sk_');
    for (const credentials of [{ key }, { key: made.key }, { token: tokens.accessToken }]) expect(await statusFor(second, credentials)).toBe(200);
    expect(await ask(second, 'GET', '/v1/keys', { key: made.key })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('takes keys, and tokens for them, as long as they are good, and tells nobody of them', async () => {
    const key = `sk_${'e'.repeat(43)}`;
    const front = await startFront(name, { ADMIN_KEY: key, LOG_LEVEL: 'trace' });
    const { body: made } = await ask(front, 'POST', '/v1/keys', { key }, { name: 'short', role: 'developer', expiresAt: new Date(Date.now() + 4_000).toISOString() });
    const { body: tokens } = await ask(front, 'POST', '/v1/auth/token', { key: made.key });
    for (const credentials of [{ key: made.key }, { token: tokens.accessToken }]) expect(await statusFor(front, credentials)).toBe(200);
    await eventually(() => statusFor(front, { key: made.key }), (status) => status === 401);
    expect(await statusFor(front, { token: tokens.accessToken })).toBe(401);

    const first = (await ask(front, 'POST', '/v1/auth/token', { key })).body;
    const refresh = (of: Asked['body']): Promise<Asked> => ask(front, 'POST', '/v1/auth/refresh', {}, { refreshToken: of.refreshToken });
    const second = await refresh(first);
    expect(second.status).toBe(200);
    expect((await refresh(first)).status).toBe(401);
    expect((await refresh(second.body)).status).toBe(401);
    expect(await statusFor(front, { token: second.body.accessToken })).toBe(401);
    expect(await statusFor(front, { key })).toBe(200);

    const { body: list } = await ask(front, 'GET', '/v1/keys', { key });
    expect(JSON.stringify(list)).not.toContain(key);
    const secrets = [key, made.key, tokens.accessToken, tokens.refreshToken, first.refreshToken, second.body.refreshToken].map(String);
    expect((await ask(front, 'GET', `${INFO}?x=${key}`, { key })).status).toBe(400);
    const told = front.output.join() + front.errorOutput;
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
    const metrics = await metricsOf(front);
    expect(Object.keys(Object.fromEntries(metrics)).filter((line) => line.startsWith(METRICS.authenticationFailures)).join()).toContain('reason="reused-token"');
  });

  it('takes credentials once, and from one header', async () => {
    const key = `sk_${'e'.repeat(43)}`;
    const front = await startFront(name, { ADMIN_KEY: key });
    expect(await statusOfRaw(front, `X-API-Key: ${key}`)).toBe(200);
    expect(await statusOfRaw(front, `X-API-Key: ${key}`, `X-API-Key: ${key}`)).toBe(401);
    expect(await statusOfRaw(front, `Authorization: Bearer ${key}`, 'authorization: Bearer a.b.c')).toBe(401);
    expect(await statusOfRaw(front, `x-api-key: ${key}`, `Authorization: Bearer ${key}`)).toBe(401);
    expect(await statusOfRaw(front, `Authorization: Basic ${Buffer.from(`a:${key}`).toString('base64')}`)).toBe(401);
  });

  it('asks nobody where it is told so, and says that aloud', async () => {
    const front = await startFront(name, { AUTH_MODE: 'off' });
    expect(await statusFor(front, {})).toBe(200);
    expect(front.log.filter(({ level, msg }) => level === 'warn' && msg.startsWith('AUTH_MODE=off')).length).toBe(1);
    expect(front.errorOutput).not.toContain('sk_');
  });
});

describe('gateways that share a database', () => {
  let postgres: PostgresServerUnderTest;
  let nats: NatsServerUnderTest;

  beforeEach(async () => {
    [postgres, nats] = await Promise.all([PostgresServerUnderTest.start(), NatsServerUnderTest.start()]);
  });

  const settings = (env: Readonly<Record<string, string>>): Record<string, string> => ({
    NATS_URL: nats.url, DATABASE_URL: postgres.url, DATABASE_CONNECTION_TIMEOUT_MS: '1000', ADMIN_KEY: '', RATE_LIMIT_ENABLED: 'false', AUTH_SECRET, ...env,
  });
  const start = (env: Readonly<Record<string, string>> = {}): Promise<ProcessUnderTest> => ProcessUnderTest.start('gateway', { env: settings(env) });

  it('have one first key, whichever makes it', async () => {
    const gateways = await Promise.all([start(), start(), start()]);
    const printed = gateways.flatMap(({ errorOutput }) => errorOutput.match(/sk_[\w-]{43}/g) ?? []);
    expect(printed).toHaveLength(1);
    for (const gateway of gateways) expect(await statusFor(gateway, { key: printed[0] })).toBe(200);
    expect(await postgres.query('select count(*) from api_keys')).toEqual(['1']);
  });

  it('refuse to start with another secret, and say what to do', async () => {
    await start();
    const other = ProcessUnderTest.spawn('gateway', { env: { PORT: '0', METRICS_PORT: '0', ...settings({ AUTH_SECRET: '' }) } });
    expect(await other.exitCode()).toBe(1);
    expect(other.output.join()).toContain('made with another secret than this process has; set AUTH_SECRET');
  });

  it('all refuse a revoked key, and its tokens, within two seconds, while calls go on', async () => {
    const key = `sk_${'e'.repeat(43)}`;
    const [one, other] = await Promise.all([start({ ADMIN_KEY: key }), start({ ADMIN_KEY: key })]);
    const { body: made } = await ask(one, 'POST', '/v1/keys', { key }, { name: 'a', role: 'analyst' });
    const { body: tokens } = await ask(one, 'POST', '/v1/auth/token', { key: made.key });
    const calls = [{ key: made.key }, { token: tokens.accessToken }].map((credentials) => new CallsOn(other, credentials));
    for (const call of calls) await call.succeed(5);
    expect((await ask(one, 'DELETE', `/v1/keys/${made.id ?? ''}`, { key })).status).toBe(200);
    const revoked = performance.now();
    expect(await statusFor(one, { key: made.key })).toBe(401);
    await sleep(REVOKED_WITHIN_MS + 500);
    for (const call of calls) {
      const { lastTaken, refused } = await call.end();
      expect(lastTaken).toBeLessThan(revoked + REVOKED_WITHIN_MS);
      expect(refused).toBeGreaterThan(0);
    }
    expect(await statusFor(other, { key })).toBe(200);
  });

  it('take no key where they cannot know whether it is revoked, unless that may be old, and take it again by themselves', async () => {
    const key = `sk_${'e'.repeat(43)}`;
    const [strict, patient] = await Promise.all([start({ ADMIN_KEY: key }), start({ ADMIN_KEY: key, AUTH_STALE_MS: '600000' })]);
    const both = (): Promise<number[]> => Promise.all([strict, patient].map((gateway) => statusFor(gateway, { key })));
    expect(await both()).toEqual([200, 200]);
    for (const [away, back] of [[(): unknown => { postgres.freeze(); return undefined; }, (): unknown => { postgres.thaw(); return undefined; }], [() => postgres.kill(), () => postgres.start()]] as const) {
      await away();
      await eventually(both, ([first]) => first === 503);
      expect(await both()).toEqual([503, 200]);
      await back();
      await eventually(both, ([first]) => first === 200);
      expect(await both()).toEqual([200, 200]);
    }
  });

  it('start without the database, and know keys when it comes', async () => {
    const key = `sk_${'e'.repeat(43)}`;
    await postgres.stop();
    const gateway = await start({ ADMIN_KEY: key });
    expect(await statusFor(gateway, { key })).toBe(503);
    expect(await statusFor(gateway, {})).toBe(401);
    await postgres.start();
    await eventually(() => statusFor(gateway, { key }), (status) => status === 200);
  });
});

/** Calls one after the other without a pause. */
class CallsOn {
  private readonly taken: number[] = [];
  private refused = 0;
  private isOver = false;
  private readonly over: Promise<void>;

  constructor(
    private readonly gateway: ProcessUnderTest,
    private readonly credentials: Credentials,
  ) {
    this.over = this.run();
  }

  /** Resolves when so many calls were answered with 200. */
  async succeed(times: number): Promise<void> {
    await eventually(() => Promise.resolve(this.taken.length), (count) => count >= times);
  }

  /** When the last call began that was answered with 200, and how many were refused. */
  async end(): Promise<{ lastTaken: number; refused: number }> {
    this.isOver = true;
    await this.over;
    return { lastTaken: this.taken.at(-1) ?? Infinity, refused: this.refused };
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      const began = performance.now();
      const status = await statusFor(this.gateway, this.credentials);
      if (status === 200) this.taken.push(began);
      else if (status === 401) this.refused++;
      else throw new Error(`an answer of ${status}`);
    }
  }
}
