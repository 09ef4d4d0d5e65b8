import { METRICS } from '@sigmalang/contracts';
import { increase, quantile, rate, series, sum } from '../promql';
import type { Row } from './frame';
import { timeseries, worseAbove } from './panels';
import { readOn, runbook } from './read-on';
import { PROCESS, type Processes } from './scope';

/** How searches are answered. */
export function searchesRow(of: Processes): Row {
  return {
    title: 'Searches',
    panels: [
      timeseries({
        title: 'Searches, by mode',
        description: `Searches a second. A mode that falls to nothing alone is refused: hybrid and semantic need nlp. ${readOn('Modes', 'search.md#modes')}`,
        unit: 'reqps',
        width: 12,
        queries: [{ expr: sum(rate(`${METRICS.searchDuration}_count`, ...of), 'mode'), legend: '{{mode}}' }],
        isStacked: true,
      }),
      timeseries({
        title: 'Time of a search, p95',
        description: 'Time in the service that 95 of 100 searches took at most, embedding of the query included. Only hybrid and semantic slow: look at nlp; all: at the index thread and the disk.',
        unit: 's',
        width: 12,
        queries: [{ expr: quantile(0.95, METRICS.searchDuration, of, 'mode'), legend: '{{mode}}', hasExemplars: true }],
        limits: worseAbove(0.05, 0.1),
      }),
    ],
  };
}

/** The index that answers them. */
export function indexRow(of: Processes): Row {
  return {
    title: 'Index',
    panels: [
      timeseries({
        title: 'Documents',
        description: 'Documents in the indexes of each process. Processes of one database differ only for as long as one of them is behind or builds its index.',
        unit: 'short',
        queries: [{ expr: series(METRICS.indexedDocuments, ...of), legend: PROCESS }],
      }),
      timeseries({
        title: 'Changes not taken yet',
        description: `How far the collection that is behind most is behind the database. What was written is not found until it is taken. ${runbook('SigmalangIndexBehind')}`,
        unit: 'short',
        queries: [{ expr: series(METRICS.indexBehind, ...of), legend: PROCESS }],
        limits: worseAbove(100, 1000),
      }),
      timeseries({
        title: 'Indexes being built',
        description: `Indexes that are being built from the database now. Searches of these collections wait or are answered from what was there before. ${runbook('SigmalangIndexRebuildLong')}`,
        unit: 'none',
        queries: [{ expr: series(METRICS.indexRebuildsInProgress, ...of), legend: PROCESS }],
      }),
      timeseries({
        title: 'Indexes built, by reason',
        description: `Indexes built from the database within five minutes. "nothing" is a first start; damaged and failed are worth a look. ${runbook('SigmalangIndexRebuildsFrequent')}`,
        unit: 'none',
        width: 12,
        queries: [{ expr: sum(increase('5m', METRICS.indexRebuilds, ...of), 'reason'), legend: '{{reason}}' }],
      }),
      timeseries({
        title: 'Snapshots, by outcome',
        description: `Snapshots of indexes written and loaded within five minutes. Failed: the disk is full or away; damaged: it lies. ${runbook('SigmalangSnapshotsFailing')}`,
        unit: 'none',
        width: 12,
        queries: [{ expr: sum(increase('5m', METRICS.indexSnapshots, ...of), 'outcome'), legend: '{{outcome}}' }],
      }),
    ],
  };
}
