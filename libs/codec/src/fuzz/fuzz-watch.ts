import { Worker } from 'node:worker_threads';
import { type FuzzMessage, type FuzzOrder, caseOf } from './fuzz-messages';
import type { FuzzCounts } from './fuzz-tally';
import type { FuzzFailure } from './fuzz-target';

/** Bytes of memory that the process may take above what it takes when it is warm. */
export const RESIDENT_BYTES = 512 * 2 ** 20;

/** Megabytes of heap of the thread that runs the cases. */
const HEAP_MEGABYTES = 768;

const LOOK_EVERY_MS = 50;

/** Milliseconds that the warm-up may take. */
const WARM_UP_LIMIT = 30_000;

/** A case makes several calls of the library: how many times as long as one of them it may take. */
const CALLS = 2;

/** What came of a run. */
export interface FuzzOutcome {
  readonly failure?: FuzzFailure;
  readonly counts?: FuzzCounts;
  readonly seconds: number;
  readonly callLimit: number;
  /** Memory of the process when it was warm, and the most since. */
  readonly warmBytes: number;
  readonly peakBytes: number;
}

/** Runs the cases in a thread of `program` and watches it, so that a case that hangs or takes all memory is a failure too. */
export async function watchRun(program: string, order: FuzzOrder): Promise<FuzzOutcome> {
  const worker = new Worker(program, { workerData: order, resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES } });
  const watch = new Watch(order.current);
  try {
    return await new Promise<FuzzOutcome>((resolve) => {
      const stop = (failure?: FuzzFailure): void => resolve(watch.outcome(failure));
      const looks = setInterval(() => {
        const failure = watch.look();
        if (failure) stop(failure);
      }, LOOK_EVERY_MS);
      worker.on('message', (message: FuzzMessage) => {
        watch.hear(message);
        if (message.kind === 'done') stop();
        if (message.kind === 'failure') stop(message.failure);
      });
      worker.on('error', (error) => stop(watch.failureOf(`the thread died: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)));
      worker.on('exit', () => {
        clearInterval(looks);
        stop(watch.failureOf('the thread ended by itself'));
      });
    });
  } finally {
    await worker.terminate();
  }
}

/** What is known of the thread that runs the cases. */
class Watch {
  #start = performance.now();
  #callLimit = WARM_UP_LIMIT / CALLS;
  #targets: readonly string[] = [];
  #warmBytes = Infinity;
  #peakBytes = 0;
  #counts: FuzzCounts | undefined;
  #last = { started: -1, at: performance.now() };

  constructor(private readonly current: Int32Array) {}

  hear(message: FuzzMessage): void {
    if (message.kind === 'progress') this.#counts = message.counts;
    if (message.kind !== 'ready') return;
    this.#targets = message.targets;
    this.#callLimit = message.callLimit;
    this.#warmBytes = this.#peakBytes = message.residentBytes;
    this.#start = performance.now();
    this.#last = { started: -1, at: performance.now() };
  }

  /** The failure that shows by looking from outside, if there is one. */
  look(): FuzzFailure | undefined {
    const now = performance.now();
    const { started } = caseOf(this.current);
    if (started !== this.#last.started) this.#last = { started, at: now };
    const seconds = (now - this.#last.at) / 1000;
    if (1000 * seconds > CALLS * this.#callLimit) return this.failureOf(`the ${started === 0 ? 'warm-up' : 'case'} does not end: ${seconds.toFixed(0)} s so far`);
    const bytes = process.memoryUsage.rss();
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    if (bytes <= this.#warmBytes + RESIDENT_BYTES) return undefined;
    return this.failureOf(`the process takes ${bytes} bytes of memory, ${bytes - this.#warmBytes} more than when it was warm`);
  }

  /** A failure of the case that runs; it is not shrunk. */
  failureOf(message: string): FuzzFailure {
    const { target, seed, index, started } = caseOf(this.current);
    if (started === 0) return { target: 'warm-up', seed, path: '', message, counterexample: 'a full chunk with a fifth of its bits flipped' };
    return { target: this.#targets[target] ?? '', seed, path: String(index), message, counterexample: 'not shrunk; the command below repeats it' };
  }

  outcome(failure: FuzzFailure | undefined): FuzzOutcome {
    return {
      ...(failure && { failure }),
      ...(this.#counts && { counts: this.#counts }),
      seconds: (performance.now() - this.#start) / 1000,
      callLimit: this.#callLimit,
      warmBytes: this.#warmBytes,
      peakBytes: this.#peakBytes,
    };
  }
}
