import { METRICS, ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MetricValueWithName, register } from 'prom-client';
import { BaseConfig } from '../config/base.config';
import { openRequest, withRequest } from '../messages/request-context';
import { readInput } from '../messages/read-input';
import type { WorkerProgram } from './worker-program';
import { Workers } from './workers';

jest.setTimeout(60_000);

class ProbeError extends Error {
  override readonly name = 'ProbeError';

  constructor(readonly reason: string) {
    super('the item cannot be read');
  }
}

interface ProbeTasks {
  square(value: number): number;
  scale(value: number, by: number): number;
  work(ms: number): number;
  fail(reason: string): never;
  workUnlessNegative(ms: number): number;
  meet(places: Int32Array): number;
  crash(how: 'exit' | 'memory'): never;
  assets(item: null): string;
}

/** The program as it runs in a thread; `work` counts on, so that what is done there can be seen. */
const PROGRAM = `
class ProbeError extends Error { name = 'ProbeError'; constructor(reason) { super('the item cannot be read'); this.reason = reason; this.more = {}; } }
let worked = 0;
exports.default = (assets) => ({
  square: (value) => value * value,
  scale: (value, by) => value * by,
  work: (ms) => { const end = performance.now() + ms; while (performance.now() < end); return ++worked; },
  fail: (reason) => { if (reason === 'type') null.hunter2; throw new ProbeError(reason); },
  workUnlessNegative: (ms) => { if (ms < 0) throw new ProbeError('negative'); const end = performance.now() + ms; while (performance.now() < end); return ++worked; },
  meet: (places) => {
    Atomics.add(places, 0, 1);
    Atomics.notify(places, 0);
    for (const end = Date.now() + 5000; Atomics.load(places, 0) < 2 && Date.now() < end; ) Atomics.wait(places, 0, 1, 50);
    return Atomics.load(places, 0);
  },
  crash: (how) => { if (how === 'exit') process.exit(3); for (const all = []; ; ) all.push(new Array(1e6).fill({})); },
  assets: () => assets,
});
`;

const probe: WorkerProgram<ProbeTasks> = { name: 'probe', operations: { square: 'probing' }, errors: [ProbeError] };
const missing: WorkerProgram<ProbeTasks> = { name: 'missing', errors: [] };

const folder = mkdtempSync(join(tmpdir(), 'sigmalang-workers-'));
let workers: Workers;
let logged: unknown[];

function start(workerThreads: number): Workers {
  return new Workers(Object.assign(new BaseConfig(), { workerThreads, modelDir: '/models' }), folder);
}

beforeAll(() => {
  const outfile = join(folder, 'worker-thread.js');
  buildSync({ entryPoints: [join(__dirname, 'worker-thread.ts')], outfile, bundle: true, platform: 'node', format: 'cjs' });
  writeFileSync(join(folder, 'probe-worker.js'), PROGRAM);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  workers = start(1);
  logged = [];
  const note = (...line: unknown[]): void => void logged.push(line);
  Logger.overrideLogger({ log: note, error: note, warn: note });
});
afterEach(() => workers.close());

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(() => 'no failure', (error: unknown) => error);
}

/** Asks for work as a request would, and notes its name when it is done. */
async function request(name: string, order: string[], run: () => Promise<unknown>, signal?: AbortSignal): Promise<void> {
  await withRequest(openRequest(60_000, name, undefined, signal), run);
  order.push(name);
}

async function metric(name: string): Promise<Record<string, number>> {
  const { values } = (await register.getSingleMetric(name)?.get()) ?? { values: [] };
  return Object.fromEntries((values as MetricValueWithName<string>[]).map(({ labels, value, metricName = name }) => [`${metricName} ${Object.values(labels).join()}`, value]));
}

