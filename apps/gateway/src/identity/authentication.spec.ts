import { METRICS, type Role, ServiceError } from '@sigmalang/contracts';
import { currentRequest, type Bus } from '@sigmalang/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SignJWT } from 'jose';
import crypto, { randomBytes, randomUUID } from 'node:crypto';
import { register } from 'prom-client';
import { ADMIN_KEY, startGateway } from '../gateway-under-test';
import { AuthSecret, prefixOf, randomKey } from './auth-secret';
import { IdentityUnderTest } from './identity-under-test';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

const JWT_SECRET = 'shared with who signs tokens, and nobody else';
const LIST = '/v1/collections';
const EMPTY = { collections: [], nextCursor: null };

/** What a bus was asked by whom. */
class ListeningBus {
  readonly identities: unknown[] = [];
  call(): Promise<object> {
    this.identities.push(currentRequest()?.identity);
    return Promise.resolve(EMPTY);
  }
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
}

describe('who asks a gateway', () => {
  let app: NestFastifyApplication;
  let identity: IdentityUnderTest;
  const bus = new ListeningBus();
  const secret = new AuthSecret();

  beforeAll(async () => {
    secret.use('s'.repeat(32));
    identity = new IdentityUnderTest();
    app = await startGateway({ env: { AUTH_MODE: 'required', JWT_SECRET, JWT_CLOCK_SKEW_S: '0' }, bus: bus as unknown as Bus, identity });
  });

  beforeEach(() => {
    bus.identities.length = 0;
    register.resetMetrics();
  });

  afterAll(() => app.close());

  async function send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, headers: Record<string, string> = {}, payload?: object): Promise<Answer> {
    const { statusCode, body, headers: answered } = await app.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: statusCode, body: JSON.parse(body) as Record<string, unknown>, headers: answered };
  }

  const get = (headers: Record<string, string>, url = LIST): Promise<Answer> => send('GET', url, headers);
  const bearer = (token: unknown): Record<string, string> => ({ authorization: `Bearer ${String(token)}` });

  async function makeKey(role: Role, values: object = {}): Promise<{ key: string; id: string; subject: string }> {
    const [key, id] = [randomKey(), randomUUID()];
    const subject = `${role}-of-a-test`;
    await identity.keys.add({ id, prefix: prefixOf(key), hash: secret.hashOf(key), name: 'test', subject, role, ...values });
    return { key, id, subject };
  }

  const sign = (claims: Record<string, unknown>, { alg = 'HS256', key = Buffer.from(JWT_SECRET), audience = 'sigmalang', ends = '1m', header = {} } = {}): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg, ...header }).setAudience(audience).setExpirationTime(ends).sign(key);

  async function failures(): Promise<Record<string, number>> {
    const metric = await register.getSingleMetric(METRICS.authenticationFailures)?.get();
    return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [String(labels.reason), value]));
  }

  it.each<Role>(['admin', 'developer', 'researcher', 'analyst'])('is known by the key of a %s, in either header', async (role) => {
    const { key, subject } = await makeKey(role);
    for (const headers of [{ 'x-api-key': key }, bearer(key)]) expect(await get(headers)).toMatchObject({ status: 200, body: EMPTY });
    expect(bus.identities).toEqual([{ subject, role, owner: subject }, { subject, role, owner: subject }]);
  });

  it('must be said, and what says it be well formed', async () => {
    const refused = { status: 401, body: { code: 'UNAUTHENTICATED' }, headers: { 'www-authenticate': 'Bearer' } };
    expect(await get({})).toMatchObject(refused);
    expect(await get({ 'x-api-key': 'a' })).toMatchObject(refused);
    expect(await get({ 'x-api-key': ADMIN_KEY, ...bearer(ADMIN_KEY) })).toMatchObject(refused);
    expect(await get({ 'x-api-key': randomKey() })).toMatchObject(refused);
    expect(bus.identities).toEqual([]);
    expect(await failures()).toEqual({ missing: 1, malformed: 1, ambiguous: 1, 'unknown-key': 1 });
  });

  it('is not found out by the first characters of a key', async () => {
    const { key } = await makeKey('admin');
    const forged = `${prefixOf(key)}${randomBytes(32).toString('base64url')}`.slice(0, key.length);
    expect(await get({ 'x-api-key': forged })).toMatchObject({ status: 401 });
    expect(await failures()).toEqual({ 'unknown-key': 1 });
  });

  it('is compared in constant time, hash with hash, however much of a key is right', async () => {
    const { key } = await makeKey('analyst');
    const compared = jest.spyOn(crypto, 'timingSafeEqual');
    for (const tried of [key, `${key.slice(0, -1)}${key.endsWith('A') ? 'Q' : 'A'}`, key.slice(0, 11) + 'x'.repeat(35)]) await get({ 'x-api-key': tried });
    expect(compared.mock.calls.map((hashes) => hashes.map(({ byteLength }) => byteLength))).toEqual([[32, 32], [32, 32], [32, 32]]);
    expect(compared.mock.results.map(({ value }) => value as boolean)).toEqual([true, false, false]);
    compared.mockRestore();
  });

  it('is refused with a key that is expired or revoked, in the same words as with one that is unknown', async () => {
    const { key: expired } = await makeKey('admin', { expiresAt: new Date(Date.now() - 1) });
    const { key: revoked, id } = await makeKey('admin');
    expect(await get({ 'x-api-key': revoked })).toMatchObject({ status: 200 });
    expect(await send('DELETE', `/v1/keys/${id}`, { 'x-api-key': ADMIN_KEY })).toMatchObject({ status: 200, body: { id } });
    const details = await Promise.all([expired, revoked, randomKey()].map(async (key) => (await get({ 'x-api-key': key })).body.detail));
    expect(details).toEqual(details.map(() => 'The key is not valid: it is unknown, expired or revoked'));
    expect(await failures()).toEqual({ expired: 1, revoked: 1, 'unknown-key': 1 });
  });

  it('may do what the role permits and nothing else', async () => {
    const { key } = await makeKey('analyst');
    expect(await send('PUT', `${LIST}/a`, { 'x-api-key': key }, {})).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await send('GET', '/v1/keys', { 'x-api-key': key })).toMatchObject({ status: 403 });
  });

  it.each<[string, string]>([
    ['a key', `?x=${ADMIN_KEY}`],
    ['the name of one', '?api_key=a'],
  ])('is not taken from %s in the query, where it is seen', async (_what, query) => {
    expect(await get({ 'x-api-key': ADMIN_KEY }, `${LIST}${query}`)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', instance: LIST } });
    expect(await get({}, `/health/live${query}`)).toMatchObject({ status: 400 });
    expect(await failures()).toEqual({ 'in-url': 2 });
  });

  it('is of no account where everyone may ask', async () => {
    expect(await get({ 'x-api-key': 'wrong' }, '/health/live')).toMatchObject({ status: 200 });
    expect(await get({ 'x-api-key': 'wrong' }, '/v1/nothing')).toMatchObject({ status: 404 });
    expect(await failures()).toEqual({});
  });

  it('cannot be found out while the database is away, and then nobody is refused for good', async () => {
    const { key } = await makeKey('analyst');
    identity.keys.fault = new ServiceError('UNAVAILABLE', 'The database is not there; try again later');
    expect(await get({ 'x-api-key': key })).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    identity.keys.fault = new Error('a fault with a secret in it');
    expect(await get({ 'x-api-key': key })).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', detail: 'It cannot be found out now who asks; try again later' } });
    identity.keys.fault = undefined;
    expect(await get({ 'x-api-key': key })).toMatchObject({ status: 200 });
    expect(await failures()).toEqual({ unavailable: 2 });
  });

  describe('for whose things', () => {
    it('are the own ones, unless an admin asks for those of another or of all', async () => {
      const { key, subject } = await makeKey('analyst');
      await get({ 'x-api-key': key }, `${LIST}?owner=${subject}`);
      await get({ 'x-api-key': ADMIN_KEY });
      await get({ 'x-api-key': ADMIN_KEY }, `${LIST}?owner=ann&limit=1`);
      await get({ 'x-api-key': ADMIN_KEY }, `${LIST}?owner=*`);
      expect(bus.identities.map((each) => (each as { owner: string }).owner)).toEqual([subject, 'admin', 'ann', '*']);
    });

    it('are not those of others for who is no admin', async () => {
      const { key } = await makeKey('developer');
      for (const owner of ['ann', '*']) expect(await get({ 'x-api-key': key }, `${LIST}?owner=${owner}`)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect(bus.identities).toEqual([]);
    });

    it.each(['', '../ann', 'a%20b', '-', 'ann&owner=bob', 'ä'.normalize()])('are named by a subject, and not by %j', async (owner) => {
      expect(await get({ 'x-api-key': ADMIN_KEY }, `${LIST}?owner=${encodeURI(owner)}`)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    });
  });

  describe('by a token of somebody else', () => {
    it('is whom it names', async () => {
      expect(await get(bearer(await sign({ sub: 'ann@example.org', role: 'researcher' })))).toMatchObject({ status: 200 });
      expect(bus.identities).toEqual([{ subject: 'ann@example.org', role: 'researcher', owner: 'ann@example.org' }]);
    });

    it.each<[string, () => Promise<string> | string, string]>([
      ['signed with another key', () => sign({ sub: 'a', role: 'admin' }, { key: Buffer.from('another secret of at least 32 characters') }), 'invalid-token'],
      ['signed by another algorithm', () => sign({ sub: 'a', role: 'admin' }, { alg: 'HS512', key: Buffer.from(JWT_SECRET.repeat(2)) }), 'invalid-token'],
      ['not signed', () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"a","role":"admin","aud":"sigmalang","exp":4000000000}').toString('base64url')}.`, 'invalid-token'],
      ['for somebody else', () => sign({ sub: 'a', role: 'admin' }, { audience: 'others' }), 'invalid-token'],
      ['expired', () => sign({ sub: 'a', role: 'admin' }, { ends: '-1s' }), 'expired'],
      ['not yet good', () => sign({ sub: 'a', role: 'admin', nbf: 4e9 }), 'invalid-token'],
      ['of no role', () => sign({ sub: 'a' }), 'invalid-token'],
      ['of a role that is none', () => sign({ sub: 'a', role: 'root' }), 'invalid-token'],
      ['of nobody', () => sign({ role: 'admin' }), 'invalid-token'],
      ['of a process', () => sign({ sub: 'system:search', role: 'admin' }), 'invalid-token'],
      ['of all owners', () => sign({ sub: '*', role: 'admin' }), 'invalid-token'],
      ['that never ends', () => new SignJWT({ sub: 'a', role: 'admin' }).setProtectedHeader({ alg: 'HS256' }).setAudience('sigmalang').sign(Buffer.from(JWT_SECRET)), 'invalid-token'],
      ['that says it is our own', () => sign({ sub: 'a', role: 'admin', sid: randomUUID() }, { header: { kid: 'sigmalang-access' } }), 'invalid-token'],
      ['whose header is no JSON', () => 'eyJhbGciOi.eyJ.a', 'invalid-token'],
    ])('is refused where it is %s', async (_what, make, reason) => {
      expect(await get(bearer(await make()))).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' }, headers: { 'www-authenticate': 'Bearer' } });
      expect(await failures()).toEqual({ [reason]: 1 });
    });
  });

  describe('by our own token', () => {
    const tokens = (key: string): Promise<Answer> => send('POST', '/v1/auth/token', { 'x-api-key': key });
    const refresh = (refreshToken: unknown): Promise<Answer> => send('POST', '/v1/auth/refresh', {}, { refreshToken });

    it('is whose key it was given for', async () => {
      const { key, subject } = await makeKey('analyst');
      const { status, body, headers } = await tokens(key);
      expect({ status, body }).toEqual({
        status: 200,
        body: { accessToken: expect.any(String) as string, tokenType: 'Bearer', expiresIn: 900, refreshToken: expect.stringMatching(/^rt_/) as string, refreshExpiresIn: 2_592_000 },
      });
      expect(headers['cache-control']).toBe('no-store');
      expect(await get(bearer(body.accessToken))).toMatchObject({ status: 200 });
      expect(bus.identities).toEqual([{ subject, role: 'analyst', owner: subject }]);
    });

    it('gets no token by that', async () => {
      const { key } = await makeKey('admin');
      const { body } = await tokens(key);
      expect(await send('POST', '/v1/auth/token', bearer(body.accessToken))).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect(await send('POST', '/v1/auth/token', bearer(await sign({ sub: 'a', role: 'admin' })))).toMatchObject({ status: 403 });
    });

    it('is nobody any more when the key is revoked', async () => {
      const { key, id } = await makeKey('analyst');
      const { body } = await tokens(key);
      await send('DELETE', `/v1/keys/${id}`, { 'x-api-key': ADMIN_KEY });
      expect(await get(bearer(body.accessToken))).toMatchObject({ status: 401 });
      expect(await refresh(body.refreshToken)).toMatchObject({ status: 401 });
    });

    it('goes on with the next ones, and with none when one is used twice', async () => {
      const { key } = await makeKey('analyst');
      const first = (await tokens(key)).body;
      const second = (await refresh(first.refreshToken)).body;
      expect(await get(bearer(second.accessToken))).toMatchObject({ status: 200 });
      expect(await get(bearer(first.accessToken))).toMatchObject({ status: 200 });
      expect(await refresh(first.refreshToken)).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
      expect(await refresh(second.refreshToken)).toMatchObject({ status: 401 });
      for (const { accessToken } of [first, second]) expect(await get(bearer(accessToken))).toMatchObject({ status: 401 });
      expect((await tokens(key)).status).toBe(200);
      expect(await failures()).toEqual({ 'reused-token': 1, expired: 1, revoked: 2 });
    });

    it('can end that', async () => {
      const { key } = await makeKey('analyst');
      const { body } = await tokens(key);
      expect(await send('POST', '/v1/auth/revoke', {}, { refreshToken: body.refreshToken })).toMatchObject({ status: 200, body: { revoked: true } });
      expect(await send('POST', '/v1/auth/revoke', {}, { refreshToken: body.refreshToken })).toMatchObject({ status: 200, body: { revoked: false } });
      expect(await get(bearer(body.accessToken))).toMatchObject({ status: 401 });
    });

    it.each([[{}], [{ refreshToken: 'rt_' }], [{ refreshToken: ADMIN_KEY }]])('is not got for %j', async (body) => {
      expect(await send('POST', '/v1/auth/refresh', {}, body)).toMatchObject({ status: 400, body: { errors: [{ field: 'refreshToken' }] } });
    });
  });

  describe('and has keys to give', () => {
    const asAdmin = { 'x-api-key': ADMIN_KEY };

    it('shows a key once', async () => {
      const wanted = { name: 'Nightly import', role: 'developer', subject: 'ann', expiresAt: '2999-01-01T01:00:00+01:00', ratePerMinute: 5, burst: 2 };
      const { status, body, headers } = await send('POST', '/v1/keys', asAdmin, wanted);
      const { key, ...shown } = body;
      expect({ status, shown, noStore: headers['cache-control'] }).toEqual({
        status: 200,
        noStore: 'no-store',
        shown: {
          ...wanted, id: expect.any(String) as string, prefix: String(key).slice(0, 11), createdAt: expect.any(String) as string,
          expiresAt: '2999-01-01T00:00:00.000Z', lastUsedAt: null, revokedAt: null,
        },
      });
      expect(await get({ 'x-api-key': String(key) })).toMatchObject({ status: 200 });
      const { body: list } = await send('GET', '/v1/keys?limit=1', asAdmin);
      expect(list).toEqual({ keys: [shown], nextCursor: shown.id });
      expect(JSON.stringify(identity.keys.rows)).not.toContain(String(key));
    });

    it('makes each key one of somebody else unless told whose it is', async () => {
      const subjects = await Promise.all([1, 2].map(async () => (await send('POST', '/v1/keys', asAdmin, { name: 'a', role: 'analyst' })).body.subject));
      expect(new Set(subjects).size).toBe(2);
      expect(subjects).toEqual(subjects.map(() => expect.stringMatching(/^key-[0-9a-f-]{36}$/) as string));
    });

    it('lists no further from a key that is not there, and revokes none', async () => {
      expect(await send('GET', `/v1/keys?cursor=${randomUUID()}`, asAdmin)).toMatchObject({ status: 400 });
      expect(await send('DELETE', `/v1/keys/${randomUUID()}`, asAdmin)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    });
  });
});

describe('a gateway that asks nobody', () => {
  it('takes everyone for an admin', async () => {
    register.removeSingleMetric(METRICS.healthCheckStatus);
    const bus = new ListeningBus();
    const app = await startGateway({ bus: bus as unknown as Bus });
    expect((await app.inject({ method: 'GET', url: LIST, headers: { 'x-api-key': 'wrong' } })).statusCode).toBe(200);
    expect((await app.inject({ method: 'GET', url: `${LIST}?owner=ann` })).statusCode).toBe(200);
    expect((await app.inject({ method: 'POST', url: '/v1/auth/token' })).statusCode).toBe(403);
    expect(bus.identities).toEqual([{ subject: 'local', role: 'admin', owner: 'local' }, { subject: 'local', role: 'admin', owner: 'ann' }]);
    await app.close();
  });
});
