import type { Role } from '@sigmalang/contracts';
import { bigint, boolean, customType, index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

const moment = (name: string) => timestamp(name, { withTimezone: true });

/** What all processes must agree on about keys; one row. */
export const authState = pgTable('auth_state', {
  one: boolean('one').primaryKey().default(true),
  /** Counts every change of keys, and every end of a session. */
  version: bigint('version', { mode: 'number' }).notNull().default(0),
  secretFingerprint: text('secret_fingerprint'),
  /** Counts what makes every cached reply void. */
  cacheEpoch: bigint('cache_epoch', { mode: 'number' }).notNull().default(0),
});

/** Keys of callers; of the key itself there is a hash. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    prefix: text('prefix').notNull(),
    hash: bytea('hash').notNull().unique(),
    name: text('name').notNull(),
    subject: text('subject').notNull(),
    role: text('role').$type<Role>().notNull(),
    ratePerMinute: integer('rate_per_minute'),
    burst: integer('burst'),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at'),
    lastUsedAt: moment('last_used_at'),
    revokedAt: moment('revoked_at'),
  },
  (table) => [
    index('api_keys_by_prefix').on(table.prefix),
    index('api_keys_by_subject').on(table.subject),
    index('api_keys_by_age').on(table.createdAt, table.id),
  ],
);

/** Sessions that keys have opened: the tokens of one come from one another. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    keyId: uuid('key_id').notNull().references(() => apiKeys.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
    revokedAt: moment('revoked_at'),
  },
  (table) => [index('sessions_by_key').on(table.keyId), index('sessions_by_end').on(table.expiresAt)],
);

/** Refresh tokens by their hashes; a used one stays until it expires, so that its second use is noticed. */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    hash: bytea('hash').primaryKey(),
    sessionId: uuid('session_id').notNull().references(() => sessions.id, { onDelete: 'cascade' }),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [index('refresh_tokens_by_session').on(table.sessionId), index('refresh_tokens_by_end').on(table.expiresAt)],
);

/** The tables of identity that hold what cannot be made again; sessions can. */
export const IDENTITY_TRUTH = [authState, apiKeys] as const;
