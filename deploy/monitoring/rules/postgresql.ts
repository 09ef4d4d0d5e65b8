import type { AlertTopic } from '../alert';
import { BY_PROCESS, EXPORTERS } from '../selectors';

const POSTGRESQL = EXPORTERS.postgresql;

/** Rows that were written within a quarter of an hour: a database to which nobody writes has nothing to archive. */
const WRITTEN = ['inserted', 'updated', 'deleted'].map((kind) => `sum by (${BY_PROCESS}) (increase(pg_stat_database_tup_${kind}{${POSTGRESQL}}[15m]))`).join(' + ');

/** PostgreSQL, as its exporter sees it. */
export const postgresql: AlertTopic = {
  topic: 'postgresql',
  alerts: [
    {
      alert: 'SigmalangPostgresqlDown',
      expr: `pg_up{${POSTGRESQL}} == 0`,
      for: '2m',
      severity: 'critical',
      summary: 'PostgreSQL does not answer its exporter',
      description: 'The PostgreSQL of {{ $labels.instance }} does not answer: keys cannot be checked and nothing can be written.',
    },
    {
      alert: 'SigmalangPostgresqlConnectionsNearLimit',
      expr: `sum by (${BY_PROCESS}) (pg_stat_activity_count{${POSTGRESQL}}) / max by (${BY_PROCESS}) (pg_settings_max_connections{${POSTGRESQL}}) > 0.8`,
      for: '5m',
      severity: 'warning',
      summary: 'PostgreSQL will soon take no more connections',
      description: 'The PostgreSQL of {{ $labels.instance }} has {{ $value | humanizePercentage }} of the connections that it takes.',
    },
    {
      alert: 'SigmalangPostgresqlArchivingFails',
      expr: `increase(pg_stat_archiver_failed_count{${POSTGRESQL}}[15m]) > 0`,
      for: '10m',
      severity: 'warning',
      summary: 'PostgreSQL cannot archive its write-ahead log',
      description: '{{ $value | printf "%.0f" }} attempts of {{ $labels.instance }} to archive failed within 15 minutes; what is not archived fills the disk.',
    },
    {
      alert: 'SigmalangPostgresqlArchiveOld',
      expr: `max by (${BY_PROCESS}) (pg_stat_archiver_last_archive_age{${POSTGRESQL}}) > 900\nand ${WRITTEN} > 0\nand on (${BY_PROCESS}) pg_settings_archive_timeout_seconds{${POSTGRESQL}} > 0`,
      for: '10m',
      severity: 'critical',
      summary: 'More than 15 minutes of changes would be lost with the database',
      description: 'The last segment of the write-ahead log of {{ $labels.instance }} was archived {{ $value | humanizeDuration }} ago, and rows were written since.',
    },
    {
      alert: 'SigmalangPostgresqlDeadlocks',
      expr: `sum by (${BY_PROCESS}, datname) (increase(pg_stat_database_deadlocks{${POSTGRESQL}}[15m])) > 3`,
      for: '1m',
      severity: 'warning',
      summary: 'Transactions block each other in PostgreSQL',
      description: '{{ $value | printf "%.0f" }} deadlocks in the database {{ $labels.datname }} of {{ $labels.instance }} within 15 minutes.',
    },
    {
      alert: 'SigmalangPostgresqlLongTransaction',
      expr: `max by (${BY_PROCESS}, datname, state) (pg_stat_activity_max_tx_duration{${POSTGRESQL}, state=~"active|idle in transaction.*"}) > 1800`,
      for: '5m',
      severity: 'warning',
      summary: 'A transaction has been open for half an hour',
      description: 'A transaction in the database {{ $labels.datname }} of {{ $labels.instance }} has been open for {{ $value | humanizeDuration }} ({{ $labels.state }}): rows that are removed keep their room meanwhile.',
    },
  ],
};
