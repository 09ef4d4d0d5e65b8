import { type Contract, say, ServiceError } from '@sigmalang/contracts';
import type { RequestTransport } from '../transport/request-transport';
import { throwIfCancelled } from './cancellation';
import { decodeReply, encodeRequest, HEADER_ALLOWANCE, messageTooLarge } from './message-codec';
import { currentRequest } from './request-context';

/** Calls contracts, wherever the service that answers them runs. */
export class Bus {
  private calls = 0;

  /**
   * @param transport what carries the messages
   * @param timeoutMs how long a call may take when no request with a deadline causes it, in milliseconds
   */
  constructor(
    private readonly transport: RequestTransport,
    private readonly timeoutMs: number,
  ) {}

  /**
   * Asks the service of a contract.
   *
   * The call ends with the deadline of the request that causes it, and when the caller of that is gone, which the service
   * is told. Throws the ServiceError that the service replies with, or TIMEOUT, CANCELLED, UNAVAILABLE (nobody answers the
   * subject), PAYLOAD_TOO_LARGE (request or reply).
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
    const headers = { requestId: context?.requestId, traceparent: context?.traceparent, timeoutMs: Math.ceil(left) };
    const reply = await this.transport.request(contract.subject, payload, headers, context?.signal);
    try {
      return decodeReply(reply) as Response;
    } catch (error) {
      // Only who is gone has cancelled a call; to who is still there it says that the service gave it up.
      const isCancelled = error instanceof ServiceError && error.code === 'CANCELLED' && !context?.signal.aborted;
      throw isCancelled ? new ServiceError('UNAVAILABLE', say`${contract.subject} was given up by its service`) : error;
    }
  }
}
