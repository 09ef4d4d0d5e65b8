import { METRICS } from '@sigmalang/contracts';
import { above, increase, max, min, minus, quotient, rate, secondsUntil, series, share, sum } from '../promql';
import { EXPORTERS, OUR_JOBS } from '../selectors';
import { databaseRow, dependenciesRow } from './dependency-rows';
import { dashboard, IN_NAMESPACE, type Row } from './frame';
import { postgresqlRow, redisRow } from './server-rows';
import { ANY_IS_BAD, states, timeseries, worseAbove, worseBelow } from './panels';
import { readOn, runbook } from './read-on';
import { PROCESS, type Processes } from './scope';
import { table } from './table';

const ALL: Processes = [OUR_JOBS, IN_NAMESPACE];
const DAY_S = 86_400;

/** Servers of NATS. Every gateway asks each of them, so that one answer counts. */
const nats: Row = {
  title: 'NATS servers',
  panels: [
    states({
      title: 'Reached',
      description: `Whether the monitoring port of each server (NATS_MONITORING_URLS) answers a gateway. Without that setting there is nothing here. ${runbook('SigmalangNatsServerDown')}`,
      width: 8,
      queries: [{ expr: max(series(METRICS.natsServerUp, IN_NAMESPACE), 'server'), legend: '{{server}}' }],
      one: 'up',
      zero: 'down',
      good: 1,
    }),
    timeseries({
      title: 'Messages',
      description: 'Messages a second that each server takes in and gives out. Nothing while callers ask: the processes are not connected to it.',
      unit: 'ops',
      queries: [{ expr: max(rate(METRICS.natsServerMessages, IN_NAMESPACE), 'server', 'direction'), legend: '{{server}} {{direction}}' }],
    }),
    timeseries({
      title: 'Bytes',
      description: 'Bytes a second that each server takes in and gives out. A vector is some 1.3 KB, a list of documents up to 8 MiB.',
      unit: 'binBps',
      queries: [{ expr: max(rate(METRICS.natsServerBytes, IN_NAMESPACE), 'server', 'direction'), legend: '{{server}} {{direction}}' }],
    }),
    timeseries({
      title: 'Slow consumers',
      description: `Clients within five minutes that did not read fast enough and were cut off. What was sent to them is lost, and asked again or timed out. ${runbook('SigmalangNatsSlowConsumers')}`,
      unit: 'none',
      width: 6,
      queries: [{ expr: max(increase('5m', METRICS.natsServerSlowConsumers, IN_NAMESPACE), 'server'), legend: '{{server}}' }],
      limits: ANY_IS_BAD,
    }),
    timeseries({
      title: 'Clients of NATS',
      description: 'Clients of each server: one of every process, and those of others. Fewer than processes: some are connected to another server, or to none.',
      unit: 'none',
      width: 6,
      queries: [{ expr: max(series(METRICS.natsServerConnections, IN_NAMESPACE), 'server'), legend: '{{server}}' }],
    }),
    timeseries({
      title: 'Memory of NATS',
      description: `Resident memory of each server. It grows with messages that wait for slow readers. ${runbook('SigmalangNatsMemoryHigh')}`,
      unit: 'bytes',
      width: 6,
      queries: [{ expr: max(series(METRICS.natsServerMemory, IN_NAMESPACE), 'server'), legend: '{{server}}' }],
    }),
    table({
      title: 'Largest message',
      description: `What each server lets through. Below 8 MiB large lists are refused with PAYLOAD_TOO_LARGE. ${runbook('SigmalangNatsMaxPayloadLow')}`,
      width: 6,
      rows: { server: 'Server' },
      columns: [{ title: 'max_payload', unit: 'bytes', expr: max(series(METRICS.natsServerMaxPayload, IN_NAMESPACE), 'server'), limits: worseBelow(8_388_608, 1_048_577) }],
    }),
  ],
};

const FILES = 'fstype!~"tmpfs|ramfs|overlay|squashfs"';

