import { METRICS } from '@sigmalang/contracts';
import { above, type Expression, type Matcher, max, min, minus, quotient, rate, recorded, series, sum, topk } from '../promql';
import { RECORDED, sloBad, sloBadRatio, sloRequests, type Window } from '../recorded';
import { API, BULK, FAILED, LATENCY_GOAL_SECONDS, SERVICE_LEVELS, type ServiceLevel, SERVING } from '../service-levels';
import { dashboard, IN_NAMESPACE, type Row } from './frame';
import { type Limits, badBelow, stat, timeseries, worseAbove, worseBelow } from './panels';
import { readOn, runbook } from './read-on';

const CALLERS: readonly Matcher[] = [SERVING, IN_NAMESPACE, API];

/** Windows whose burn is shown as numbers: those by which alerts are given. */
const LOOKED_AT: readonly Window[] = ['1h', '6h', '1d', '3d'];

/** At 1 the budget of 30 days lasts 30 days; at 14.4 it lasts two. */
const BURN: Limits = worseAbove(1, 6);

const WORDS = {
  availability: { title: 'Availability', promise: '99.9 % of the requests to the API are not failed by the service', bad: 'failed', alert: 'SigmalangAvailabilityBudgetBurn' },
  latency: { title: 'Latency', promise: '95 % of the requests to the API are answered within 100 ms, those in bulk apart', bad: 'were slower', alert: 'SigmalangLatencyBudgetBurn' },
} as const;

/** How many times faster than the budget allows requests are bad. */
function burn({ name, budget }: ServiceLevel, window: Window): Expression {
  return quotient(max(recorded(sloBadRatio, window, `slo="${name}"`, IN_NAMESPACE)), budget);
}

/** Bad requests a second by route, of the routes with most. */
function worstRoutes({ name }: ServiceLevel): Expression {
  if (name === 'availability') return topk(8, above(sum(rate(METRICS.requests, ...CALLERS, FAILED), 'contract'), 0));
  const all = sum(rate(`${METRICS.requestDuration}_count`, ...CALLERS, BULK), 'contract');
  const good = sum(rate(`${METRICS.requestDuration}_bucket`, ...CALLERS, BULK, `le="${LATENCY_GOAL_SECONDS}"`), 'contract');
  return topk(8, above(minus(all, good), 0));
}

function numbersOf(level: ServiceLevel): Row['panels'] {
  const { promise, alert } = WORDS[level.name];
  const ofLevel: readonly Matcher[] = [`slo="${level.name}"`, IN_NAMESPACE];
  return [
    stat({
      title: `Budget left: ${level.name}`,
      description: `Promised: ${promise}. Share of what may go wrong in 30 days that is left; below 0 more than all is spent. ${readOn('Service levels', 'dashboards.md#service-levels')}`,
      unit: 'percentunit',
      width: 4,
      expr: min(series(RECORDED.budgetLeft, ...ofLevel)),
      noValue: 'not known yet',
      decimals: 1,
      limits: worseBelow(0.5, 0.1),
    }),
    stat({
      title: `Kept: ${level.name}`,
      description: `Share of the requests of 30 days, or of as long as is known, that was as promised: ${promise}.`,
      unit: 'percentunit',
      width: 4,
      expr: minus(1, max(recorded(sloBadRatio, '30d', ...ofLevel))),
      noValue: 'not known yet',
      decimals: 3,
      limits: badBelow(level.objective),
    }),
    ...LOOKED_AT.map((window) =>
      stat({
        title: `Burn, ${window}: ${level.name}`,
        description: `How many times faster than the budget allows it was spent within ${window}. At 1 it lasts 30 days, at 6 five, at 14.4 two. ${runbook(`${alert}6x`)}`,
        unit: 'suffix:×',
        width: 4,
        expr: burn(level, window),
        noValue: 'no requests',
        decimals: 1,
        limits: BURN,
      }),
    ),
  ];
}

