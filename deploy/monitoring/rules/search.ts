import { METRICS } from '@sigmalang/contracts';
import type { AlertTopic } from '../alert';
import { BY_PROCESS } from '../selectors';

const DAMAGED = `${METRICS.indexSnapshots}{outcome="damaged"}`;

/** Indexes of search: whether they follow the database, and what they cost. */
export const search: AlertTopic = {
  topic: 'search',
  alerts: [
    {
      alert: 'SigmalangIndexNotFollowing',
      expr: `max by (${BY_PROCESS}) (${METRICS.healthCheckStatus}{check="index-follows"}) == 0`,
      for: '5m',
      severity: 'warning',
      summary: 'A search process answers from what it had on disk',
      description: '{{ $labels.instance }} of {{ $labels.job }} has not seen the database since its start and answers from its snapshots.',
    },
    {
      alert: 'SigmalangIndexBehind',
      expr: `max by (${BY_PROCESS}) (${METRICS.indexBehind}) > 100`,
      for: '10m',
      severity: 'warning',
      summary: 'Searches do not find what was written minutes ago',
      description: 'An index of {{ $labels.instance }} of {{ $labels.job }} has not taken {{ $value }} changes.',
    },
    {
      alert: 'SigmalangIndexRebuildLong',
      expr: `max by (${BY_PROCESS}) (${METRICS.indexRebuildsInProgress}) > 0`,
      for: '30m',
      severity: 'warning',
      summary: 'An index is being built for half an hour',
      description: '{{ $value }} indexes are being built in {{ $labels.instance }} of {{ $labels.job }}, without a pause for half an hour.',
    },
    {
      alert: 'SigmalangIndexRebuildsFrequent',
      expr: `sum by (${BY_PROCESS}) (increase(${METRICS.indexRebuilds}{reason=~"damaged|failed|pruned"}[1h])) > 3`,
      for: '1m',
      severity: 'warning',
      summary: 'Indexes are built again and again because something goes wrong',
      description: '{{ $value | printf "%.0f" }} indexes of {{ $labels.instance }} of {{ $labels.job }} were built from the database within an hour, because they were damaged, failed or missed removals.',
    },
    {
      alert: 'SigmalangSnapshotsFailing',
      expr: `sum by (${BY_PROCESS}) (increase(${METRICS.indexSnapshots}{outcome="failed"}[15m])) > 2`,
      for: '5m',
      severity: 'warning',
      summary: 'Indexes cannot be written to disk',
      description: '{{ $value | printf "%.0f" }} snapshots of indexes failed in {{ $labels.instance }} of {{ $labels.job }} within 15 minutes; its next start has to build them from the database.',
    },
    {
      alert: 'SigmalangSnapshotsDamaged',
      // They are found at the start, often before the first scrape: then nothing grows.
      expr: `increase(${DAMAGED}[1h]) > 0
or ${DAMAGED} > 0 unless ${DAMAGED} offset 1h`,
      for: '1m',
      severity: 'warning',
      summary: 'Snapshots of indexes were damaged on disk',
      description: '{{ $value | printf "%.0f" }} snapshots of {{ $labels.instance }} of {{ $labels.job }} were damaged within the last hour and thrown away.',
    },
  ],
};
