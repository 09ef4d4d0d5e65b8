import { METRICS } from '@sigmalang/contracts';
import { quantile, quotient, rate, series, sum } from '../promql';
import type { Row } from './frame';
import { timeseries, worseAbove } from './panels';
import { runbook } from './read-on';
import { PROCESS, type Processes } from './scope';
import { table } from './table';

/** The threads that compute for long. */
export function workersRow(of: Processes): Row {
  return {
    title: 'Worker threads',
    panels: [
      timeseries({
        title: 'Threads at work',
        description: 'Share of the worker threads that there may be and that are working. At 100 % for long, work waits: more replicas, or more threads (WORKER_THREADS) where cores are free.',
        unit: 'percentunit',
        width: 6,
        queries: [{ expr: quotient(series(METRICS.workerThreadsBusy, ...of), series(METRICS.workerThreadsLimit, ...of)), legend: `{{pool}} ${PROCESS}` }],
        max: 1,
      }),
      timeseries({
        title: 'Threads',
        description: 'Worker threads that run, by pool. There are none until work comes, and few after a minute without any.',
        unit: 'none',
        width: 6,
        queries: [{ expr: series(METRICS.workerThreads, ...of), legend: `{{pool}} ${PROCESS}` }],
      }),
      timeseries({
        title: 'Work that waits',
        description: `Groups of work that wait for a thread. Beyond 1,024 callers are turned away with UNAVAILABLE. ${runbook('SigmalangWorkerQueueLong')}`,
        unit: 'none',
        width: 6,
        queries: [{ expr: series(METRICS.workerQueueLength, ...of), legend: `{{pool}} ${PROCESS}` }],
        limits: worseAbove(100, 512),
      }),
      timeseries({
        title: 'Time of a group, p95',
        description: 'Time that a thread worked on a group of work, without its wait. A turn is some 20 ms; a text or vector that takes longer is one piece.',
        unit: 's',
        width: 6,
        queries: [{ expr: quantile(0.95, METRICS.workerTaskDuration, of, 'task'), legend: '{{task}}' }],
      }),
    ],
  };
}

/** What is done with vectors. */
export function vectorRow(of: Processes): Row {
  return {
    title: 'Vector operations',
    panels: [
      timeseries({
        title: 'Vector operations',
        description: 'Operations on vectors a second, by kind. They follow the requests; none while there are some means that work waits before it.',
        unit: 'ops',
        queries: [{ expr: sum(rate(`${METRICS.vectorOperationDuration}_count`, ...of), 'operation'), legend: '{{operation}}' }],
        isStacked: true,
      }),
      timeseries({
        title: 'Vector operations, p95',
        description: 'Time that 95 of 100 operations took at most. All of them slower at once: the cores are shared with others, or the kernels are the plain ones.',
        unit: 's',
        queries: [{ expr: quantile(0.95, METRICS.vectorOperationDuration, of, 'operation'), legend: '{{operation}}' }],
      }),
      table({
        title: 'Kernels',
        description: `Which implementation the processes compute vectors with. Anything but wasm is several times slower: WebAssembly with SIMD is not to be had there. ${runbook('SigmalangPlainKernels')}`,
        width: 8,
        rows: { kernels: 'Kernels' },
        columns: [{ title: 'Processes', unit: 'none', expr: sum(series(METRICS.vectorKernels, ...of), 'kernels') }],
      }),
    ],
  };
}

/** The word vectors that a process has loaded. */
export function lexiconRow(of: Processes): Row {
  return {
    title: 'Lexicon',
    panels: [
      timeseries({
        title: 'Words',
        description: 'Words whose vectors the process has loaded, by model. It is the same in all processes and never changes while they run; two models at once mean a rollout.',
        unit: 'short',
        width: 12,
        queries: [{ expr: series(METRICS.lexiconWords, ...of), legend: `{{model}} ${PROCESS}` }],
      }),
      table({
        title: 'Models',
        description: 'Models whose words are loaded, and in how many words. Vectors of different models are never compared: searches and caches begin anew with another.',
        width: 12,
        rows: { model: 'Model', pod: 'Pod', instance: 'Process' },
        columns: [{ title: 'Words', unit: 'short', expr: sum(series(METRICS.lexiconWords, ...of), 'model', 'pod', 'instance') }],
      }),
    ],
  };
}
