import { ReadConfig } from '@sigmalang/runtime';
import { IdentityConfig } from './identity.config';

const SECRET = 'not-to-be-told';

const read = (env: Record<string, string>): IdentityConfig => ReadConfig.from([IdentityConfig], { env, argv: [] }).get(IdentityConfig);

describe('the settings of who may call', () => {
  it('ask callers who they are unless told otherwise', () => {
    expect(read({})).toEqual({
      authMode: 'required', authSecret: undefined, adminKey: undefined, jwtSecret: undefined, jwtJwksUrl: undefined, jwtIssuer: undefined,
      jwtAlgorithm: 'RS256', jwtAudience: 'sigmalang', jwtRoleClaim: 'role', jwtClockSkewS: 30, accessTokenTtlS: 900, refreshTokenTtlS: 2_592_000, authStaleMs: 2_000,
    });
  });

  it.each<[Record<string, string>]>([
    [{ AUTH_MODE: 'off' }],
    [{ AUTH_SECRET: 's'.repeat(32), ADMIN_KEY: `sk_${'a'.repeat(43)}`, JWT_SECRET: 's'.repeat(32) }],
    [{ JWT_JWKS_URL: 'https://example.org/keys', JWT_ALGORITHM: 'EdDSA', JWT_ISSUER: 'https://example.org' }],
    [{ JWT_JWKS_URL: 'http://127.0.0.1:8080/keys' }],
    [{ JWT_JWKS_URL: 'http://[::1]:8080/keys', AUTH_STALE_MS: '0' }],
  ])('can be %j', (env) => {
    expect(() => read(env)).not.toThrow();
  });

  it.each<[Record<string, string>, string]>([
    [{ AUTH_MODE: 'none' }, 'AUTH_MODE'],
    [{ AUTH_SECRET: SECRET }, 'AUTH_SECRET'],
    [{ ADMIN_KEY: SECRET }, 'ADMIN_KEY'],
    [{ ADMIN_KEY: `sk_${SECRET}${'a'.repeat(40)}` }, 'ADMIN_KEY'],
    [{ JWT_SECRET: SECRET }, 'JWT_SECRET'],
    [{ JWT_SECRET: SECRET.repeat(3), JWT_JWKS_URL: 'https://example.org/keys' }, 'JWT_JWKS_URL'],
    [{ JWT_JWKS_URL: `http://${SECRET}.example.org/keys` }, 'JWT_JWKS_URL'],
    [{ JWT_JWKS_URL: SECRET }, 'JWT_JWKS_URL'],
    [{ JWT_JWKS_URL: `file:///${SECRET}` }, 'JWT_JWKS_URL'],
    [{ JWT_ALGORITHM: 'none' }, 'JWT_ALGORITHM'],
    [{ JWT_ALGORITHM: 'HS256' }, 'JWT_ALGORITHM'],
    [{ AUTH_STALE_MS: '600001' }, 'AUTH_STALE_MS'],
    [{ ACCESS_TOKEN_TTL_S: '0' }, 'ACCESS_TOKEN_TTL_S'],
  ])('cannot be %j, and say no secret', (env, name) => {
    let message = '';
    try {
      read(env);
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    expect(message).toMatch(new RegExp(`^- ${name}: `, 'm'));
    expect(message).not.toContain(SECRET);
  });
});