describe('work on threads', () => {
  it.each([0, 1, 2, 16, 17, 100])('has the results of %i items in their order', async (count) => {
    const items = Array.from({ length: count }, (_item, i) => i);
    expect(await workers.map(probe, 'square', items)).toEqual(items.map((item) => item * item));
  });

  it('is shared out among several threads, each item done once', async () => {
    const several = start(3);
    const items = Array.from({ length: 200 }, (_item, i) => i);
    expect(await several.map(probe, 'scale', items, 3)).toEqual(items.map((item) => item * 3));
    await several.close();
  });

  it('is done by several threads at the same time, however short the list is', async () => {
    const several = start(2);
    const places = new Int32Array(new SharedArrayBuffer(4));
    expect(await several.map(probe, 'meet', [places, places])).toEqual([2, 2]);
    await several.close();
  });

  it.each([
    ['as much as a thread does at once', 25],
    ['a part of what a thread was given', 5],
  ])('is not begun any more by any thread once an item has failed, where others did %s meanwhile', async (_what, ms) => {
    register.resetMetrics();
    const several = start(2);
    const items = Array.from({ length: 120 }, (_item, i) => (i === 0 ? -1 : ms));
    expect(await failureOf(several.map(probe, 'workUnlessNegative', items))).toMatchObject({ reason: 'negative' });
    const turns = async (): Promise<number> => (await metric(METRICS.workerTaskDuration))[`${METRICS.workerTaskDuration}_count probe.workUnlessNegative`] ?? 0;
    const before = await turns();
    await sleep(400);
    expect((await turns()) - before).toBeLessThanOrEqual(1); // what was under way
    await several.close();
  });

  it('is told the folder of assets', async () => {
    expect(await workers.map(probe, 'assets', [null])).toEqual(['/models']);
  });

  it('is done item by item where items take long, and all of it is done', async () => {
    expect(await workers.map(probe, 'work', Array.from({ length: 20 }, () => 15))).toEqual(Array.from({ length: 20 }, (_item, i) => i + 1));
  });

  it('fails by the error of its task, of the class it was thrown as and with what it says', async () => {
    const failure = await failureOf(workers.map(probe, 'fail', ['padding']));
    expect(failure).toBeInstanceOf(ProbeError);
    expect(failure).toMatchObject({ name: 'ProbeError', message: 'the item cannot be read', reason: 'padding' });
    expect((failure as Error).stack).toContain('probe-worker.js');
    const readFailing = (): unknown => readInput('vectors[0]', () => {
      throw failure as Error;
    });
    expect(readFailing).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST', errors: [expect.objectContaining({ rule: 'padding' })] }) as Error);
  });

  it('fails by an unknown error under its name, and the thread goes on', async () => {
    expect(await failureOf(workers.map(probe, 'fail', ['type']))).toMatchObject({ name: 'TypeError' });
    expect(await workers.map(probe, 'square', [5])).toEqual([25]);
  });
});

describe('a program', () => {
  it('is made ready before anybody asks', async () => {
    workers.use(probe);
    workers.use(probe);
    await workers.opened();
    expect(await metric(METRICS.workerThreads)).toEqual({ [`${METRICS.workerThreads} shared`]: 1 });
  });

  it('that is not there is told to who waits for it to be ready', async () => {
    workers.use(missing);
    await expect(workers.opened()).rejects.toMatchObject({ name: 'Error', code: 'MODULE_NOT_FOUND' });
  });

  it('that nobody uses has no thread', async () => {
    await workers.opened();
    expect(await metric(METRICS.workerThreads)).toEqual({ [`${METRICS.workerThreads} shared`]: 0 });
  });
});

describe('a thread that crashes', () => {
  it.each(['exit', 'memory'] as const)('(%s) fails its own work as INTERNAL, is logged, and others take its place', async (how) => {
    const failure = await failureOf(workers.map(probe, 'crash', [how]));
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({ code: 'INTERNAL' });
    expect(JSON.stringify(logged)).toContain('"task":"probe.crash"');
    expect(await workers.map(probe, 'square', [5, 6])).toEqual([25, 36]);
  });
});

it('work that the end of all threads cuts off is refused with UNAVAILABLE, and no thread is said to have crashed', async () => {
  workers.use(probe);
  await workers.opened();
  const working = failureOf(workers.map(probe, 'work', [10_000]));
  await workers.close();
  expect(await working).toMatchObject({ code: 'UNAVAILABLE', message: 'The process is stopping' });
  expect(logged).toEqual([]);
});

describe('several callers', () => {
  it('have turns: who asks for little is not kept waiting by who asks for much', async () => {
    const order: string[] = [];
    const much = request('much', order, () => workers.map(probe, 'work', Array.from({ length: 60 }, () => 10)));
    const little = ['one', 'two'].map((name) => request(name, order, () => workers.map(probe, 'work', [1])));
    await Promise.all([much, ...little]);
    expect(order).toEqual(['one', 'two', 'much']);
  });

  it('are turned away with UNAVAILABLE while too much waits, and not later', async () => {
    const crowd = Array.from({ length: 1_100 }, (_caller, i) =>
      withRequest(openRequest(60_000, `caller-${i}`), () => workers.map(probe, 'square', [i])),
    );
    const results = await Promise.allSettled(crowd);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.length).toBe(1_100 - 1_024 - 1);
    expect(refused.map(({ reason }) => (reason as ServiceError).code)).toEqual(refused.map(() => 'UNAVAILABLE'));
    expect(await workers.map(probe, 'square', [5])).toEqual([25]);
  });
});

