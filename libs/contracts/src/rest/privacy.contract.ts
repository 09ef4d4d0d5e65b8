import { Type } from 'class-transformer';
import { IsSubject } from './keys.contract';

/** Nothing needs to be said to have one's own data. */
export class RestExportRequest {}

/** A line of an export. Beside its kind it says what the routes of that say: of a document in which collection it is too. */
export class ExportLine {
  /** `export` (the first: whose data, and when), `collection`, `document`, `record`, `key`, `audit`, `problem` (something could not be read), or `end` (the last, with how many there were of each; without it the export is not whole). */
  kind!: string;
}

/** The erasure of all that somebody has. */
export class RestEraseRequest {
  /** The subject whose data are erased, said again: nobody erases by accident. */
  @IsSubject()
  confirm!: string;
}

/** How much was erased. */
export class ErasureCounts {
  /** Collections. */
  collections!: number;

  /** Documents in them. */
  documents!: number;

  /** Records. */
  records!: number;

  /** Keys. */
  keys!: number;

  /** Sessions with their tokens. */
  tokens!: number;

  /** Entries of the audit in which a pseudonym is now. */
  auditEntries!: number;
}

/** That somebody's data were erased, without whose. */
export class ErasureReceiptResponse {
  /** Its id. */
  id!: string;

  /** When, as ISO 8601 in UTC. */
  at!: string;

  /** How much. */
  @Type(() => ErasureCounts)
  counts!: ErasureCounts;

  /** Number of the entry of the audit that says so. */
  auditSeq!: number;
}
