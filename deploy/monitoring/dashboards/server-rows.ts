import { above, atLeast, increase, max, min, plus, quotient, rate, series, share, sum } from '../promql';
import { EXPORTERS } from '../selectors';
import type { Row } from './frame';
import { ANY_IS_BAD, states, timeseries, worseAbove, worseBelow } from './panels';
import { readOn, runbook } from './read-on';

const PG = EXPORTERS.postgresql;
const REDIS = EXPORTERS.redis;

/** PostgreSQL as its exporter sees it. */
export const postgresqlRow: Row = {
  title: 'PostgreSQL, as its exporter sees it',
  panels: [
    states({
      title: 'PostgreSQL',
      description: `Whether the exporter reaches the server. An embedded database has no exporter: then there is nothing in this row. ${runbook('SigmalangPostgresqlDown')}`,
      width: 6,
      queries: [{ expr: series('pg_up', PG), legend: '{{instance}}' }],
      one: 'up',
      zero: 'down',
      good: 1,
    }),
    timeseries({
      title: 'Connections, of those there may be',
      description: `Share of max_connections that is taken, by all clients. At 100 % processes that start get none. ${runbook('SigmalangPostgresqlConnectionsNearLimit')}`,
      unit: 'percentunit',
      width: 6,
      queries: [{ expr: quotient(sum(series('pg_stat_activity_count', PG), 'instance'), min(series('pg_settings_max_connections', PG), 'instance')), legend: '{{instance}}' }],
      max: 1,
      limits: worseAbove(0.7, 0.9),
    }),
    timeseries({
      title: 'Connections, by state',
      description: 'Connections of all clients. Many "idle in transaction" hold locks, and rows that could be removed.',
      unit: 'none',
      width: 6,
      queries: [{ expr: above(sum(series('pg_stat_activity_count', PG), 'state'), 0), legend: '{{state}}' }],
      isStacked: true,
    }),
    timeseries({
      title: 'Longest transaction',
      description: `How long the oldest transaction of each database runs. What it holds back is not cleaned up. ${runbook('SigmalangPostgresqlLongTransaction')}`,
      unit: 's',
      width: 6,
      queries: [{ expr: max(series('pg_stat_activity_max_tx_duration', PG), 'datname'), legend: '{{datname}}' }],
      limits: worseAbove(300, 1800),
    }),
    timeseries({
      title: 'Transactions',
      description: 'Transactions a second that were committed and rolled back, of all databases. Rolled back: conflicts, or a program that fails.',
      unit: 'ops',
      width: 6,
      queries: [
        { expr: sum(rate('pg_stat_database_xact_commit', PG)), legend: 'committed' },
        { expr: sum(rate('pg_stat_database_xact_rollback', PG)), legend: 'rolled back' },
      ],
    }),
    timeseries({
      title: 'Rows written',
      description: 'Rows inserted, updated and deleted a second. Writing of many rows explains slow operations, and archives of WAL that grow.',
      unit: 'ops',
      width: 6,
      queries: [
        { expr: sum(rate('pg_stat_database_tup_inserted', PG)), legend: 'inserted' },
        { expr: sum(rate('pg_stat_database_tup_updated', PG)), legend: 'updated' },
        { expr: sum(rate('pg_stat_database_tup_deleted', PG)), legend: 'deleted' },
      ],
    }),
    timeseries({
      title: 'Read from memory',
      description: 'Share of the pages that were found in the buffers of the server and not read from disk. Below 90 % for long it wants more memory.',
      unit: 'percentunit',
      width: 6,
      queries: [{ expr: share(sum(rate('pg_stat_database_blks_hit', PG)), plus(sum(rate('pg_stat_database_blks_hit', PG)), sum(rate('pg_stat_database_blks_read', PG)))), legend: 'found' }],
      max: 1,
      limits: worseBelow(0.9, 0.7),
    }),
    timeseries({
      title: 'Deadlocks',
      description: `Deadlocks within five minutes: transactions that waited for one another, of which one was ended. ${runbook('SigmalangPostgresqlDeadlocks')}`,
      unit: 'none',
      width: 6,
      queries: [{ expr: sum(increase('5m', 'pg_stat_database_deadlocks', PG), 'datname'), legend: '{{datname}}' }],
      limits: ANY_IS_BAD,
    }),
    timeseries({
      title: 'Size',
      description: 'Bytes of each database on disk, with what is not cleaned up yet.',
      unit: 'bytes',
      queries: [{ expr: max(series('pg_database_size_bytes', PG), 'datname'), legend: '{{datname}}' }],
    }),
    timeseries({
      title: 'Age of the archive',
      description: `Time since WAL was last archived: what would be lost with the disk. Worry beyond 15 minutes, the most that may be lost. Nothing where WAL is not archived. ${runbook('SigmalangPostgresqlArchiveOld')} ${readOn('Backup and recovery', 'backup-and-recovery.md')}`,
      unit: 's',
      queries: [{ expr: atLeast(max(series('pg_stat_archiver_last_archive_age', PG), 'instance'), 0), legend: '{{instance}}' }],
      limits: worseAbove(600, 900),
    }),
    timeseries({
      title: 'Archiving that failed',
      description: `Files of WAL within five minutes that could not be archived. Those that wait fill the disk. ${runbook('SigmalangPostgresqlArchivingFails')}`,
      unit: 'none',
      queries: [{ expr: sum(increase('5m', 'pg_stat_archiver_failed_count', PG), 'instance'), legend: '{{instance}}' }],
      limits: ANY_IS_BAD,
    }),
  ],
};

