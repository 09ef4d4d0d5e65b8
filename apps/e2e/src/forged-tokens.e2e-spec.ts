import { generateKeyPairSync } from 'node:crypto';
import { hmac, type KeySetUnderTest, rsa, secondsFromNow, startKeySet, type TokenParts, tokenOf, unsigned } from './forged-tokens';
import { type BothInstallations, type Installation, startBoth, startStandalone } from './installations';
import { makeTokens } from './keys-under-test';
import { bodyOf, problemOf, type Reply, type RestClient } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(240_000);

const SECRET = 'a secret of the issuer that has more than 32 bytes';
const ISSUER = 'https://issuer.example';
const AUDIENCE = 'sigmalang';

let both: BothInstallations;
let withKeySet: Installation;
let keySet: KeySetUnderTest;
let attacker: KeySetUnderTest;

beforeAll(async () => {
  [keySet, attacker] = await Promise.all([startKeySet(), startKeySet()]);
  both = await startBoth({ JWT_SECRET: SECRET, JWT_ISSUER: ISSUER });
  withKeySet = await startStandalone({ JWT_JWKS_URL: keySet.url, JWT_ISSUER: ISSUER });
});

afterAll(endEverything);

const goodClaims = (): Record<string, unknown> => ({
  sub: 'somebody', role: 'developer', iss: ISSUER, aud: AUDIENCE, iat: secondsFromNow(0), exp: secondsFromNow(300),
});

function bearer(rest: RestClient, token: string, path = '/v1/info'): Promise<Reply> {
  return rest.as(null).get(path, { headers: { authorization: `Bearer ${token}` } });
}

