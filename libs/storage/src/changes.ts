import type { Metadata } from '@sigmalang/contracts';
import type { CollectionRow } from './collection-store';
import type { Transaction } from './database';

/** A document with what an index needs to know of it. */
export interface IndexedDocument {
  readonly id: string;
  readonly text: string;
  readonly metadata: Metadata;
  /** Of unit length, or all zero where the text has no content. */
  readonly embedding: Float32Array;
  /** Number of the change that put it there. */
  readonly seq: number;
}

/** The removal of a document. */
export interface RemovedDocument {
  readonly id: string;
  readonly seq: number;
}

/** What one or more changes, in order of their numbers, leave behind; a document is in one of the lists at most. */
export interface Changes {
  /** In order of number, then of id by code points. */
  readonly put: readonly IndexedDocument[];
  readonly removed: readonly RemovedDocument[];
  /** Number of the last of these changes. */
  readonly seq: number;
}

/** Runs in the transaction of a write, for engines that index in the database; `collection` is as the write leaves it. */
export type WithinWrite = (transaction: Transaction, collection: CollectionRow, change: Changes) => Promise<void>;

/** The collection has another model now: embeddings of the generation that was named are of no use. */
export class StaleGenerationError extends Error {
  override readonly name = 'StaleGenerationError';

  constructor() {
    super('The collection is embedded by another model now');
  }
}

/** Order of two strings by code points, as `COLLATE "C"` has it. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
