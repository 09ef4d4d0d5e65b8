import { METRICS } from '@sigmalang/contracts';
import { TracedHistogram } from '@sigmalang/runtime';
import { Gauge } from 'prom-client';

/** Connections of a pool: how many there are, how many of them do nothing, and who waits for one. */
export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** The pools of the process, and how many connections each may have. */
export const measuredPools = new Map<PoolCounts, number>();

/** What is measured of the database. */
export const databaseMetrics = {
  duration: new TracedHistogram({
    name: METRICS.databaseQueryDuration,
    help: 'Time of an operation on the database, in seconds, with its wait for a connection; by operation and outcome: ok or failed',
    labelNames: ['operation', 'outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  }),
  connections: new Gauge({
    name: METRICS.databaseConnections,
    help: 'Connections to the database that work (busy) or could (idle), and operations that wait for one (waiting)',
    labelNames: ['state'],
    collect() {
      const sum = (count: (pool: PoolCounts) => number) => [...measuredPools.keys()].reduce((total, pool) => total + count(pool), 0);
      this.set({ state: 'busy' }, sum(({ totalCount, idleCount }) => totalCount - idleCount));
      this.set({ state: 'idle' }, sum(({ idleCount }) => idleCount));
      this.set({ state: 'waiting' }, sum(({ waitingCount }) => waitingCount));
    },
  }),
  connectionsLimit: new Gauge({
    name: METRICS.databaseConnectionsLimit,
    help: 'Connections to the database that the process may have at most, busy and idle',
    collect() {
      this.set([...measuredPools.values()].reduce((total, most) => total + most, 0));
    },
  }),
};
