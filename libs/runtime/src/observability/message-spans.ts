import { serviceOf } from '@sigmalang/contracts';
import { currentRequest } from '../messages/request-context';
import type { MessagingSystem } from '../transport/request-transport';
import { beginSpan, beginSpanOfRequest, isTracing, type Span } from './spans';

/**
 * Begins the span of a message: of who sends it and waits for the reply (`request`), or of who works on it (`process`). Who asks does so for
 * the request being worked on or, where there is none, by itself; who works does so for whoever the trace context of the message names.
 */
export function beginMessageSpan(operation: 'request' | 'process', subject: string, system: MessagingSystem = 'nats', parent?: string): Span | undefined {
  if (!isTracing()) return undefined;
  const service = serviceOf(subject);
  const attributes = {
    'messaging.system': system,
    'messaging.destination.name': subject,
    'messaging.operation.name': operation,
    'messaging.operation.type': operation === 'request' ? 'send' : 'process',
    'rpc.service': service,
    'rpc.method': subject.slice(service.length + 1),
    ...(operation === 'process' && { 'messaging.consumer.group.name': service }),
  };
  if (operation === 'process') return beginSpan({ kind: 'server', name: subject, attributes, parent });
  const start = { kind: 'client', name: subject, attributes } as const;
  return currentRequest() ? beginSpanOfRequest(start) : beginSpan(start);
}
