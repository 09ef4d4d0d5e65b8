import { METRICS } from '@sigmalang/contracts';
import { API, FAILED, GROUPED, ratesOf, SERVICE_LEVELS, SERVING, type ServiceLevel } from './service-levels';

/** A series that Prometheus computes and keeps. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Rules that are evaluated one after the other, so that a later one sees what an earlier one wrote. */
export interface RecordingGroup {
  readonly name: string;
  /** How often, where it is not as often as Prometheus evaluates all else. */
  readonly interval?: string;
  readonly rules: readonly RecordingRule[];
}

/** Windows whose rates are computed from the counters. */
const SHORT_WINDOWS = ['5m', '30m', '1h', '2h', '6h'] as const;

/** Windows whose rates are means of those over five minutes, which are read in a fraction of the time. */
const LONG_WINDOWS = ['1d', '3d', '30d'] as const;

/** A window over which burning of the error budget is looked at. */
export type Window = (typeof SHORT_WINDOWS)[number] | (typeof LONG_WINDOWS)[number];

/** All of them, the shortest first. */
export const WINDOWS: readonly Window[] = [...SHORT_WINDOWS, ...LONG_WINDOWS];

/** Requests a second that a service level is about; labels `namespace`, `job`, `slo`. */
export function sloRequests(window: Window): string {
  return `job:sigmalang_slo_requests:rate${window}`;
}

/** Bad ones of them a second: failed, or slower than promised; labels `namespace`, `job`, `slo`. */
export function sloBad(window: Window): string {
  return `job:sigmalang_slo_bad_requests:rate${window}`;
}

/** Share of the requests that is bad; labels `namespace`, `job`, `slo`; absent where nobody asked. */
export function sloBadRatio(window: Window): string {
  return `job:sigmalang_slo_bad_requests:ratio_rate${window}`;
}

/** Series that are computed, by what they say. Unless said otherwise they have the labels `namespace` and `job` and are over five minutes. */
export const RECORDED = {
  /** Requests a second, by `contract` (or HTTP route). */
  contractRequests: 'contract:sigmalang_requests:rate5m',
  /** Share of them that failed by INTERNAL, UNAVAILABLE or TIMEOUT, by `contract`. */
  contractFailureRatio: 'contract:sigmalang_requests_failed:ratio_rate5m',
  /** Half of the requests took at most so many seconds, by `contract`. */
  contractP50: 'contract:sigmalang_request_duration_seconds:p50_rate5m',
  /** 95 of 100 took at most so many seconds, by `contract`. */
  contractP95: 'contract:sigmalang_request_duration_seconds:p95_rate5m',
  /** 99 of 100 took at most so many seconds, by `contract`. */
  contractP99: 'contract:sigmalang_request_duration_seconds:p99_rate5m',
  /** Requests a second of a process's app, HTTP and messages alike. */
  jobRequests: 'job:sigmalang_requests:rate5m',
  /** Share of them that failed. */
  jobFailureRatio: 'job:sigmalang_requests_failed:ratio_rate5m',
  /** Requests a second that callers make of the API. */
  apiRequests: 'api:sigmalang_requests:rate5m',
  /** The same by `code`. */
  apiRequestsByCode: 'api_code:sigmalang_requests:rate5m',
  /** Half of the requests to the API took at most so many seconds. */
  apiP50: 'api:sigmalang_request_duration_seconds:p50_rate5m',
  /** 95 of 100. */
  apiP95: 'api:sigmalang_request_duration_seconds:p95_rate5m',
  /** 99 of 100. */
  apiP99: 'api:sigmalang_request_duration_seconds:p99_rate5m',
  /** Errors a second where they arose, by `code`. */
  errorsByCode: 'code:sigmalang_errors:rate5m',
  /** Seconds that 95 of 100 searches took in the service, by `mode`. */
  searchP95: 'mode:sigmalang_search_duration_seconds:p95_rate5m',
  /** Seconds that 95 of 100 operations on the database took, by `operation`. */
  databaseP95: 'operation:sigmalang_database_query_duration_seconds:p95_rate5m',
  /** Seconds that 95 of 100 operations on vectors took, by `operation`. */
  vectorP95: 'operation:sigmalang_vector_operation_duration_seconds:p95_rate5m',
  /** Seconds that 95 of 100 groups of work took a worker thread, by `task`. */
  workerP95: 'task:sigmalang_worker_task_duration_seconds:p95_rate5m',
  /** Replies a second that were looked for in the cache, over half an hour. */
  cacheLookups: 'job:sigmalang_cache_lookups:rate30m',
  /** Share of them that were found, over half an hour; absent where nobody looked. */
  cacheHitRatio: 'job:sigmalang_cache_hits:ratio_rate30m',
  /** Share of the error budget of 30 days that is left, by `slo`; below 0 once more than all is spent. */
  budgetLeft: 'job:sigmalang_slo_budget_left:ratio30d',
} as const;

function quantile(share: number, metric: string, by: string, selector = ''): string {
  const matchers = selector === '' ? '' : `{${selector}}`;
  return `histogram_quantile(${share}, sum by (${by}, le) (rate(${metric}_bucket${matchers}[5m])))`;
}

