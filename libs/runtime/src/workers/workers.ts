import { ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { dirname, resolve } from 'node:path';
import type { Piscina } from 'piscina';
import type { BaseConfig } from '../config/base.config';
import { programAssets } from '../config/program-assets';
import { stopIfOver, unlessCancelled } from '../messages/cancellation';
import { currentRequest, type RequestContext } from '../messages/request-context';
import { beginSpanOfRequest, endWith } from '../observability/spans';
import { observeVectorOperation, showVectorOperations } from '../observability/vector-metrics';
import { showPool, workerMetrics } from '../observability/worker-metrics';
import { FairQueue } from './fair-queue';
import type { ItemOf, OptionsOf, ResultOf, ThreadData, Turn, TurnFailure, TurnOutcome, WorkerProgram } from './worker-program';

/** How long a thread works for one caller before others have their turn, in milliseconds. */
const TURN_MS = 20;

/** Most items that go to a thread at once. */
const MOST_ITEMS = 16;

/** Groups that may wait before callers are turned away. */
const MOST_WAITING = 1_024;

/** The pool of a process that all modules share, as metrics name it. */
const SHARED = 'shared';

const YOUNG_MB = 8;
const HEAP_MB = 256;
const IDLE_MS = 60_000;

/** A pool of threads of its own, beside the one that all modules of a process share. */
export interface OwnPool {
  /** Name in metrics. */
  readonly name: string;
  /** Most threads that work at the same time. */
  readonly threads: number;
  /** Threads that stay when there has been nothing to do for a minute. */
  readonly idleThreads: number;
  /** Most memory that the JavaScript objects of a thread may take, in MB; what lies outside of that heap does not count. */
  readonly heapMegabytes: number;
}

/** A turn that somebody waits for. */
interface Job {
  readonly turn: Turn;
  readonly context: RequestContext | undefined;
  readonly resolve: (outcome: TurnOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** The worker threads of a process, which all its modules share; there are none until a program is used. */
export class Workers {
  /** Most threads that work at the same time. */
  readonly threads: number;
  private readonly logger = new Logger('Workers');
  private readonly queue = new FairQueue<Job>();
  private readonly opening = new Map<string, Promise<unknown>>();
  private readonly threadData: ThreadData;
  private readonly name: string;
  private readonly heapMegabytes: number;
  private readonly idleThreads: number;
  private pool: Promise<Piscina<Turn, TurnOutcome>> | undefined;
  private busy = 0;
  private closing = false;

  /**
   * @param folder where the programs of the threads are; beside the running program unless given
   * @param own what sets a pool apart from the shared one
   */
  constructor({ workerThreads, modelDir }: BaseConfig, folder = dirname(process.argv[1] ?? '.'), own?: OwnPool) {
    this.threads = own?.threads ?? workerThreads;
    this.name = own?.name ?? SHARED;
    this.heapMegabytes = own?.heapMegabytes ?? HEAP_MB;
    this.idleThreads = own?.idleThreads ?? 1;
    showPool(this.name, this.threads);
    this.threadData = { folder: resolve(folder), assets: resolve(modelDir ?? programAssets()) };
  }

  /** Begins to make a program ready, in a first thread. */
  use<Tasks>(program: WorkerProgram<Tasks>): void {
    if (this.opening.has(program.name)) return;
    showVectorOperations(...Object.values<string | undefined>(program.operations ?? {}).filter((operation) => operation !== undefined));
    const opening = this.take(program, { program: program.name, task: '', items: [], options: [], forMs: 0 });
    opening.catch(() => undefined); // who waits for `opened` hears of it
    this.opening.set(program.name, opening);
  }

  /** Resolves when every program in use is ready; rejects as the first that cannot be. */
  async opened(): Promise<void> {
    await Promise.all(this.opening.values());
  }

  /**
   * Performs a task with each item on worker threads and gives the results in the order of the items. Threads work for a request id some
   * 20 ms at a time (longer where one item takes longer) and then for the next, so that what asks for little does not wait for what asks
   * for much. Rejects as the task throws; with UNAVAILABLE when too much is waiting, INTERNAL when a thread crashes, and CANCELLED or
   * TIMEOUT when the request that causes the work is over, after which no more of it is begun.
   */
  async map<Tasks, Name extends keyof Tasks & string>(
    program: WorkerProgram<Tasks>,
    task: Name,
    items: readonly ItemOf<Tasks[Name]>[],
    ...options: OptionsOf<Tasks[Name]>
  ): Promise<ResultOf<Tasks[Name]>[]> {
    if (this.queue.size >= MOST_WAITING) throw new ServiceError('UNAVAILABLE', 'Too much work is waiting; try again later');
    const attributes = { 'sigmalang.worker.pool': this.name, 'sigmalang.worker.items': items.length };
    const span = beginSpanOfRequest({ kind: 'internal', name: `${program.name}.${task}`, attributes });
    return endWith(span, this.workThrough(program, task, items, options));
  }

  private async workThrough<Tasks, Name extends keyof Tasks & string>(
    program: WorkerProgram<Tasks>,
    task: Name,
    items: readonly ItemOf<Tasks[Name]>[],
    options: OptionsOf<Tasks[Name]>,
  ): Promise<ResultOf<Tasks[Name]>[]> {
    const results: unknown[] = [];
    const groups = groupsOf(items.length, Math.min(MOST_ITEMS, Math.ceil(items.length / this.threads)));
    let isOver = false; // after a failure nothing more is begun
    const next = () => (isOver ? undefined : groups.shift());
    const worksThroughGroups = async (): Promise<void> => {
      for (let group = next(); group; group = next()) {
        const { from, to } = group;
        const turn = { program: program.name, task, items: items.slice(from, to), options, forMs: TURN_MS };
        const done = await this.take(program, turn);
        done.forEach((result, i) => { results[from + i] = result; });
        if (from + done.length < to) groups.unshift({ from: from + done.length, to });
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(this.threads, groups.length) }, worksThroughGroups));
    } finally {
      isOver = true;
    }
    return results as ResultOf<Tasks[Name]>[];
  }

  /** Ends all threads; what they work on is refused with UNAVAILABLE. */
  async close(): Promise<void> {
    this.closing = true;
    await (await this.pool)?.destroy();
  }

  /** The results of a turn, once a thread had the time for it. */
  private async take<Tasks>(program: WorkerProgram<Tasks>, turn: Turn): Promise<readonly unknown[]> {
    const context = currentRequest();
    const { promise, resolve, reject } = Promise.withResolvers<TurnOutcome>();
    const job = { turn, context, resolve, reject };
    const caller = context?.requestId ?? '';
    if (context) stopIfOver(context);
    this.queue.add(caller, job);
    this.assign();
    try {
      const { results, seconds, failure } = await unlessCancelled(promise, context?.signal);
      report(program, turn.task, seconds);
      if (failure) throw revive(failure, program.errors);
      return results;
    } catch (error) {
      if (!(error instanceof ThreadCrash)) throw error;
      if (this.closing) throw new ServiceError('UNAVAILABLE', 'The process is stopping');
      this.logger.error({ msg: 'A worker thread crashed', task: `${turn.program}.${turn.task}`, error: error.message });
      throw new ServiceError('INTERNAL', 'The service failed; its log has the cause under this request id');
    } finally {
      this.queue.remove(caller, job);
      workerMetrics.waiting.set({ pool: this.name }, this.queue.size);
    }
  }

  /** Gives work to threads that have none. */
  private assign(): void {
    while (this.busy < this.threads) {
      const job = this.queue.take();
      if (!job) break;
      this.busy++;
      void this.perform(job);
    }
    workerMetrics.busy.set({ pool: this.name }, this.busy);
    workerMetrics.waiting.set({ pool: this.name }, this.queue.size);
  }

  private async perform({ turn, context, resolve, reject }: Job): Promise<void> {
    try {
      this.pool ??= this.start();
      const pool = await this.pool;
      if (context) stopIfOver(context);
      resolve(await pool.run(turn).catch((error: unknown) => Promise.reject(new ThreadCrash(error))));
    } catch (error) {
      reject(error);
    } finally {
      this.busy--;
      this.assign();
    }
  }

  /** Loads the pool only where it is used: it takes memory of its own. */
  private async start(): Promise<Piscina<Turn, TurnOutcome>> {
    const { default: Pool } = await import('piscina');
    const pool = new Pool<Turn, TurnOutcome>({
      filename: resolve(this.threadData.folder, 'worker-thread.js'),
      workerData: this.threadData,
      minThreads: this.idleThreads,
      maxThreads: this.threads,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: this.heapMegabytes },
      recordTiming: false,
    });
    pool.on('workerCreate', () => { workerMetrics.threads.inc({ pool: this.name }); });
    pool.on('workerDestroy', () => { workerMetrics.threads.dec({ pool: this.name }); });
    pool.on('error', (error: unknown) => {
      this.logger.error({ msg: 'A worker thread crashed while it had no work', error: new ThreadCrash(error).message });
    });
    return pool;
  }
}

