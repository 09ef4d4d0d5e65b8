import type { Identity } from '@sigmalang/contracts';
import { Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT } from 'jose';
import { AuthSecret } from './auth-secret';
import { IdentityConfig } from './identity.config';

/** Who issues the tokens of this installation, and whom they are for. */
const OURSELVES = 'sigmalang';

/** The key id in the header of our own tokens. */
const OWN_KEY_ID = 'sigmalang-access';

/** What an access token says. */
export interface AccessToken {
  /** The session that it is of, and lives as long as. */
  readonly session: string;
}

/** The short-lived tokens that this installation signs itself. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly secret: AuthSecret,
    private readonly config: IdentityConfig,
  ) {}

  /** Whether the header of a token says that it is one of these; its signature is what proves it. */
  static isOwn({ kid }: { readonly kid?: string | undefined }): boolean {
    return kid === OWN_KEY_ID;
  }

  /** Signs a token for a session that lasts `seconds`. */
  sign({ subject, role }: Pick<Identity, 'subject' | 'role'>, session: string, seconds: number): Promise<string> {
    return new SignJWT({ role, sid: session })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: OWN_KEY_ID })
      .setIssuer(OURSELVES)
      .setAudience(OURSELVES)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(this.secret.signingKey);
  }

  /** What a token says; rejects with an error of `jose` where it is not ours or not good any more. */
  async verify(token: string): Promise<AccessToken> {
    const { payload } = await jwtVerify(token, this.secret.signingKey, {
      algorithms: ['HS256'],
      issuer: OURSELVES,
      audience: OURSELVES,
      requiredClaims: ['exp', 'sid'],
      clockTolerance: this.config.jwtClockSkewS,
    });
    return { session: String(payload.sid) };
  }
}
