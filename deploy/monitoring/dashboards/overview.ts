import { METRICS } from '@sigmalang/contracts';
import {
  count,
  equalTo,
  max,
  min,
  minus,
  orZero,
  plus,
  quantile,
  quotient,
  rate,
  recorded,
  series,
  share,
  sum,
  topk,
} from '../promql';
import { RECORDED, sloBadRatio } from '../recorded';
import { EXPORTERS, OUR_JOBS } from '../selectors';
import { API, FAILED, LATENCY_GOAL_SECONDS, SERVICE_LEVELS, SERVING } from '../service-levels';
import { dashboard, IN_NAMESPACE, type Row } from './frame';
import { ANY_IS_BAD, badBelow, NO_LIMITS, stat, states, timeseries, worseAbove, worseBelow } from './panels';
import { buildTable } from './process-rows';
import { readOn, runbook } from './read-on';
import type { Processes } from './scope';
import { table } from './table';

const ALL: Processes = [OUR_JOBS, IN_NAMESPACE];
const CALLERS: Processes = [SERVING, IN_NAMESPACE, API];
const GOAL = Number(LATENCY_GOAL_SECONDS);
const LEVELS = readOn('Service levels', 'dashboards.md#service-levels');
const FIRING = series('ALERTS', 'alertstate="firing"', 'alertname=~"Sigmalang.+"', IN_NAMESPACE);

const requests = sum(rate(METRICS.requests, ...CALLERS));
const failed = sum(rate(METRICS.requests, ...CALLERS, FAILED));

const now: Row = {
  title: 'Now',
  panels: [
    stat({
      title: 'Alerts firing',
      description: `Alerts that fire now, of any severity; which, says the table below. ${readOn('All alerts', 'runbooks/README.md#all-alerts')}`,
      unit: 'none',
      expr: orZero(count(FIRING)),
      noValue: '0',
      limits: ANY_IS_BAD,
    }),
    stat({
      title: 'Availability',
      description: `Share of the requests to the API that did not end as INTERNAL, UNAVAILABLE or TIMEOUT. 99.9 % are promised. ${LEVELS}`,
      unit: 'percentunit',
      expr: minus(1, share(failed, requests)),
      noValue: 'no requests',
      decimals: 2,
      limits: worseBelow(0.999, 0.99),
    }),
    stat({
      title: 'p95',
      description: `Time that 95 of 100 requests to the API took at most. 100 ms are promised. ${LEVELS}`,
      unit: 's',
      expr: quantile(0.95, METRICS.requestDuration, CALLERS),
      noValue: 'no requests',
      limits: worseAbove(GOAL, 2.5 * GOAL),
    }),
    stat({
      title: 'Traffic',
      description: `Requests to the API answered a second. Worry when it falls to nothing: callers do not reach the gateway. ${runbook('SigmalangApiAbsent')}`,
      unit: 'reqps',
      expr: requests,
      noValue: 'none',
      limits: NO_LIMITS,
    }),
    stat({
      title: 'Failed',
      description: `Requests to the API a second that failed through no fault of their callers. ${runbook('SigmalangInternalErrors')}`,
      unit: 'reqps',
      expr: orZero(failed),
      noValue: '0',
      limits: worseAbove(0.1, 1),
    }),
    stat({
      title: 'Refused',
      description: `Requests a second refused for their rate (429) or because they would have waited too long (503). ${runbook('SigmalangLoadShedding')}`,
      unit: 'reqps',
      expr: plus(orZero(sum(rate(METRICS.rateLimitRejections, ...ALL))), orZero(sum(rate(METRICS.requestsShed, ...ALL)))),
      noValue: '0',
      limits: worseAbove(1, 10),
    }),
    stat({
      title: 'Saturation',
      description: `Share of its time that the busiest event loop of all processes works. From 70 % on requests wait for one another. ${runbook('SigmalangEventLoopBusy')}`,
      unit: 'percentunit',
      expr: max(series(METRICS.eventLoopUtilization, ...ALL)),
      noValue: 'none',
      decimals: 0,
      limits: worseAbove(0.7, 0.9),
    }),
    stat({
      title: 'Processes down',
      description: `Processes that Prometheus knows and does not reach. ${runbook('SigmalangTargetDown')}`,
      unit: 'none',
      expr: orZero(count(equalTo(series('up', ...ALL), 0))),
      noValue: '0',
      limits: ANY_IS_BAD,
    }),
  ],
};

