import { ERROR_CODES, METRICS } from '@sigmalang/contracts';
import { Counter, Gauge } from 'prom-client';
import { TracedHistogram } from './traced-histogram';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is measured of each request, under one name for all contracts. */
export const requestMetrics = {
  requests: new Counter({
    name: METRICS.requests,
    help: 'Requests answered, by contract (or HTTP route) and outcome: OK or an error code',
    labelNames: ['contract', 'code'],
  }),
  duration: new TracedHistogram({
    name: METRICS.requestDuration,
    help: 'Time from a request to its reply, in seconds, by contract (or HTTP route)',
    labelNames: ['contract'],
    buckets: BUCKETS,
  }),
  inProgress: new Gauge({
    name: METRICS.requestsInProgress,
    help: 'Requests being worked on',
  }),
  errors: new Counter({
    name: METRICS.errors,
    help: 'Requests that failed, by error code, counted in the process where the error arose; not those whose caller is gone',
    labelNames: ['code'],
  }),
};

/** Outcomes that are counted from 0 on: those of which the service levels are made. */
const SHOWN_CODES = ['OK', 'INTERNAL', 'UNAVAILABLE', 'TIMEOUT'] as const;

// A first failure is growth only where there was a 0 before.
for (const code of ERROR_CODES) if (code !== 'CANCELLED') requestMetrics.errors.inc({ code }, 0);

/** Lets a contract (or HTTP route) be seen before it was asked for. */
export function showContract(contract: string): void {
  for (const code of SHOWN_CODES) requestMetrics.requests.inc({ contract, code }, 0);
}

/** Counts what was refused before it was a request that could be measured. */
export function countRefusal(contract: string, code: string): void {
  requestMetrics.requests.inc({ contract, code });
  if (code !== 'CANCELLED') requestMetrics.errors.inc({ code });
}

/** Counts a request as begun; the function it returns counts its end, with the outcome and the trace context of the request. */
export function measureRequest(contract: string): (outcome: { code: string; received?: boolean }, traceparent?: string) => void {
  const started = performance.now();
  requestMetrics.inProgress.inc();
  return ({ code, received = false }, traceparent) => {
    requestMetrics.inProgress.dec();
    requestMetrics.requests.inc({ contract, code });
    requestMetrics.duration.observeOf({ contract }, (performance.now() - started) / 1000, traceparent);
    if (code !== 'OK' && code !== 'CANCELLED' && !received) requestMetrics.errors.inc({ code });
  };
}
