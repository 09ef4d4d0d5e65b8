/** A class whose instances a contract carries; its fields hold type, validation rule and description in one declaration. */
export type MessageClass<Message extends object> = new () => Message;

/** `<service>.v<major>.<verb>`; a breaking change is a new major beside the old one. */
export type Subject = `${string}.v${number}.${string}`;

/** What may be asked of a service: both ends, the validation, the metrics and the OpenAPI document derive from it. */
export interface Contract<Request extends object, Response extends object> {
  readonly subject: Subject;
  readonly request: MessageClass<Request>;
  readonly response: MessageClass<Response>;
  /** Whether it may be asked again when it is not known that it was done: twice has the effect of once. */
  readonly isIdempotent: boolean;
}

/** What a contract is declared by; it is idempotent only where it says so. */
type Declaration<Request extends object, Response extends object> = Omit<Contract<Request, Response>, 'isIdempotent'> & {
  readonly isIdempotent?: boolean;
};

const SUBJECT = /^[a-z][a-z0-9-]*\.v[1-9][0-9]*\.[a-z][a-z0-9-]*$/;

/** Declares a contract; throws a TypeError when the subject is not `<service>.v<major>.<verb>`. */
export function defineContract<Request extends object, Response extends object>(
  contract: Declaration<Request, Response>,
): Contract<Request, Response> {
  if (!SUBJECT.test(contract.subject)) {
    throw new TypeError(`A subject is <service>.v<major>.<verb> in lower case, not "${contract.subject}"`);
  }
  return Object.freeze({ isIdempotent: false, ...contract });
}

/** The service a subject belongs to, which is also its NATS queue group. */
export function serviceOf(subject: string): string {
  return subject.slice(0, subject.indexOf('.'));
}
