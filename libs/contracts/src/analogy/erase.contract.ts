import { defineContract } from '../contract';

/** All records of the owner that the request is about. */
export class EraseRecordsRequest {}

/** What was erased. */
export class EraseRecordsResponse {
  /** Records. */
  records!: number;
}

/** Removes all records of an owner, and whatever else is in their folder. */
export const eraseRecords = defineContract({ subject: 'analogy.v1.erase', request: EraseRecordsRequest, response: EraseRecordsResponse, isIdempotent: true });
