import type { METRICS } from '@sigmalang/contracts';
import type { ForeignMetric } from './foreign-metrics';
import type { RECORDED, Window } from './recorded';

type Metric = (typeof METRICS)[keyof typeof METRICS] | (typeof RECORDED)[keyof typeof RECORDED] | ForeignMetric;

/** A metric that is observed into buckets. */
export type Histogram = Extract<Metric, `${'sigmalang' | 'nodejs'}_${string}_duration_seconds`>;

/** What a query can select: a metric, or one of the three series of a histogram. */
export type Series = Exclude<Metric, Histogram> | `${Histogram}_${'bucket' | 'count' | 'sum'}`;

/** A series that only grows. */
export type CounterSeries = Extract<Series, `${string}_total` | `${string}_bucket` | `${string}_count` | `${string}_sum` | `pg_stat_database_${string}`>;

/** Names of labels. */
export const LABELS = [
  'alertname', 'alertstate', 'certificate', 'check', 'code', 'contract', 'datname', 'direction', 'flag', 'fstype', 'instance', 'job', 'kernels', 'kind', 'le', 'level', 'mode',
  'model', 'mountpoint', 'namespace', 'operation', 'outcome', 'pod', 'pool', 'reason', 'revision', 'server', 'service', 'severity', 'slo', 'state', 'task', 'value', 'version',
] as const;

/** One of {@link LABELS}. */
export type Label = (typeof LABELS)[number];

/** A condition on a label, as PromQL writes it. */
export type Matcher = `${Label}${'=' | '!=' | '=~' | '!~'}"${string}"`;

/** How far a rate looks back: as far as the resolution of the panel asks, or a fixed time. */
export type Range = '$__rate_interval' | '$__range' | Window;

declare const isPromql: unique symbol;

/** A query, made by nothing but the functions of this file. */
export type Expression = string & { readonly [isPromql]: true };

function expression(text: string): Expression {
  return text as Expression;
}

function selector(name: string, matchers: readonly Matcher[]): string {
  return matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`;
}

/** The values of a series now. */
export function series(name: Series, ...matchers: Matcher[]): Expression {
  return expression(selector(name, matchers));
}

/** A recorded series of the service levels, such as `sloBadRatio`, over a window. */
export function recorded(name: (window: Window) => string, window: Window, ...matchers: Matcher[]): Expression {
  return expression(selector(name(window), matchers));
}

/** Growth of a counter a second. */
export function rate(name: CounterSeries, ...matchers: Matcher[]): Expression {
  return expression(`rate(${selector(name, matchers)}[$__rate_interval])`);
}

/** Growth of a counter within a time. */
export function increase(range: Range, name: CounterSeries, ...matchers: Matcher[]): Expression {
  return expression(`increase(${selector(name, matchers)}[${range}])`);
}

/** How often a value was another than before, within a time. */
export function changes(range: Range, name: Series, ...matchers: Matcher[]): Expression {
  return expression(`changes(${selector(name, matchers)}[${range}])`);
}

/** In parentheses, so that it means the same wherever it is put. */
function binary(left: Expression | number | string, operator: string, right: Expression | number | string): Expression {
  return expression(`(${left} ${operator} ${right})`);
}

function aggregate(operator: string, of: Expression, by: readonly Label[]): Expression {
  return expression(by.length === 0 ? `${operator}(${of})` : `${operator} by (${by.join(', ')}) (${of})`);
}

/** Sum, for each combination of the labels. */
export function sum(of: Expression, ...by: Label[]): Expression {
  return aggregate('sum', of, by);
}

/** Greatest value, for each combination of the labels. */
export function max(of: Expression, ...by: Label[]): Expression {
  return aggregate('max', of, by);
}

/** Least value, for each combination of the labels. */
export function min(of: Expression, ...by: Label[]): Expression {
  return aggregate('min', of, by);
}

/** Number of series, for each combination of the labels. */
export function count(of: Expression, ...by: Label[]): Expression {
  return aggregate('count', of, by);
}

/** The series with the greatest values. */
export function topk(most: number, of: Expression): Expression {
  return expression(`topk(${most}, ${of})`);
}

/** Estimate of the value that a share of the observations does not exceed, for each combination of the labels; absent where nothing was observed. */
export function quantile(share: number, histogram: Histogram, matchers: readonly Matcher[], ...by: Label[]): Expression {
  return atLeast(expression(`histogram_quantile(${share}, ${sum(rate(`${histogram}_bucket`, ...matchers), ...by, 'le')})`), 0);
}

/** Share of a part in a whole of the same labels: 0 where there is no such part, absent where there is no whole. */
export function share(part: Expression, whole: Expression): Expression {
  return binary(binary(part, 'or', `${whole} * 0`), '/', binary(whole, '>', 0));
}

/** Quotient of series of the same labels. */
export function quotient(dividend: Expression, divisor: Expression | number): Expression {
  return binary(dividend, '/', divisor);
}

/** Sum of series of the same labels. */
export function plus(first: Expression, second: Expression): Expression {
  return binary(first, '+', second);
}

/** Difference of series of the same labels. */
export function minus(from: Expression | number, what: Expression): Expression {
  return binary(from, '-', what);
}

/** Seconds from now to the times that a series tells. */
export function secondsUntil(of: Expression): Expression {
  return binary(of, '-', 'time()');
}

/** Seconds since the times that a series tells. */
export function secondsSince(of: Expression): Expression {
  return binary('time()', '-', of);
}

/** Product with a number. */
export function times(of: Expression, factor: number): Expression {
  return binary(of, '*', factor);
}

/** Those with a value. */
export function equalTo(of: Expression, value: number): Expression {
  return binary(of, '==', value);
}

/** Those above a value. */
export function above(of: Expression, value: number): Expression {
  return binary(of, '>', value);
}

/** Those of a value or above it, and so none that is not a number. */
export function atLeast(of: Expression, value: number): Expression {
  return binary(of, '>=', value);
}

/** The same, or 0 where there is nothing. */
export function orZero(of: Expression): Expression {
  return binary(of, 'or', 'vector(0)');
}
