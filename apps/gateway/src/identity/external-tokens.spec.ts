import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExternalTokens } from './external-tokens';
import { IdentityConfig } from './identity.config';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'PS256'] as const;
const UNAVAILABLE = expect.objectContaining({ code: 'UNAVAILABLE' }) as Error;

/** Somebody who signs tokens, and gives the public halves of the keys. */
class Issuer {
  /** What the URL answers. */
  answer: { status: number; body: string } = { status: 200, body: '{"keys":[]}' };
  asked = 0;
  private readonly keys: JWK[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((_request, response) => {
      this.asked++;
      response.writeHead(this.answer.status, { 'content-type': 'application/json' }).end(this.answer.body);
    });
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/keys`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** A new key, whose public half is given from now on; gives a function that signs with it. */
  async addKey(alg: string, kid: string): Promise<(claims?: Record<string, unknown>) => Promise<string>> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    this.keys.push({ ...(await exportJWK(publicKey)), kid, alg });
    this.answer = { status: 200, body: JSON.stringify({ keys: this.keys }) };
    return (claims = {}) =>
      new SignJWT({ roles: 'analyst', ...claims }).setProtectedHeader({ alg, kid }).setSubject('ann').setIssuer('https://issuer').setAudience('us').setExpirationTime('1m').sign(privateKey);
  }
}

describe('tokens of who gives public keys by a URL', () => {
  let issuer: Issuer;

  beforeEach(async () => {
    issuer = new Issuer();
    await issuer.start();
  });

  afterEach(() => {
    jest.restoreAllMocks();
    issuer.stop();
  });

  const tokensOf = (settings: Partial<IdentityConfig> = {}): ExternalTokens =>
    new ExternalTokens(Object.assign(new IdentityConfig(), { jwtJwksUrl: issuer.url, jwtAudience: 'us', jwtRoleClaim: 'roles' }, settings));

  it.each(ALGORITHMS)('are taken with %s where that is the algorithm, and nowhere else', async (jwtAlgorithm) => {
    const sign = await issuer.addKey(jwtAlgorithm, 'a');
    expect(await tokensOf({ jwtAlgorithm, jwtIssuer: 'https://issuer' }).identityOf(await sign())).toEqual({ subject: 'ann', role: 'analyst', owner: 'ann' });
    const other = jwtAlgorithm === 'RS256' ? 'ES256' : 'RS256';
    await expect(tokensOf({ jwtAlgorithm: other }).identityOf(await sign())).rejects.toThrow(expect.objectContaining({ code: 'ERR_JOSE_ALG_NOT_ALLOWED' }) as Error);
  });

  it('are not taken where a public key was used as a secret', async () => {
    await issuer.addKey('RS256', 'a');
    const { keys } = JSON.parse(issuer.answer.body) as { keys: JWK[] };
    const forged = await new SignJWT({ roles: 'admin' })
      .setProtectedHeader({ alg: 'HS256', kid: 'a' }).setSubject('ann').setAudience('us').setExpirationTime('1m')
      .sign(Buffer.from(JSON.stringify(keys[0])));
    await expect(tokensOf().identityOf(forged)).rejects.toThrow(expect.objectContaining({ code: 'ERR_JOSE_ALG_NOT_ALLOWED' }) as Error);
  });

  it('are not taken from another issuer', async () => {
    const sign = await issuer.addKey('RS256', 'a');
    await expect(tokensOf({ jwtIssuer: 'https://other' }).identityOf(await sign())).rejects.toThrow(expect.objectContaining({ claim: 'iss' }) as Error);
  });

  it('are taken with a key that came later, without asking for keys each time', async () => {
    const tokens = tokensOf();
    const first = await issuer.addKey('RS256', 'first');
    for (let i = 0; i < 3; i++) await tokens.identityOf(await first());
    expect(issuer.asked).toBe(1);
    const second = await issuer.addKey('RS256', 'second');
    await expect(tokens.identityOf(await second())).rejects.toThrow(expect.objectContaining({ code: 'ERR_JWKS_NO_MATCHING_KEY' }) as Error); // it was asked just now
    const later = Date.now() + 31_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    expect(await tokens.identityOf(await second())).toMatchObject({ subject: 'ann' });
    expect(issuer.asked).toBe(2);
  });

  it.each<[string, () => void]>([
    ['answers with an error', () => { issuer.answer = { status: 500, body: '{}' }; }],
    ['answers with no JSON', () => { issuer.answer = { status: 200, body: '<html>' }; }],
    ['answers with no keys', () => { issuer.answer = { status: 200, body: '{"keys":1}' }; }],
    ['is not there', () => { issuer.stop(); }],
  ])('are UNAVAILABLE where the URL %s, until it is well again', async (_what, fail) => {
    const tokens = tokensOf();
    const sign = await issuer.addKey('RS256', 'a');
    const { answer } = issuer;
    fail();
    await expect(tokens.identityOf(await sign())).rejects.toThrow(UNAVAILABLE);
    if (issuer.answer === answer) return; // it does not come back under the same port
    issuer.answer = answer;
    expect(await tokens.identityOf(await sign())).toMatchObject({ subject: 'ann' });
  });

  it('go on while it is away, with the keys that it gave', async () => {
    const tokens = tokensOf();
    const sign = await issuer.addKey('RS256', 'a');
    await tokens.identityOf(await sign());
    issuer.stop();
    expect(await tokens.identityOf(await sign())).toMatchObject({ subject: 'ann' });
  });

  it('are not taken at all where nobody else signs any', async () => {
    const sign = await issuer.addKey('RS256', 'a');
    await expect(new ExternalTokens(new IdentityConfig()).identityOf(await sign())).rejects.toThrow('no tokens of others are taken');
  });
});
