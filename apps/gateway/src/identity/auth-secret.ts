import { ServiceError } from '@sigmalang/contracts';
import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { PREFIX_CHARACTERS } from './credentials';

interface DerivedKeys {
  readonly hashing: KeyObject;
  readonly signing: KeyObject;
}

/** The secret of the installation, once it is known: what keys and refresh tokens are hashed with, and access tokens signed. */
export class AuthSecret {
  private derived: DerivedKeys | undefined;

  /** Takes the secret that holds. */
  use(secret: string): void {
    this.derived = { hashing: createSecretKey(derive(secret, 'hashes of keys')), signing: createSecretKey(derive(secret, 'access tokens')) };
  }

  /** What access tokens are signed with; throws UNAVAILABLE before it is known. */
  get signingKey(): KeyObject {
    return this.keys.signing;
  }

  /** What is kept of a key or a refresh token: HMAC-SHA256, 32 bytes; both are as random as the result, so a slow hash would gain nothing. */
  hashOf(token: string): Buffer {
    return createHmac('sha256', this.keys.hashing).update(token).digest();
  }

  private get keys(): DerivedKeys {
    if (!this.derived) throw new ServiceError('UNAVAILABLE', 'Keys cannot be checked yet; try again later');
    return this.derived;
  }
}

/** By what a secret is recognised, and not found out. */
export function fingerprintOf(secret: string): string {
  return derive(secret, 'fingerprint').toString('hex');
}

function derive(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'sigmalang', purpose, 32));
}

/** A new key: nobody guesses 256 random bits. */
export function randomKey(): string {
  return `sk_${randomBytes(32).toString('base64url')}`;
}

/** A new refresh token. */
export function randomRefreshToken(): string {
  return `rt_${randomBytes(32).toString('base64url')}`;
}

/** What a key is found by. */
export function prefixOf(key: string): string {
  return key.slice(0, PREFIX_CHARACTERS);
}
