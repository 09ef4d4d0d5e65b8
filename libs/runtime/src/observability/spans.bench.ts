import { defineContract, systemIdentity } from '@sigmalang/contracts';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextRound } from 'node:timers/promises';
import { Bus } from '../messages/bus';
import { Dispatcher } from '../messages/dispatcher';
import { openRequest, withRequest } from '../messages/request-context';
import { InProcessStrategy, InProcessTransport } from '../transport/in-process.transport';
import { openTracing } from './tracing';
import { TracingConfig } from './tracing.config';

const CALLS = 20_000;
const CALLS_A_TURN = 50;
const ROUNDS = 5;

class Message {}

const echo = defineContract({ subject: 'probe.v1.echo', request: Message, response: Message });

const WHO = systemIdentity('bench');

const KEPT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const LEFT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

/** Microseconds of processor time of a call, whatever else the machine does meanwhile: the least of some rounds. */
async function costOf(traceparent: string): Promise<number> {
  const transport = new InProcessTransport(1_000_000);
  const strategy = new InProcessStrategy(transport, new Dispatcher(30_000, () => 1_000_000, transport.system));
  strategy.addHandler(echo.subject, () => Promise.resolve({}) as never, false, {});
  strategy.listen(() => undefined);
  const bus = new Bus(transport, 30_000);
  const costs: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < CALLS; i++) {
      await withRequest(openRequest(60_000, 'bench', traceparent, undefined, WHO), () => bus.call(echo, {}));
      if (i % CALLS_A_TURN === 0) await nextRound(); // what sends spans has its turns
    }
    const { user, system } = process.cpuUsage(before);
    if (round > 0) costs.push((user + system) / CALLS);
  }
  await strategy.close();
  return Math.min(...costs);
}

/** What two spans, of who asks and of who answers, cost a call; with what sends them, to a collector of this process, which takes some of it. */
export default async function bench({ print }: { print: (line: string) => void }): Promise<void> {
  const off = await costOf(KEPT);
  const server = createServer((request, response) => { request.resume().on('end', () => response.end()); }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const otelExporterOtlpEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started = process.cpuUsage();
  const tracing = await openTracing('bench', Object.assign(new TracingConfig(), { otelExporterOtlpEndpoint, otelBspMaxQueueSize: 1_000_000, otelBspScheduleDelay: 100 }));
  const { user, system } = process.cpuUsage(started);
  print(`loading OpenTelemetry: ${((user + system) / 1000).toFixed(0)} ms of processor time`);
  const left = await costOf(LEFT);
  const kept = await costOf(KEPT);
  print(`a call in one process: ${off.toFixed(1)} µs of processor time without traces, ${left.toFixed(1)} with a trace that is not kept, ${kept.toFixed(1)} with two spans that are: ${((kept - off) / 2).toFixed(1)} µs a span`);
  await tracing.close();
  server.closeAllConnections();
  server.close();
}
