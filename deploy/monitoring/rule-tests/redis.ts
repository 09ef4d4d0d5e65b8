import { type AlertTest, grows, stays } from './alert-test';

const WHERE = 'job="sigmalang-redis",instance="r"';
const LABELS = { job: 'sigmalang-redis', instance: 'r' };
const MIB = 1_048_576;

function memory(used: number, most: number, policy: string): Record<string, string> {
  return {
    [`redis_memory_used_bytes{${WHERE}}`]: stays(used * MIB, 120),
    [`redis_memory_max_bytes{${WHERE}}`]: stays(most * MIB, 120),
    [`redis_instance_info{${WHERE},maxmemory_policy="${policy}",redis_version="7.0.15"}`]: stays(1, 120),
  };
}

export const redisTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangRedisDown',
    fires: {
      series: { [`redis_up{${WHERE}}`]: '1x5 0x15' },
      at: '15m',
      labels: LABELS,
      says: 'The Redis of r does not answer. Gateways go on, each counting and keeping replies for itself.',
    },
    quiet: {
      'it was restarted': { series: { [`redis_up{${WHERE}}`]: '1x13 0 1x10' }, at: '15m' },
      'it is the Redis of somebody else': { series: { 'redis_up{job="other",instance="o"}': stays(0, 20) }, at: '15m' },
    },
  },
  {
    alert: 'SigmalangRedisMemoryFull',
    fires: { series: memory(95, 100, 'noeviction'), at: '30m', labels: LABELS, says: 'The Redis of r uses 95% of its memory and evicts nothing.' },
    quiet: {
      'it is full, and makes room by itself': { series: memory(100, 100, 'volatile-lru'), at: '30m' },
      'there is room': { series: memory(50, 100, 'noeviction'), at: '30m' },
      'nothing bounds it': { series: memory(50, 0, 'noeviction'), at: '30m' },
    },
  },
  {
    alert: 'SigmalangRedisUnbounded',
    fires: { series: memory(50, 0, 'noeviction'), at: '90m', labels: LABELS, says: 'The Redis of r has no maxmemory, and kept replies grow as callers ask.' },
    quiet: { 'it has a bound': { series: memory(50, 100, 'volatile-lru'), at: '90m' } },
  },
  {
    alert: 'SigmalangRedisEvictions',
    fires: {
      series: { [`redis_evicted_keys_total{${WHERE}}`]: grows(1200, 90) },
      at: '60m',
      labels: LABELS,
      says: 'The Redis of r evicts 20 keys a second: kept replies, and counts of callers, who may then ask more often.',
    },
    quiet: { 'it evicts now and then': { series: { [`redis_evicted_keys_total{${WHERE}}`]: grows(60, 90) }, at: '60m' } },
  },
  {
    alert: 'SigmalangRedisConnectionsRejected',
    fires: { series: { [`redis_rejected_connections_total{${WHERE}}`]: grows(2, 60) }, at: '40m', labels: LABELS, says: 'The Redis of r refused 30 connections within 15 minutes.' },
    quiet: { 'none was': { series: { [`redis_rejected_connections_total{${WHERE}}`]: stays(4, 60) }, at: '40m' } },
  },
];