/** Redis as its exporter sees it. */
export const redisRow: Row = {
  title: 'Redis, as its exporter sees it',
  panels: [
    states({
      title: 'Redis',
      description: `Whether the exporter reaches the server. Without Redis gateways count and cache each for itself, and nothing fails. ${runbook('SigmalangRedisDown')}`,
      width: 6,
      queries: [{ expr: series('redis_up', REDIS), legend: '{{instance}}' }],
      one: 'up',
      zero: 'down',
      good: 1,
    }),
    timeseries({
      title: 'Memory of Redis',
      description: `Bytes in use, and how many there may be (0: no limit, which should not be). At the limit replies that were kept are thrown away. ${runbook('SigmalangRedisMemoryFull')}`,
      unit: 'bytes',
      width: 6,
      queries: [
        { expr: series('redis_memory_used_bytes', REDIS), legend: 'in use {{instance}}' },
        { expr: series('redis_memory_max_bytes', REDIS), legend: 'limit {{instance}}' },
      ],
    }),
    timeseries({
      title: 'Commands',
      description: 'Commands a second: one for the rate of each request, and those for replies that are kept.',
      unit: 'ops',
      width: 6,
      queries: [{ expr: rate('redis_commands_processed_total', REDIS), legend: '{{instance}}' }],
    }),
    timeseries({
      title: 'Clients of Redis',
      description: `Connections, and those of them that wait in a blocking command. ${runbook('SigmalangRedisConnectionsRejected')}`,
      unit: 'none',
      width: 6,
      queries: [
        { expr: series('redis_connected_clients', REDIS), legend: 'connected {{instance}}' },
        { expr: series('redis_blocked_clients', REDIS), legend: 'blocked {{instance}}' },
      ],
    }),
    timeseries({
      title: 'Thrown away',
      description: `Keys a second that made room for others. Buckets of rates among them are full again: callers may do more than they should. ${runbook('SigmalangRedisEvictions')}`,
      unit: 'ops',
      width: 12,
      queries: [{ expr: rate('redis_evicted_keys_total', REDIS), legend: '{{instance}}' }],
      limits: worseAbove(1, 100),
    }),
    timeseries({
      title: 'Connections refused',
      description: `Connections a second refused because there are as many as may be (maxclients). ${runbook('SigmalangRedisConnectionsRejected')}`,
      unit: 'ops',
      width: 12,
      queries: [{ expr: rate('redis_rejected_connections_total', REDIS), legend: '{{instance}}' }],
      limits: ANY_IS_BAD,
    }),
  ],
};
