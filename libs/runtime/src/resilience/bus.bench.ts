import { defineContract } from '@sigmalang/contracts';
import { FlagFile } from '../flags/flag-file';
import { Flags } from '../flags/flags';
import { Bus } from '../messages/bus';
import type { RequestTransport } from '../transport/request-transport';
import { ResilienceConfig } from './resilience.config';

class Message {
  value?: unknown;
}

const echo = defineContract({ subject: 'probe.v1.echo', request: Message, response: Message });

const REPLY = Buffer.from('{"id":"1","response":{"value":1},"isDisposed":true}');
const ROUNDS = 9;
const CALLS = 50_000;

/** Replies at once. */
const transport: RequestTransport = { maxMessageBytes: () => 1_000_000, request: () => Promise.resolve(REPLY) };

/** What guards and flags cost a call: the median of rounds that take turns, so that what else the machine does hits all of them. */
export default async function ({ print }: { print: (line: string) => void }): Promise<void> {
  const bare = new Bus(transport, 30_000);
  const guarded = new Bus(transport, 30_000, undefined, new ResilienceConfig());
  const flags = new Flags(new FlagFile());
  const measured: Readonly<Record<string, () => Promise<unknown>>> = {
    'a call without guard': () => bare.call(echo, { value: 1 }),
    'a call with guard': () => guarded.call(echo, { value: 1 }),
    'a flag': () => flags.isOn('reply-cache', 'alice'),
  };
  const times = new Map<string, number[]>(Object.keys(measured).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries(measured)) times.get(name)?.push(await microsecondsOf(work));
  }
  for (const [name, each] of times) print(`${name}: ${each.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]?.toFixed(2) ?? ''} µs`);
}

async function microsecondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < CALLS; i++) await work();
  return ((performance.now() - started) * 1_000) / CALLS;
}
