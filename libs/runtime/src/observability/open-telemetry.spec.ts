import { Logger } from '@nestjs/common';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { OpenTelemetry } from './open-telemetry';
import { TracingConfig } from './tracing.config';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331`;

/** Keeps what it is given; its answers are those that it has, and then that all is well. */
class FakeExporter implements SpanExporter {
  readonly spans: ReadableSpan[] = [];
  constructor(private readonly answers: ExportResult[] = []) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.spans.push(...spans);
    done(this.answers.shift() ?? { code: ExportResultCode.SUCCESS });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function tracerOf(settings: Partial<TracingConfig> = {}, exporter = new FakeExporter()): { tracer: OpenTelemetry; exporter: FakeExporter } {
  return { tracer: new OpenTelemetry('probe', Object.assign(new TracingConfig(), settings), 'http://127.0.0.1:9', exporter), exporter };
}

async function spanOf(end: (tracer: OpenTelemetry) => void, settings?: Partial<TracingConfig>): Promise<ReadableSpan | undefined> {
  const { tracer, exporter } = tracerOf(settings);
  end(tracer);
  await tracer.close();
  return exporter.spans[0];
}

const start = { kind: 'server', name: 'GET /v1/info', attributes: { 'http.route': '/v1/info' } } as const;

afterEach(() => jest.restoreAllMocks());

describe('a span', () => {
  it('is of the trace of its parent, and says so to what it causes', async () => {
    let traceparent = '';
    const span = await spanOf((tracer) => {
      const begun = tracer.begin({ ...start, parent: `${PARENT}-01` });
      ({ traceparent } = begun);
      begun.end('OK', { 'http.response.status_code': 200 });
    });
    expect(span).toMatchObject({ name: 'GET /v1/info', kind: SpanKind.SERVER, attributes: { 'http.route': '/v1/info', 'http.response.status_code': 200 }, status: { code: SpanStatusCode.UNSET } });
    expect(span?.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: 'b7ad6b7169203331', isRemote: true });
    expect(traceparent).toBe(`00-${TRACE}-${span?.spanContext().spanId ?? ''}-01`);
  });

  it.each([undefined, '', 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `${PARENT}-01-more`])('begins a trace where its parent is %j', async (parent) => {
    const span = await spanOf((tracer) => { tracer.begin({ ...start, parent }).end('OK'); });
    expect(span?.parentSpanContext).toBeUndefined();
    expect(span?.spanContext().traceId).toMatch(/^[\da-f]{32}$/);
    expect(span?.spanContext().traceId).not.toBe(TRACE);
  });

  it.each([
    ['OK', undefined, SpanStatusCode.UNSET],
    ['NOT_FOUND', 'NOT_FOUND', SpanStatusCode.UNSET],
    ['CANCELLED', 'CANCELLED', SpanStatusCode.UNSET],
    ['INTERNAL', 'INTERNAL', SpanStatusCode.ERROR],
    ['TIMEOUT', 'TIMEOUT', SpanStatusCode.ERROR],
    ['RangeError', 'RangeError', SpanStatusCode.ERROR],
  ])('that ends with %s says %j, with status %i and no words', async (outcome, type, code) => {
    const span = await spanOf((tracer) => { tracer.begin(start).end(outcome); });
    expect(span?.attributes['error.type']).toBe(type);
    expect(span?.status).toEqual({ code });
    expect(span?.events).toEqual([]);
  });
});

describe('of the traces', () => {
  const settings = (otelTracesSampler: string, otelTracesSamplerArg = 1): Partial<TracingConfig> => ({ otelTracesSampler, otelTracesSamplerArg });

  it.each<[string, Partial<TracingConfig>, [none: boolean, kept: boolean, left: boolean]]>([
    ['always_on', settings('always_on'), [true, true, true]],
    ['always_off', settings('always_off'), [false, false, false]],
    ['traceidratio 1', settings('traceidratio'), [true, true, true]],
    ['traceidratio 0', settings('traceidratio', 0), [false, false, false]],
    ['parentbased_always_on', settings('parentbased_always_on'), [true, true, false]],
    ['parentbased_always_off', settings('parentbased_always_off'), [false, true, false]],
    ['parentbased_traceidratio 0', settings('parentbased_traceidratio', 0), [false, true, false]],
    ['nothing', {}, [true, true, false]],
  ])('a sampler %s keeps those of no parent, of one that is kept and of one that is not: %j', (_name, config, expected) => {
    const { tracer } = tracerOf(config);
    const isKept = (parent?: string): boolean => tracer.begin({ ...start, parent }).traceparent.endsWith('-01');
    expect([isKept(), isKept(`${PARENT}-01`), isKept(`${PARENT}-00`)]).toEqual(expected);
  });

  it('a ratio keeps the same in each process', () => {
    const tracers = [tracerOf(settings('traceidratio', 0.3)).tracer, tracerOf(settings('traceidratio', 0.3)).tracer];
    const parents = Array.from({ length: 1_000 }, (_parent, i) => `00-${(0x9e3779b1 * (i + 1)).toString(16).padStart(32, '1')}-b7ad6b7169203331-01`);
    const [one, other] = tracers.map((tracer) => parents.map((parent) => tracer.begin({ ...start, parent }).traceparent.slice(-2)));
    expect(one).toEqual(other);
    expect(new Set(one)).toEqual(new Set(['00', '01']));
  });
});

describe('a process', () => {
  it.each<[string, Partial<TracingConfig>, object]>([
    ['the name of its app', {}, { 'service.name': 'sigmalang-probe' }],
    ['the name that its attributes say where it is given none', { otelResourceAttributes: 'service.name=other' }, { 'service.name': 'other' }],
    ['the name that it is given, whatever its attributes say', { otelServiceName: 'mine', otelResourceAttributes: 'service.name=other,k=a%20b' }, { 'service.name': 'mine', k: 'a b' }],
  ])('has in traces %s', async (_what, config, expected) => {
    const span = await spanOf((tracer) => { tracer.begin(start).end('OK'); }, config);
    expect(span?.resource.attributes).toMatchObject({ ...expected, 'service.version': expect.stringMatching(/^\d/) as unknown });
  });

  it('says once that traces cannot be sent, without the words of the error, and once that they are again', async () => {
    const logged: unknown[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => logged.push(line));
    jest.spyOn(Logger.prototype, 'log').mockImplementation((line: unknown) => logged.push(line));
    const refused = { code: ExportResultCode.FAILED, error: Object.assign(new Error('secret refused'), { code: 'ECONNREFUSED' }) };
    const { tracer } = tracerOf({ otelBspMaxExportBatchSize: 1, otelBspScheduleDelay: 1 }, new FakeExporter([refused, refused]));
    for (let i = 0; i < 4; i++) {
      tracer.begin(start).end('OK');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await tracer.close();
    expect(logged).toEqual([{ msg: 'Traces cannot be sent to the collector; they are dropped until it takes them', error: 'ECONNREFUSED' }, 'The collector takes traces again']);
  });
});
