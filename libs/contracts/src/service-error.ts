/** Every way in which a request can fail, on every transport; only the gateway knows the HTTP status of each. */
export const ERROR_CODES = [
  'INVALID_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNPROCESSABLE',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAVAILABLE',
  'TIMEOUT',
  'CANCELLED',
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One fault of one field; never holds the value that was sent. */
export interface FieldFault {
  /** Path of the field, such as `texts[3]` or `vectors[0].data`. */
  readonly field: string;
  /** Name of the rule that was broken, such as `maxLength`. */
  readonly rule: string;
  /** What the rule asks, in words. */
  readonly message: string;
}

/** A {@link ServiceError} as it travels in a reply. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly errors?: readonly FieldFault[];
}

/** The one error that services throw and callers receive. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';

  /**
   * @param code what kind of failure this is
   * @param message what went wrong, for the caller; holds no text that was sent
   * @param errors faults of single fields
   * @param received whether it came in a reply, and so has been counted where it arose
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly errors: readonly FieldFault[] = [],
    readonly received = false,
  ) {
    super(message);
  }

  /** The form that travels. */
  toWire(): WireError {
    const { code, message, errors } = this;
    return errors.length > 0 ? { code, message, errors } : { code, message };
  }

  /** The error a reply carries; an unreadable one is INTERNAL. */
  static fromWire(wire: unknown): ServiceError {
    if (typeof wire === 'object' && wire !== null && 'code' in wire && 'message' in wire) {
      const { code, message } = wire;
      if (ERROR_CODES.includes(code as ErrorCode) && typeof message === 'string') {
        const errors = 'errors' in wire && Array.isArray(wire.errors) ? wire.errors.filter(isFieldFault) : [];
        return new ServiceError(code as ErrorCode, message, errors, true);
      }
    }
    return new ServiceError('INTERNAL', 'The service sent an error that cannot be read', [], true);
  }
}

function isFieldFault(value: unknown): value is FieldFault {
  if (typeof value !== 'object' || value === null) return false;
  const { field, rule, message } = value as Partial<Record<keyof FieldFault, unknown>>;
  return typeof field === 'string' && typeof rule === 'string' && typeof message === 'string';
}
