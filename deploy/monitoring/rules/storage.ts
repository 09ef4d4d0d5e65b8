import { METRICS } from '@sigmalang/contracts';
import type { AlertTopic } from '../alert';
import { RECORDED } from '../recorded';
import { GROUPED } from '../service-levels';

/** Operations on the database whose time grows with what they are about. */
const LONG_OPERATIONS = 'operation!~"migrate|backup|restore|vacuum|documents.put|.*[.](prune|purge|erase|outside|analyze|graph|reset)|reembeddings[.].*"';

const FREE = `${METRICS.dataDiskFree} / ${METRICS.dataDiskSize}`;

/** What processes keep: connections to the database, and the disk of DATA_DIR. */
export const storage: AlertTopic = {
  topic: 'storage',
  alerts: [
    {
      alert: 'SigmalangDatabasePoolSaturated',
      expr: `${METRICS.databaseConnections}{state="waiting"} > 5`,
      for: '5m',
      severity: 'warning',
      summary: 'Operations wait for a connection to the database',
      description: '{{ $value }} operations of {{ $labels.instance }} of {{ $labels.job }} wait for one of its connections to the database.',
    },
    {
      alert: 'SigmalangDatabaseSlow',
      expr: `${RECORDED.databaseP95}{${LONG_OPERATIONS}} > 0.5\nand sum by (${GROUPED}, operation) (rate(${METRICS.databaseQueryDuration}_count[5m])) > 0.2`,
      for: '10m',
      severity: 'warning',
      summary: 'The database is slow',
      description: '95 of 100 operations {{ $labels.operation }} of {{ $labels.job }} take up to {{ $value | humanizeDuration }}.',
    },
    {
      alert: 'SigmalangDataDiskLow',
      expr: `${FREE} < 0.1`,
      for: '10m',
      severity: 'warning',
      summary: 'The disk of DATA_DIR has little room',
      description: '{{ $value | humanizePercentage }} of the disk of DATA_DIR of {{ $labels.instance }} of {{ $labels.job }} are free.',
    },
    {
      alert: 'SigmalangDataDiskFull',
      expr: `${FREE} < 0.05`,
      for: '5m',
      severity: 'critical',
      summary: 'The disk of DATA_DIR is nearly full',
      description: '{{ $value | humanizePercentage }} of the disk of DATA_DIR of {{ $labels.instance }} of {{ $labels.job }} are free: what cannot be written is refused or lost.',
    },
    {
      alert: 'SigmalangDataDiskFilling',
      expr: `predict_linear(${METRICS.dataDiskFree}[6h], 86400) < 0\nand ${FREE} < 0.4`,
      for: '1h',
      severity: 'warning',
      summary: 'The disk of DATA_DIR will be full within a day',
      description: 'As it went in the last 6 hours, the disk of DATA_DIR of {{ $labels.instance }} of {{ $labels.job }} will be full within a day.',
    },
  ],
};
