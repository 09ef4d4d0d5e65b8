import { METRICS } from '@sigmalang/contracts';
import { above, max, min, quantile, quotient, rate, series, share, sum } from '../promql';
import type { Row } from './frame';
import { ANY_IS_BAD, states, timeseries, worseAbove } from './panels';
import { readOn, runbook } from './read-on';
import { PROCESS, type Processes } from './scope';

const CALLS = readOn('Calls between services', 'resilience.md#calls-between-services');

/** What processes depend on, as they see it, and the guards of their calls. */
export function dependenciesRow(of: Processes): Row {
  return {
    title: 'Dependencies',
    panels: [
      states({
        title: 'Health checks',
        description: `What processes depend on, as their own checks find it: red where at least one process finds it down. What readiness needs takes the process out of service. ${runbook('SigmalangInstanceNotReady')}`,
        queries: [{ expr: min(series(METRICS.healthCheckStatus, ...of), 'check'), legend: '{{check}}' }],
        one: 'up',
        zero: 'down',
        good: 1,
      }),
      states({
        title: 'Circuit breakers',
        description: `Services that are not asked because they did not answer a ping: calls to them fail at once. The first answer closes the breaker. ${runbook('SigmalangCircuitBreakerOpen')} ${CALLS}`,
        queries: [{ expr: max(series(METRICS.circuitBreakerOpen, ...of), 'service'), legend: '{{service}}' }],
        one: 'open',
        zero: 'closed',
        good: 0,
      }),
      timeseries({
        title: 'Calls made again',
        description: `Calls a second that no process had taken and that were made again, by the service they are for. Few are normal while its processes are replaced. ${runbook('SigmalangRetries')}`,
        unit: 'reqps',
        queries: [{ expr: sum(rate(METRICS.retries, ...of), 'service'), legend: '{{service}}' }],
        limits: worseAbove(1, 10),
      }),
      timeseries({
        title: 'Calls that wait, of those that may',
        description: 'Share of MOST_CALLS_PER_SERVICE that waits for each service, in the process where most wait. At 100 % further calls are refused.',
        unit: 'percentunit',
        queries: [{ expr: max(quotient(series(METRICS.bulkheadCalls, ...of), series(METRICS.bulkheadCallsLimit, ...of)), 'service'), legend: '{{service}}' }],
        max: 1,
        limits: worseAbove(0.5, 0.9),
      }),
      timeseries({
        title: 'Calls refused by the bulkhead',
        description: `Calls a second that failed at once because as many as may (MOST_CALLS_PER_SERVICE) waited for the service. It hangs, or is slower than its callers. ${runbook('SigmalangBulkheadRejections')}`,
        unit: 'reqps',
        queries: [{ expr: sum(rate(METRICS.bulkheadRejections, ...of), 'service'), legend: '{{service}}' }],
        limits: ANY_IS_BAD,
      }),
    ],
  };
}

/** Operations: how many, how long, how many in vain. */
function operationPanels(of: Processes): Row['panels'] {
  const queries = `${METRICS.databaseQueryDuration}_count` as const;
  const all = sum(rate(queries, ...of), 'job');
  return [
    timeseries({
      title: 'Database operations',
      description: 'Operations on the database a second, by kind. What is not of a request (looking for changes, keeping the audit) goes on without any traffic.',
      unit: 'ops',
      queries: [{ expr: above(sum(rate(queries, ...of), 'operation'), 0), legend: '{{operation}}' }],
      isStacked: true,
    }),
    timeseries({
      title: 'Database operations, p95',
      description: `Time that 95 of 100 operations took at most, with their wait for a connection. All slow at once: connections are short, or the server is; one alone: its query. ${runbook('SigmalangDatabaseSlow')}`,
      unit: 's',
      queries: [{ expr: quantile(0.95, METRICS.databaseQueryDuration, of, 'operation'), legend: '{{operation}}', hasExemplars: true }],
      limits: worseAbove(0.1, 1),
    }),
    timeseries({
      title: 'Database operations that failed',
      description: `Share of the operations that failed. ${runbook('SigmalangDatabaseUnreachable')}`,
      unit: 'percentunit',
      queries: [{ expr: share(sum(rate(queries, ...of, 'outcome="failed"'), 'job'), all), legend: '{{job}}' }],
      max: 1,
      limits: worseAbove(0.001, 0.01),
    }),
  ];
}

/** Connections, and who waits for one. */
function connectionPanels(of: Processes): Row['panels'] {
  return [
    timeseries({
      title: 'Connections of pools',
      description: `Connections of all processes that work (busy) or could (idle), and operations that wait for one. ${runbook('SigmalangDatabasePoolSaturated')}`,
      unit: 'none',
      queries: [{ expr: sum(series(METRICS.databaseConnections, ...of), 'job', 'state'), legend: '{{job}} {{state}}' }],
    }),
    timeseries({
      title: 'Connections at work, of those there may be',
      description: `Share of the connections of its pool that a process uses. At 100 % operations begin to wait for one. ${runbook('SigmalangDatabasePoolSaturated')}`,
      unit: 'percentunit',
      queries: [
        {
          expr: quotient(sum(series(METRICS.databaseConnections, ...of, 'state="busy"'), 'pod', 'instance'), sum(series(METRICS.databaseConnectionsLimit, ...of), 'pod', 'instance')),
          legend: PROCESS,
        },
      ],
      max: 1,
      limits: worseAbove(0.7, 0.95),
    }),
    timeseries({
      title: 'Operations that wait for a connection',
      description: `By process. More than none for long: the pool is too small, the queries are too slow, or PostgreSQL gives no more connections. ${runbook('SigmalangDatabasePoolSaturated')}`,
      unit: 'none',
      queries: [{ expr: series(METRICS.databaseConnections, ...of, 'state="waiting"'), legend: PROCESS }],
      limits: worseAbove(1, 10),
    }),
  ];
}

/** The database as processes see it. */
export function databaseRow(of: Processes): Row {
  return {
    title: 'Database, as processes see it',
    panels: [...operationPanels(of), ...connectionPanels(of)],
  };
}
