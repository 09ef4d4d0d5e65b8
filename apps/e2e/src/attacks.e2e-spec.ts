import { type BothInstallations, type Installation, startBoth, startStandalone } from './installations';
import { makeKey } from './keys-under-test';
import type { ProcessUnderTest } from './process-under-test';
import { sendRaw, wire } from './raw-http';
import { bodyOf, problemOf, RestClient } from './rest-client';
import { endEverything } from './teardown';
import { ADMIN_KEY } from './test-key';

jest.setTimeout(240_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth({ LOG_LEVEL: 'debug' });
});

afterAll(endEverything);

/** Everything that processes have written. */
function writtenBy(processes: readonly ProcessUnderTest[]): string {
  return processes.map(({ output, errorOutput }) => [...output, errorOutput].join('\n')).join('\n');
}

const OTHER_KEY = `sk_${'B'.repeat(43)}`;

describe('a key in the URL', () => {
  it.each([
    ...['api_key', 'apikey', 'access_token', 'key', 'token', 'API_KEY', 'Access_Token'].map((name) => `${name}=anything`),
    `name=${ADMIN_KEY}`,
    `name=%73k%5f${ADMIN_KEY.slice(3)}`,
    `a=1&b=${ADMIN_KEY}&c=2`,
    `name=rt_${'C'.repeat(43)}`,
    'name=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl',
  ])('is refused where the query is ?%s, with or without another in a header, and stands in no log', async (query) => {
    for (const { rest, processes } of both.each) {
      for (const client of [rest, rest.as(null)]) {
        const reply = await client.get(`/v1/collections?${query}`);
        expect(problemOf(reply)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
        expect(reply.text).not.toContain(ADMIN_KEY);
      }
      expect(writtenBy(processes)).not.toContain(ADMIN_KEY.slice(3));
    }
  });
});

describe('credentials that are not plainly one', () => {
  it.each<[what: string, headers: readonly string[]]>([
    ['the key in both headers', [`X-API-Key: ${ADMIN_KEY}`, `Authorization: Bearer ${ADMIN_KEY}`]],
    ['the key twice', [`X-API-Key: ${ADMIN_KEY}`, `X-API-Key: ${ADMIN_KEY}`]],
    ['a bad key before the good one', [`X-API-Key: ${OTHER_KEY}`, `X-API-Key: ${ADMIN_KEY}`]],
    ['a bad key after the good one', [`X-API-Key: ${ADMIN_KEY}`, `x-api-key: ${OTHER_KEY}`]],
    ['two Authorization headers, the good one first', [`Authorization: Bearer ${ADMIN_KEY}`, `Authorization: Bearer ${OTHER_KEY}`]],
    ['two Authorization headers, the good one last', [`Authorization: Bearer ${OTHER_KEY}`, `authorization: Bearer ${ADMIN_KEY}`]],
    ['two keys in one header', [`X-API-Key: ${OTHER_KEY}, ${ADMIN_KEY}`]],
    ['another scheme', [`Authorization: Basic ${Buffer.from(`admin:${ADMIN_KEY}`).toString('base64')}`]],
    ['no scheme', [`Authorization: ${ADMIN_KEY}`]],
    ['a scheme alone', ['Authorization: Bearer']],
    ['an empty header', ['Authorization:']],
    ['an empty key', ['X-API-Key:']],
    ['more after the key', [`Authorization: Bearer ${ADMIN_KEY} admin`]],
    ['a key that is longer', [`X-API-Key: ${ADMIN_KEY}A`]],
    ['a key that is shorter', [`X-API-Key: ${ADMIN_KEY.slice(0, -1)}`]],
    ['a key in other letters', [`X-API-Key: ${ADMIN_KEY.toUpperCase()}`]],
    ['a key of 10,000 characters', [`X-API-Key: sk_${'A'.repeat(10_000)}`]],
    ['a key of bytes beyond ASCII', ['X-API-Key: sk_\xff\xfe\xfd']],
  ])('%s are refused with 401', async (_what, headers) => {
    for (const { rest } of both.each) {
      const answer = await sendRaw(rest.origin, wire('GET /v1/info HTTP/1.1', ['Host: a', 'Connection: close', ...headers]));
      expect(answer.statuses).toEqual([401]);
      expect(answer.text).toMatch(/^www-authenticate: Bearer/im);
      expect(answer.text).not.toContain(ADMIN_KEY);
    }
  });

  it('a key by either header is taken, whatever the case of the scheme', async () => {
    for (const { rest } of both.each) {
      for (const header of [`X-API-Key: ${ADMIN_KEY}`, `Authorization: Bearer ${ADMIN_KEY}`, `authorization: bearer ${ADMIN_KEY}`]) {
        const { statuses } = await sendRaw(rest.origin, wire('GET /v1/info HTTP/1.1', ['Host: a', 'Connection: close', header]));
        expect(statuses).toEqual([200]);
      }
    }
  });
});

describe('an identity that a header claims from outside', () => {
  const CLAIMED = JSON.stringify({ subject: 'root', role: 'admin', owner: '*' });
  const names = ['Sigma-Identity', 'sigma-identity', 'Sigma_Identity', 'X-Sigma-Identity'];

  it.each(names)('in %s counts for nothing', async (name) => {
    for (const { rest } of both.each) {
      const { key } = await makeKey(rest, { role: 'developer', subject: 'claimant' });
      const headers = { [name]: CLAIMED };
      expect((await rest.as(null).get('/v1/info', { headers })).status).toBe(401);
      expect((await rest.as(key).get('/v1/keys', { headers })).status).toBe(403);
      bodyOf(await rest.post('/v1/collections/of-the-admin', {}, { method: 'PUT' }));
      expect((await rest.as(key).get('/v1/collections/of-the-admin', { headers })).status).toBe(404);
    }
  });

  it('nor does an owner in the query of one who is no admin', async () => {
    for (const { rest } of both.each) {
      const { key } = await makeKey(rest, { role: 'developer', subject: 'claimant' });
      for (const owner of ['*', 'local', 'admin', 'system:search']) {
        expect((await rest.as(key).get(`/v1/collections?owner=${encodeURIComponent(owner)}`)).status).toBe(403);
      }
      expect((await rest.as(key).get('/v1/collections?owner=claimant')).status).toBe(200);
      expect([400, 403]).toContain((await rest.as(key).get('/v1/collections?owner=claimant&owner=*')).status);
    }
  });
});

describe('what is sent to forge a line of the log', () => {
  const FORGED = '{"level":"error","msg":"forged"}';
  const CONTROL = '\u001b[2J';

  it('in path, query, header, name or text makes none', async () => {
    const line = encodeURIComponent(`a\r\n${FORGED}\n${CONTROL}`);
    for (const { rest, processes } of both.each) {
      await rest.get(`/v1/${line}`);
      await rest.get(`/v1/collections/${line}`);
      await rest.get(`/v1/collections?cursor=${line}`);
      await rest.as(null).get(`/v1/keys?owner=${line}`);
      await rest.post('/v1/encode', { text: `a\r\n${FORGED}${CONTROL}`, [`b\n${FORGED}${CONTROL}`]: 1 });
      await rest.post(`/v1/analogies/records/${line}`, { pairs: [] }, { method: 'PUT' });
      const headers = ['Host: a', 'Connection: close', `X-API-Key: ${ADMIN_KEY}`, `X-Request-Id: a\t${FORGED}`, `User-Agent: ${FORGED}${CONTROL}`, `traceparent: ${FORGED}`];
      await sendRaw(rest.origin, wire('GET /v1/nothing HTTP/1.1', headers));
      expect((await rest.get('/v1/info')).status).toBe(200);
      for (const process of processes) {
        expect(process.log.filter(({ msg }) => msg === 'forged')).toEqual([]); // each line is JSON, or reading them throws
        expect(process.output.filter((each) => /[\u0000-\u001f\u007f]/.test(each))).toEqual([]);
        expect(process.errorOutput).not.toContain('forged');
      }
    }
  });
});

describe('an address that X-Forwarded-For claims', () => {
  let limited: Installation;

  beforeAll(async () => {
    limited = await startStandalone({ RATE_LIMIT_ENABLED: 'true', ADDRESS_RATE_PER_MINUTE: '1', ADDRESS_BURST: '5' });
  });

  it.each(['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'CF-Connecting-IP', 'True-Client-IP'])(
    'in %s buys no more requests while no proxy is trusted',
    async (name) => {
      const statuses: number[] = [];
      for (let i = 0; i < 12; i++) {
        const address = `203.0.113.${i}`;
        const headers = { [name]: name === 'Forwarded' ? `for=${address}` : address };
        statuses.push((await new RestClient(limited.front.origin, null).get('/v1/info', { headers })).status);
      }
      expect(statuses.slice(6)).toEqual(statuses.slice(6).map(() => 429));
    },
  );
});