function expectRefused(reply: Reply): void {
  expect(problemOf(reply)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
}

/** A claim that is not there. */
const ABSENT = undefined;

describe('where tokens are signed with a secret', () => {
  const good = (): TokenParts => ({ header: { alg: 'HS256', typ: 'JWT' }, claims: goodClaims(), signer: hmac(SECRET) });

  it('a good token is taken, with the permissions of its role and no more', async () => {
    for (const { rest } of both.each) {
      expect((await bearer(rest, tokenOf(good()))).status).toBe(200);
      expect((await bearer(rest, tokenOf(good()), '/v1/keys')).status).toBe(403);
      expect((await bearer(rest, tokenOf({ ...good(), claims: { ...goodClaims(), aud: ['another', AUDIENCE] } }))).status).toBe(200);
    }
  });

  it.each<[what: string, change: () => Partial<TokenParts>]>([
    ...['none', 'None', 'NONE', 'nOnE', ''].map((alg): [string, () => Partial<TokenParts>] => [
      `the algorithm ${JSON.stringify(alg)} and no signature`,
      () => ({ header: { alg }, signer: unsigned }),
    ]),
    ['the algorithm none and a good signature', () => ({ header: { alg: 'none' } })],
    ['no algorithm', () => ({ header: { typ: 'JWT' } })],
    ['no signature', () => ({ signer: unsigned })],
    ['the signature of another secret', () => ({ signer: hmac('another secret that has more than 32 bytes') })],
    ['the signature of an empty secret', () => ({ signer: hmac('') })],
    ['another length of digest', () => ({ header: { alg: 'HS512' }, signer: hmac(SECRET, 'sha512') })],
    ['the algorithm RS256 and a signature by the secret', () => ({ header: { alg: 'RS256' } })],
    ['a key of its own in the header', () => {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return { header: { alg: 'RS256', jwk: publicKey.export({ format: 'jwk' }) }, signer: rsa(privateKey) };
    }],
    ['a key that is a file of the server', () => ({ header: { alg: 'HS256', kid: '../../../../../dev/null' }, signer: hmac('') })],
    ['an extension that must be understood', () => ({ header: { alg: 'HS256', crit: ['nobody-knows'], 'nobody-knows': 1 } })],
  ])('one with %s is refused', async (_what, change) => {
    for (const { rest } of both.each) expectRefused(await bearer(rest, tokenOf({ ...good(), ...change() })));
  });

  it.each<[what: string, claims: () => Record<string, unknown>]>([
    ['that has expired', () => ({ exp: secondsFromNow(-120) })],
    ['that never expires', () => ({ exp: ABSENT })],
    ['whose end is no number', () => ({ exp: 'tomorrow' })],
    ['that is not valid yet', () => ({ nbf: secondsFromNow(120) })],
    ['for another audience', () => ({ aud: 'another' })],
    ['for no audience', () => ({ aud: ABSENT })],
    ['for an audience of which ours is a part', () => ({ aud: 'sigmalang-staging' })],
    ['of another issuer', () => ({ iss: 'https://issuer.example.attacker.test' })],
    ['of no issuer', () => ({ iss: ABSENT })],
    ['of nobody', () => ({ sub: ABSENT })],
    ['of an empty subject', () => ({ sub: '' })],
    ['of a subject that is no text', () => ({ sub: 1 })],
    ['of the system', () => ({ sub: 'system:search' })],
    ['of a subject with a path', () => ({ sub: '../admin' })],
    ['of a subject with a line break', () => ({ sub: 'a\nb' })],
    ['of every owner', () => ({ sub: '*' })],
    ['without a role', () => ({ role: ABSENT })],
    ['of a role that is none', () => ({ role: 'root' })],
    ['of a role that objects have', () => ({ role: 'constructor' })],
    ['of two roles', () => ({ role: ['developer', 'admin'] })],
    ['of a role in other letters', () => ({ role: 'Admin' })],
  ])('one %s is refused', async (_what, claims) => {
    for (const { rest } of both.each) expectRefused(await bearer(rest, tokenOf({ ...good(), claims: { ...goodClaims(), ...claims() } })));
  });

  it('claims that were changed after the signature are refused', async () => {
    const [header = '', , signature = ''] = tokenOf(good()).split('.');
    const [, claims = ''] = tokenOf({ ...good(), claims: { ...goodClaims(), role: 'admin' } }).split('.');
    for (const { rest } of both.each) expectRefused(await bearer(rest, [header, claims, signature].join('.'), '/v1/keys'));
  });

  it('one is not exchanged for tokens that live longer', async () => {
    for (const { rest } of both.each) {
      const headers = { authorization: `Bearer ${tokenOf(good())}` };
      const reply = await rest.as(null).post('/v1/auth/token', {}, { headers });
      expect([401, 403]).toContain(problemOf(reply).status);
    }
  });

  it('one of our own cannot be given another role, nor be signed with the secret of others', async () => {
    for (const { rest } of both.each) {
      const { accessToken } = await makeTokens(rest);
      expect((await bearer(rest, accessToken, '/v1/keys')).status).toBe(200);
      const [header = '', claims = '', signature = ''] = accessToken.split('.');
      const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
      const changed = Buffer.from(JSON.stringify({ ...said, sub: 'another' })).toString('base64url');
      expectRefused(await bearer(rest, [header, changed, signature].join('.')));
      const signed = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>;
      expectRefused(await bearer(rest, tokenOf({ header: signed, claims: said, signer: hmac(SECRET) })));
      expectRefused(await bearer(rest, tokenOf({ header: { ...signed, alg: 'none' }, claims: said, signer: unsigned })));
    }
  });
});

describe('where tokens are signed with a pair of keys', () => {
  const good = (): TokenParts => ({ header: { alg: 'RS256', kid: keySet.kid }, claims: goodClaims(), signer: rsa(keySet.privateKey) });

  it('a good token is taken', async () => {
    expect((await bearer(withKeySet.rest, tokenOf(good()))).status).toBe(200);
  });

  it.each<[what: string, secret: () => string | Buffer]>([
    ['as PEM', () => keySet.publicKey.export({ type: 'spki', format: 'pem' })],
    ['as PEM without its last line break', () => keySet.publicKey.export({ type: 'spki', format: 'pem' }).toString().trimEnd()],
    ['as PEM of PKCS #1', () => keySet.publicKey.export({ type: 'pkcs1', format: 'pem' })],
    ['as DER', () => keySet.publicKey.export({ type: 'spki', format: 'der' })],
    ['as JWK', () => JSON.stringify(keySet.publicKey.export({ format: 'jwk' }))],
    ['as its modulus', () => Buffer.from(keySet.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url')],
  ])('the public key %s is not taken for a shared secret', async (_what, secret) => {
    for (const alg of ['HS256', 'RS256']) {
      const forged = tokenOf({ ...good(), header: { alg, kid: keySet.kid }, signer: hmac(secret()) });
      expectRefused(await bearer(withKeySet.rest, forged));
    }
  });

  it.each<[what: string, parts: () => Partial<TokenParts>]>([
    ['without a signature', () => ({ header: { alg: 'none', kid: keySet.kid }, signer: unsigned })],
    ['signed by another key of the same name', () => ({ signer: rsa(attacker.privateKey) })],
    ['signed by a key that the issuer does not name', () => ({ header: { alg: 'RS256', kid: 'unheard-of' }, signer: rsa(attacker.privateKey) })],
    ['with the address of keys', () => ({ header: { alg: 'RS256', kid: attacker.kid, jku: attacker.url }, signer: rsa(attacker.privateKey) })],
    ['with the address of a certificate', () => ({ header: { alg: 'RS256', x5u: attacker.url }, signer: rsa(attacker.privateKey) })],
  ])('one %s is refused', async (_what, parts) => {
    expectRefused(await bearer(withKeySet.rest, tokenOf({ ...good(), ...parts() })));
    expect(attacker.asked).toEqual([]);
  });
});

describe('a refresh token', () => {
  const refresh = (rest: RestClient, refreshToken: string): Promise<Reply> => rest.as(null).post('/v1/auth/refresh', { refreshToken });

  it('that was used is refused, and takes with it the one that it was exchanged for', async () => {
    for (const { rest } of both.each) {
      const { refreshToken } = await makeTokens(rest);
      const next = bodyOf(await refresh(rest, refreshToken)) as { refreshToken: string };
      expectRefused(await refresh(rest, refreshToken));
      expectRefused(await refresh(rest, next.refreshToken));
    }
  });

  it('is exchanged at most once by many who come at the same time', async () => {
    for (const { rest } of both.each) {
      const { refreshToken } = await makeTokens(rest);
      const replies = await Promise.all(Array.from({ length: 12 }, () => refresh(rest, refreshToken)));
      const statuses = replies.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
      expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);
    }
  });

  it('is no token of access, and a token of access is none of refresh', async () => {
    for (const { rest } of both.each) {
      const { accessToken, refreshToken } = await makeTokens(rest);
      expectRefused(await bearer(rest, refreshToken));
      expect([400, 401]).toContain((await refresh(rest, accessToken)).status);
    }
  });
});
