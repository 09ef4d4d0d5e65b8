/** Series that processes of ours do not declare, by who exports them; rules and panels use no others beside those of METRICS. */
export const FOREIGN_METRICS = {
  /** Prometheus itself. */
  prometheus: ['up', 'ALERTS'],
  /** prom-client, in each of our processes. */
  promClient: [
    'process_cpu_seconds_total',
    'process_max_fds',
    'process_open_fds',
    'process_resident_memory_bytes',
    'process_start_time_seconds',
    'nodejs_active_resources',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_external_memory_bytes',
    'nodejs_gc_duration_seconds',
    'nodejs_heap_size_total_bytes',
    'nodejs_heap_size_used_bytes',
    'nodejs_version_info',
  ],
  /** The exporter for Redis. */
  redis: [
    'redis_up',
    'redis_blocked_clients',
    'redis_commands_processed_total',
    'redis_connected_clients',
    'redis_evicted_keys_total',
    'redis_instance_info',
    'redis_memory_max_bytes',
    'redis_memory_used_bytes',
    'redis_rejected_connections_total',
  ],
  /** The exporter for PostgreSQL. */
  postgresql: [
    'pg_up',
    'pg_database_size_bytes',
    'pg_settings_archive_timeout_seconds',
    'pg_settings_max_connections',
    'pg_stat_activity_count',
    'pg_stat_activity_max_tx_duration',
    'pg_stat_archiver_failed_count',
    'pg_stat_archiver_last_archive_age',
    'pg_stat_database_blks_hit',
    'pg_stat_database_blks_read',
    'pg_stat_database_deadlocks',
    'pg_stat_database_tup_deleted',
    'pg_stat_database_tup_inserted',
    'pg_stat_database_tup_updated',
    'pg_stat_database_xact_commit',
    'pg_stat_database_xact_rollback',
  ],
  /** The exporter for the machine. */
  node: [
    'node_cpu_seconds_total',
    'node_filesystem_avail_bytes',
    'node_filesystem_size_bytes',
    'node_load5',
    'node_memory_MemAvailable_bytes',
    'node_memory_MemTotal_bytes',
    'node_vmstat_oom_kill',
  ],
} as const;

/** Name of one of {@link FOREIGN_METRICS}. */
export type ForeignMetric = (typeof FOREIGN_METRICS)[keyof typeof FOREIGN_METRICS][number];
