import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, grows, stays } from './alert-test';

const WHERE = 'job="sigmalang-search",instance="a"';
const LABELS = { job: 'sigmalang-search', instance: 'a' };
const FOLLOWS = `${METRICS.healthCheckStatus}{${WHERE},check="index-follows"}`;
const BEHIND = `${METRICS.indexBehind}{${WHERE}}`;
const BUILDING = `${METRICS.indexRebuildsInProgress}{${WHERE}}`;

function rebuilds(reason: string): string {
  return `${METRICS.indexRebuilds}{${WHERE},reason="${reason}"}`;
}

function snapshots(outcome: string): string {
  return `${METRICS.indexSnapshots}{${WHERE},outcome="${outcome}"}`;
}

export const searchTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangIndexNotFollowing',
    fires: { series: { [FOLLOWS]: stays(0, 30) }, at: '20m', labels: LABELS, says: 'a of sigmalang-search has not seen the database since its start and answers from its snapshots.' },
    quiet: { 'it follows': { series: { [FOLLOWS]: stays(1, 30) }, at: '20m' }, 'it is starting': { series: { [FOLLOWS]: '0x3 1x30' }, at: '20m' } },
  },
  {
    alert: 'SigmalangIndexBehind',
    fires: { series: { [BEHIND]: '0x5 500x30' }, at: '20m', labels: LABELS, says: 'An index of a of sigmalang-search has not taken 500 changes.' },
    quiet: {
      'many documents were written and taken': { series: { [BEHIND]: '0x5 5000x4 0x30' }, at: '20m' },
      'writes come all the time, and are taken': { series: { [BEHIND]: stays(12, 30) }, at: '20m' },
    },
  },
  {
    alert: 'SigmalangIndexRebuildLong',
    fires: { series: { [BUILDING]: '0x5 1x60' }, at: '50m', labels: LABELS, says: '1 indexes are being built in a of sigmalang-search, without a pause for half an hour.' },
    quiet: { 'one was built': { series: { [BUILDING]: '0x5 1x20 0x40' }, at: '50m' }, 'none is built': { series: { [BUILDING]: stays(0, 60) }, at: '50m' } },
  },
  {
    alert: 'SigmalangIndexRebuildsFrequent',
    fires: {
      series: { [rebuilds('failed')]: '0x20 3x20 6x60' },
      at: '60m',
      labels: LABELS,
      says: '6 indexes of a of sigmalang-search were built from the database within an hour, because they were damaged, failed or missed removals.',
    },
    quiet: {
      'collections are made, and indexes lose their dead rows': { series: { [rebuilds('nothing')]: grows(1, 90), [rebuilds('compacted')]: grows(1, 90), [rebuilds('failed')]: stays(0, 90) }, at: '60m' },
      'one failed': { series: { [rebuilds('failed')]: '0x20 1x70' }, at: '60m' },
    },
  },
  {
    alert: 'SigmalangSnapshotsFailing',
    fires: {
      series: { [snapshots('failed')]: grows(1, 60) },
      at: '40m',
      labels: LABELS,
      says: '15 snapshots of indexes failed in a of sigmalang-search within 15 minutes; its next start has to build them from the database.',
    },
    quiet: { 'they are written': { series: { [snapshots('written')]: grows(1, 60), [snapshots('failed')]: stays(0, 60) }, at: '40m' }, 'one failed': { series: { [snapshots('failed')]: '0x35 1x30' }, at: '40m' } },
  },
  {
    alert: 'SigmalangSnapshotsDamaged',
    fires: {
      series: { [snapshots('damaged')]: '_x10 2x50' },
      at: '30m',
      labels: { ...LABELS, outcome: 'damaged' },
      says: '2 snapshots of a of sigmalang-search were damaged within the last hour and thrown away.',
    },
    quiet: { 'none was': { series: { [snapshots('damaged')]: stays(0, 60) }, at: '30m' }, 'it was long ago': { series: { [snapshots('damaged')]: stays(2, 200) }, at: '150m' } },
  },
];
