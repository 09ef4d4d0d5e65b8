import { type Context, ROOT_CONTEXT, type Span as RecordedSpan, SpanKind, SpanStatusCode, trace, type Tracer as SpanMaker } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { version } from '@sigmalang/package';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isTraceparent, spanIdOf, traceIdOf } from '../messages/request-context';
import type { Span, SpanAttributes, SpanStart, Tracer } from './spans';
import { readPairs, type TracingConfig } from './tracing.config';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Outcomes that are nobody's fault, or the caller's own: they are told, and the span is not marked as failed. */
const NO_FAILURES = new Set([
  'OK',
  'CANCELLED',
  'INVALID_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNPROCESSABLE',
  'RATE_LIMITED',
]);

/** Makes spans with OpenTelemetry and sends those that are kept to a collector, in batches and in the background. */
export class OpenTelemetry implements Tracer {
  private readonly provider: TracerProvider;
  private readonly maker: SpanMaker;

  /**
   * @param app name of the process
   * @param config its settings
   * @param url where traces are sent
   * @param exporter what sends them; by the settings unless given
   */
  constructor(app: string, config: TracingConfig, url: string, exporter: SpanExporter = exporterOf(config, url)) {
    const { otelServiceName, otelResourceAttributes = '' } = config;
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': `sigmalang-${app}`,
        'service.version': version,
        'service.instance.id': randomUUID(),
        ...readPairs(otelResourceAttributes),
        ...(otelServiceName !== undefined && { 'service.name': otelServiceName }),
      }),
      sampler: samplerOf(config),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new ToldExporter(exporter),
          scheduledDelayMillis: config.otelBspScheduleDelay,
          maxQueueSize: config.otelBspMaxQueueSize,
          maxExportBatchSize: batchSizeOf(config),
          exportTimeoutMillis: config.otelExporterOtlpTimeout,
        }),
      ],
    });
    this.maker = this.provider.getTracer('sigmalang', version);
  }

  begin({ kind, name, attributes, parent }: SpanStart): Span {
    return new Recorded(this.maker.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(parent, kind === 'server')));
  }

  /** Sends what waits to be sent; rejects where that fails. */
  close(): Promise<void> {
    return this.provider.shutdown();
  }
}

class Recorded implements Span {
  readonly traceparent: string;

  constructor(private readonly span: RecordedSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceparent = `00-${traceId}-${spanId}-0${traceFlags & 1}`;
  }

  end(outcome: string, attributes: SpanAttributes = {}): void {
    this.span.setAttributes(attributes);
    if (outcome !== 'OK') this.span.setAttribute('error.type', outcome);
    if (!NO_FAILURES.has(outcome)) this.span.setStatus({ code: SpanStatusCode.ERROR }); // without a message: it may hold what a caller sent
    this.span.end();
  }
}

/** The parent that a trace context names; none where it is malformed. What a caller says in `tracestate` is not taken over, since it would be exported. */
function contextOf(parent: string | undefined, isRemote: boolean): Context {
  if (!isTraceparent(parent)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(parent.slice(53), 16) & 1;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: traceIdOf(parent), spanId: spanIdOf(parent), traceFlags, isRemote });
}

function samplerOf({ otelTracesSampler, otelTracesSamplerArg }: TracingConfig): Sampler {
  const root = rootSamplerOf(otelTracesSampler.replace('parentbased_', ''), otelTracesSamplerArg);
  return otelTracesSampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function rootSamplerOf(name: string, share: number): Sampler {
  if (name === 'always_on') return new AlwaysOnSampler();
  return name === 'always_off' ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(share);
}

function batchSizeOf({ otelBspMaxExportBatchSize, otelBspMaxQueueSize }: TracingConfig): number {
  return Math.min(otelBspMaxExportBatchSize, otelBspMaxQueueSize);
}

function exporterOf(config: TracingConfig, url: string): SpanExporter {
  const { otelExporterOtlpHeaders = '', otelExporterOtlpCertificate: certificate } = config;
  return new OTLPTraceExporter({
    url,
    headers: readPairs(otelExporterOtlpHeaders) ?? {},
    timeoutMillis: config.otelExporterOtlpTimeout,
    concurrencyLimit: Math.ceil(config.otelBspMaxQueueSize / batchSizeOf(config)) + 1, // at the end all that waits is sent at once
    compression: config.otelExporterOtlpCompression as never,
    httpAgentOptions: { keepAlive: true, ...(certificate !== undefined && { ca: readFileSync(certificate) }) },
  });
}

/** Says in the log once that traces cannot be sent, and once that they are again: what cannot be sent is dropped. */
class ToldExporter implements SpanExporter {
  private readonly logger = new Logger('Tracing');
  private isFailing = false;

  constructor(private readonly exporter: SpanExporter) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      this.tell(result);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private tell({ code, error }: ExportResult): void {
    const isFailing = code !== ExportResultCode.SUCCESS;
    if (isFailing === this.isFailing) return;
    this.isFailing = isFailing;
    if (isFailing) this.logger.warn({ msg: 'Traces cannot be sent to the collector; they are dropped until it takes them', error: codeOf(error) });
    else this.logger.log('The collector takes traces again');
  }
}

/** What went wrong: the status that the collector answered, or a code such as ECONNREFUSED. */
function codeOf(error: Error | undefined): string {
  const { code, name = 'unknown' }: { code?: unknown; name?: string } = error ?? {};
  return typeof code === 'string' || typeof code === 'number' ? `${code}` : name;
}
