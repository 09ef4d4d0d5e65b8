import { ServiceError } from '@sigmalang/contracts';
import { currentRequest, isSampled, spanIdOf, traceIdOf } from '../messages/request-context';

/** What is said of a span: of names from fixed sets and numbers, never what a caller sent. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** What is known of a span when it begins. */
export interface SpanStart {
  /** Whether it answers somebody, asks somebody, or neither. */
  readonly kind: 'server' | 'client' | 'internal';
  /** One of a fixed set, as a route or a subject. */
  readonly name: string;
  readonly attributes: SpanAttributes;
  /** W3C trace context of what causes it; it begins a trace of its own where that is absent or malformed. */
  readonly parent?: string | undefined;
}

/** A span that goes on. */
export interface Span {
  /** W3C trace context for what it causes. */
  readonly traceparent: string;
  /** Ends it, with an outcome: OK, an error code or the name of an error. */
  end(outcome: string, attributes?: SpanAttributes): void;
}

/** Makes spans. */
export interface Tracer {
  begin(start: SpanStart): Span;
}

let tracer: Tracer | undefined;

/** Has the spans of the process made by a tracer from now on, or by none. */
export function traceWith(maker: Tracer | undefined): void {
  tracer = maker;
}

/** Whether spans are made. */
export function isTracing(): boolean {
  return tracer !== undefined;
}

/** Begins a span, if there is a tracer: for what comes from outside of the process, or from nothing. */
export function beginSpan(start: SpanStart): Span | undefined {
  return tracer?.begin(start);
}

/** Begins a span of the request being worked on, if there is one whose trace is kept. */
export function beginSpanOfRequest(start: Omit<SpanStart, 'parent'>): Span | undefined {
  if (!tracer) return undefined;
  const parent = currentRequest()?.traceparent;
  return parent !== undefined && isSampled(parent) ? tracer.begin({ ...start, parent }) : undefined;
}

/** The outcome of work that resolves is OK, of work that rejects the code or the name of its error. */
export async function endWith<Result>(span: Span | undefined, work: Promise<Result>): Promise<Result> {
  if (!span) return work;
  try {
    const result = await work;
    span.end('OK');
    return result;
  } catch (error) {
    span.end(outcomeOf(error));
    throw error;
  }
}

/** Of an error what may be told of it: its code, or its name. */
export function outcomeOf(error: unknown): string {
  if (error instanceof ServiceError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** Labels that lead from a measurement to its trace, where that is exported: of the request being worked on unless another is given. */
export function exemplarOf(traceparent = currentRequest()?.traceparent): { trace_id: string; span_id: string } | undefined {
  if (!tracer || traceparent === undefined || !isSampled(traceparent)) return undefined;
  return { trace_id: traceIdOf(traceparent), span_id: spanIdOf(traceparent) };
}
