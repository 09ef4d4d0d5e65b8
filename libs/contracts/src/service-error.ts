import { Message, sentence, type WirePhrase } from './messages/message';

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

/** A fault of one field whose message may be told in other languages. */
export interface SaidFault extends Omit<FieldFault, 'message'> {
  readonly message: string | Message;
}

/** A {@link ServiceError} as it travels in a reply: each message in English, and beside it what its translations are made of. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly phrase?: WirePhrase;
  readonly errors?: readonly (FieldFault & { readonly phrase?: WirePhrase })[];
}

/** What an error says, see {@link ServiceError.said}. */
export interface Said {
  readonly message: Message;
  readonly errors: readonly (Omit<FieldFault, 'message'> & { readonly message: Message })[];
}

/** The one error that services throw and callers receive. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';

  /** Faults of single fields. */
  readonly errors: readonly FieldFault[];

  readonly #said: Said;

  /**
   * @param code what kind of failure this is
   * @param message what went wrong, for the caller; holds no text that was sent; said by `say` where it has values
   * @param errors faults of single fields
   * @param received whether it came in a reply, and so has been counted where it arose
   */
  constructor(
    readonly code: ErrorCode,
    message: string | Message,
    errors: readonly SaidFault[] = [],
    readonly received = false,
  ) {
    const said = sentence(message);
    super(said.text);
    this.#said = { message: said, errors: errors.map(({ field, rule, message: of }) => ({ field, rule, message: sentence(of) })) };
    this.errors = this.#said.errors.map((fault) => ({ ...fault, message: fault.message.text }));
  }

  /** The messages of the error and of its faults, from which other languages are made. */
  get said(): Said {
    return this.#said;
  }

  /** The form that travels. */
  toWire(): WireError {
    const { message, errors } = this.#said;
    return {
      code: this.code,
      ...wireOf(message),
      ...(errors.length > 0 && { errors: errors.map(({ field, rule, message: said }) => ({ field, rule, ...wireOf(said) })) }),
    };
  }

  /** The error a reply carries; an unreadable one is INTERNAL. */
  static fromWire(wire: unknown): ServiceError {
    if (typeof wire === 'object' && wire !== null && 'code' in wire && 'message' in wire) {
      const { code, message } = wire;
      if (ERROR_CODES.includes(code as ErrorCode) && typeof message === 'string') {
        const faults = 'errors' in wire && Array.isArray(wire.errors) ? wire.errors.filter(isFieldFault) : [];
        const errors = faults.map((fault) => ({ ...fault, message: saidBy(fault, fault.message) }));
        return new ServiceError(code as ErrorCode, saidBy(wire, message), errors, true);
      }
    }
    return new ServiceError('INTERNAL', 'The service sent an error that cannot be read', [], true);
  }
}

function wireOf(said: Message): { message: string; phrase?: WirePhrase } {
  const phrase = said.toWire();
  return phrase ? { message: said.text, phrase } : { message: said.text };
}

function saidBy(wire: object, text: string): Message {
  return Message.fromWire(text, 'phrase' in wire ? wire.phrase : undefined);
}

function isFieldFault(value: unknown): value is FieldFault {
  if (typeof value !== 'object' || value === null) return false;
  const { field, rule, message } = value as Partial<Record<keyof FieldFault, unknown>>;
  return typeof field === 'string' && typeof rule === 'string' && typeof message === 'string';
}
