import { Type } from 'class-transformer';

/** A flag as the gateway has it. */
export class FlagState {
  /** Its name. */
  name!: string;

  /** What it switches. */
  description!: string;

  /** Whether it is on where no file says anything of it. */
  default!: boolean;

  /** Whether it is on at all; for whom, the other fields say. */
  on!: boolean;

  /** For how many callers in a hundred it is on, 0 to 100. */
  percent!: number;

  /** Subjects it is on for beside those. */
  subjects!: string[];

  /** Subjects it is on for in no case. */
  exceptSubjects!: string[];

  /** Where that is said: in the file, or nowhere. */
  source!: 'file' | 'default';
}

/** The flags as the gateway has them; another process may have another file. */
export class FlagsResponse {
  /** Every flag there is, by name. */
  @Type(() => FlagState)
  flags!: FlagState[];

  /** Names in the file that no flag has. */
  unknown!: string[];

  /** Why the file cannot be used as it is now; what it said before stays in force. Absent where it can. */
  fault?: string;
}
