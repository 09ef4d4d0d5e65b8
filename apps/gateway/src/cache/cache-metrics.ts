import { METRICS } from '@sigmalang/contracts';
import { Counter, Gauge } from 'prom-client';

/** Replies in memory: how many, their bytes, and how many bytes there may be. */
interface MemorySize {
  readonly size: number;
  readonly calculatedSize: number;
  readonly maxSize: number;
}

/** What keeps replies in the memory of the process. */
export const measuredMemories = new Set<MemorySize>();

function sumOf(size: (memory: MemorySize) => number): number {
  return [...measuredMemories].reduce((sum, memory) => sum + size(memory), 0);
}

/** What is measured of the cache. */
export const cacheMetrics = {
  hits: new Counter({
    name: METRICS.cacheHits,
    help: 'Requests answered by a reply that was kept in memory or in Redis, or that another request was already waiting for (flight)',
    labelNames: ['level'],
  }),
  misses: new Counter({ name: METRICS.cacheMisses, help: 'Requests whose reply was looked for and had to be computed' }),
  entries: new Gauge({
    name: METRICS.cacheEntries,
    help: 'Replies that are kept in the memory of the process',
    collect() {
      this.set(sumOf(({ size }) => size));
    },
  }),
  bytes: new Gauge({
    name: METRICS.cacheBytes,
    help: 'Bytes of the replies that are kept in the memory of the process',
    collect() {
      this.set(sumOf(({ calculatedSize }) => calculatedSize));
    },
  }),
  bytesLimit: new Gauge({
    name: METRICS.cacheBytesLimit,
    help: 'Bytes of replies that may be kept in the memory of the process; beyond them the least used go',
    collect() {
      this.set(sumOf(({ maxSize }) => maxSize));
    },
  }),
};

for (const level of ['memory', 'redis', 'flight']) cacheMetrics.hits.inc({ level }, 0); // so that there is a rate of each from the start
