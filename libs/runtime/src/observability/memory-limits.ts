import { METRICS } from '@sigmalang/contracts';
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { Gauge } from 'prom-client';

/** Bytes that a process may take: what its container allows, and where that allows more than there is, or says nothing, the memory of the machine. */
export function memoryLimitOf(constrainedBytes: number, machineBytes: number): number {
  return constrainedBytes > 0 ? Math.min(constrainedBytes, machineBytes) : machineBytes;
}

/** What a process may take of memory; its end is sudden where it takes more. */
export const memoryLimits = {
  process: new Gauge({
    name: METRICS.memoryLimit,
    help: 'Bytes of memory that the process may take: those of its container, or of the machine',
    collect() {
      this.set(memoryLimitOf(process.constrainedMemory(), totalmem()));
    },
  }),
  heap: new Gauge({
    name: METRICS.heapLimit,
    help: 'Bytes that the heap of JavaScript objects may take, threads beside the one that serves left out',
    collect() {
      this.set(getHeapStatistics().heap_size_limit);
    },
  }),
};
