import { METRICS } from '@sigmalang/contracts';
import { above, type Matcher, max, minus, orZero, quantile, quotient, rate, series, share, sum } from '../promql';
import { FAILED, LATENCY_GOAL_SECONDS } from '../service-levels';
import type { Row } from './frame';
import { ANY_IS_BAD, badBelow, stat, timeseries, worseAbove } from './panels';
import { readOn, runbook } from './read-on';
import { PROCESS, type Processes } from './scope';
import { table } from './table';

const GOAL = Number(LATENCY_GOAL_SECONDS);

const RESILIENCE = readOn('When services are away', 'resilience.md');

/** What callers get of the processes. */
function trafficNumbers(of: Processes): Row['panels'] {
  const requests = sum(rate(METRICS.requests, ...of));
  const failed = sum(rate(METRICS.requests, ...of, FAILED));
  return [
    stat({
      title: 'Processes up',
      description: `Processes that Prometheus reaches. Worry when it is fewer than there should be: see which restarts or does not get ready. ${runbook('SigmalangTargetDown')}`,
      unit: 'none',
      expr: sum(series('up', ...of)),
      noValue: 'none',
      noValueColor: 'red',
      limits: badBelow(1),
    }),
    stat({
      title: 'Requests',
      description: 'Requests answered a second, of all contracts. Worry when it falls to nothing while others ask: callers do not reach the processes.',
      unit: 'reqps',
      expr: requests,
      noValue: 'none',
    }),
    stat({
      title: 'Failed',
      description: `Share of the requests that ended as INTERNAL, UNAVAILABLE or TIMEOUT. Worry above 0.1 %, the error budget of the API. ${RESILIENCE}`,
      unit: 'percentunit',
      expr: share(failed, requests),
      noValue: 'no requests',
      decimals: 2,
      limits: worseAbove(0.001, 0.01),
    }),
    stat({
      title: 'p95',
      description: `Time that 95 of 100 requests took at most; the API promises 100 ms. ${readOn('Service levels', 'dashboards.md#service-levels')}`,
      unit: 's',
      expr: quantile(0.95, METRICS.requestDuration, of),
      noValue: 'no requests',
      limits: worseAbove(GOAL, 2.5 * GOAL),
    }),
  ];
}

/** How full the processes are, and what they miss. */
function saturationNumbers(of: Processes): Row['panels'] {
  return [
    stat({
      title: 'In progress',
      description: 'Requests being worked on in the busiest process. Worry when it grows and does not fall: work comes faster than it is done.',
      unit: 'none',
      expr: max(series(METRICS.requestsInProgress, ...of)),
      noValue: 'none',
      limits: worseAbove(128, 512),
    }),
    stat({
      title: 'Busiest event loop',
      description: `Share of its time that the event loop of the busiest process works. From 70 % on requests wait for one another: add replicas. ${runbook('SigmalangEventLoopBusy')}`,
      unit: 'percentunit',
      expr: max(series(METRICS.eventLoopUtilization, ...of)),
      noValue: 'none',
      limits: worseAbove(0.7, 0.9),
    }),
    stat({
      title: 'Memory',
      description: `Share of the memory that its container (or machine) gives, of the process that takes most. At 100 % it is killed. ${runbook('SigmalangMemoryNearLimit')}`,
      unit: 'percentunit',
      expr: max(quotient(series('process_resident_memory_bytes', ...of), series(METRICS.memoryLimit, ...of))),
      noValue: 'none',
      decimals: 0,
      limits: worseAbove(0.8, 0.9),
    }),
    stat({
      title: 'Checks down',
      description: `What processes depend on and their own health checks find down; what, says the row Dependencies. ${runbook('SigmalangInstanceNotReady')}`,
      unit: 'none',
      expr: orZero(sum(minus(1, series(METRICS.healthCheckStatus, ...of)))),
      noValue: 'none',
      limits: ANY_IS_BAD,
    }),
  ];
}

/** How processes are now, in one line of numbers. */
export function nowRow(of: Processes): Row {
  return {
    title: 'Now',
    panels: [...trafficNumbers(of), ...saturationNumbers(of)],
  };
}

/** Rate, failures and duration of each contract. */
function contractPanels(chosen: Processes): Row['panels'] {
  const requests = sum(rate(METRICS.requests, ...chosen), 'contract');
  return [
    timeseries({
      title: 'Requests, by contract',
      description: 'Requests answered a second. A contract that falls to nothing alone is refused or not reached.',
      unit: 'reqps',
      queries: [{ expr: above(requests, 0), legend: '{{contract}}' }],
      isStacked: true,
    }),
    timeseries({
      title: 'Failed, by contract',
      description: `Share of the requests that ended as INTERNAL, UNAVAILABLE or TIMEOUT. One contract alone points at its code or data, all at once at a dependency. ${RESILIENCE}`,
      unit: 'percentunit',
      queries: [{ expr: share(sum(rate(METRICS.requests, ...chosen, FAILED), 'contract'), requests), legend: '{{contract}}' }],
      max: 1,
      limits: worseAbove(0.001, 0.01),
    }),
    timeseries({
      title: 'p95, by contract',
      description: 'Time that 95 of 100 requests took at most, from the request to its reply. Points are traces that stand for requests.',
      unit: 's',
      queries: [{ expr: quantile(0.95, METRICS.requestDuration, chosen, 'contract'), legend: '{{contract}}', hasExemplars: true }],
      limits: worseAbove(GOAL, 2.5 * GOAL),
    }),
  ];
}