const disks: Row = {
  title: 'Disks and machines',
  panels: [
    timeseries({
      title: 'Free for DATA_DIR',
      description: `Free share of the volume that a process keeps its index or database on. Full, it takes no writes. ${runbook('SigmalangDataDiskLow')}`,
      unit: 'percentunit',
      queries: [{ expr: quotient(series(METRICS.dataDiskFree, ...ALL), series(METRICS.dataDiskSize, ...ALL)), legend: `{{job}} ${PROCESS}` }],
      max: 1,
      limits: worseBelow(0.15, 0.05),
    }),
    timeseries({
      title: 'Free on machines',
      description: `Free share of the file systems of machines, as the exporter for machines sees them. ${runbook('SigmalangNodeDiskLow')}`,
      unit: 'percentunit',
      queries: [
        { expr: quotient(series('node_filesystem_avail_bytes', EXPORTERS.node, FILES), above(series('node_filesystem_size_bytes', EXPORTERS.node, FILES), 0)), legend: '{{instance}} {{mountpoint}}' },
      ],
      max: 1,
      limits: worseBelow(0.15, 0.05),
    }),
    timeseries({
      title: 'CPU and memory of machines',
      description: `Share of the cores that work, and of the memory that is taken. Full memory ends with the kernel killing what is largest. ${runbook('SigmalangNodeMemoryLow')}`,
      unit: 'percentunit',
      queries: [
        { expr: share(sum(rate('node_cpu_seconds_total', EXPORTERS.node, 'mode!~"idle|iowait"'), 'instance'), sum(rate('node_cpu_seconds_total', EXPORTERS.node), 'instance')), legend: 'CPU {{instance}}' },
        { expr: memoryTaken(), legend: 'memory {{instance}}' },
      ],
      max: 1,
      limits: worseAbove(0.85, 0.95),
    }),
  ],
};

function memoryTaken(): ReturnType<typeof share> {
  const total = sum(series('node_memory_MemTotal_bytes', EXPORTERS.node), 'instance');
  return share(minus(total, sum(series('node_memory_MemAvailable_bytes', EXPORTERS.node), 'instance')), total);
}

const certificates: Row = {
  title: 'Certificates',
  panels: [
    timeseries({
      title: 'Time left',
      description: `Time until the certificates of each app end: the authority of NATS and the own one of the app. The process that has least counts. Without TLS there is nothing here. ${runbook('SigmalangCertificateExpiresSoon')} ${readOn('Reaching NATS', 'architecture.md')}`,
      unit: 's',
      width: 12,
      queries: [{ expr: min(secondsUntil(series(METRICS.certificateExpiry, ...ALL)), 'job', 'certificate'), legend: '{{job}} {{certificate}}' }],
      isSigned: true,
      limits: worseBelow(14 * DAY_S, 3 * DAY_S),
    }),
    table({
      title: 'Certificates now',
      description: `Which certificate of which process ends when. ${runbook('SigmalangCertificateExpires')}`,
      width: 12,
      rows: { certificate: 'Certificate', job: 'App', pod: 'Pod', instance: 'Process' },
      columns: [{ title: 'Ends in', unit: 's', expr: min(secondsUntil(series(METRICS.certificateExpiry, ...ALL)), 'certificate', 'job', 'pod', 'instance'), limits: worseBelow(14 * DAY_S, 3 * DAY_S) }],
    }),
  ],
};

/** What all apps stand on. */
export const natsAndStorage = dashboard({
  uid: 'sigmalang-nats-and-storage',
  title: 'ΣLANG NATS and storage',
  description: 'Is it what the apps stand on? NATS, the guards of calls, PostgreSQL, Redis, disks, certificates.',
  jobs: OUR_JOBS,
  hasInstances: false,
  rows: [nats, dependenciesRow(ALL), databaseRow(ALL), postgresqlRow, redisRow, disks, certificates],
});