function linesOf(level: ServiceLevel): Row['panels'] {
  const { bad, alert } = WORDS[level.name];
  const ofLevel: readonly Matcher[] = [`slo="${level.name}"`, IN_NAMESPACE];
  const windows: readonly Window[] = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'];
  return [
    timeseries({
      title: `Budget left over time: ${level.name}`,
      description: 'What is left of the error budget of 30 days. A step down is an incident that it was spent on; it comes back as old ones leave the 30 days.',
      unit: 'percentunit',
      queries: [{ expr: min(series(RECORDED.budgetLeft, ...ofLevel), 'job'), legend: '{{job}}' }],
      isSigned: true,
      max: 1,
      limits: worseBelow(0.5, 0.1),
    }),
    timeseries({
      title: `Burn rates: ${level.name}`,
      description: `How many times faster than the budget allows it is spent, by window. Somebody is woken where a long window and its short one are both high: 1h and 5m above 14.4, 6h and 30m above 6. ${runbook(`${alert}14x`)}`,
      unit: 'suffix:×',
      queries: windows.map((window) => ({ expr: burn(level, window), legend: window })),
      limits: BURN,
    }),
    timeseries({
      title: `Requests: ${level.name}`,
      description: `Requests a second that count, and those of them that ${bad}, over five minutes. Few requests make shares jump.`,
      unit: 'reqps',
      queries: [
        { expr: sum(recorded(sloRequests, '5m', ...ofLevel)), legend: 'that count' },
        { expr: sum(recorded(sloBad, '5m', ...ofLevel)), legend: `that ${bad}` },
      ],
    }),
    timeseries({
      title: `Routes that spend it: ${level.name}`,
      description: `Requests a second that ${bad}, of the eight routes with most of them: where the budget goes.`,
      unit: 'reqps',
      width: 24,
      queries: [{ expr: worstRoutes(level), legend: '{{contract}}', hasExemplars: true }],
    }),
  ];
}

const recordedSeries: Row = {
  title: 'As the rules have it',
  panels: [
    timeseries({
      title: 'Requests to the API, as recorded',
      description: 'Requests a second by outcome over five minutes, as the recording rules keep it: there for as long as Prometheus keeps anything.',
      unit: 'reqps',
      width: 12,
      queries: [{ expr: sum(series(RECORDED.apiRequestsByCode, IN_NAMESPACE), 'code'), legend: '{{code}}' }],
      isStacked: true,
    }),
    timeseries({
      title: 'Duration, as recorded',
      description: 'Time that half, 95 and 99 of 100 requests took at most over five minutes, as the recording rules keep it.',
      unit: 's',
      width: 12,
      queries: [
        { expr: max(series(RECORDED.apiP50, IN_NAMESPACE)), legend: 'p50' },
        { expr: max(series(RECORDED.apiP95, IN_NAMESPACE)), legend: 'p95' },
        { expr: max(series(RECORDED.apiP99, IN_NAMESPACE)), legend: 'p99' },
      ],
      limits: worseAbove(Number(LATENCY_GOAL_SECONDS), 2.5 * Number(LATENCY_GOAL_SECONDS)),
    }),
    timeseries({
      title: 'Failed by route, as recorded',
      description: 'Share of the requests of the eight worst routes and contracts that failed, over five minutes, as the recording rules keep it.',
      unit: 'percentunit',
      width: 12,
      queries: [{ expr: topk(8, max(series(RECORDED.contractFailureRatio, IN_NAMESPACE), 'contract')), legend: '{{contract}}' }],
      max: 1,
    }),
    timeseries({
      title: 'Budget that a day takes',
      description: 'Share of the error budget of 30 days that the last day has taken. One thirtieth is what it may.',
      unit: 'percentunit',
      width: 12,
      queries: SERVICE_LEVELS.map((level) => ({ expr: quotient(burn(level, '1d'), 30), legend: level.name })),
      limits: worseAbove(1 / 30, 0.2),
    }),
  ],
};

/** What was promised, and how much of it is left. */
export const slo = dashboard({
  uid: 'sigmalang-slo',
  title: 'ΣLANG service levels',
  description: 'Is the API as good as promised: 99.9 % available, 95 % within 100 ms? What is left of the error budgets, how fast they are spent, and on what.',
  jobs: SERVING,
  hasInstances: false,
  from: 'now-7d',
  rows: [
    ...SERVICE_LEVELS.map((level) => ({ title: WORDS[level.name].title, panels: [...numbersOf(level), ...linesOf(level)] })),
    recordedSeries,
  ],
});
