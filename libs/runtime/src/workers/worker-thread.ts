import { createRequire } from 'node:module';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { OpenProgram, ThreadData, Turn, TurnFailure, TurnOutcome } from './worker-program';

type Tasks = Readonly<Record<string, (item: unknown, ...options: readonly unknown[]) => unknown>>;

const { folder, assets } = workerData as ThreadData;
const load = createRequire(join(folder, 'main.js'));
const opened = new Map<string, Tasks>();

/** Takes a turn of work in a worker thread; fails only by what it returns. */
export default function takeTurn({ program, task, items, options, forMs }: Turn): TurnOutcome {
  const results: unknown[] = [];
  const seconds: number[] = [];
  try {
    const perform = tasksOf(program)[task];
    const end = performance.now() + forMs;
    for (const item of items) {
      const started = performance.now();
      results.push(perform?.(item, ...options));
      const now = performance.now();
      seconds.push((now - started) / 1000);
      if (now >= end) break;
    }
    return { results, seconds };
  } catch (error) {
    return { results: [], seconds, failure: failureOf(error) };
  }
}

function tasksOf(program: string): Tasks {
  const tasks = opened.get(program) ?? (load(`./${program}-worker.js`) as { default: OpenProgram<Tasks> }).default(assets);
  opened.set(program, tasks);
  return tasks;
}

function failureOf(error: unknown): TurnFailure {
  if (!(error instanceof Error)) return { name: typeof error, message: '', stack: undefined, fields: {} };
  const { name, message, stack } = error;
  const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
  return { name, message, stack, fields: Object.fromEntries(Object.entries(error).filter(([, value]) => isPlain(value))) };
}
