import { bodyOf, type RestClient } from './rest-client';

/** What a key is asked for with. */
export interface KeyWish {
  readonly role: string;
  /** Who calls with it; the name unless said. */
  readonly subject?: string;
  readonly name?: string;
  readonly ratePerMinute?: number;
  readonly burst?: number;
  readonly expiresAt?: string;
}

/** A key as it is shown once. */
export interface MadeKey {
  readonly id: string;
  readonly key: string;
}

/** What a key is exchanged for. */
export interface MadeTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Makes a key, as an admin may. */
export async function makeKey(admin: RestClient, { name, ...wish }: KeyWish): Promise<MadeKey> {
  return bodyOf(await admin.post('/v1/keys', { name: name ?? `a ${wish.role}`, ...wish })) as MadeKey;
}

/** Exchanges the key of a client for tokens. */
export async function makeTokens(rest: RestClient): Promise<MadeTokens> {
  return bodyOf(await rest.post('/v1/auth/token', {})) as MadeTokens;
}