const wrong: Row = {
  title: 'What is wrong',
  panels: [
    table({
      title: 'Alerts',
      description: `Alerts that fire now. Nothing here is good news, as long as Prometheus has the rules. ${readOn('All alerts', 'runbooks/README.md#all-alerts')}`,
      width: 10,
      rows: { severity: 'Severity', alertname: 'Alert', job: 'App', instance: 'Process' },
      columns: [{ title: 'Alerts', unit: 'none', expr: count(FIRING, 'severity', 'alertname', 'job', 'instance') }],
      sortBy: 'Severity',
    }),
    states({
      title: 'Health checks',
      description: `What processes depend on, as their own checks find it: red where at least one process finds it down. ${runbook('SigmalangInstanceNotReady')}`,
      width: 7,
      queries: [{ expr: min(series(METRICS.healthCheckStatus, ...ALL), 'check'), legend: '{{check}}' }],
      one: 'up',
      zero: 'down',
      good: 1,
    }),
    states({
      title: 'Circuit breakers',
      description: `Services that at least one process does not ask any more, because they did not answer. ${runbook('SigmalangCircuitBreakerOpen')}`,
      width: 7,
      queries: [{ expr: max(series(METRICS.circuitBreakerOpen, ...ALL), 'service'), legend: '{{service}}' }],
      one: 'open',
      zero: 'closed',
      good: 0,
    }),
  ],
};

function appsTable(): ReturnType<typeof table> {
  const answered = sum(rate(METRICS.requests, ...ALL), 'job');
  return table({
    title: 'Apps',
    description: `Each app now; a click on one opens its dashboard. The first in the chain of calls that is red is where to look: gateway, then encoder, decoder, analogy and search, then nlp. ${runbook('SigmalangAppDown')}`,
    height: 9,
    rows: { job: 'App' },
    columns: [
      { title: 'Up', unit: 'none', expr: sum(series('up', ...ALL), 'job'), limits: badBelow(1) },
      { title: 'Down', unit: 'none', expr: minus(count(series('up', ...ALL), 'job'), sum(series('up', ...ALL), 'job')), limits: ANY_IS_BAD },
      { title: 'Checks down', unit: 'none', expr: sum(minus(1, series(METRICS.healthCheckStatus, ...ALL)), 'job'), limits: ANY_IS_BAD },
      { title: 'Requests/s', unit: 'reqps', expr: answered },
      { title: 'Failed', unit: 'percentunit', decimals: 2, expr: share(sum(rate(METRICS.requests, ...ALL, FAILED), 'job'), answered), limits: worseAbove(0.001, 0.01) },
      { title: 'p95', unit: 's', expr: quantile(0.95, METRICS.requestDuration, ALL, 'job'), limits: worseAbove(GOAL, 2.5 * GOAL) },
      { title: 'In progress', unit: 'none', expr: sum(series(METRICS.requestsInProgress, ...ALL), 'job') },
      { title: 'Event loop', unit: 'percentunit', decimals: 0, expr: max(series(METRICS.eventLoopUtilization, ...ALL), 'job'), limits: worseAbove(0.7, 0.9) },
      { title: 'Work waiting', unit: 'none', expr: max(series(METRICS.workerQueueLength, ...ALL), 'job'), limits: worseAbove(100, 512) },
      { title: 'CPU, cores', unit: 'short', decimals: 2, expr: sum(rate('process_cpu_seconds_total', ...ALL), 'job') },
      { title: 'Most memory', unit: 'bytes', expr: max(series('process_resident_memory_bytes', ...ALL), 'job') },
    ],
    sortBy: 'Down',
    link: { title: 'Its dashboard', path: '${__value.raw}?${__url_time_range}&${datasource:queryparam}&${namespace:queryparam}' },
  });
}

const api: Row = {
  title: 'API',
  panels: [
    timeseries({
      title: 'Outcomes',
      description: 'Requests to the API a second by what became of them. INTERNAL, UNAVAILABLE and TIMEOUT are failures of the service; the other codes tell callers what is wrong with their requests.',
      unit: 'reqps',
      queries: [{ expr: sum(rate(METRICS.requests, ...CALLERS), 'code'), legend: '{{code}}' }],
      isStacked: true,
    }),
    timeseries({
      title: 'Duration',
      description: `Time that half, 95 and 99 of 100 requests took at most. Points are traces that stand for requests. ${LEVELS}`,
      unit: 's',
      queries: [0.5, 0.95, 0.99].map((part) => ({ expr: quantile(part, METRICS.requestDuration, CALLERS), legend: `p${100 * part}`, hasExemplars: true })),
      limits: worseAbove(GOAL, 2.5 * GOAL),
    }),
    timeseries({
      title: 'Slowest routes, p95',
      description: 'The five routes whose p95 is greatest. Lists, exports and large texts take their time; what matters is a line that rises.',
      unit: 's',
      queries: [{ expr: topk(5, quantile(0.95, METRICS.requestDuration, CALLERS, 'contract')), legend: '{{contract}}', hasExemplars: true }],
    }),
  ],
};

