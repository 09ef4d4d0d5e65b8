import { Type } from 'class-transformer';
import { IsInt, Matches, Max, Min, ValidateBy } from 'class-validator';
import { Optional, RULES } from '../rules';
import { isMoment, IsSubject } from './keys.contract';
import { QueryNumber } from './query-number';
import { say } from '../messages/message';

/** A moment, such as `2026-01-31T12:00:00Z`. */
function IsMoment(): PropertyDecorator {
  return ValidateBy({
    name: RULES.moment,
    validator: {
      validate: isMoment,
      defaultMessage: (fault) => say`${fault?.property ?? 'moment'} must be a moment, such as 2026-01-31T12:00:00Z`.text,
    },
  });
}

/** Which entries of the audit to list. */
export class RestListAuditRequest {
  /** Whose: what this subject did, and what others did to what it has; of all when absent. */
  @Optional()
  @IsSubject()
  subject?: string;

  /** The earliest moment, such as `2026-01-31T12:00:00Z`. */
  @Optional()
  @IsMoment()
  from?: string;

  /** The moment before which they end, such as `2026-02-28T12:00:00Z`. */
  @Optional()
  @IsMoment()
  to?: string;

  /** How many to list at most, 1 to 100. */
  @QueryNumber()
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number = 50;

  /** Where to go on: `nextCursor` of the reply before. */
  @Optional()
  @Matches(/^[1-9][0-9]{0,14}$/)
  cursor?: string;
}

/** Something that was done. */
export class ListedAuditEntry {
  /** Its number in the chain. */
  seq!: number;

  /** When, as ISO 8601 in UTC. */
  at!: string;

  /** Method and pattern of the route, such as `DELETE /v1/collections/:name`. */
  action!: string;

  /** HTTP status of the reply. */
  status!: number;

  /** `OK`, or the code of the problem. */
  code!: string;

  /** Who did it; null where that is not known, a pseudonym where the subject was erased. */
  subject!: string | null;

  /** What the subject was permitted to be; absent where that is not known. */
  role?: string;

  /** Id of the key that the subject had; absent where there was none. */
  keyId?: string;

  /** Address that the request came from; absent where that was erased. */
  address?: string;

  /** Id of the request; absent where that was erased. */
  requestId?: string;

  /** Whose things it was done to; absent where nobody's, a pseudonym where the owner was erased. */
  owner?: string;

  /** Name of what it was done to; absent where the path has none, or it was erased. */
  name?: string;

  /** Id of the key that it was done to; absent where the path has none, or it was erased. */
  id?: string;

  /** Hash of the entry and of the one before, 64 hexadecimal digits. */
  hash!: string;
}

/** Entries of the audit. */
export class ListAuditResponse {
  /** The entries, the newest first. */
  @Type(() => ListedAuditEntry)
  entries!: ListedAuditEntry[];

  /** What to give as `cursor` to go on; null where there are no more. */
  nextCursor!: string | null;
}

/** Nothing needs to be said to have the whole audit looked at. */
export class RestVerifyAuditRequest {}

/** A place in the chain. */
export class AuditHead {
  /** Number of the entry; 0 before any. */
  seq!: number;

  /** Its hash. */
  hash!: string;
}

/** Where the chain is broken. */
export class AuditDefect {
  /** Number of the first entry that is not as it was written. */
  seq!: number;

  /** What became of it: `changed` (or another is in its place), `removed`, or `truncated` (with all behind it). */
  reason!: string;
}

/** What a look at the whole audit has shown. */
export class AuditVerificationResponse {
  /** Whether each entry is what was written behind the one before. */
  valid!: boolean;

  /** Entries that were looked at. */
  entries!: number;

  /** Those of them in which someone was erased. */
  erased!: number;

  /** Number of the last entry that is no longer kept; 0 where all are. */
  prunedSeq!: number;

  /** The last entry; who notes it elsewhere can see later that nothing before it was changed. */
  @Type(() => AuditHead)
  head!: AuditHead;

  /** The first defect; absent where there is none. */
  @Type(() => AuditDefect)
  defect?: AuditDefect;
}