describe('work whose request is over', () => {
  it('is not begun any more when the caller is gone, which the caller hears at once', async () => {
    const caller = new AbortController();
    const order: string[] = [];
    const long = failureOf(
      request('long', order, () => workers.map(probe, 'work', Array.from({ length: 100 }, () => 25)), caller.signal),
    );
    await request('other', order, () => workers.map(probe, 'work', [1]));
    caller.abort();
    expect(await long).toMatchObject({ code: 'CANCELLED' });
    const [before = 0] = await workers.map(probe, 'work', [0]);
    const [after = 0] = await workers.map(probe, 'work', [0]);
    expect(after).toBe(before + 1);
    expect(before).toBeLessThan(20);
    expect(order).toEqual(['other']);
  });

  it('no longer waits for its turn, so that it keeps nobody out', async () => {
    const busy = workers.map(probe, 'work', [200]);
    const caller = new AbortController();
    const waiting = failureOf(withRequest(openRequest(60_000, 'waiting', undefined, caller.signal), () => workers.map(probe, 'work', [0])));
    const queued = (): Promise<Record<string, number>> => metric(METRICS.workerQueueLength);
    expect(await queued()).toEqual({ [`${METRICS.workerQueueLength} shared`]: 1 });
    caller.abort();
    expect(await waiting).toMatchObject({ code: 'CANCELLED' });
    expect(await queued()).toEqual({ [`${METRICS.workerQueueLength} shared`]: 0 });
    await busy;
  });

  it('never begins when the caller was gone before, or the time over', async () => {
    const gone = openRequest(60_000, 'gone', undefined, AbortSignal.abort());
    expect(await failureOf(withRequest(gone, () => workers.map(probe, 'work', [0])))).toMatchObject({ code: 'CANCELLED' });
    expect(await failureOf(withRequest(openRequest(-1), () => workers.map(probe, 'work', [0])))).toMatchObject({ code: 'TIMEOUT' });
    expect(await workers.map(probe, 'work', [0])).toEqual([1]);
  });

  it('never begins when the time is over by its turn', async () => {
    const busy = workers.map(probe, 'work', [60]);
    expect(await failureOf(withRequest(openRequest(5), () => workers.map(probe, 'work', [0])))).toMatchObject({ code: 'TIMEOUT' });
    expect(await busy).toEqual([1]);
    expect(await workers.map(probe, 'work', [0])).toEqual([2]);
  });
});

it('measures threads, what waits, and how long they work, as tasks and as operations on vectors', async () => {
  register.resetMetrics();
  await workers.map(probe, 'square', Array.from({ length: 40 }, (_item, i) => i));
  expect(await metric(METRICS.workerTaskDuration)).toMatchObject({ [`${METRICS.workerTaskDuration}_count probe.square`]: 3 });
  expect(await metric(METRICS.vectorOperationDuration)).toMatchObject({ [`${METRICS.vectorOperationDuration}_count probing`]: 40 });
  const working = workers.map(probe, 'work', [10]);
  const waiting = workers.map(probe, 'work', [0]);
  expect(await metric(METRICS.workerThreadsBusy)).toEqual({ [`${METRICS.workerThreadsBusy} shared`]: 1 });
  expect(await metric(METRICS.workerQueueLength)).toEqual({ [`${METRICS.workerQueueLength} shared`]: 1 });
  await Promise.all([working, waiting]);
  expect(await metric(METRICS.workerThreadsBusy)).toEqual({ [`${METRICS.workerThreadsBusy} shared`]: 0 });
  expect(await metric(METRICS.workerQueueLength)).toEqual({ [`${METRICS.workerQueueLength} shared`]: 0 });
});

it('shows a pool, and the operations of a program, before a thread has done anything', async () => {
  register.resetMetrics();
  const idle = new Workers(Object.assign(new BaseConfig(), { modelDir: '/models' }), folder, { name: 'idle', threads: 2, idleThreads: 0, heapMegabytes: 64 });
  const pool = async (name: string): Promise<number | undefined> => (await metric(name))[`${name} idle`];
  expect(await Promise.all([METRICS.workerThreads, METRICS.workerThreadsBusy, METRICS.workerQueueLength, METRICS.workerThreadsLimit].map(pool))).toEqual([0, 0, 0, 2]);
  idle.use(probe);
  expect(await metric(METRICS.vectorOperationDuration)).toMatchObject({ [`${METRICS.vectorOperationDuration}_count probing`]: 0 });
  await idle.close();
});
