import { defineContract } from '../contract';

/** All collections of the owner that the request is about. */
export class EraseCollectionsRequest {}

/** What was erased. */
export class EraseCollectionsResponse {
  /** Collections. */
  collections!: number;

  /** Documents in them. */
  documents!: number;
}

/**
 * Removes all collections of an owner with their documents; answers when nothing of them is left in the tables and in the index files of the answering process.
 * To ask again, where it took too long, goes on with the rest.
 */
export const eraseCollections = defineContract({ subject: 'search.v1.erase', request: EraseCollectionsRequest, response: EraseCollectionsResponse, isIdempotent: true });
