import { METRICS } from '@sigmalang/contracts';
import { Gauge, Histogram } from 'prom-client';

/** What is measured of the worker threads of a process. */
export const workerMetrics = {
  threads: new Gauge({
    name: METRICS.workerThreads,
    help: 'Worker threads that run, by pool',
    labelNames: ['pool'],
  }),
  limit: new Gauge({
    name: METRICS.workerThreadsLimit,
    help: 'Worker threads that may work at once, by pool',
    labelNames: ['pool'],
  }),
  busy: new Gauge({
    name: METRICS.workerThreadsBusy,
    help: 'Worker threads that are working, by pool',
    labelNames: ['pool'],
  }),
  waiting: new Gauge({
    name: METRICS.workerQueueLength,
    help: 'Groups of work that wait for a worker thread, by pool',
    labelNames: ['pool'],
  }),
  duration: new Histogram({
    name: METRICS.workerTaskDuration,
    help: 'Time a worker thread worked on a group, in seconds, by task',
    labelNames: ['task'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  }),
};

/** Lets a pool be seen before any of its threads worked; so many may at once. */
export function showPool(pool: string, mostThreads: number): void {
  workerMetrics.limit.set({ pool }, mostThreads);
  for (const metric of [workerMetrics.threads, workerMetrics.busy, workerMetrics.waiting]) metric.inc({ pool }, 0);
}
