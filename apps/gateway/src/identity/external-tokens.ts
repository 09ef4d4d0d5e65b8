import { type Identity, isCallersSubject, ROLES, ServiceError } from '@sigmalang/contracts';
import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { createSecretKey } from 'node:crypto';
import { IdentityConfig } from './identity.config';

/** How long the keys of who signs tokens may be on their way, in milliseconds. */
const KEY_SET_MS = 3_000;

/** The token is good, and does not say who its holder is. */
export class UnusableTokenError extends Error {
  override readonly name = 'UnusableTokenError';
}

type Verify = (token: string, options: JWTVerifyOptions) => Promise<{ payload: JWTPayload }>;

/** Tokens that somebody else signs, by a shared secret or by keys whose public halves a URL gives. */
@Injectable()
export class ExternalTokens {
  private readonly verify: Verify | undefined;

  constructor(private readonly config: IdentityConfig) {
    this.verify = verifierOf(config);
  }

  /** Whom a token is of. Rejects with UNAVAILABLE where the keys cannot be had, with an error of `jose` or an {@link UnusableTokenError} where it is not good. */
  async identityOf(token: string): Promise<Identity> {
    const { config, verify } = this;
    if (!verify) throw new UnusableTokenError('no tokens of others are taken');
    const { payload } = await verify(token, {
      algorithms: [config.jwtSecret === undefined ? config.jwtAlgorithm : 'HS256'],
      audience: config.jwtAudience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: config.jwtClockSkewS,
      ...(config.jwtIssuer !== undefined && { issuer: config.jwtIssuer }),
    }).catch((error: unknown) => { throw isAboutToken(error) ? error : unavailable(); });
    const role = ROLES.find((each) => each === payload[config.jwtRoleClaim]);
    if (!role || !isCallersSubject(payload.sub)) throw new UnusableTokenError('its subject or role is none');
    return { subject: payload.sub, role, owner: payload.sub };
  }
}

function verifierOf({ jwtSecret, jwtJwksUrl }: IdentityConfig): Verify | undefined {
  if (jwtSecret !== undefined) {
    const key = createSecretKey(jwtSecret, 'utf8');
    return (token, options) => jwtVerify(token, key, options);
  }
  if (jwtJwksUrl === undefined) return undefined;
  const keySet = createRemoteJWKSet(new URL(jwtJwksUrl), { timeoutDuration: KEY_SET_MS });
  return (token, options) => jwtVerify(token, keySet, options);
}

const ABOUT_KEY_SETS: readonly string[] = [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code];

/** Whether an error says something of the token, and not that the keys could not be had. */
function isAboutToken(error: unknown): boolean {
  return error instanceof errors.JOSEError && !ABOUT_KEY_SETS.includes(error.code);
}

function unavailable(): ServiceError {
  return new ServiceError('UNAVAILABLE', 'The keys of who signs this token cannot be had now; try again later');
}
