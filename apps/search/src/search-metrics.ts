import { METRICS, type SearchMode } from '@sigmalang/contracts';
import { Counter, Gauge, Histogram } from 'prom-client';

/** What is measured of searches and of the indexes that answer them. */
export const searchMetrics = {
  duration: new Histogram({
    name: METRICS.searchDuration,
    help: 'Time of a search in the service, in seconds, by mode',
    labelNames: ['mode'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  }),
  documents: new Gauge({
    name: METRICS.indexedDocuments,
    help: 'Documents in the indexes of the process',
  }),
  behind: new Gauge({
    name: METRICS.indexBehind,
    help: 'Changes that the indexes of the process have not taken yet, of the collection that has most',
  }),
  snapshots: new Counter({
    name: METRICS.indexSnapshots,
    help: 'Snapshots of indexes, by outcome: written, failed, loaded, damaged',
    labelNames: ['outcome'],
  }),
  rebuilds: new Counter({
    name: METRICS.indexRebuilds,
    help: 'Indexes that were built from the database, by reason',
    labelNames: ['reason'],
  }),
};

/** Measures a search, whether it succeeds or not. */
export async function timeSearch<Result>(mode: SearchMode, search: () => Promise<Result>): Promise<Result> {
  const end = searchMetrics.duration.startTimer({ mode });
  try {
    return await search();
  } finally {
    end();
  }
}
