import { ServiceError } from '@sigmalang/contracts';
import { eq, sql } from 'drizzle-orm';
import { type CollectionRow, select } from './collection-store';
import type { Transaction } from './database';
import { collections } from './search.schema';

/** What a write does to a collection. */
export interface CollectionChange {
  readonly documents?: number;
  readonly bytes?: number;
}

/** Locks a collection against other writes until the end of the transaction; throws NOT_FOUND when it is gone. */
export async function lockCollection(tx: Transaction, collectionId: number): Promise<CollectionRow> {
  await tx.execute(sql`select 1 from collections where id = ${collectionId} for update`);
  const [collection] = await select(tx, eq(collections.id, collectionId));
  if (!collection) throw new ServiceError('NOT_FOUND', 'There is no such collection');
  return collection;
}

/** Gives a locked collection its next number, and its counters what a write adds to them; returns it as it is then. */
export async function numberChange(tx: Transaction, collection: CollectionRow, { documents = 0, bytes = 0 }: CollectionChange = {}): Promise<CollectionRow> {
  const counts = { seq: collection.seq + 1, documents: collection.documents + documents, bytes: collection.bytes + bytes };
  await tx.update(collections).set(counts).where(eq(collections.id, collection.id));
  return { ...collection, ...counts };
}