/** The end of a thread in the middle of its work; its message names the kind and holds nothing of the work. */
class ThreadCrash extends Error {
  constructor(cause: unknown) {
    const { name, code } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : { name: typeof cause, code: undefined };
    super(code ?? name);
  }
}

function groupsOf(count: number, size: number): { readonly from: number; readonly to: number }[] {
  return Array.from({ length: Math.ceil(count / size) }, (_group, i) => ({ from: i * size, to: Math.min(count, (i + 1) * size) }));
}

function report<Tasks>({ name, operations }: WorkerProgram<Tasks>, task: string, seconds: readonly number[]): void {
  if (seconds.length === 0) return;
  const operation = operations?.[task as keyof Tasks];
  workerMetrics.duration.observe({ task: `${name}.${task}` }, seconds.reduce((sum, each) => sum + each, 0));
  if (operation !== undefined) for (const each of seconds) observeVectorOperation(operation, each);
}

/** The error that a task threw, of its own class if that is among the given ones. */
function revive({ name, message, stack, fields }: TurnFailure, classes: WorkerProgram<unknown>['errors']): Error {
  const error = Object.assign(new Error(message), { name, stack }, fields);
  const known = classes.find((candidate) => candidate.name === name);
  return known ? (Object.setPrototypeOf(error, known.prototype as object) as Error) : error;
}