const services: Row = {
  title: 'Where it goes wrong or waits',
  panels: [
    timeseries({
      title: 'Failures, where they arose',
      description: `INTERNAL, UNAVAILABLE and TIMEOUT a second, counted in the app where they arose and not in those that pass them on. ${runbook('SigmalangInternalErrors')}`,
      unit: 'reqps',
      width: 6,
      queries: [{ expr: sum(rate(METRICS.errors, ...ALL, FAILED), 'job'), legend: '{{job}}' }],
    }),
    timeseries({
      title: 'p95, by app',
      description: 'Time that 95 of 100 requests took each app at most, with its calls to others. The one furthest down the chain that is slow makes the others slow.',
      unit: 's',
      width: 6,
      queries: [{ expr: quantile(0.95, METRICS.requestDuration, ALL, 'job'), legend: '{{job}}', hasExemplars: true }],
    }),
    timeseries({
      title: 'Busiest event loop, by app',
      description: `Share of its time that the busiest process of each app works on its event loop. ${runbook('SigmalangEventLoopBusy')}`,
      unit: 'percentunit',
      width: 6,
      queries: [{ expr: max(series(METRICS.eventLoopUtilization, ...ALL), 'job'), legend: '{{job}}' }],
      max: 1,
      limits: worseAbove(0.7, 0.9),
    }),
    timeseries({
      title: 'Work that waits for a thread, by app',
      description: `Groups of work that wait for a worker thread in the process where most wait. ${runbook('SigmalangWorkerQueueLong')}`,
      unit: 'none',
      width: 6,
      queries: [{ expr: max(series(METRICS.workerQueueLength, ...ALL), 'job'), legend: '{{job}}' }],
      limits: worseAbove(100, 512),
    }),
  ],
};

const dependencies: Row = {
  title: 'Dependencies',
  panels: [
    states({
      title: 'Servers',
      description: `NATS as the gateways see its monitoring port, PostgreSQL and Redis as their exporters do. What has no exporter is not here. ${runbook('SigmalangNatsServerDown')}`,
      width: 8,
      queries: [
        { expr: max(series(METRICS.natsServerUp, IN_NAMESPACE), 'server'), legend: 'NATS {{server}}' },
        { expr: min(series('pg_up', EXPORTERS.postgresql)), legend: 'PostgreSQL' },
        { expr: min(series('redis_up', EXPORTERS.redis)), legend: 'Redis' },
      ],
      one: 'up',
      zero: 'down',
      good: 1,
    }),
    timeseries({
      title: 'Database, p95',
      description: `Time that 95 of 100 operations on the database took at most, with their wait for a connection. ${runbook('SigmalangDatabaseSlow')}`,
      unit: 's',
      queries: [{ expr: quantile(0.95, METRICS.databaseQueryDuration, ALL, 'job'), legend: '{{job}}', hasExemplars: true }],
      limits: worseAbove(0.1, 1),
    }),
    timeseries({
      title: 'Least free disk',
      description: `Free share of the volume of DATA_DIR, of the process of each app that has least. ${runbook('SigmalangDataDiskLow')}`,
      unit: 'percentunit',
      queries: [{ expr: min(quotient(series(METRICS.dataDiskFree, ...ALL), series(METRICS.dataDiskSize, ...ALL)), 'job'), legend: '{{job}}' }],
      max: 1,
      limits: worseBelow(0.15, 0.05),
    }),
  ],
};

const budget: Row = {
  title: 'Error budget and builds',
  panels: [
    ...SERVICE_LEVELS.map(({ name }) =>
      stat({
        title: `Budget left: ${name}`,
        description: `Share of what may go wrong in 30 days that is left; below 0 more than all is spent. Where it falls fast, the dashboard of service levels says since when. ${LEVELS}`,
        unit: 'percentunit',
        width: 4,
        expr: min(series(RECORDED.budgetLeft, `slo="${name}"`, IN_NAMESPACE)),
        noValue: 'not known yet',
        decimals: 0,
        limits: worseBelow(0.5, 0.1),
      }),
    ),
    timeseries({
      title: 'Bad requests, 1 h',
      description: `Share of the requests of the last hour that failed (availability) or took longer than 100 ms (latency). ${LEVELS}`,
      unit: 'percentunit',
      queries: [{ expr: max(recorded(sloBadRatio, '1h', IN_NAMESPACE), 'slo'), legend: '{{slo}}' }],
    }),
    buildTable(ALL, 8),
  ],
};

/** What is wrong, and where. */
export const overview = dashboard({
  uid: 'sigmalang-overview',
  title: 'ΣLANG overview',
  description: 'Is something wrong, and where? Numbers now, alerts, each app, what they depend on.',
  jobs: OUR_JOBS,
  hasInstances: false,
  rows: [now, wrong, { title: 'Apps', panels: [appsTable()] }, api, services, dependencies, budget],
});
