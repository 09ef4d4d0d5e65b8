import { METRICS } from '@sigmalang/contracts';
import { Counter, Gauge } from 'prom-client';

/** How many calls wait for each service that was called. */
export const callsInProgress = new Map<string, () => number>();

/** What is measured of the guards of calls. */
export const resilienceMetrics = {
  breakerOpen: new Gauge({
    name: METRICS.circuitBreakerOpen,
    help: 'Whether calls to a service are refused because it does not answer (1) or not (0)',
    labelNames: ['service'],
  }),
  bulkheadCalls: new Gauge({
    name: METRICS.bulkheadCalls,
    help: 'Calls that wait for the service',
    labelNames: ['service'],
    collect() {
      for (const [service, count] of callsInProgress) this.set({ service }, count());
    },
  }),
  bulkheadCallsLimit: new Gauge({
    name: METRICS.bulkheadCallsLimit,
    help: 'Calls that may wait for the service at most; more are refused',
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

/** Lets the metrics of a service be seen before anything was counted; so many calls may wait for it. */
export function showFromStart(service: string, mostCalls: number): void {
  resilienceMetrics.bulkheadCalls.set({ service }, 0);
  resilienceMetrics.bulkheadCallsLimit.set({ service }, mostCalls);
  resilienceMetrics.breakerOpen.set({ service }, 0);
  resilienceMetrics.bulkheadRejections.inc({ service }, 0);
  resilienceMetrics.retries.inc({ service }, 0);
}
