import type { MessageClass } from '../contract';
import { CreateKeyResponse, KeyResponse, ListKeysResponse } from './keys.contract';
import { RevokeTokenResponse, TokenResponse } from './tokens.contract';

/** A key with every field that one may have, for tests. */
export const KEY = {
  id: '8d0f9f53-b036-439a-8417-ba366cc2e1fd',
  prefix: 'sk_ZFAl5f5g',
  name: 'Nightly import',
  subject: 'ann',
  role: 'developer',
  ratePerMinute: 100,
  burst: 10,
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
};

/** Replies about keys and tokens with every field that they may have, for tests. */
export const IDENTITY_RESPONSES: readonly [MessageClass<object>, object][] = [
  [KeyResponse, KEY],
  [CreateKeyResponse, { ...KEY, key: `sk_${'a'.repeat(43)}` }],
  [ListKeysResponse, { keys: [KEY], nextCursor: KEY.id }],
  [TokenResponse, { accessToken: 'eyJ', tokenType: 'Bearer', expiresIn: 900, refreshToken: 'rt_', refreshExpiresIn: 1 }],
  [RevokeTokenResponse, { revoked: true }],
];
