import { METRICS } from '@sigmalang/contracts';
import { Gauge, Histogram } from 'prom-client';
import { inTurns } from '../event-loop-turns';

const duration = new Histogram({
  name: METRICS.vectorOperationDuration,
  help: 'Time of one operation on vectors, in seconds',
  labelNames: ['operation'],
  buckets: [0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1],
});

const kernelsInfo = new Gauge({
  name: METRICS.vectorKernels,
  help: 'Which implementation of the vector kernels is in use: always 1, its name in the label',
  labelNames: ['kernels'],
});

/** Runs an operation on vectors and measures it. */
export function timeVectorOperation<Result>(operation: string, run: () => Result): Result {
  const started = performance.now();
  const result = run();
  duration.observe({ operation }, (performance.now() - started) / 1000);
  return result;
}

/** Does an operation on many vectors one after the other, others having their turns in between, and measures the time it works. */
export async function timeVectorOperationInTurns<Item>(operation: string, items: Iterable<Item>, work: (item: Item) => void): Promise<void> {
  let seconds = 0;
  await inTurns(items, (item) => {
    const started = performance.now();
    work(item);
    seconds += (performance.now() - started) / 1000;
  });
  observeVectorOperation(operation, seconds);
}

/** Counts an operation on vectors that took so many seconds. */
export function observeVectorOperation(operation: string, seconds: number): void {
  duration.observe({ operation }, seconds);
}

/** Lets operations be seen before the process did any. */
export function showVectorOperations(...operations: readonly string[]): void {
  for (const operation of operations) duration.zero({ operation });
}

/** Says which vector kernels the process uses. */
export function reportVectorKernels(kernels: string): void {
  kernelsInfo.set({ kernels }, 1);
}
