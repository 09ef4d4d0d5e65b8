import type { ShippedExpression } from './expressions';
import { type LabelMatcher, type Selector, selectorsIn } from './selectors';

/** Labels of a series, its name as `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** The series that Prometheus has. */
export class KnownSeries {
  private readonly metrics = new Map<string, Map<string, Set<string>>>();
  /** Values of each label, whatever has it. */
  private readonly anywhere = new Map<string, Set<string>>();

  /** @param possible values of labels that may come about, though they did not where the series are from */
  constructor(
    series: readonly Labels[],
    private readonly possible: Readonly<Record<string, readonly string[]>> = {},
  ) {
    for (const { __name__: name = '', ...labels } of series) {
      const ofMetric = this.metrics.get(name) ?? new Map<string, Set<string>>();
      this.metrics.set(name, ofMetric);
      for (const [label, value] of Object.entries(labels)) for (const values of [ofMetric, this.anywhere]) add(values, label, value);
    }
  }

  /** What of an expression names nothing that is there: one sentence each. */
  faultsOf({ where, expr }: ShippedExpression): string[] {
    return selectorsIn(expr).flatMap((selector) => this.faultsOfSelector(selector).map((fault) => `${where}: ${fault}`));
  }

  private faultsOfSelector({ metric, matchers }: Selector): string[] {
    const labels = this.metrics.get(metric);
    if (!labels) return [`no series is called ${metric}`];
    return matchers.flatMap((matcher) => this.faultOfMatcher(metric, matcher, labels.get(matcher.label)) ?? []);
  }

  private faultOfMatcher(metric: string, { label, operator, value }: LabelMatcher, live: ReadonlySet<string> | undefined): string | undefined {
    if (operator === '=~' && matches(value, '')) return undefined; // what lacks the label is taken too
    if (!live) return `${metric} has no label ${label}`;
    if (operator === '!~' || operator === '!=') return undefined; // it may exclude what is not there now
    const possible = this.possible[label] ?? [];
    const [here, anywhere] = [[...live, ...possible], [...(this.anywhere.get(label) ?? []), ...possible]];
    const wanted = operator === '=' ? [value] : alternativesOf(value);
    const has = (values: readonly string[], each: string): boolean => values.some((known) => (operator === '=' ? known === each : matches(each, known)));
    const unknown = wanted.filter((each) => !has(anywhere, each));
    if (unknown.length > 0) return `no ${label} is ${unknown.map((each) => `"${each}"`).join(' or ')}, which is asked of ${metric}`;
    return wanted.some((each) => has(here, each)) ? undefined : `no ${label} of ${metric} is "${value}"`;
  }
}

function add(values: Map<string, Set<string>>, label: string, value: string): void {
  values.set(label, (values.get(label) ?? new Set()).add(value));
}

function matches(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(value);
}

/** The alternatives of a regular expression, those in groups written out; itself where a group may be repeated. */
export function alternativesOf(pattern: string): string[] {
  const group = /\(\??:?([^()]*)\)(?![*+?{])/.exec(pattern);
  if (group) return (group[1] ?? '').split('|').flatMap((each) => alternativesOf(pattern.replace(group[0], () => each)));
  return pattern.includes('(') ? [pattern] : pattern.split('|');
}

/** Names among some that no expression reads, be it as it is or as `_bucket`, `_count` or `_sum`. */
export function unreadNames(names: readonly string[], expressions: readonly ShippedExpression[]): string[] {
  const read = new Set(expressions.flatMap(({ expr }) => selectorsIn(expr).map(({ metric }) => metric)));
  return names.filter((name) => ![name, `${name}_bucket`, `${name}_count`, `${name}_sum`].some((each) => read.has(each)));
}
