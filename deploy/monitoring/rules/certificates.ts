import { METRICS } from '@sigmalang/contracts';
import type { AlertTopic } from '../alert';

const DAY_SECONDS = 86_400;

/** The seconds that certificates are still good for, where those are fewer than so many days. */
function endsWithin(days: number): string {
  return `min by (namespace, job, certificate) (${METRICS.certificateExpiry}) - time() < ${days * DAY_SECONDS}`;
}

/** Certificates by which processes reach NATS. */
export const certificates: AlertTopic = {
  topic: 'certificates',
  alerts: [
    {
      alert: 'SigmalangCertificateExpiresSoon',
      expr: endsWithin(21),
      for: '1h',
      severity: 'warning',
      summary: 'A certificate has to be renewed within three weeks',
      description: 'The certificate {{ $labels.certificate }} of {{ $labels.job }} expires in {{ $value | humanizeDuration }}.',
    },
    {
      alert: 'SigmalangCertificateExpires',
      expr: endsWithin(7),
      for: '10m',
      severity: 'critical',
      summary: 'A certificate has to be renewed within a week',
      description: 'The certificate {{ $labels.certificate }} of {{ $labels.job }} expires in {{ $value | humanizeDuration }}; processes that start or connect after that have no NATS.',
    },
  ],
};
