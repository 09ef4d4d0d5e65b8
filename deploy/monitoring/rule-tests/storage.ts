import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, grows, stays } from './alert-test';

const WHERE = 'job="sigmalang-search",instance="a"';
const LABELS = { job: 'sigmalang-search', instance: 'a' };
const WAITING = `${METRICS.databaseConnections}{${WHERE},state="waiting"}`;
const GIB = 1_073_741_824;

function disk(free: string): Record<string, string> {
  return { [`${METRICS.dataDiskFree}{${WHERE}}`]: free, [`${METRICS.dataDiskSize}{${WHERE}}`]: stays(100 * GIB, 600) };
}

/** A histogram of which all is at most a second and more than half of one. */
function slow(operation: string, perMinute: number): Record<string, string> {
  const labels = `${WHERE},operation="${operation}",outcome="ok"`;
  return {
    [`${METRICS.databaseQueryDuration}_bucket{${labels},le="0.5"}`]: stays(0, 60),
    [`${METRICS.databaseQueryDuration}_bucket{${labels},le="1"}`]: grows(perMinute, 60),
    [`${METRICS.databaseQueryDuration}_bucket{${labels},le="+Inf"}`]: grows(perMinute, 60),
    [`${METRICS.databaseQueryDuration}_count{${labels}}`]: grows(perMinute, 60),
  };
}

export const storageTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangDatabasePoolSaturated',
    fires: { series: { [WAITING]: '0x5 20x20' }, at: '20m', labels: { ...LABELS, state: 'waiting' }, says: '20 operations of a of sigmalang-search wait for one of its connections to the database.' },
    quiet: {
      'all work, and none waits': { series: { [`${METRICS.databaseConnections}{${WHERE},state="busy"}`]: stays(10, 30), [WAITING]: stays(0, 30) }, at: '20m' },
      'it was a moment': { series: { [WAITING]: '0x17 20x2 0x10' }, at: '20m' },
    },
  },
  {
    alert: 'SigmalangDatabaseSlow',
    fires: {
      series: slow('collections.get', 60),
      at: '40m',
      labels: { job: 'sigmalang-search', operation: 'collections.get' },
      says: '95 of 100 operations collections.get of sigmalang-search take up to 975ms.',
    },
    quiet: {
      'many documents are written at once': { series: slow('documents.put', 60), at: '40m' },
      'what is old is removed': { series: slow('audit.prune', 60), at: '40m' },
      'it is one operation in an hour': { series: slow('collections.get', 0.02), at: '40m' },
    },
  },
  {
    alert: 'SigmalangDataDiskLow',
    fires: { series: disk(stays(8 * GIB, 60)), at: '30m', labels: LABELS, says: '8% of the disk of DATA_DIR of a of sigmalang-search are free.' },
    quiet: { 'there is room': { series: disk(stays(20 * GIB, 60)), at: '30m' } },
  },
  {
    alert: 'SigmalangDataDiskFull',
    fires: { series: disk(stays(3 * GIB, 60)), at: '30m', labels: LABELS, says: '3% of the disk of DATA_DIR of a of sigmalang-search are free: what cannot be written is refused or lost.' },
    quiet: { 'there is little room': { series: disk(stays(8 * GIB, 60)), at: '30m' } },
  },
  {
    alert: 'SigmalangDataDiskFilling',
    fires: {
      series: disk(`${38 * GIB}-${0.03 * GIB}x600`),
      at: '480m',
      labels: LABELS,
      says: 'As it went in the last 6 hours, the disk of DATA_DIR of a of sigmalang-search will be full within a day.',
    },
    quiet: {
      'it fills, with most of it free': { series: disk(`${95 * GIB}-${0.06 * GIB}x600`), at: '480m' },
      'it is as full as it was': { series: disk(stays(30 * GIB, 600)), at: '480m' },
      'it was written at once, and no longer': { series: disk(`${39 * GIB}x100 ${36 * GIB}x500`), at: '580m' },
    },
  },
];
