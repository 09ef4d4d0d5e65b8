import { bigint, boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { AuditActor, AuditResource, Erased } from './audit-chain';

const number = (name: string) => bigint(name, { mode: 'number' });
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** What was done, by whom; each entry has in its hash that of the one before. */
export const auditEntries = pgTable('audit_entries', {
  seq: number('seq').primaryKey(),
  at: moment('at').notNull(),
  action: text('action').notNull(),
  status: integer('status').notNull(),
  code: text('code').notNull(),
  actor: jsonb('actor').$type<AuditActor | Erased>().notNull(),
  actorDigest: text('actor_digest').notNull(),
  resource: jsonb('resource').$type<AuditResource | Erased>(),
  resourceDigest: text('resource_digest'),
  hash: text('hash').notNull(),
});

/** The last entry; one row, locked by who appends. */
export const auditHead = pgTable('audit_head', {
  one: boolean('one').primaryKey().default(true),
  seq: number('seq').notNull(),
  hash: text('hash').notNull(),
});

/** The last entry of those that are no longer kept; one row. */
export const auditAnchor = pgTable('audit_anchor', {
  one: boolean('one').primaryKey().default(true),
  seq: number('seq').notNull(),
  hash: text('hash').notNull(),
});

/** What was erased when, without whose it was. */
export const erasureReceipts = pgTable('erasure_receipts', {
  id: uuid('id').primaryKey(),
  at: moment('at').notNull(),
  counts: jsonb('counts').$type<Readonly<Record<string, number>>>().notNull(),
  auditSeq: number('audit_seq').notNull(),
});

/** The tables of the audit that hold what cannot be made again. */
export const AUDIT_TRUTH = [auditEntries, auditHead, auditAnchor, erasureReceipts] as const;
