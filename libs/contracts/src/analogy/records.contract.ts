import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsInt, Max, Min } from 'class-validator';
import { defineContract } from '../contract';
import { IsListCursor } from '../list-cursor';
import { IsNested, IsSymbol, NotTogetherWith, Optional, RequiredUnless } from '../rules';
import { HasRolesOnce, IsRecordName, MOST_PAIRS } from './record-rules';

/** Ways to answer a structured analogy. */
export const STRUCTURED_METHODS = ['roles', 'mapping'] as const;

/** One of {@link STRUCTURED_METHODS}. */
export type StructuredMethod = (typeof STRUCTURED_METHODS)[number];

/** Why a structured analogy has no answer. */
export type UnansweredReason = 'filler-not-in-source' | 'role-not-in-target';

/** A role and what fills it, such as `currency` and `peso`. */
export class RolePair {
  /** The role. */
  @IsSymbol()
  role!: string;

  /** What fills it. */
  @IsSymbol()
  filler!: string;
}

/** A record, by its name or by its pairs. */
export class RecordOperand {
  /** Name of a record that is kept; either this or `pairs`. */
  @RequiredUnless('pairs')
  @IsRecordName()
  name?: string;

  /** The pairs of the record, 1 to 64, each role once; either this or `name`. */
  @RequiredUnless('name')
  @NotTogetherWith('name')
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_PAIRS)
  @HasRolesOnce()
  @IsNested(() => RolePair, { each: true })
  pairs?: RolePair[];
}

/** What fills in the target the role that `filler` fills in the source? */
export class StructuredAnalogyRequest {
  /** The record that the filler is of. */
  @IsNested(() => RecordOperand)
  source!: RecordOperand;

  /** The record whose counterpart is asked for. */
  @IsNested(() => RecordOperand)
  target!: RecordOperand;

  /** The filler whose counterpart is asked for. */
  @IsSymbol()
  filler!: string;

  /** `roles` finds the role that the filler has in the source and then what fills it in the target; `mapping` binds both records and applies that to the filler. */
  @Optional()
  @IsIn(STRUCTURED_METHODS)
  method?: StructuredMethod = 'roles';

  /** How many alternatives to answer with at most, 1 to 100. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  topK?: number = 5;

  /** Bits of the vectors, 1,024 to 65,536. */
  @Optional()
  @IsInt()
  @Min(1024)
  @Max(65536)
  dimensions?: number = 10000;
}

/** What theory expects of a question about records of these sizes. */
export class ExpectedRecall {
  /** Similarity of the right answer. */
  similarity!: number;

  /** Probability that the right answer is found and recognised, where there is one. */
  accuracy!: number;

  /** Least similarity at which the answer counts as recognised. */
  threshold!: number;

  /** Probability that something passes that threshold by chance, at most 0.005. */
  falseAlarm!: number;
}

/** Another filler that may be the answer. */
export class StructuredAlternative {
  /** The filler. */
  answer!: string;

  /** Similarity of its vector to what came out of the records, -1 to 1. */
  similarity!: number;

  /** Probability that it is the answer, 0 to 1. */
  confidence!: number;
}

/** The answer to a structured analogy. */
export class StructuredAnalogyResponse {
  /** What fills in the target the role of the filler; null where nothing was recognised. */
  answer!: string | null;

  /** The role that filler and answer have; null where the filler was not recognised. */
  role!: string | null;

  /** Similarity of the answer's vector to what came out of the records, -1 to 1; 0 where there is none. */
  similarity!: number;

  /** Probability that the answer is right, by how noisy records of these sizes are; 0 where there is none. */
  confidence!: number;

  /** What theory expects of records of these sizes. */
  @Type(() => ExpectedRecall)
  expected!: ExpectedRecall;

  /** Other fillers of the target, likeliest first; empty where there is no answer. */
  @Type(() => StructuredAlternative)
  alternatives!: StructuredAlternative[];

  /** How it was answered. */
  method!: StructuredMethod;

  /** Why there is no answer: the source record holds no such filler, or the target record no such role; absent where there is one. */
  reason?: UnansweredReason;
}

/** What a record says. */
export class RecordPairsRequest {
  /** Its pairs, 1 to 64, each role once. */
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_PAIRS)
  @HasRolesOnce()
  @IsNested(() => RolePair, { each: true })
  pairs!: RolePair[];
}

/** A record to keep under a name, in the place of any before it. */
export class PutRecordRequest extends RecordPairsRequest {
  /** Its name. */
  @IsRecordName()
  name!: string;
}

/** A record that is kept, by its name. */
export class RecordNameRequest {
  /** Its name. */
  @IsRecordName()
  name!: string;
}

/** Which of the kept records to list. */
export class ListRecordsRequest {
  /** How many to list at most, 1 to 100. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number = 50;

  /** Where to go on: `nextCursor` of the reply before. */
  @Optional()
  @IsListCursor()
  cursor?: string;
}

/** A record that is kept, or was until now. */
export class RecordResponse {
  /** Its name. */
  name!: string;

  /** Its pairs. */
  @Type(() => RolePair)
  pairs!: RolePair[];

  /** What theory expects of asking it for the filler of a role, at 10,000 dimensions. */
  @Type(() => ExpectedRecall)
  expected!: ExpectedRecall;
}

/** A record in a list. */
export class ListedRecord {
  /** Whose it is: a subject; names are unique for each. */
  owner!: string;

  /** Its name. */
  name!: string;
}

/** Records that are kept. */
export class ListRecordsResponse {
  /** The records, by name; where those of all owners are asked for, by owner and then by name. */
  @Type(() => ListedRecord)
  records!: ListedRecord[];

  /** What to give as `cursor` to go on; null where there are no more. */
  nextCursor!: string | null;
}

/** Answers a structured analogy, such as "what is the dollar of Mexico?". */
export const solveStructuredAnalogy = defineContract({
  subject: 'analogy.v1.structured',
  request: StructuredAnalogyRequest,
  response: StructuredAnalogyResponse,
  isIdempotent: true,
});

/** Keeps a record under a name. */
export const putRecord = defineContract({
  subject: 'analogy.v1.put-record',
  request: PutRecordRequest,
  response: RecordResponse,
  isIdempotent: true,
});

/** Gives a kept record. */
export const getRecord = defineContract({
  subject: 'analogy.v1.get-record',
  request: RecordNameRequest,
  response: RecordResponse,
  isIdempotent: true,
});

/** Removes a kept record and gives it a last time. */
export const deleteRecord = defineContract({
  subject: 'analogy.v1.delete-record',
  request: RecordNameRequest,
  response: RecordResponse,
  isIdempotent: true,
});

/** Lists the kept records by name. */
export const listRecords = defineContract({
  subject: 'analogy.v1.list-records',
  request: ListRecordsRequest,
  response: ListRecordsResponse,
  isIdempotent: true,
});
