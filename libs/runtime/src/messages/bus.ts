import { type Contract, type Identity, isPing, pingOf, say, ServiceError, systemIdentity } from '@sigmalang/contracts';
import { beginMessageSpan } from '../observability/message-spans';
import { endWith } from '../observability/spans';
import { GuardedCalls } from '../resilience/guarded-calls';
import type { ResilienceConfig } from '../resilience/resilience.config';
import type { RequestTransport } from '../transport/request-transport';
import { throwIfCancelled } from './cancellation';
import { decodeReply, encodeRequest, HEADER_ALLOWANCE, messageTooLarge } from './message-codec';
import { currentRequest, outsideRequests } from './request-context';

/** How long a service may take to say whether it is there, in milliseconds. */
const PING_MS = 1_000;

/** Calls contracts, wherever the service that answers them runs. */
export class Bus {
  private calls = 0;
  private readonly guarded: GuardedCalls | undefined;

  /**
   * @param transport what carries the messages
   * @param timeoutMs how long a call may take when no request with a deadline causes it, in milliseconds
   * @param own who asks where no request does, as in background work
   * @param resilience how calls are repeated and refused; they are not when absent
   */
  constructor(
    private readonly transport: RequestTransport,
    private readonly timeoutMs: number,
    private readonly own: Identity = systemIdentity('unnamed'),
    resilience?: ResilienceConfig,
  ) {
    this.guarded = resilience && new GuardedCalls(resilience, (service) => outsideRequests(() => this.ping(service)));
  }

  /**
   * Asks the service of a contract.
   *
   * The call ends with the deadline of the request that causes it, and when the caller of that is gone, which the service
   * is told; it is from whoever that request is from, also where that is nobody. Throws the ServiceError that the service
   * replies with, or TIMEOUT, CANCELLED, UNAVAILABLE (nobody answers the subject, or its service is away or has too many
   * calls), PAYLOAD_TOO_LARGE (request or reply).
   *
   * @param timeoutMs a shorter time for this call, in milliseconds
   */
  async call<Request extends object, Response extends object>(
    contract: Contract<Request, Response>,
    request: Request,
    timeoutMs = this.timeoutMs,
  ): Promise<Response> {
    const context = currentRequest();
    throwIfCancelled(context?.signal);
    const left = context ? Math.min(timeoutMs, context.deadline - performance.now()) : timeoutMs;
    if (left <= 0) throw new ServiceError('TIMEOUT', say`No time was left to ask ${contract.subject}`);
    const id = (this.calls = (this.calls + 1) % Number.MAX_SAFE_INTEGER).toString(36);
    const payload = encodeRequest({ id, pattern: contract.subject, data: request });
    const limit = this.transport.maxMessageBytes() - HEADER_ALLOWANCE;
    if (payload.byteLength > limit) throw messageTooLarge('request', payload.byteLength, limit);
    const span = isPing(contract) ? undefined : beginMessageSpan('request', contract.subject, this.transport.system);
    return endWith(span, this.ask<Response>(contract, payload, left, span?.traceparent ?? context?.traceparent));
  }

  /** Sends a request, past the guard of its service, and reads the reply. */
  private async ask<Response extends object>(contract: Contract<object, Response>, payload: Uint8Array, left: number, traceparent?: string): Promise<Response> {
    const context = currentRequest();
    const { requestId, identity, signal } = context ?? { identity: this.own };
    const send = (timeLeftMs: number): Promise<Uint8Array> => {
      const headers = { requestId, traceparent, identity, timeoutMs: Math.ceil(timeLeftMs) };
      return this.transport.request(contract.subject, payload, headers, signal);
    };
    const isGuarded = this.guarded && !isPing(contract);
    const reply = await (isGuarded ? this.guarded.make(contract, { deadline: performance.now() + left, signal }, send) : send(left));
    try {
      return decodeReply(reply) as Response;
    } catch (error) {
      // Only who is gone has cancelled a call; to who is still there it says that the service gave it up.
      const isCancelled = error instanceof ServiceError && error.code === 'CANCELLED' && !context?.signal.aborted;
      throw isCancelled ? new ServiceError('UNAVAILABLE', say`${contract.subject} was given up by its service`) : error;
    }
  }

  /** Rejects unless a service answers that it is ready. */
  private async ping(service: string): Promise<void> {
    const { ready } = await this.call(pingOf(service), {}, PING_MS);
    if (!ready) throw new ServiceError('UNAVAILABLE', say`The service ${service} is not ready`);
  }
}
