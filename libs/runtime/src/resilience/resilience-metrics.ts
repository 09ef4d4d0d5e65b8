import { METRICS } from '@sigmalang/contracts';
import { Counter, Gauge } from 'prom-client';

/** What is measured of the guards of calls. */
export const resilienceMetrics = {
  breakerOpen: new Gauge({
    name: METRICS.circuitBreakerOpen,
    help: 'Whether calls to a service are refused because it does not answer (1) or not (0)',
    labelNames: ['service'],
  }),
  bulkheadRejections: new Counter({
    name: METRICS.bulkheadRejections,
    help: 'Calls refused because as many as may be were waiting for the service',
    labelNames: ['service'],
  }),
  retries: new Counter({
    name: METRICS.retries,
    help: 'Calls made again because no process took them',
    labelNames: ['service'],
  }),
};

/** Lets the metrics of a service be seen before anything was counted. */
export function showFromStart(service: string): void {
  resilienceMetrics.breakerOpen.set({ service }, 0);
  resilienceMetrics.bulkheadRejections.inc({ service }, 0);
  resilienceMetrics.retries.inc({ service }, 0);
}
