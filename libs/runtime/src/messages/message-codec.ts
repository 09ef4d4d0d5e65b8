import { say, ServiceError, type WireError } from '@sigmalang/contracts';
import { isUtf8 } from 'node:buffer';

/** A request as it travels: the envelope of Nest's own NATS client, so that one can call our services. */
export interface RequestMessage {
  readonly id: string;
  readonly pattern: string;
  readonly data: unknown;
}

type ReplyMessage =
  | { readonly id: string; readonly response: unknown; readonly isDisposed: true }
  | { readonly id: string; readonly err: WireError; readonly isDisposed: true };

/** Bytes of a message that are left to its headers. */
export const HEADER_ALLOWANCE = 1024;

/** What goes beside a request, in headers. */
export interface CallHeaders {
  readonly requestId?: string | undefined;
  readonly traceparent?: string | undefined;
  /** Who asks, as readIdentity reads it; a message of nobody is answered by pings alone. */
  readonly identity?: unknown;
  /** Id by which the caller may cancel the call, unlike that of any other. */
  readonly callId?: string | undefined;
  /** How long the caller waits, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** Bytes of a request. */
export function encodeRequest(request: RequestMessage): Uint8Array {
  return Buffer.from(JSON.stringify(request));
}

/** The request that bytes hold; throws INVALID_REQUEST when they hold none. */
export function decodeRequest(bytes: Uint8Array): RequestMessage {
  const message = parse(bytes);
  if (typeof message !== 'object' || message === null || !('data' in message)) {
    throw new ServiceError('INVALID_REQUEST', 'A message is a JSON object {id, pattern, data}');
  }
  const id = 'id' in message && typeof message.id === 'string' ? message.id : '';
  const pattern = 'pattern' in message && typeof message.pattern === 'string' ? message.pattern : '';
  return { id, pattern, data: message.data };
}

/** Bytes of a reply that succeeded. */
export function encodeReply(id: string, response: unknown): Uint8Array {
  return Buffer.from(JSON.stringify({ id, response, isDisposed: true } satisfies ReplyMessage));
}

/** Bytes of a reply that failed. */
export function encodeFailure(id: string, error: ServiceError): Uint8Array {
  return Buffer.from(JSON.stringify({ id, err: error.toWire(), isDisposed: true } satisfies ReplyMessage));
}

/** The response that reply bytes hold; throws the ServiceError they hold instead, or INTERNAL when they hold neither. */
export function decodeReply(bytes: Uint8Array): unknown {
  let message: unknown;
  try {
    message = parse(bytes);
  } catch {
    throw ServiceError.fromWire(undefined);
  }
  if (typeof message === 'object' && message !== null && 'response' in message) return message.response;
  throw ServiceError.fromWire(
    typeof message === 'object' && message !== null && 'err' in message ? message.err : undefined,
  );
}

function parse(bytes: Uint8Array): unknown {
  try {
    if (!isUtf8(bytes)) throw new SyntaxError('not UTF-8');
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as unknown;
  } catch {
    throw new ServiceError('INVALID_REQUEST', 'The message is not valid JSON in UTF-8');
  }
}

/** The error of a message that is larger than a transport carries; `what` says which message. */
export function messageTooLarge(what: 'request' | 'reply', bytes: number, limit: number): ServiceError {
  return new ServiceError(
    'PAYLOAD_TOO_LARGE',
    what === 'request'
      ? say`The request takes ${bytes} bytes, a message between services at most ${limit}: ask for less in one call`
      : say`The reply takes ${bytes} bytes, a message between services at most ${limit}: ask for less in one call`,
  );
}
