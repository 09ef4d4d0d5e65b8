import { readIdentity, ServiceError } from '@sigmalang/contracts';
import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import {
  decodeRequest,
  encodeFailure,
  encodeReply,
  HEADER_ALLOWANCE,
  messageTooLarge,
  type CallHeaders,
} from './message-codec';
import { beginMessageSpan } from '../observability/message-spans';
import { measureRequest } from '../observability/request-metrics';
import type { MessagingSystem } from '../transport/request-transport';
import { openRequest, type RequestContext, withRequest } from './request-context';
import { toServiceError } from './service-error.filter';

/** A reply, and how the request ended. */
interface Answer {
  readonly reply: Uint8Array;
  readonly outcome: Parameters<ReturnType<typeof measureRequest>>[0];
}

/** Why work for a request ends that was answered. */
const ANSWERED = 'answered';

/** Takes request bytes to the handler of their subject and gives back reply bytes, whatever happens. */
export class Dispatcher {
  private inFlight = 0;
  private idle: (() => void)[] = [];

  /**
   * @param timeoutMs how long a request without a deadline of its own may take, in milliseconds
   * @param maxMessageBytes largest reply that the transport carries, in bytes
   * @param system what the transport is, as traces name it
   */
  constructor(
    private readonly timeoutMs: number,
    private readonly maxMessageBytes: () => number,
    private readonly system: MessagingSystem = 'nats',
  ) {}

  /**
   * Reply bytes for request bytes; never rejects. Each request is measured and traced under its subject, by the outcome that is replied, and
   * cancels what its handler left behind. One that does not say who it is from is UNAUTHENTICATED, unless it is a ping.
   *
   * @param signal aborts when the caller is gone
   */
  async dispatch(
    subject: string,
    handler: MessageHandler,
    payload: Uint8Array,
    headers: CallHeaders,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const work = new AbortController();
    const isPing = Boolean(handler.extras?.unmeasured);
    const span = isPing ? undefined : beginMessageSpan('process', subject, this.system, headers.traceparent);
    const context = this.contextOf({ ...headers, traceparent: span?.traceparent ?? headers.traceparent }, eitherOf(work.signal, signal));
    const measured = isPing ? undefined : measureRequest(subject);
    this.inFlight++;
    try {
      const { reply, outcome } = await withRequest(context, () => this.answer(handler, payload, isPing || context.identity !== undefined));
      // Of a deadline that came with the call the caller counts the end.
      const isCounted = outcome.received ?? false;
      measured?.({ code: outcome.code, received: isCounted || (outcome.code === 'TIMEOUT' && headers.timeoutMs !== undefined) }, context.traceparent);
      span?.end(outcome.code);
      return reply;
    } finally {
      work.abort(ANSWERED);
      this.inFlight--;
      if (this.inFlight === 0) this.idle.splice(0).forEach((resolve) => { resolve(); });
    }
  }

  /** Resolves when nothing is being worked on. */
  async finished(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private contextOf({ timeoutMs = this.timeoutMs, requestId, traceparent, identity }: CallHeaders, signal: AbortSignal): RequestContext {
    return openRequest(Math.min(timeoutMs, this.timeoutMs), requestId, traceparent, signal, readIdentity(identity));
  }

  private async answer(handler: MessageHandler, payload: Uint8Array, isKnown: boolean): Promise<Answer> {
    let id = '';
    try {
      const request = decodeRequest(payload);
      id = request.id;
      if (!isKnown) throw new ServiceError('UNAUTHENTICATED', 'The message does not say who it is from: it needs the identity of its caller');
      const result: unknown = await handler(request.data);
      const response: unknown = isObservable(result) ? await lastValueFrom(result) : result;
      const reply = encodeReply(id, response);
      const limit = this.limit();
      if (reply.byteLength > limit) throw messageTooLarge('reply', reply.byteLength, limit);
      return { reply, outcome: { code: 'OK' } };
    } catch (error) {
      const outcome = toServiceError(error);
      return { reply: this.fail(id, outcome), outcome };
    }
  }

  /** The failure as far as it can be carried: with its faults, or without them, or without the id either. */
  private fail(id: string, error: ServiceError): Uint8Array {
    const whole = encodeFailure(id, error);
    if (whole.byteLength <= this.limit()) return whole;
    const bare = new ServiceError(error.code, 'The service failed with an error too large to carry');
    return encodeFailure(id.length <= 64 ? id : '', bare);
  }

  private limit(): number {
    return this.maxMessageBytes() - HEADER_ALLOWANCE;
  }
}

/** Aborts when the work is over, and when the caller is gone. */
function eitherOf(work: AbortSignal, caller: AbortSignal | undefined): AbortSignal {
  return caller ? AbortSignal.any([work, caller]) : work;
}
