import { METRICS } from '@sigmalang/contracts';
import type { AlertTopic } from '../alert';

/** The largest message that services send each other unless MAX_MESSAGE_BYTES says otherwise. */
const LARGEST_MESSAGE = 8 * 1024 * 1024;

const MOST_MEMORY = 512 * 1024 * 1024;

/** NATS servers, as each gateway with NATS_MONITORING_URLS sees them. */
export const nats: AlertTopic = {
  topic: 'nats',
  alerts: [
    {
      alert: 'SigmalangNatsServerDown',
      expr: `max by (namespace, server) (${METRICS.natsServerUp}) == 0`,
      for: '2m',
      severity: 'warning',
      summary: 'A NATS server does not answer',
      description: 'The monitoring port of {{ $labels.server }} answers no gateway. Where it is one of several, the others carry on.',
    },
    {
      alert: 'SigmalangNatsSlowConsumers',
      expr: `max by (namespace, server) (increase(${METRICS.natsServerSlowConsumers}[15m])) > 0`,
      for: '1m',
      severity: 'warning',
      summary: 'NATS cut off a process that did not read its messages in time',
      description: '{{ $labels.server }} cut off {{ $value | printf "%.0f" }} connections within 15 minutes, whose processes did not read fast enough.',
    },
    {
      alert: 'SigmalangNatsMaxPayloadLow',
      expr: `min by (namespace, server) (${METRICS.natsServerMaxPayload}) < ${LARGEST_MESSAGE}`,
      for: '5m',
      severity: 'warning',
      summary: 'NATS takes smaller messages than services send',
      description: '{{ $labels.server }} takes messages of {{ $value | humanize1024 }}B at most, services send up to 8 MiB: large requests are answered with 413.',
    },
    {
      alert: 'SigmalangNatsMemoryHigh',
      expr: `max by (namespace, server) (${METRICS.natsServerMemory}) > ${MOST_MEMORY}`,
      for: '15m',
      severity: 'warning',
      summary: 'A NATS server takes much memory',
      description: '{{ $labels.server }} takes {{ $value | humanize1024 }}B of memory: messages pile up for processes that do not read them.',
    },
  ],
};
