import autocannon from 'autocannon';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { CALLER_HEADERS } from './started-process';

/** What came of a load. */
export interface LoadOutcome {
  /** Seconds that it took. */
  readonly seconds: number;
  /** Milliseconds of the answers, by status; 0 for what got none. */
  readonly times: ReadonlyMap<number, readonly number[]>;
  /** Answers that came when the time was over, which are not counted. */
  readonly late: number;
}

/** Who sends a load, and what. */
export interface Load {
  readonly url: string;
  readonly seconds: number;
  /** The body of the next request. */
  readonly next: () => string;
  /** Headers of the caller, those of the benches' admin unless said. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** So many connections, each of which sends its next request when it has the answer to the last. */
export async function closedLoop(load: Load, connections: number): Promise<LoadOutcome> {
  const { url, seconds, next, headers = CALLER_HEADERS } = load;
  const times = new Map<number, number[]>();
  const started = performance.now();
  const run = autocannon({
    url, connections, headers, duration: seconds,
    requests: [{ method: 'POST', setupRequest: (each) => ({ ...each, body: next() }) }],
  });
  run.on('response', (_client: unknown, status: number, _bytes: number, ms: number) => { record(times, status, ms); });
  const { errors, timeouts } = await run;
  for (let i = 0; i < errors + timeouts; i++) record(times, 0, 0);
  return { times, late: 0, seconds: (performance.now() - started) / 1000 };
}

const TICK_MS = 5;
const MOST_CONNECTIONS = 1_024;

/** So many requests a second, sent whether those before are answered or not. */
export async function openLoop({ url, seconds, next, headers = CALLER_HEADERS }: Load, perSecond: number): Promise<LoadOutcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });
  const times = new Map<number, number[]>();
  const inFlight = new Set<Promise<void>>();
  const send = (): void => {
    const sent = performance.now();
    const answered = post(url, agent, headers, next()).then((status) => {
      const now = performance.now();
      if (now - started > seconds * 1000) late++;
      else record(times, status, now - sent);
    });
    inFlight.add(answered);
    void answered.finally(() => { inFlight.delete(answered); });
  };
  const started = performance.now();
  let late = 0;
  let count = 0;
  while (performance.now() - started < seconds * 1000) {
    const due = Math.floor(((performance.now() - started) / 1000) * perSecond);
    for (; count < due; count++) send();
    await sleep(TICK_MS);
  }
  await Promise.all(inFlight);
  agent.destroy();
  return { times, late, seconds };
}

function record(times: Map<number, number[]>, status: number, ms: number): void {
  const sofar = times.get(status);
  if (sofar) sofar.push(ms);
  else times.set(status, [ms]);
}

/** The status that a body is answered with, 0 where the connection fails. */
function post(url: string, agent: Agent, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (response) => {
      response.resume().once('end', () => { resolve(response.statusCode ?? 0); }).once('error', () => { resolve(0); });
    });
    sent.once('error', () => { resolve(0); }).end(body);
  });
}

/** The value below which so large a share of values lies; NaN where there are none. */
export function percentile(values: readonly number[], share: number): number {
  return Float64Array.from(values).sort()[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;
}

/** What became of the looks at a health path. */
export interface HealthWatch {
  readonly looks: number;
  readonly failures: number;
  /** Milliseconds of the slowest. */
  readonly slowest: number;
}

/** A thread of its own, so that what the load takes of this one is not counted. */
const WATCHER = `
  const { parentPort, workerData } = require('node:worker_threads');
  let [looks, failures, slowest, ended] = [0, 0, 0, false];
  parentPort.once('message', () => { ended = true; });
  (async () => {
    while (!ended) {
      const started = performance.now();
      try {
        const response = await fetch(workerData.url, { signal: AbortSignal.timeout(10_000) });
        await response.text();
        if (response.status !== 200) failures++;
      } catch {
        failures++;
      }
      looks++;
      const ms = performance.now() - started;
      slowest = Math.max(slowest, ms);
      await new Promise((wake) => setTimeout(wake, Math.max(0, workerData.everyMs - ms)));
    }
    parentPort.postMessage({ looks, failures, slowest });
    parentPort.close();
  })();
`;

/** Looks at a health path again and again while something goes on. */
export async function watchHealth<Result>(url: string, everyMs: number, work: () => Promise<Result>): Promise<[Result, HealthWatch]> {
  const worker = new Worker(WATCHER, { eval: true, workerData: { url, everyMs } });
  const watched = new Promise<HealthWatch>((resolve, reject) => { worker.once('message', resolve).once('error', reject); });
  const result = await work();
  worker.postMessage('end');
  return [result, await watched];
}
