import { METRICS } from '@sigmalang/contracts';
import type { AlertTopic } from '../alert';
import { BY_PROCESS } from '../selectors';

const LOST = `${METRICS.auditEntries}{outcome="lost"}`;

/** Entries of the audit that wait or are lost. */
export const audit: AlertTopic = {
  topic: 'audit',
  alerts: [
    {
      alert: 'SigmalangAuditBacklog',
      expr: `max by (${BY_PROCESS}) (${METRICS.auditPending}) > 100`,
      for: '5m',
      severity: 'warning',
      summary: 'Entries of the audit wait for the database',
      description: '{{ $value }} entries of the audit wait in {{ $labels.instance }} of {{ $labels.job }}; 10,000 may, and what ends with the process is lost.',
    },
    {
      alert: 'SigmalangAuditNearlyFull',
      expr: `max by (${BY_PROCESS}) (${METRICS.auditPending}) > 5000`,
      for: '1m',
      severity: 'critical',
      summary: 'Changes will be refused soon because the audit cannot be written',
      description: '{{ $value }} entries of the audit wait in {{ $labels.instance }} of {{ $labels.job }}; at 10,000 all that must be audited is refused with 503.',
    },
    {
      alert: 'SigmalangAuditEntriesLost',
      // The series comes with the first loss, which is no growth of anything.
      expr: `increase(${LOST}[1h]) > 0
or ${LOST} > 0 unless ${LOST} offset 1h`,
      for: '1m',
      severity: 'warning',
      summary: 'Entries of the audit were lost',
      description: '{{ $value | printf "%.0f" }} entries of the audit were lost in {{ $labels.instance }} of {{ $labels.job }} within the last hour.',
    },
  ],
};
