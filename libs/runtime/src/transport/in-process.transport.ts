import { ServiceError } from '@sigmalang/contracts';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { Dispatcher } from '../messages/dispatcher';
import { unlessCancelled } from '../messages/cancellation';
import type { CallHeaders } from '../messages/message-codec';
import { noAnswerInTime, nobodyAnswers, type RequestTransport } from './request-transport';

type Deliver = (payload: Uint8Array, headers: CallHeaders, signal?: AbortSignal) => Promise<Uint8Array>;

/** Carries requests between the modules of one process, as the same bytes that NATS would carry. */
export class InProcessTransport implements RequestTransport {
  readonly system = 'in-process';
  private readonly subjects = new Map<string, Deliver>();

  /** @param limit largest message, in bytes */
  constructor(private readonly limit: number) {}

  /** Names the handler of a subject. */
  subscribe(subject: string, deliver: Deliver): void {
    this.subjects.set(subject, deliver);
  }

  /** Forgets all handlers, so that requests find nobody. */
  close(): void {
    this.subjects.clear();
  }

  maxMessageBytes(): number {
    return this.limit;
  }

  async request(
    subject: string,
    payload: Uint8Array,
    headers: CallHeaders & { timeoutMs: number },
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const deliver = this.subjects.get(subject);
    if (!deliver) throw new ServiceError('UNAVAILABLE', nobodyAnswers(subject));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new ServiceError('TIMEOUT', noAnswerInTime(subject, headers.timeoutMs)));
      }, headers.timeoutMs);
    });
    try {
      return await unlessCancelled(Promise.race([deliver(payload, headers, signal), timeout]), signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Lets the handlers of an application answer requests of the same process. */
export class InProcessStrategy extends Server implements CustomTransportStrategy {
  constructor(
    private readonly transport: InProcessTransport,
    private readonly dispatcher: Dispatcher,
  ) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    for (const [subject, handler] of this.messageHandlers) {
      this.transport.subscribe(subject, (payload, headers, signal) =>
        this.dispatcher.dispatch(subject, handler, payload, headers, signal),
      );
    }
    callback();
  }

  async close(): Promise<void> {
    await this.dispatcher.finished();
    this.transport.close();
  }

  on(): never {
    throw new Error('The in-process transport has no events');
  }

  unwrap(): never {
    throw new Error('What is below the transport belongs to the runtime alone');
  }
}