/** Rates of all requests and of failed ones to a share, which is 0 where nothing failed and absent where nobody asked. */
function failureRatio(by: string): string {
  const all = `sum by (${by}) (rate(${METRICS.requests}[5m]))`;
  return `(sum by (${by}) (rate(${METRICS.requests}{${FAILED}}[5m])) or ${all} * 0) / (${all} > 0)`;
}

const BY_CONTRACT = `${GROUPED}, contract`;

const requestRules: RecordingGroup = {
  name: 'sigmalang-recorded-requests',
  rules: [
    { record: RECORDED.contractRequests, expr: `sum by (${BY_CONTRACT}) (rate(${METRICS.requests}[5m]))` },
    { record: RECORDED.contractFailureRatio, expr: failureRatio(BY_CONTRACT) },
    { record: RECORDED.contractP50, expr: quantile(0.5, METRICS.requestDuration, BY_CONTRACT) },
    { record: RECORDED.contractP95, expr: quantile(0.95, METRICS.requestDuration, BY_CONTRACT) },
    { record: RECORDED.contractP99, expr: quantile(0.99, METRICS.requestDuration, BY_CONTRACT) },
    { record: RECORDED.jobRequests, expr: `sum by (${GROUPED}) (rate(${METRICS.requests}[5m]))` },
    { record: RECORDED.jobFailureRatio, expr: failureRatio(GROUPED) },
    { record: RECORDED.apiRequests, expr: `sum by (${GROUPED}) (rate(${METRICS.requests}{${SERVING}, ${API}}[5m]))` },
    { record: RECORDED.apiRequestsByCode, expr: `sum by (${GROUPED}, code) (rate(${METRICS.requests}{${SERVING}, ${API}}[5m]))` },
    { record: RECORDED.apiP50, expr: quantile(0.5, METRICS.requestDuration, GROUPED, `${SERVING}, ${API}`) },
    { record: RECORDED.apiP95, expr: quantile(0.95, METRICS.requestDuration, GROUPED, `${SERVING}, ${API}`) },
    { record: RECORDED.apiP99, expr: quantile(0.99, METRICS.requestDuration, GROUPED, `${SERVING}, ${API}`) },
    { record: RECORDED.errorsByCode, expr: `sum by (${GROUPED}, code) (rate(${METRICS.errors}[5m]))` },
  ],
};

const workRules: RecordingGroup = {
  name: 'sigmalang-recorded-work',
  rules: [
    { record: RECORDED.searchP95, expr: quantile(0.95, METRICS.searchDuration, `${GROUPED}, mode`) },
    { record: RECORDED.databaseP95, expr: quantile(0.95, METRICS.databaseQueryDuration, `${GROUPED}, operation`) },
    { record: RECORDED.vectorP95, expr: quantile(0.95, METRICS.vectorOperationDuration, `${GROUPED}, operation`) },
    { record: RECORDED.workerP95, expr: quantile(0.95, METRICS.workerTaskDuration, `${GROUPED}, task`) },
    {
      record: RECORDED.cacheLookups,
      expr: `sum by (${GROUPED}) (rate(${METRICS.cacheHits}[30m])) + sum by (${GROUPED}) (rate(${METRICS.cacheMisses}[30m]))`,
    },
    { record: RECORDED.cacheHitRatio, expr: `sum by (${GROUPED}) (rate(${METRICS.cacheHits}[30m])) / (${RECORDED.cacheLookups} > 0)` },
  ],
};

function windowRules(level: ServiceLevel, window: Window): RecordingRule[] {
  const isLong = LONG_WINDOWS.some((long) => long === window);
  const mean = (of: string): string => `avg_over_time(${of}{slo="${level.name}"}[${window}])`;
  const { requests, bad } = isLong ? { requests: mean(sloRequests('5m')), bad: mean(sloBad('5m')) } : ratesOf(level.name, window);
  const labels = { slo: level.name };
  return [
    { record: sloRequests(window), labels, expr: requests },
    { record: sloBad(window), labels, expr: bad },
    { record: sloBadRatio(window), labels, expr: `${sloBad(window)}{slo="${level.name}"} / (${sloRequests(window)}{slo="${level.name}"} > 0)` },
  ];
}

function sloRules(level: ServiceLevel): RecordingGroup[] {
  const budgetLeft = { record: RECORDED.budgetLeft, labels: { slo: level.name }, expr: `1 - ${sloBadRatio('30d')}{slo="${level.name}"} / ${level.budget}` };
  return [
    { name: `sigmalang-recorded-${level.name}`, rules: SHORT_WINDOWS.flatMap((window) => windowRules(level, window)) },
    {
      name: `sigmalang-recorded-${level.name}-long`,
      interval: '2m', // a day changes little within two minutes
      rules: [...LONG_WINDOWS.flatMap((window) => windowRules(level, window)), budgetLeft],
    },
  ];
}

/** All recording rules, by the file that they stand in. */
export const recordingFiles: Readonly<Record<string, readonly RecordingGroup[]>> = {
  'recorded-requests': [requestRules],
  'recorded-work': [workRules],
  'recorded-service-levels': SERVICE_LEVELS.flatMap(sloRules),
};

/** All of them in one list. */
export const recordingGroups: readonly RecordingGroup[] = Object.values(recordingFiles).flat();
