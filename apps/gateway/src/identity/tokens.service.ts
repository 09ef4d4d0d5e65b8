import { type RevokeTokenResponse, ServiceError, type TokenResponse } from '@sigmalang/contracts';
import { type KeyRow, type NewRefreshToken, SessionStore } from '@sigmalang/storage';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Caller } from '../front-door';
import { AccessTokens } from './access-tokens';
import { AuthSecret, randomRefreshToken } from './auth-secret';
import { authenticationFailures } from './authentication-failures';
import { IdentityConfig } from './identity.config';
import { KeyChanges } from './key-changes';

/** Gives short-lived tokens for keys. */
@Injectable()
export class TokensService {
  constructor(
    private readonly config: IdentityConfig,
    private readonly sessions: SessionStore,
    private readonly secret: AuthSecret,
    private readonly accessTokens: AccessTokens,
    private readonly changes: KeyChanges,
  ) {}

  /** Opens a session for the key of a caller. */
  async create(caller: Caller): Promise<TokenResponse> {
    if (caller.kind !== 'known' || caller.by !== 'key' || caller.keyId === undefined) {
      throw new ServiceError('FORBIDDEN', 'Tokens are given for a key alone; send the key');
    }
    const id = randomUUID();
    const { token, next } = this.nextToken();
    await this.sessions.open(id, caller.keyId, next);
    return this.answer(caller.identity, id, token);
  }

  /** Goes on with a session; a refresh token that was used before ends it. */
  async refresh(refreshToken: string): Promise<TokenResponse> {
    const { token, next } = this.nextToken();
    const rotation = await this.sessions.rotate(this.secret.hashOf(refreshToken), next);
    if ('session' in rotation) return this.answer(rotation.session.key, rotation.session.id, token);
    const isReused = rotation.refused === 'reused';
    if (isReused) this.changes.changed();
    authenticationFailures.inc({ reason: isReused ? 'reused-token' : rotation.refused === 'expired' ? 'expired' : 'invalid-token' });
    throw new ServiceError('UNAUTHENTICATED', 'The refresh token is not valid: it is unknown, expired, revoked or used');
  }

  /** Ends a session. */
  async revoke(refreshToken: string): Promise<RevokeTokenResponse> {
    const revoked = await this.sessions.revoke(this.secret.hashOf(refreshToken));
    if (revoked) this.changes.changed();
    return { revoked };
  }

  private nextToken(): { token: string; next: NewRefreshToken } {
    const token = randomRefreshToken();
    return { token, next: { hash: this.secret.hashOf(token), expiresAt: new Date(Date.now() + this.config.refreshTokenTtlS * 1_000) } };
  }

  private async answer(holder: Pick<KeyRow, 'subject' | 'role'>, session: string, refreshToken: string): Promise<TokenResponse> {
    const { accessTokenTtlS: expiresIn, refreshTokenTtlS: refreshExpiresIn } = this.config;
    const accessToken = await this.accessTokens.sign(holder, session, expiresIn);
    return { accessToken, tokenType: 'Bearer', expiresIn, refreshToken, refreshExpiresIn };
  }
}