/** The same of all of them together, and what became of requests. */
function totalPanels(of: Processes, chosen: Processes): Row['panels'] {
  return [
    timeseries({
      title: 'Duration of all',
      description: 'Time that half, 95 and 99 of 100 requests took at most. Where only p99 grows, few requests are slow: large ones, or those that wait.',
      unit: 's',
      queries: [0.5, 0.95, 0.99].map((part) => ({
        expr: quantile(part, METRICS.requestDuration, chosen),
        legend: `p${100 * part}`,
        hasExemplars: true,
      })),
    }),
    timeseries({
      title: 'Outcomes',
      description: 'Requests answered a second by what became of them: OK, or the code of the error. CANCELLED are those whose caller left, and no failures.',
      unit: 'reqps',
      queries: [{ expr: sum(rate(METRICS.requests, ...chosen), 'code'), legend: '{{code}}' }],
      isStacked: true,
    }),
    timeseries({
      title: 'Errors that arose here',
      description: `Errors a second in the process where they arose, so that one of a service behind is not counted again: says who is at fault. ${runbook('SigmalangInternalErrors')}`,
      unit: 'reqps',
      queries: [{ expr: sum(rate(METRICS.errors, ...of), 'code'), legend: '{{code}}' }],
      limits: worseAbove(0.1, 1),
    }),
    contractTable(chosen),
  ];
}

/** Rate, errors and duration of requests, by contract or route. */
export function requestRow(title: string, of: Processes, ...matchers: Matcher[]): Row {
  const chosen = [...of, ...matchers];
  return {
    title,
    panels: [...contractPanels(chosen), ...totalPanels(of, chosen)],
  };
}

function contractTable(chosen: Processes): ReturnType<typeof table> {
  const requests = sum(rate(METRICS.requests, ...chosen), 'contract');
  const duration = (part: number): ReturnType<typeof quantile> => quantile(part, METRICS.requestDuration, chosen, 'contract');
  return table({
    title: 'Contracts now',
    description: 'Contracts that are asked for now, that which takes most of the time first: load is its rate times its mean duration, the number of requests at work at once.',
    rows: { contract: 'Contract' },
    columns: [
      { title: 'Requests/s', unit: 'reqps', expr: above(requests, 0) },
      {
        title: 'Failed',
        unit: 'percentunit',
        decimals: 2,
        expr: share(sum(rate(METRICS.requests, ...chosen, FAILED), 'contract'), requests),
        limits: worseAbove(0.001, 0.01),
      },
      { title: 'p50', unit: 's', expr: duration(0.5) },
      { title: 'p95', unit: 's', expr: duration(0.95), limits: worseAbove(GOAL, 2.5 * GOAL) },
      { title: 'p99', unit: 's', expr: duration(0.99) },
      { title: 'Load', unit: 'short', decimals: 2, expr: above(sum(rate(`${METRICS.requestDuration}_sum`, ...chosen), 'contract'), 0) },
    ],
    sortBy: 'Load',
  });
}

/** Where requests wait: the event loop, and those in progress. */
export function saturationRow(of: Processes): Row {
  return {
    title: 'Saturation',
    panels: [
      timeseries({
        title: 'Requests in progress',
        description: 'Requests being worked on. A line that only grows is a process that is behind, or waits for a service that hangs.',
        unit: 'none',
        queries: [{ expr: series(METRICS.requestsInProgress, ...of), legend: PROCESS }],
      }),
      timeseries({
        title: 'Event loop at work',
        description: `Share of its time that the event loop works. From 70 % on requests wait for one another; at 100 % health checks begin to fail. ${runbook('SigmalangEventLoopBusy')}`,
        unit: 'percentunit',
        queries: [{ expr: series(METRICS.eventLoopUtilization, ...of), legend: PROCESS }],
        max: 1,
        limits: worseAbove(0.7, 0.9),
      }),
      timeseries({
        title: 'Event loop lag, p99',
        description: `How late 99 of 100 turns of the event loop were at most. Beyond 100 ms something long runs on the thread that serves. ${runbook('SigmalangEventLoopLag')}`,
        unit: 's',
        queries: [{ expr: series('nodejs_eventloop_lag_p99_seconds', ...of), legend: PROCESS }],
        limits: worseAbove(0.1, 0.25),
      }),
    ],
  };
}
