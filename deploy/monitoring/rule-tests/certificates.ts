import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, stays } from './alert-test';

const DAY = 86_400;
const LABELS = { job: 'sigmalang-nlp', certificate: 'nats-client' };

/** A certificate that ends so many days after the test begins. */
function endsAfter(days: number): Record<string, string> {
  return { [`${METRICS.certificateExpiry}{job="sigmalang-nlp",instance="a",certificate="nats-client"}`]: stays(days * DAY, 180) };
}

export const certificateTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangCertificateExpiresSoon',
    fires: { series: endsAfter(20), at: '120m', labels: LABELS, says: 'The certificate nats-client of sigmalang-nlp expires in 19d 22h 0m 0s.' },
    quiet: { 'it is good for another month': { series: endsAfter(30), at: '120m' } },
  },
  {
    alert: 'SigmalangCertificateExpires',
    fires: {
      series: endsAfter(6),
      at: '60m',
      labels: LABELS,
      says: 'The certificate nats-client of sigmalang-nlp expires in 5d 23h 0m 0s; processes that start or connect after that have no NATS.',
    },
    quiet: { 'it is good for another ten days': { series: endsAfter(10), at: '60m' } },
  },
];
