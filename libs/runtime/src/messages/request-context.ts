import type { Identity } from '@sigmalang/contracts';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** What is known of the request that is being worked on, wherever in the process that is. */
export interface RequestContext {
  /** The caller's id of the request, or one made for it. */
  readonly requestId: string;
  /** W3C trace context: `00-<trace id>-<span id>-<flags>`, with the span of this process where it traces, else the caller's. */
  readonly traceparent: string;
  /** When the caller stops waiting, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** Aborts when the caller is gone, or answered. */
  readonly signal: AbortSignal;
  /** Who asks; absent until that is known, and for requests of nobody. */
  readonly identity?: Identity | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/** The context of the request being worked on, if any. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/** Runs a function, and all it starts, in the context of a request. */
export function withRequest<Result>(context: RequestContext, run: () => Result): Result {
  return storage.run(context, run);
}

/** Runs a function, and all it starts, in the context of no request: for work that goes on when the request that caused it is over. */
export function outsideRequests<Result>(run: () => Result): Result {
  return storage.exit(run);
}

/**
 * The context of a request that came in.
 *
 * @param timeoutMs how long the caller waits, in milliseconds
 * @param requestId the caller's id; one of other than 1 to 128 plain characters is replaced, since it goes into logs
 * @param traceparent the caller's trace context; a malformed one is replaced
 * @param signal aborts when the caller is gone, or answered; never unless given
 * @param identity who asks, where that is known
 */
export function openRequest(
  timeoutMs: number,
  requestId?: string,
  traceparent?: string,
  signal = new AbortController().signal,
  identity?: Identity,
): RequestContext {
  return {
    requestId: requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : randomBytes(12).toString('base64url'),
    traceparent: isTraceparent(traceparent) ? traceparent : newTraceparent(),
    deadline: performance.now() + timeoutMs,
    signal,
    identity,
  };
}

/** Whether a `traceparent` is well formed. */
export function isTraceparent(traceparent: string | undefined): traceparent is string {
  return traceparent !== undefined && TRACEPARENT.test(traceparent);
}

/** The trace id of a `traceparent`: 32 hexadecimal digits. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

/** The span id of a `traceparent`: 16 hexadecimal digits. */
export function spanIdOf(traceparent: string): string {
  return traceparent.slice(36, 52);
}

/** Whether a `traceparent` says that its trace is kept. */
export function isSampled(traceparent: string): boolean {
  return (Number.parseInt(traceparent.slice(53), 16) & 1) === 1;
}

function newTraceparent(): string {
  const random = randomBytes(24).toString('hex');
  return `00-${random.slice(0, 32)}-${random.slice(32)}-00`;
}
