import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, grows, stays } from './alert-test';

const MIB = 1_048_576;
const LABELS = { server: 'nats:8222' };

function seen(metric: string, by = 'a'): string {
  return `${metric}{job="sigmalang-gateway",instance="${by}",server="nats:8222"}`;
}

export const natsTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangNatsServerDown',
    fires: {
      series: { [seen(METRICS.natsServerUp)]: '1x5 0x15' },
      at: '15m',
      labels: LABELS,
      says: 'The monitoring port of nats:8222 answers no gateway. Where it is one of several, the others carry on.',
    },
    quiet: {
      'another gateway reaches it': { series: { [seen(METRICS.natsServerUp)]: stays(0, 20), [seen(METRICS.natsServerUp, 'b')]: stays(1, 20) }, at: '15m' },
      'nobody looks at NATS': { series: { 'up{job="sigmalang-standalone",instance="s"}': stays(1, 20) }, at: '15m' },
    },
  },
  {
    alert: 'SigmalangNatsSlowConsumers',
    fires: {
      series: { [seen(METRICS.natsServerSlowConsumers)]: grows(2, 60), [seen(METRICS.natsServerSlowConsumers, 'b')]: grows(2, 60) },
      at: '40m',
      labels: LABELS,
      says: 'nats:8222 cut off 30 connections within 15 minutes, whose processes did not read fast enough.',
    },
    quiet: { 'it was long ago': { series: { [seen(METRICS.natsServerSlowConsumers)]: stays(3, 60) }, at: '40m' } },
  },
  {
    alert: 'SigmalangNatsMaxPayloadLow',
    fires: {
      series: { [seen(METRICS.natsServerMaxPayload)]: stays(MIB, 20) },
      at: '15m',
      labels: LABELS,
      says: 'nats:8222 takes messages of 1MiB at most, services send up to 8 MiB: large requests are answered with 413.',
    },
    quiet: { 'it takes as much as services send': { series: { [seen(METRICS.natsServerMaxPayload)]: stays(8 * MIB, 20) }, at: '15m' } },
  },
  {
    alert: 'SigmalangNatsMemoryHigh',
    fires: {
      series: { [seen(METRICS.natsServerMemory)]: stays(768 * MIB, 60) },
      at: '40m',
      labels: LABELS,
      says: 'nats:8222 takes 768MiB of memory: messages pile up for processes that do not read them.',
    },
    quiet: { 'it takes what it needs': { series: { [seen(METRICS.natsServerMemory)]: stays(40 * MIB, 60) }, at: '40m' } },
  },
];
