import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closedLoop, percentile } from './load-generator';
import { startNats, startProcess, type StartedProcess } from './started-process';

const STARTS = Number(process.env.TRACING_STARTS ?? '9');
const SECONDS = Number(process.env.TRACING_SECONDS ?? '6');
const ROUNDS = 5;
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 32;
const GOAL = 0.8;

type Print = (line: string) => void;
type Environment = Readonly<Record<string, string>>;

/** Takes whatever is sent, and does nothing with it. */
async function startSink(): Promise<{ readonly env: Environment; readonly bytes: () => number; stop(): void }> {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => { bytes += chunk.length; }).on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_MAX_QUEUE_SIZE: '65536' }, bytes: () => bytes, stop };
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

/** What a start takes until it is ready: time, processor time and memory. */
interface Starts {
  readonly env: Environment;
  readonly ms: number[];
  readonly cpuMs: number[];
  readonly megabytes: number[];
}

/** Starts of a process with traces and without, in turn. */
async function benchStart(url: string, traced: Environment, print: Print): Promise<void> {
  const [on, off] = [traced, {}].map((env): Starts => ({ env, ms: [], cpuMs: [], megabytes: [] }));
  if (!on || !off) return;
  for (let i = 0; i < STARTS; i++) {
    for (const { env, ms, cpuMs, megabytes } of [on, off]) {
      const started = await startProcess('dist/apps/encoder/main.js', [], { NATS_URL: url, METRICS_PORT: '0', ...env });
      ms.push(started.readyMs);
      cpuMs.push(started.cpuSeconds() * 1000);
      megabytes.push(started.memory().now);
      await started.stop();
    }
  }
  const compare = (what: string, values: (starts: Starts) => readonly number[], unit: string): void => {
    const [withTraces, without] = [median(values(on)), median(values(off))];
    print(`${what}: ${withTraces.toFixed(0)} ${unit} with traces, ${without.toFixed(0)} ${unit} without: ${(withTraces - without).toFixed(0)} ${unit} more, ratio ${(withTraces / without).toFixed(2)}`);
  };
  compare(`encoder ready (median of ${STARTS} starts each)`, ({ ms }) => ms, 'ms');
  compare('processor time until then', ({ cpuMs }) => cpuMs, 'ms');
  compare('memory then', ({ megabytes }) => megabytes, 'MB');
}

let count = 0;

/** A request that nobody sent before, so that none is answered from a cache. */
function unseenText(): string {
  return JSON.stringify({ text: `The quick brown fox number ${count++} jumps over the lazy dog.` });
}

interface Measured {
  readonly name: string;
  readonly server: StartedProcess;
  readonly rates: number[];
  readonly cpuMs: number[];
}

async function measure({ server, rates, cpuMs }: Measured, seconds: number, name: string): Promise<void> {
  const before = server.cpuSeconds();
  const url = `http://127.0.0.1:${server.ports.get('HTTP is listening') ?? 0}/v1/encode`;
  const { times, seconds: lasted } = await closedLoop({ url, seconds, next: unseenText }, CONNECTIONS);
  const others = [...times].filter(([status]) => status !== 200).map(([status, { length }]) => `${length} of ${status}`);
  if (others.length > 0) throw new Error(`${name}: not all were answered with 200: ${others.join()}`);
  const answered = times.get(200)?.length ?? 0;
  rates.push(answered / lasted);
  cpuMs.push(((server.cpuSeconds() - before) / answered) * 1000);
}

/** What traces cost a request of `/v1/encode` in one process: throughput, and processor time, which other work on the machine disturbs less. */
async function benchRequests(variants: readonly (readonly [string, Environment])[], print: Print): Promise<void> {
  const all: Measured[] = [];
  for (const [name, env] of variants) {
    const server = await startProcess('dist/apps/standalone/main.js', [], { METRICS_PORT: '0', PORT: '0', ...env });
    all.push({ name, server, rates: [], cpuMs: [] });
  }
  for (const each of all) {
    await measure(each, WARM_UP_SECONDS, each.name);
    each.rates.length = each.cpuMs.length = 0;
  }
  for (let round = 0; round < ROUNDS; round++) for (const each of all) await measure(each, SECONDS, each.name);
  const [off] = all;
  for (const { name, rates, cpuMs, server } of all) {
    const ratio = median(rates) / median(off?.rates ?? []);
    print(`${name}: ${median(rates).toFixed(0)} requests/s (${ratio.toFixed(2)} of those without; goal: ${GOAL}), ${median(cpuMs).toFixed(2)} ms of processor time a request`);
    await server.stop();
  }
}

/** What traces cost: the start of a process, and each request. */
export default async function bench({ print }: { print: Print }): Promise<void> {
  const sink = await startSink();
  const nats = await startNats();
  await benchStart(nats.url, sink.env, print);
  nats.stop();
  await benchRequests(
    [
      ['without traces', {}],
      ['one trace in a hundred', { ...sink.env, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' }],
      ['every trace', sink.env],
    ],
    print,
  );
  print(`the collector was sent ${(sink.bytes() / 1e6).toFixed(1)} MB`);
  sink.stop();
}
