import type { AlertTopic } from '../alert';
import { BY_PROCESS, EXPORTERS } from '../selectors';

const REDIS = EXPORTERS.redis;

/** Redis, as its exporter sees it. */
export const redis: AlertTopic = {
  topic: 'redis',
  alerts: [
    {
      alert: 'SigmalangRedisDown',
      expr: `redis_up{${REDIS}} == 0`,
      for: '2m',
      severity: 'warning',
      summary: 'Redis does not answer its exporter',
      description: 'The Redis of {{ $labels.instance }} does not answer. Gateways go on, each counting and keeping replies for itself.',
    },
    {
      alert: 'SigmalangRedisMemoryFull',
      // With a policy that evicts, as is recommended, a full memory is how it should be.
      expr: `redis_memory_used_bytes{${REDIS}} / (redis_memory_max_bytes{${REDIS}} > 0) > 0.9\nand on (${BY_PROCESS}) redis_instance_info{${REDIS}, maxmemory_policy="noeviction"}`,
      for: '5m',
      severity: 'warning',
      summary: 'Redis will soon refuse to write',
      description: 'The Redis of {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory and evicts nothing.',
    },
    {
      alert: 'SigmalangRedisUnbounded',
      expr: `redis_memory_max_bytes{${REDIS}} == 0`,
      for: '1h',
      severity: 'info',
      summary: 'Nothing bounds what Redis holds',
      description: 'The Redis of {{ $labels.instance }} has no maxmemory, and kept replies grow as callers ask.',
    },
    {
      alert: 'SigmalangRedisEvictions',
      expr: `rate(redis_evicted_keys_total{${REDIS}}[15m]) > 10`,
      for: '30m',
      severity: 'warning',
      summary: 'Redis throws away keys before their time',
      description: 'The Redis of {{ $labels.instance }} evicts {{ $value | humanize }} keys a second: kept replies, and counts of callers, who may then ask more often.',
    },
    {
      alert: 'SigmalangRedisConnectionsRejected',
      expr: `increase(redis_rejected_connections_total{${REDIS}}[15m]) > 0`,
      for: '1m',
      severity: 'warning',
      summary: 'Redis has as many connections as it may have',
      description: 'The Redis of {{ $labels.instance }} refused {{ $value | printf "%.0f" }} connections within 15 minutes.',
    },
  ],
};
