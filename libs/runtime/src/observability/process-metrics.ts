import { METRICS } from '@sigmalang/contracts';
import { version } from '@sigmalang/package';
import { Gauge } from 'prom-client';
import type { BaseConfig } from '../config/base.config';
import { exportCertificateExpiry } from './certificate-expiry';
import { exportDataDisk } from './data-disk';
import { exportEventLoopUtilization } from './event-loop-utilization';

/** Exports what every process tells of itself, beside the `process_*` and `nodejs_*` metrics of prom-client. */
export function exportProcessMetrics({ build, dataDir, natsTlsCa, natsTlsCert }: BaseConfig): void {
  new Gauge({
    name: METRICS.buildInfo,
    help: 'Which version and revision runs: always 1, both in the labels',
    labelNames: ['version', 'revision'],
  }).set({ version, revision: build }, 1);
  exportEventLoopUtilization();
  exportCertificateExpiry({ 'nats-ca': natsTlsCa, 'nats-client': natsTlsCert });
  exportDataDisk(dataDir);
}
