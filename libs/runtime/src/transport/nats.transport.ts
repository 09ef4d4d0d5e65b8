import { CANCELLATIONS, ServiceError, serviceOf } from '@sigmalang/contracts';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { ErrorCode, headers as natsHeaders, NatsError, type Msg, type MsgHdrs, type Subscription } from 'nats';
import { randomUUID } from 'node:crypto';
import { unlessCancelled } from '../messages/cancellation';
import { Dispatcher } from '../messages/dispatcher';
import { encodeFailure, type CallHeaders } from '../messages/message-codec';
import { toServiceError } from '../messages/service-error.filter';
import type { NatsLink } from './nats-link';
import { noAnswerInTime, nobodyAnswers, type RequestTransport } from './request-transport';

const REQUEST_ID = 'X-Request-Id';
const TRACEPARENT = 'traceparent';
const TIMEOUT_MS = 'Sigma-Timeout-Ms';
const CALL_ID = 'Sigma-Call-Id';
const IDENTITY = 'Sigma-Identity';

function toNatsHeaders({ requestId, traceparent, identity, timeoutMs, callId }: CallHeaders): MsgHdrs {
  const headers = natsHeaders();
  if (requestId !== undefined) headers.set(REQUEST_ID, requestId);
  if (traceparent !== undefined) headers.set(TRACEPARENT, traceparent);
  if (identity !== undefined) headers.set(IDENTITY, JSON.stringify(identity));
  if (timeoutMs !== undefined) headers.set(TIMEOUT_MS, timeoutMs.toString());
  if (callId !== undefined) headers.set(CALL_ID, callId);
  return headers;
}

function fromNatsHeaders(headers: MsgHdrs | undefined): CallHeaders {
  if (!headers) return {};
  const timeoutMs = Number(headers.get(TIMEOUT_MS));
  return {
    requestId: headers.get(REQUEST_ID) || undefined,
    traceparent: headers.get(TRACEPARENT) || undefined,
    identity: identityIn(headers),
    timeoutMs: timeoutMs > 0 ? timeoutMs : undefined,
    callId: headers.get(CALL_ID) || undefined,
  };
}

/** What a message says of who it is from; nothing where it says that more than once. */
function identityIn(headers: MsgHdrs): unknown {
  const [text, ...more] = headers.values(IDENTITY);
  if (text === undefined || more.length > 0) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Carries requests over NATS. */
export class NatsTransport implements RequestTransport {
  /** @param limit largest message, in bytes; the server's own limit counts where it is smaller */
  constructor(
    private readonly link: NatsLink,
    private readonly limit: number,
  ) {}

  maxMessageBytes(): number {
    return Math.min(this.limit, this.link.live?.info?.max_payload ?? this.limit);
  }

  async request(
    subject: string,
    payload: Uint8Array,
    headers: CallHeaders & { timeoutMs: number },
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const connection = this.link.live;
    if (!connection) throw new ServiceError('UNAVAILABLE', 'The connection to NATS is down; it is being restored');
    const callId = randomUUID(); // nobody else can guess it, and so cancel the call
    const options = { timeout: headers.timeoutMs, headers: toNatsHeaders({ ...headers, callId }) };
    try {
      return (await unlessCancelled(connection.request(subject, payload, options), signal)).data;
    } catch (error) {
      if (signal?.aborted && !connection.isClosed()) connection.publish(CANCELLATIONS, callId);
      throw toTransportError(error, subject, headers.timeoutMs);
    }
  }
}

function toTransportError(error: unknown, subject: string, timeoutMs: number): unknown {
  if (!(error instanceof NatsError)) return error;
  switch (error.code) {
    case ErrorCode.Timeout.toString():
      return new ServiceError('TIMEOUT', noAnswerInTime(subject, timeoutMs));
    case ErrorCode.MaxPayloadExceeded.toString():
      return new ServiceError('PAYLOAD_TOO_LARGE', 'The request is larger than the NATS server takes');
    default:
      return new ServiceError('UNAVAILABLE', nobodyAnswers(subject));
  }
}

/** Lets the handlers of an application answer requests over NATS, one queue group a service. */
export class NatsStrategy extends Server implements CustomTransportStrategy {
  private subscriptions: Subscription[] = [];
  private cancellations: Subscription | undefined;
  private readonly callers = new Map<string, AbortController>();
  private readonly unanswered = new Map<Msg, AbortController>();

  constructor(
    private readonly link: NatsLink,
    private readonly dispatcher: Dispatcher,
  ) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.subscribe().then(() => { callback(); }, callback);
  }

  async close(): Promise<void> {
    const subscriptions = this.subscriptions.splice(0);
    if (this.link.live) await Promise.all(subscriptions.map((subscription) => subscription.drain()));
    await this.dispatcher.finished();
    this.cancellations?.unsubscribe();
  }

  /** Stops all that is being worked on, whose callers are told at once that it is UNAVAILABLE. */
  abandon(): void {
    const reply = encodeFailure('', new ServiceError('UNAVAILABLE', 'The service is stopping'));
    for (const [message, caller] of this.unanswered) {
      this.respond(message, reply);
      caller.abort();
    }
  }

  on(): never {
    throw new Error('The NATS transport has no events');
  }

  unwrap(): never {
    throw new Error('What is below the transport belongs to the runtime alone');
  }

  private async subscribe(): Promise<void> {
    const connection = await this.link.opened();
    this.subscriptions = [...this.messageHandlers].map(([subject, handler]) =>
      connection.subscribe(subject, {
        queue: serviceOf(subject),
        callback: (error, message) => {
          if (!error) void this.answer(subject, message, handler);
        },
      }),
    );
    if (this.subscriptions.length > 0) {
      this.cancellations = connection.subscribe(CANCELLATIONS, {
        callback: (error, message) => {
          if (!error) this.callers.get(message.string())?.abort();
        },
      });
    }
    await connection.flush();
  }

  private async answer(subject: string, message: Msg, handler: MessageHandler): Promise<void> {
    const headers = fromNatsHeaders(message.headers);
    const { callId = '' } = headers;
    const caller = new AbortController();
    if (callId) this.callers.set(callId, caller);
    this.unanswered.set(message, caller);
    const reply = await this.dispatcher.dispatch(subject, handler, message.data, headers, caller.signal);
    if (this.callers.get(callId) === caller) this.callers.delete(callId);
    this.respond(message, reply);
  }

  /** Replies, unless that was done before. */
  private respond(message: Msg, reply: Uint8Array): void {
    if (!this.unanswered.delete(message)) return;
    try {
      message.respond(reply);
    } catch (error) {
      toServiceError(error); // logs it: the connection is gone, and so is the caller
    }
  }
}
