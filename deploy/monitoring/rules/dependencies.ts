import { METRICS } from '@sigmalang/contracts';
import type { AlertTopic } from '../alert';
import { ANY_SERVICE, BY_PROCESS } from '../selectors';
import { SERVING } from '../service-levels';

/** A dependency that every process of an app misses: where one is cut off alone, the others serve. */
function lostByAll(check: string): string {
  return `max by (namespace, job) (${METRICS.healthCheckStatus}{check="${check}"}) == 0`;
}

/** What processes depend on, as they see it themselves. */
export const dependencies: AlertTopic = {
  topic: 'dependencies',
  alerts: [
    {
      alert: 'SigmalangNatsUnreachable',
      expr: lostByAll('nats'),
      for: '1m',
      severity: 'critical',
      summary: 'An app has no connection to NATS',
      description: 'No process of {{ $labels.job }} has a connection to NATS, so that none takes requests.',
    },
    {
      alert: 'SigmalangDatabaseUnreachable',
      expr: lostByAll('database'),
      for: '2m',
      severity: 'critical',
      summary: 'An app cannot use its database',
      description: 'No process of {{ $labels.job }} can use the database: keys cannot be checked, nothing can be written, and the audit waits.',
    },
    {
      alert: 'SigmalangRedisUnreachable',
      expr: lostByAll('redis'),
      for: '5m',
      severity: 'warning',
      summary: 'Gateways cannot reach Redis',
      description: 'No process of {{ $labels.job }} can reach Redis: each counts requests for itself and keeps replies for itself.',
    },
    {
      alert: 'SigmalangServiceUnreachable',
      expr: `max by (namespace, check) (${METRICS.healthCheckStatus}{${SERVING}, check=~"${ANY_SERVICE}"}) == 0`,
      for: '2m',
      severity: 'critical',
      summary: 'A service answers no gateway',
      description: '{{ $labels.check }} answers the ping of no gateway: what needs it is refused with 503.',
    },
    {
      alert: 'SigmalangKeysUncheckable',
      expr: lostByAll('identity'),
      for: '5m',
      severity: 'critical',
      summary: 'Gateways cannot check keys',
      description: 'No process of {{ $labels.job }} can check keys, so that none takes requests: it waits for the database, or has another AUTH_SECRET than the keys were made with.',
    },
    {
      alert: 'SigmalangInstanceNotReady',
      expr: `min by (${BY_PROCESS}) (${METRICS.healthCheckStatus}{check=~"nats|database|identity|index|lexicon"}) == 0`,
      for: '10m',
      severity: 'warning',
      summary: 'A process misses what it needs and takes no requests',
      description: '{{ $labels.instance }} of {{ $labels.job }} has missed something that it needs for 10 minutes; /health of it tells what.',
    },
    {
      alert: 'SigmalangCircuitBreakerOpen',
      expr: `max by (namespace, job, service) (${METRICS.circuitBreakerOpen}) == 1`,
      for: '2m',
      severity: 'warning',
      summary: 'Calls to a service are refused because it does not answer',
      description: '{{ $labels.job }} has refused calls to {{ $labels.service }} for 2 minutes, since neither calls nor pings were answered.',
    },
    {
      alert: 'SigmalangBulkheadRejections',
      expr: `sum by (namespace, job, service) (rate(${METRICS.bulkheadRejections}[5m])) > 0.1`,
      for: '5m',
      severity: 'warning',
      summary: 'More calls wait for a service than may',
      description: '{{ $labels.job }} refuses {{ $value | humanize }} calls a second to {{ $labels.service }}, since as many wait for it as may.',
    },
    {
      alert: 'SigmalangRetries',
      expr: `sum by (namespace, job, service) (rate(${METRICS.retries}[10m])) > 0.2`,
      for: '15m',
      severity: 'info',
      summary: 'Calls have to be made again, which nobody took',
      description: '{{ $labels.job }} makes {{ $value | humanize }} calls a second to {{ $labels.service }} again, since no process took them at first.',
    },
  ],
};
