import { closedLoop, type Load, type LoadOutcome, percentile } from './load-generator';
import { startProcess, type StartedProcess } from './started-process';

const CONNECTIONS = 64;
const SECONDS = Number(process.env.LOAD_SECONDS ?? '60');
const WARM_UP_SECONDS = 3;
const ROUNDS = 3;
const REPEATED_TEXTS = 100;
const GOALS = { p95: 100, cacheRatio: 3, memoryGrowth: 0.05, cost: 0.9 };

/** Limits are in force, and none is reached. */
const SETTINGS = { METRICS_PORT: '0', PORT: '0', RATE_LIMIT_ENABLED: 'true', KEY_RATE_PER_MINUTE: '60000000', KEY_BURST: '1000000', ADDRESS_RATE_PER_MINUTE: '60000000', ADDRESS_BURST: '1000000' };

type Print = (line: string) => void;
type Environment = Readonly<Record<string, string>>;

let count = 0;

/** A request that nobody sent before. */
function unseenText(): string {
  return JSON.stringify({ text: `The quick brown fox number ${count++} jumps over the lazy dog.` });
}

/** One of a few requests. */
function repeatedText(): string {
  return JSON.stringify({ text: `A text that is asked for again, the ${count++ % REPEATED_TEXTS}th.` });
}

function start(env: Environment = {}): Promise<StartedProcess> {
  return startProcess('dist/apps/standalone/main.js', [], { ...SETTINGS, ...env });
}

function loadOn(server: StartedProcess, seconds: number, next: () => string): Load {
  return { url: `http://127.0.0.1:${server.ports.get('HTTP is listening') ?? 0}/v1/encode`, seconds, next };
}

/** Requests that were answered well a second; throws when one was not. */
function rateOf({ times, seconds }: LoadOutcome): number {
  const others = [...times].filter(([status]) => status !== 200).map(([status, { length }]) => `${length} of ${status}`);
  if (others.length > 0) throw new Error(`Not all were answered with 200: ${others.join()}`);
  return (times.get(200)?.length ?? 0) / seconds;
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Mean resident memory in the seconds of a load, in megabytes. */
async function memoryDuring(server: StartedProcess, work: Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(server.memory().now), 1_000);
  await work;
  clearInterval(timer);
  return samples;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

async function benchUnseen(server: StartedProcess, print: Print): Promise<number> {
  const load = closedLoop(loadOn(server, SECONDS, unseenText), CONNECTIONS);
  const memory = await memoryDuring(server, load);
  const outcome = await load;
  const times = outcome.times.get(200) ?? [];
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share).toFixed(1));
  const rate = rateOf(outcome);
  print(`encode, ${CONNECTIONS} connections for ${SECONDS} s, every text another: ${rate.toFixed(0)} requests/s, p50 ${p50 ?? ''} ms, p95 ${p95 ?? ''} ms, p99 ${p99 ?? ''} ms (goal: p95 ${GOALS.p95} ms)`);
  const [early, late] = [mean(memory.slice(2, 12)), mean(memory.slice(-10))];
  print(`memory meanwhile: ${early.toFixed(0)} MB in seconds 2 to 12, ${late.toFixed(0)} MB in the last 10: ${((late / early - 1) * 100).toFixed(1)} % more (goal: ${GOALS.memoryGrowth * 100} %)`);
  return rate;
}

async function benchRepeated(server: StartedProcess, unseen: number, print: Print): Promise<void> {
  const outcome = await closedLoop(loadOn(server, Math.min(SECONDS, 20), repeatedText), CONNECTIONS);
  const rate = rateOf(outcome);
  print(`the same with ${REPEATED_TEXTS} texts again and again: ${rate.toFixed(0)} requests/s, p95 ${percentile(outcome.times.get(200) ?? [], 0.95).toFixed(1)} ms, ${(rate / unseen).toFixed(1)} times as many (goal: ${GOALS.cacheRatio})`);
}

/** What one thing costs: requests a second with it and without it, in turn, as the medians of some rounds. */
async function benchCost(what: string, without: Environment, print: Print): Promise<void> {
  const servers = [await start(), await start(without)];
  const rates: number[][] = [[], []];
  const seconds = Math.max(2, Math.min(SECONDS / 10, 6));
  for (const server of servers) await closedLoop(loadOn(server, WARM_UP_SECONDS, unseenText), CONNECTIONS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, server] of servers.entries()) rates[i]?.push(rateOf(await closedLoop(loadOn(server, seconds, unseenText), CONNECTIONS)));
  }
  for (const server of servers) await server.stop();
  const [on, off] = rates.map((each) => median(each));
  print(`${what}: ${(on ?? 0).toFixed(0)} requests/s with it, ${(off ?? 0).toFixed(0)} without: ${((on ?? 0) / (off ?? 0)).toFixed(2)} (goal: ${GOALS.cost})`);
}

/** The gateway before real work: throughput, times, memory, what the cache gives, and what identity, limits, shedding, audit and cache cost. */
export default async function bench({ print }: { print: Print }): Promise<void> {
  const server = await start();
  await closedLoop(loadOn(server, WARM_UP_SECONDS, unseenText), CONNECTIONS);
  await benchRepeated(server, await benchUnseen(server, print), print);
  await server.stop();
  await benchCost('identity', { AUTH_MODE: 'off' }, print);
  await benchCost('limits of rate', { RATE_LIMIT_ENABLED: 'false' }, print);
  await benchCost('shedding', { SHED_LATENCY_MS: '0' }, print);
  await benchCost('cache of replies that nobody asks for again', { CACHE_ENABLED: 'false' }, print);
}
