import { type Message, say } from '@sigmalang/contracts';
import type { CallHeaders } from '../messages/message-codec';

/** What carries messages, as traces name it. */
export type MessagingSystem = 'nats' | 'in-process';

/** Carries requests to whoever handles their subject. */
export interface RequestTransport {
  /** What carries them; NATS unless said. */
  readonly system?: MessagingSystem;

  /** Largest message that is carried, headers included, in bytes. */
  maxMessageBytes(): number;

  /**
   * Reply bytes; rejects with a ServiceError: UNAVAILABLE when nobody handles the subject, TIMEOUT past `timeoutMs`, and
   * CANCELLED as soon as the signal aborts, of which who works on the request is told.
   */
  request(
    subject: string,
    payload: Uint8Array,
    headers: CallHeaders & { timeoutMs: number },
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
}

/** The error of a subject that nobody handles. */
export function nobodyAnswers(subject: string): Message {
  return say`No service answers ${subject} at the moment`;
}

/** The error of an answer that did not come in time. */
export function noAnswerInTime(subject: string, timeoutMs: number): Message {
  return say`${subject} did not answer within ${timeoutMs} ms`;
}
