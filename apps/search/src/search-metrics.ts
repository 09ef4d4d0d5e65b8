import { METRICS, SEARCH_MODES, type SearchMode } from '@sigmalang/contracts';
import { observeVectorOperation, showVectorOperations, TracedHistogram } from '@sigmalang/runtime';
import { Counter, Gauge } from 'prom-client';
import type { EngineAnswer } from './engine/search-engine';
import type { TimedAnswer } from './local/local-search';

/** What can come of a snapshot. */
const SNAPSHOT_OUTCOMES = ['written', 'failed', 'loaded', 'damaged'] as const;

/** Why an index is built from the database. */
const REBUILD_REASONS = ['nothing', 'damaged', 'failed', 'pruned', 'compacted', 'outdated'] as const;

/** What is being built from the database at the moment, each once. */
export const rebuilding = new Set<object>();

/** What is measured of searches and of the indexes that answer them. */
export const searchMetrics = {
  duration: new TracedHistogram({
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
    help: `Snapshots of indexes, by outcome: ${SNAPSHOT_OUTCOMES.join(', ')}`,
    labelNames: ['outcome'],
  }),
  rebuilds: new Counter({
    name: METRICS.indexRebuilds,
    help: `Indexes that were built from the database, by reason: ${REBUILD_REASONS.join(', ')}`,
    labelNames: ['reason'],
  }),
  rebuildsInProgress: new Gauge({
    name: METRICS.indexRebuildsInProgress,
    help: 'Indexes that are being built from the database by the process',
    collect() {
      this.set(rebuilding.size);
    },
  }),
};

// What has not happened yet counts as 0: a rate of what is not there cannot be watched.
showVectorOperations('scan', 'hnsw');
for (const mode of SEARCH_MODES) searchMetrics.duration.zero({ mode });
for (const outcome of SNAPSHOT_OUTCOMES) searchMetrics.snapshots.inc({ outcome }, 0);
for (const reason of REBUILD_REASONS) searchMetrics.rebuilds.inc({ reason }, 0);

/** Measures a search, whether it succeeds or not. */
export async function timeSearch<Result>(mode: SearchMode, search: () => Promise<Result>): Promise<Result> {
  const end = searchMetrics.duration.startTimer({ mode });
  try {
    return await search();
  } finally {
    end();
  }
}

/** What a thread found, its time to compare vectors measured and left out. */
export function withoutTime({ vectorSearch, ...answer }: TimedAnswer): EngineAnswer {
  if (vectorSearch) observeVectorOperation(vectorSearch.operation, vectorSearch.seconds);
  return answer;
}
