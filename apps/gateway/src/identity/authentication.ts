import { EVERY_OWNER, type Identity, LOCAL_SUBJECT, ServiceError, SUBJECT } from '@sigmalang/contracts';
import type { KeyRow } from '@sigmalang/storage';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { decodeProtectedHeader, errors } from 'jose';
import { timingSafeEqual } from 'node:crypto';
import type { Caller, Checkpoint } from '../front-door';
import { AccessTokens } from './access-tokens';
import { AuthSecret, prefixOf } from './auth-secret';
import { authenticationFailures, type FailureReason } from './authentication-failures';
import { hasSecret, readCredentials } from './credentials';
import { ExternalTokens, UnusableTokenError } from './external-tokens';
import { IdentityConfig } from './identity.config';
import { KnownKeys } from './known-keys';
import { UsedKeys } from './used-keys';

const LOCAL: Caller = { kind: 'known', identity: { subject: LOCAL_SUBJECT, role: 'admin', owner: LOCAL_SUBJECT } };

const MESSAGES = {
  malformed: 'The credentials are malformed: a key goes into X-API-Key, a key or token into Authorization: Bearer',
  ambiguous: 'There are credentials more than once; send one key or one token, once',
  key: 'The key is not valid: it is unknown, expired or revoked',
  token: 'The token is not valid: it is unknown, expired or revoked',
  inUrl: 'A key or token may be in the query of this URL, where others see it; send it in a header, and have a new one made',
};

/** Finds out who asks. */
@Injectable()
export class Authentication {
  private readonly logger = new Logger('Authentication');

  constructor(
    private readonly config: IdentityConfig,
    private readonly secret: AuthSecret,
    private readonly known: KnownKeys,
    private readonly accessTokens: AccessTokens,
    private readonly externalTokens: ExternalTokens,
    private readonly used: UsedKeys,
  ) {}

  /** Says of each request whom it is from; who has wrong credentials is refused later. Public routes do not ask. */
  readonly identify: Checkpoint = async (request) => {
    if (hasSecret(request.query)) request.caller = refuse('in-url', new ServiceError('INVALID_REQUEST', MESSAGES.inUrl));
    else if (this.config.authMode === 'off') request.caller = LOCAL;
    else if ((request.routeOptions.config.permission ?? 'public') === 'public') request.caller = { kind: 'anonymous' };
    else request.caller = await this.callerOf(request);
  };

  private async callerOf(request: FastifyRequest): Promise<Caller> {
    const credentials = readCredentials(request.raw.rawHeaders);
    try {
      switch (credentials.kind) {
        case 'none':
          authenticationFailures.inc({ reason: 'missing' });
          return { kind: 'anonymous' };
        case 'unreadable':
          return refuse(credentials.reason, new ServiceError('UNAUTHENTICATED', MESSAGES[credentials.reason]));
        case 'key':
          return await this.ofKey(credentials.key);
        case 'token':
          return await this.ofToken(credentials.token);
      }
    } catch (error) {
      return this.undecided(error);
    }
  }

  private async ofKey(key: string): Promise<Caller> {
    const hash = this.secret.hashOf(key);
    const row = (await this.known.withPrefix(prefixOf(key))).find((each) => timingSafeEqual(each.hash, hash));
    const reason = row ? endOf(row) : 'unknown-key';
    if (!row || reason) return refuse(reason ?? 'unknown-key', new ServiceError('UNAUTHENTICATED', MESSAGES.key));
    return this.ofRow(row, 'key');
  }

  private async ofToken(token: string): Promise<Caller> {
    if (!AccessTokens.isOwn(decodeProtectedHeader(token))) {
      return { kind: 'known', by: 'token', identity: await this.externalTokens.identityOf(token) };
    }
    const session = await this.known.session((await this.accessTokens.verify(token)).session);
    const reason = !session || session.revokedAt ? 'revoked' : endOf(session.key);
    if (!session || reason) return refuse(reason ?? 'revoked', new ServiceError('UNAUTHENTICATED', MESSAGES.token));
    return this.ofRow(session.key, 'token');
  }

  private ofRow({ id, subject, role, ratePerMinute, burst }: KeyRow, by: 'key' | 'token'): Caller {
    this.used.use(id);
    const rate = { ...(ratePerMinute !== null && { perMinute: ratePerMinute }), ...(burst !== null && { burst }) };
    return { kind: 'known', by, identity: { subject, role, owner: subject }, keyId: id, rate };
  }

  private undecided(error: unknown): Caller {
    if (error instanceof errors.JWTExpired) return refuse('expired', new ServiceError('UNAUTHENTICATED', MESSAGES.token));
    if (error instanceof errors.JOSEError || error instanceof UnusableTokenError || error instanceof TypeError) {
      return refuse('invalid-token', new ServiceError('UNAUTHENTICATED', MESSAGES.token));
    }
    if (error instanceof ServiceError && error.code === 'UNAVAILABLE') return refuse('unavailable', error);
    this.logger.warn({ msg: 'It could not be found out who asks', error: error instanceof Error ? error.name : 'unknown' });
    return refuse('unavailable', new ServiceError('UNAVAILABLE', 'It cannot be found out now who asks; try again later'));
  }
}

function refuse(reason: FailureReason, error: ServiceError): Caller {
  authenticationFailures.inc({ reason });
  return { kind: 'refused', error };
}

/** Why a key is good no more, if so. */
function endOf({ revokedAt, expiresAt }: KeyRow): 'revoked' | 'expired' | undefined {
  if (revokedAt) return 'revoked';
  return expiresAt && expiresAt.getTime() <= Date.now() ? 'expired' : undefined;
}

/** Says whose things a request of a known caller is about, which an admin chooses by `?owner=`; from here on what works for the request knows the identity. */
export const chooseOwner: Checkpoint = (request) => {
  const { caller } = request;
  if (caller.kind !== 'known') return;
  const identity = { ...caller.identity, owner: ownerOf(caller.identity, request.query) };
  request.caller = { ...caller, identity };
  request.opened = { ...request.opened, identity };
};

function ownerOf({ subject, role, owner }: Identity, query: unknown): string {
  if (typeof query !== 'object' || query === null || !('owner' in query)) return owner;
  const asked = query.owner;
  Reflect.deleteProperty(query, 'owner');
  if (typeof asked !== 'string' || !(asked === EVERY_OWNER || SUBJECT.test(asked))) {
    throw new ServiceError('INVALID_REQUEST', 'owner must be the subject of somebody, or *');
  }
  if (role !== 'admin' && asked !== subject) throw new ServiceError('FORBIDDEN', 'Only an admin may ask for what is of others');
  return asked;
}
