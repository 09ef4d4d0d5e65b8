import type { Metadata, ReembeddingState } from '@sigmalang/contracts';
import { bigint, boolean, customType, index, integer, jsonb, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

const moment = (name: string) => timestamp(name, { withTimezone: true });
const count = (name: string) => bigint(name, { mode: 'number' });

/** What the database is; one row. */
export const installation = pgTable('installation', {
  one: boolean('one').primaryKey().default(true),
  incarnation: uuid('incarnation').notNull().defaultRandom(),
});

/** Collections of documents; each write to one takes its next `seq`, so that numbers are committed in order. */
export const collections = pgTable(
  'collections',
  {
    id: count('id').primaryKey().generatedAlwaysAsIdentity(),
    owner: text('owner').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    model: text('model').notNull(),
    dimensions: integer('dimensions').notNull(),
    generation: integer('generation').notNull().default(1),
    seq: count('seq').notNull().default(0),
    prunedSeq: count('pruned_seq').notNull().default(0),
    documents: count('documents').notNull().default(0),
    bytes: count('bytes').notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [unique().on(table.owner, table.name)],
);

/** Ids of removed collections whose documents are still to be removed. */
export const removedCollections = pgTable('removed_collections', { collectionId: count('collection_id').primaryKey() });

/** Documents; one without a text is removed, and stays for a while so that whoever follows the changes hears of it. */
export const documents = pgTable(
  'documents',
  {
    collectionId: count('collection_id').notNull(),
    id: text('id').notNull(),
    text: text('text'),
    metadata: jsonb('metadata').$type<Metadata>(),
    bytes: integer('bytes').notNull(),
    seq: count('seq').notNull(),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.collectionId, table.id] }),
    index('documents_by_seq').on(table.collectionId, table.seq, table.id),
    index('documents_removed').on(table.changedAt).where(sql`text is null`),
  ],
);

/** Embeddings of documents, float32 little-endian, by generation of the collection's model. */
export const embeddings = pgTable(
  'embeddings',
  {
    collectionId: count('collection_id').notNull(),
    generation: integer('generation').notNull(),
    id: text('id').notNull(),
    embedding: bytea('embedding').notNull(),
  },
  (table) => [primaryKey({ columns: [table.collectionId, table.generation, table.id] })],
);

/** Jobs that embed a collection by another model, one a collection. */
export const reembeddings = pgTable('reembeddings', {
  collectionId: count('collection_id').primaryKey().references(() => collections.id, { onDelete: 'cascade' }),
  model: text('model').notNull(),
  dimensions: integer('dimensions').notNull(),
  generation: integer('generation').notNull(),
  state: text('state').$type<ReembeddingState>().notNull().default('waiting'),
  done: count('done').notNull().default(0),
  total: count('total').notNull(),
  reason: text('reason'),
  claim: uuid('claim'),
  leaseUntil: moment('lease_until'),
  createdAt: moment('created_at').notNull().defaultNow(),
});

/** The tables of search that hold what cannot be made again, in an order in which they can be filled. */
export const SEARCH_TRUTH = [collections, documents, embeddings, reembeddings] as const;
