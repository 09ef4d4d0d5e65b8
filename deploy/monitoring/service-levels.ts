import { METRICS } from '@sigmalang/contracts';

/** What is promised of the API, and how much of it may fail. */
export interface ServiceLevel {
  /** Name, as the label `slo` has it. */
  readonly name: 'availability' | 'latency';
  /** Share of requests that have to be good. */
  readonly objective: number;
  /** Share of requests that may be bad. */
  readonly budget: number;
  /** Bad requests within the window that is counted, below which nobody is told: one failure at night is none of the service. */
  readonly leastBad: number;
}

/** The service levels of the API: what callers get, measured where they reach it. */
export const SERVICE_LEVELS: readonly ServiceLevel[] = [
  { name: 'availability', objective: 0.999, budget: 0.001, leastBad: 10 },
  { name: 'latency', objective: 0.95, budget: 0.05, leastBad: 50 },
];

/** How long a request may take to be good, in seconds; a bucket of the histogram ends there. */
export const LATENCY_GOAL_SECONDS = '0.1';

/** The processes that callers reach. */
export const SERVING = 'job=~"sigmalang-(gateway|standalone)"';

/** Routes of the API; health, pages and paths that no route answers are none. */
export const API = 'contract=~"[A-Z]+ /v1/.*"';

/** Routes whose work grows with what is sent or kept, so that no time is promised of one request. */
export const BULK = 'contract!~"PUT /v1/collections/:name/documents|GET /v1/privacy/export|DELETE /v1/privacy/data|GET /v1/audit/verification"';

/** Outcomes that are failures of the service; all other codes tell the caller what is wrong with the request. */
export const FAILED = 'code=~"INTERNAL|UNAVAILABLE|TIMEOUT"';

/** What series are told apart by wherever they are summed: the installation, where several share a Prometheus, and the app. */
export const GROUPED = 'namespace, job';

/** Requests that a service level is about, and the bad ones of them, as rates over a window. */
export function ratesOf(level: ServiceLevel['name'], window: string): { readonly requests: string; readonly bad: string } {
  if (level === 'availability') {
    const requests = `sum by (${GROUPED}) (rate(${METRICS.requests}{${SERVING}, ${API}}[${window}]))`;
    // A code that has not come yet has no series; what has not failed is 0 and not unknown.
    return { requests, bad: `sum by (${GROUPED}) (rate(${METRICS.requests}{${SERVING}, ${API}, ${FAILED}}[${window}])) or ${requests} * 0` };
  }
  const selected = `${SERVING}, ${API}, ${BULK}`;
  const requests = `sum by (${GROUPED}) (rate(${METRICS.requestDuration}_count{${selected}}[${window}]))`;
  const good = `sum by (${GROUPED}) (rate(${METRICS.requestDuration}_bucket{${selected}, le="${LATENCY_GOAL_SECONDS}"}[${window}]))`;
  return { requests, bad: `${requests} - ${good}` };
}
