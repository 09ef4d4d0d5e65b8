import type { ShippedExpression } from './expressions';
import { type LabelMatcher, type Selector, selectorsIn } from './selectors';

/** Labels of a series, its name as `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** The series that Prometheus has. */
export class KnownSeries {
  private readonly values = new Map<string, Map<string, Set<string>>>();

  /** @param possible values of labels that may come about, though they did not where the series are from */
  constructor(
    series: readonly Labels[],
    private readonly possible: Readonly<Record<string, readonly string[]>> = {},
  ) {
    for (const { __name__: name = '', ...labels } of series) {
      const ofMetric = this.values.get(name) ?? new Map<string, Set<string>>();
      this.values.set(name, ofMetric);
      for (const [label, value] of Object.entries(labels)) ofMetric.set(label, (ofMetric.get(label) ?? new Set()).add(value));
    }
  }

  /** What of an expression names nothing that is there: one sentence each. */
  faultsOf({ where, expr }: ShippedExpression): string[] {
    return selectorsIn(expr).flatMap((selector) => this.faultsOfSelector(selector).map((fault) => `${where}: ${fault}`));
  }

  private faultsOfSelector({ metric, matchers }: Selector): string[] {
    const labels = this.values.get(metric);
    if (!labels) return [`no series is called ${metric}`];
    return matchers.flatMap((matcher) => this.faultOfMatcher(metric, matcher, labels.get(matcher.label)) ?? []);
  }

  private faultOfMatcher(metric: string, { label, operator, value }: LabelMatcher, live: ReadonlySet<string> | undefined): string | undefined {
    const takesNone = operator === '=~' && new RegExp(`^(?:${value})$`).test(''); // what lacks the label is taken too
    if (takesNone) return undefined;
    if (!live) return `${metric} has no label ${label}`;
    if (operator === '!=' || operator === '!~') return undefined;
    const values = [...live, ...(this.possible[label] ?? [])];
    const missing = operator === '=' ? [value].filter((each) => !values.includes(each)) : alternativesOf(value).filter((each) => !values.some((known) => new RegExp(`^(?:${each})$`).test(known)));
    return missing.length === 0 ? undefined : `${metric} has no ${label} ${missing.map((each) => `"${each}"`).join(', ')}`;
  }
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
