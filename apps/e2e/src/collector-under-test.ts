import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually';
import { ProtobufFields } from './protobuf-fields';
import { atTheEnd } from './teardown';

/** A span as the collector received it. */
export interface ExportedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Id of its parent; empty where it begins the trace. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly hasFailed: boolean;
  readonly startMs: number;
  readonly endMs: number;
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const FAILED = 2n;

/** An OpenTelemetry collector that takes traces by OTLP over HTTP in Protocol Buffers, and shows what it was sent. */
export class CollectorUnderTest {
  /** What it was sent, as it came. */
  readonly bodies: Buffer[] = [];
  /** Headers of what it was sent. */
  readonly headers: IncomingMessage['headers'][] = [];
  readonly spans: ExportedSpan[] = [];
  /** What is said of the processes that sent spans, by the name of their service. */
  readonly resources = new Map<string, Readonly<Record<string, unknown>>>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CollectorUnderTest> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        collector.take(request, Buffer.concat(chunks));
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    const collector = new CollectorUnderTest(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    atTheEnd(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return collector;
  }

  /** Where it takes what is exported. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans of a trace, as soon as there are all that `isWhole` waits for. */
  trace(traceId: string, isWhole: (spans: readonly ExportedSpan[]) => boolean): Promise<readonly ExportedSpan[]> {
    return eventually(() => Promise.resolve(this.of(traceId)), isWhole);
  }

  /** The spans of a trace that have come so far. */
  of(traceId: string): readonly ExportedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  private take({ url, headers }: IncomingMessage, body: Buffer): void {
    if (url !== '/v1/traces' || headers['content-type'] !== 'application/x-protobuf') throw new Error(`${String(url)} is not where traces go`);
    this.bodies.push(body);
    this.headers.push(headers);
    for (const resourceSpans of new ProtobufFields(body).messages(1)) {
      const resource = Object.assign({}, ...resourceSpans.messages(1).map((each) => attributesIn(each, 1))) as Record<string, unknown>;
      const service = String(resource['service.name']);
      this.resources.set(service, resource);
      const spans = resourceSpans.messages(2).flatMap((scope) => scope.messages(2));
      this.spans.push(...spans.map((span) => spanOf(service, span)));
    }
  }
}

function spanOf(service: string, span: ProtobufFields): ExportedSpan {
  return {
    service,
    name: span.text(5),
    kind: KINDS[Number(span.number(6))] ?? '',
    traceId: span.hex(1),
    spanId: span.hex(2),
    parentSpanId: span.hex(4),
    traceState: span.text(3),
    attributes: attributesIn(span, 9),
    hasFailed: span.messages(15).some((status) => status.number(3) === FAILED),
    startMs: Number(span.number(7)) / 1e6,
    endMs: Number(span.number(8)) / 1e6,
  };
}

function attributesIn(message: ProtobufFields, field: number): Record<string, unknown> {
  const pairs = message.messages(field).map((pair) => [pair.text(1), valueOf(pair.messages(2)[0])] as const);
  return Object.fromEntries(pairs);
}

/** Text, a truth value or a whole number: no attribute of ours is anything else. */
function valueOf(value: ProtobufFields | undefined): unknown {
  const truth = value?.number(2);
  if (truth !== undefined) return truth === 1n;
  const number = value?.number(3);
  return number === undefined ? value?.text(1) : Number(number);
}

/** The one span that begins a tree of others; throws where they are not one tree. */
export function rootOf(spans: readonly ExportedSpan[]): ExportedSpan {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const [root, ...others] = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
  if (!root || others.length > 0) throw new Error(`there are ${others.length + 1} roots among ${spans.map(({ service, name }) => `${service} ${name}`).join()}`);
  return root;
}

/** The way from the root to a span, each step as `service kind name`. */
export function pathTo(span: ExportedSpan, spans: readonly ExportedSpan[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent ? pathTo(parent, spans) : []), `${span.service} ${span.kind} ${span.name}`];
}

/** Whether spans are one tree, and have these names among theirs. */
export function hasNames(...names: string[]): (spans: readonly ExportedSpan[]) => boolean {
  return (spans) => names.every((name) => spans.some((span) => span.name === name)) && hasOneRoot(spans);
}

function hasOneRoot(spans: readonly ExportedSpan[]): boolean {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(({ parentSpanId }) => !ids.has(parentSpanId)).length === 1;
}
