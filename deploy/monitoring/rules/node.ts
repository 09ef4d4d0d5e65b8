import type { AlertTopic } from '../alert';
import { BY_PROCESS, EXPORTERS } from '../selectors';

const NODE = EXPORTERS.node;

/** File systems that fill up: none in memory, and none that is never written. */
const DISK = `${NODE}, fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660|fuse.*"`;

const FREE = `node_filesystem_avail_bytes{${DISK}} / (node_filesystem_size_bytes{${DISK}} > 0)`;

/** The machine, where its exporter runs as part of the installation. */
export const node: AlertTopic = {
  topic: 'node',
  alerts: [
    {
      alert: 'SigmalangNodeDiskLow',
      expr: `${FREE} < 0.1`,
      for: '15m',
      severity: 'warning',
      summary: 'A disk of the machine has little room',
      description: '{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} on {{ $labels.instance }} are free.',
    },
    {
      alert: 'SigmalangNodeMemoryLow',
      expr: `node_memory_MemAvailable_bytes{${NODE}} / node_memory_MemTotal_bytes{${NODE}} < 0.1`,
      for: '10m',
      severity: 'warning',
      summary: 'The machine has little memory left',
      description: '{{ $value | humanizePercentage }} of the memory of {{ $labels.instance }} are available.',
    },
    {
      alert: 'SigmalangNodeLoadHigh',
      expr: `node_load5{${NODE}} / on (${BY_PROCESS}) count by (${BY_PROCESS}) (node_cpu_seconds_total{${NODE}, mode="idle"}) > 2`,
      for: '30m',
      severity: 'warning',
      summary: 'More work waits for the processors of the machine than they do',
      description: '{{ $value | humanize }} times as many threads as {{ $labels.instance }} has processors run or wait.',
    },
    {
      alert: 'SigmalangNodeOutOfMemory',
      expr: `increase(node_vmstat_oom_kill{${NODE}}[15m]) > 0`,
      for: '1m',
      severity: 'warning',
      summary: 'The kernel ended a process because memory ran out',
      description: 'The kernel of {{ $labels.instance }} ended {{ $value | printf "%.0f" }} processes within 15 minutes because memory ran out, of the machine or of a container.',
    },
  ],
};
