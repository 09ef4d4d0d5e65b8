import { Type } from 'class-transformer';
import { IsIn, IsInt, isString, IsUUID, Max, MaxLength, Min, MinLength, ValidateBy } from 'class-validator';
import { CALLERS_SUBJECT } from '../identity/identity';
import { ROLES, type Role } from '../identity/permissions';
import { Optional, RULES } from '../rules';
import { IsStorable } from '../search/collection-rules';
import { QueryNumber } from './query-number';
import { say } from '../messages/message';

/** Most characters of the name of a key. */
const LONGEST_NAME = 100;

/** A moment with its offset from UTC, to a fraction of a second. */
const MOMENT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** The moments whose years have four digits in UTC, and are none before the first: others no database reads as they are written. */
const [FIRST_MOMENT, LAST_MOMENT] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

/** Whether a value says a moment of the years 1 to 9999 with its offset from UTC. */
export function isMoment(value: unknown): value is string {
  if (!isString(value) || !MOMENT.test(value)) return false;
  const moment = Date.parse(value); // NaN on a day that never is
  return moment >= FIRST_MOMENT && moment <= LAST_MOMENT;
}

/** Whether a value may be the subject of a caller from outside. */
export function isCallersSubject(value: unknown): value is string {
  return isString(value) && CALLERS_SUBJECT.test(value);
}

/** The subject of a caller: plain characters, and not one that processes themselves have. */
export function IsSubject(): PropertyDecorator {
  return ValidateBy({
    name: RULES.callersSubject,
    validator: {
      validate: isCallersSubject,
      defaultMessage: (fault) =>
        say`${fault?.property ?? 'subject'} must be 1 to 128 letters, digits, ".", "_", ":", "@", "+" or "-", with a letter or a digit first, and not begin with "system:"`.text,
    },
  });
}

/** A moment to come, such as `2030-01-01T00:00:00Z`. */
function IsMomentToCome(): PropertyDecorator {
  return ValidateBy({
    name: RULES.momentToCome,
    validator: {
      validate: (value) => isMoment(value) && Date.parse(value) > Date.now(),
      defaultMessage: (fault) => say`${fault?.property ?? 'moment'} must be a moment to come, such as 2030-01-01T00:00:00Z`.text,
    },
  });
}

/** A key to make. */
export class CreateKeyRequest {
  /** What it is for, in at most 100 characters. */
  @IsStorable()
  @MinLength(1)
  @MaxLength(LONGEST_NAME)
  name!: string;

  /** Whose key it is: what is kept by it is kept under this; a new one is made up when absent. */
  @Optional()
  @IsSubject()
  subject?: string;

  /** What its holder may do. */
  @IsIn(ROLES)
  role!: Role;

  /** When it expires, such as `2030-01-01T00:00:00Z`; never when absent. */
  @Optional()
  @IsMomentToCome()
  expiresAt?: string;

  /** Requests a minute, 1 to 1,000,000; as every key when absent. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  ratePerMinute?: number;

  /** Requests at once, 1 to 100,000; as every key when absent. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  burst?: number;
}

/** A key, without the key itself. */
export class KeyResponse {
  /** Its id. */
  id!: string;

  /** The characters that it begins with. */
  prefix!: string;

  /** What it is for. */
  name!: string;

  /** Whose key it is. */
  subject!: string;

  /** What its holder may do. */
  role!: Role;

  /** Requests a minute; absent where they are as every key's. */
  ratePerMinute?: number;

  /** Requests at once; absent where they are as every key's. */
  burst?: number;

  /** When it was made, as ISO 8601 in UTC. */
  createdAt!: string;

  /** When it expires; null for never. */
  expiresAt!: string | null;

  /** When it was last used, to about a minute; null where it never was. */
  lastUsedAt!: string | null;

  /** When it was revoked; null where it is not. */
  revokedAt!: string | null;
}

/** A key that was just made. */
export class CreateKeyResponse extends KeyResponse {
  /** The key itself, which is shown this once. Secret. */
  key!: string;
}

/** A key, by its id. */
export class KeyRequest {
  /** Its id. */
  @IsUUID()
  id!: string;
}

/** Which keys to list. */
export class RestListKeysRequest {
  /** How many to list at most, 1 to 100. */
  @QueryNumber()
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number = 50;

  /** Where to go on: `nextCursor` of the reply before. */
  @Optional()
  @IsUUID()
  cursor?: string;
}

/** Keys, revoked and expired ones among them. */
export class ListKeysResponse {
  /** The keys, the youngest first. */
  @Type(() => KeyResponse)
  keys!: KeyResponse[];

  /** What to give as `cursor` to go on; null where there are no more. */
  nextCursor!: string | null;
}
