import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, grows, stays } from './alert-test';

const WHERE = 'job="sigmalang-gateway",instance="a"';
const LABELS = { job: 'sigmalang-gateway', instance: 'a' };
const PENDING = `${METRICS.auditPending}{${WHERE}}`;
const LOST = `${METRICS.auditEntries}{${WHERE},outcome="lost"}`;
const WRITTEN = `${METRICS.auditEntries}{${WHERE},outcome="written"}`;

export const auditTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangAuditBacklog',
    fires: {
      series: { [PENDING]: '0x5 800x15' },
      at: '15m',
      labels: LABELS,
      says: '800 entries of the audit wait in a of sigmalang-gateway; 10,000 may, and what ends with the process is lost.',
    },
    quiet: {
      'the database was away for a moment': { series: { [PENDING]: '0x5 800x2 0x15' }, at: '15m' },
      'some are under way': { series: { [PENDING]: stays(20, 20) }, at: '15m' },
    },
  },
  {
    alert: 'SigmalangAuditNearlyFull',
    fires: {
      series: { [PENDING]: '0x5 7000x15' },
      at: '15m',
      labels: LABELS,
      says: '7000 entries of the audit wait in a of sigmalang-gateway; at 10,000 all that must be audited is refused with 503.',
    },
    quiet: { 'there is room': { series: { [PENDING]: stays(4000, 20) }, at: '15m' } },
  },
  {
    alert: 'SigmalangAuditEntriesLost',
    fires: {
      series: { [LOST]: '_x20 12x20', [WRITTEN]: grows(10, 40) },
      at: '30m',
      labels: { ...LABELS, outcome: 'lost' },
      says: '12 entries of the audit were lost in a of sigmalang-gateway within the last hour.',
    },
    quiet: {
      'none was ever lost': { series: { [WRITTEN]: grows(10, 40) }, at: '30m' },
      'it was long ago': { series: { [LOST]: '_x20 12x200', [WRITTEN]: grows(10, 200) }, at: '150m' },
    },
  },
];
