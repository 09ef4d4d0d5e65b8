import { type AlertTest, grows, stays } from './alert-test';

const WHERE = 'job="sigmalang-node",instance="n"';
const LABELS = { job: 'sigmalang-node', instance: 'n' };
const MOUNT = { device: '/dev/vda', fstype: 'ext4', mountpoint: '/' };

function disk(freePercent: number, fstype = 'ext4', job = WHERE): Record<string, string> {
  const labels = `${job},device="/dev/vda",fstype="${fstype}",mountpoint="/"`;
  return { [`node_filesystem_avail_bytes{${labels}}`]: stays(freePercent, 60), [`node_filesystem_size_bytes{${labels}}`]: stays(100, 60) };
}

function memory(availablePercent: number): Record<string, string> {
  return { [`node_memory_MemAvailable_bytes{${WHERE}}`]: stays(availablePercent, 60), [`node_memory_MemTotal_bytes{${WHERE}}`]: stays(100, 60) };
}

function load(value: number): Record<string, string> {
  const processors = ['0', '1'].map((cpu) => [`node_cpu_seconds_total{${WHERE},cpu="${cpu}",mode="idle"}`, grows(30, 90)] as const);
  return { [`node_load5{${WHERE}}`]: stays(value, 90), ...Object.fromEntries(processors) };
}

export const nodeTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangNodeDiskLow',
    fires: { series: disk(5), at: '30m', labels: { ...LABELS, ...MOUNT }, says: '5% of / on n are free.' },
    quiet: {
      'there is room': { series: disk(40), at: '30m' },
      'it lies in memory': { series: disk(0, 'tmpfs'), at: '30m' },
      'it is a machine of somebody else': { series: disk(5, 'ext4', 'job="node-exporter",instance="m"'), at: '30m' },
    },
  },
  {
    alert: 'SigmalangNodeMemoryLow',
    fires: { series: memory(5), at: '30m', labels: LABELS, says: '5% of the memory of n are available.' },
    quiet: { 'there is enough': { series: memory(40), at: '30m' } },
  },
  {
    alert: 'SigmalangNodeLoadHigh',
    fires: { series: load(8), at: '60m', labels: LABELS, says: '4 times as many threads as n has processors run or wait.' },
    quiet: { 'all processors are busy': { series: load(3), at: '60m' } },
  },
  {
    alert: 'SigmalangNodeOutOfMemory',
    fires: {
      series: { [`node_vmstat_oom_kill{${WHERE}}`]: grows(0.2, 60) },
      at: '40m',
      labels: LABELS,
      says: 'The kernel of n ended 3 processes within 15 minutes because memory ran out, of the machine or of a container.',
    },
    quiet: { 'it was long ago': { series: { [`node_vmstat_oom_kill{${WHERE}}`]: stays(5, 60) }, at: '40m' } },
  },
];
