import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** An expression of PromQL that is shipped. */
export interface ShippedExpression {
  /** Where it stands: file, and alert, recorded series or panel. */
  readonly where: string;
  readonly expr: string;
  /** What it is for. */
  readonly use: 'alert' | 'recording' | 'panel' | 'annotation' | 'variable';
}

/** What Grafana puts in the place of its variables where all is chosen. */
const VARIABLES: Readonly<Record<string, string>> = { $__rate_interval: '5m', $__range: '1h', $__interval: '15s', $namespace: '.*', $instance: '.*', $job: '.*' };

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly { readonly alert?: string; readonly record?: string; readonly expr: string }[] }[];
}

interface PanelJson {
  readonly title?: string;
  readonly targets?: readonly { readonly expr?: string }[];
  readonly panels?: readonly PanelJson[];
}

interface DashboardJson {
  readonly panels?: readonly PanelJson[];
  readonly annotations?: { readonly list?: readonly { readonly name?: string; readonly expr?: string }[] };
  readonly templating?: { readonly list?: readonly { readonly name?: string; readonly definition?: string }[] };
}

/** Every expression in the rules and dashboards below a folder, with nothing in it that only Grafana understands. */
export function shippedExpressions(folder: string): ShippedExpression[] {
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const rules = globSync('rules/*.yaml', { cwd: folder }).sort().flatMap((path) => expressionsOfRules(path, parse(read(path)) as RuleFile));
  const dashboards = globSync('dashboards/*.json', { cwd: folder }).sort();
  return [...rules, ...dashboards.flatMap((path) => expressionsOfDashboard(path, JSON.parse(read(path)) as DashboardJson))];
}

function expressionsOfRules(path: string, { groups }: RuleFile): ShippedExpression[] {
  return groups
    .flatMap(({ rules }) => rules)
    .map(({ alert, record, expr }) => ({ where: `${path}: ${alert ?? record ?? ''}`, expr, use: alert === undefined ? 'recording' : 'alert' }));
}

function expressionsOfDashboard(path: string, { panels = [], annotations, templating }: DashboardJson): ShippedExpression[] {
  const ofPanel = (panel: PanelJson): ShippedExpression[] => [
    ...(panel.targets ?? []).flatMap(({ expr }) => (expr === undefined ? [] : [{ where: `${path}: ${panel.title ?? ''}`, expr: substituted(expr), use: 'panel' as const }])),
    ...(panel.panels ?? []).flatMap(ofPanel),
  ];
  const events = (annotations?.list ?? []).flatMap(({ name, expr }) => (expr === undefined ? [] : [{ where: `${path}: ${name ?? ''}`, expr: substituted(expr), use: 'annotation' as const }]));
  const variables = (templating?.list ?? []).flatMap(({ name, definition }) => {
    const [, expr] = /^label_values\((.*), *\w+\)$/.exec(definition ?? '') ?? [];
    return expr === undefined ? [] : [{ where: `${path}: $${name ?? ''}`, expr: substituted(expr), use: 'variable' as const }];
  });
  return [...panels.flatMap(ofPanel), ...events, ...variables];
}

function substituted(expr: string): string {
  const text = Object.entries(VARIABLES).reduce((each, [name, value]) => each.replaceAll(name, value).replaceAll(`\${${name.slice(1)}}`, value), expr);
  const [unknown] = /\$\{?[a-zA-Z_]\w*/.exec(text) ?? [];
  if (unknown !== undefined) throw new Error(`${expr}: what ${unknown} stands for is not known`);
  return text;
}
