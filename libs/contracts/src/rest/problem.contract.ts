import { Type } from 'class-transformer';
import type { ErrorCode } from '../service-error';

/** A fault of one field. */
export class ProblemFault {
  /** Path of the field, such as `texts[3]`. */
  field!: string;

  /** Name of the rule that was broken. */
  rule!: string;

  /** What the rule asks, in the language that `Content-Language` names. */
  message!: string;
}

/** Why a request failed (RFC 9457), as `application/problem+json`, in the language that the request's `Accept-Language` prefers. */
export class Problem {
  /** Address of the description of this kind of problem. */
  type!: string;

  /** The kind of problem, in the language that `Content-Language` names. */
  title!: string;

  /** HTTP status. */
  status!: number;

  /** What went wrong this time, in the language that `Content-Language` names. */
  detail!: string;

  /** Path of the request. */
  instance!: string;

  /** The kind of problem, for programs. */
  code!: ErrorCode;

  /** Id of the request, as in the header `X-Request-Id` and in the logs. */
  requestId!: string;

  /** Faults of single fields. */
  @Type(() => ProblemFault)
  errors?: ProblemFault[];
}
