import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { allDashboards } from './dashboards';
import type { GrafanaDashboard } from './dashboards/frame';

/** A query of a panel. */
export interface PanelQuery {
  /** The uid of its dashboard. */
  readonly dashboard: string;
  /** The title of its panel. */
  readonly panel: string;
  /** PromQL without variables, which Prometheus answers as it stands. */
  readonly expr: string;
}

/** What Grafana puts in the place of variables. */
export interface Substitutions {
  /** How far back rates look: four times as long as the pauses between scrapes, or longer. */
  readonly rateInterval: string;
  /** A regular expression of namespaces; `.*` are all, and none. */
  readonly namespace: string;
  /** A regular expression of instances. */
  readonly instance: string;
}

const ALL: Substitutions = { rateInterval: '1m', namespace: '.*', instance: '.*' };

/** A query as Prometheus gets it. */
export function substituted(expr: string, { rateInterval, namespace, instance }: Substitutions = ALL): string {
  return expr.replaceAll('$__rate_interval', rateInterval).replaceAll('$namespace', namespace).replaceAll('$instance', instance);
}

/** The panels of a dashboard, without the headings of rows. */
export function panelsOf({ panels = [] }: GrafanaDashboard): Panel[] {
  return panels.filter((panel): panel is Panel => panel.type !== 'row');
}

/** The headings of rows of a dashboard. */
export function rowsOf({ panels = [] }: GrafanaDashboard): RowPanel[] {
  return panels.filter((panel): panel is RowPanel => panel.type === 'row');
}

/** The queries of a panel as they are written. */
export function queriesOf(panel: Panel): string[] {
  return (panel.targets ?? []).map((target) => ('expr' in target && typeof target.expr === 'string' ? target.expr : ''));
}

/** Every query of every panel, variables substituted. */
export function panelQueries(values: Partial<Substitutions> = {}): PanelQuery[] {
  const substitutions = { ...ALL, ...values };
  return allDashboards.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap((panel) =>
      queriesOf(panel).map((expr) => ({ dashboard: dashboard.uid ?? '', panel: panel.title ?? '', expr: substituted(expr, substitutions) })),
    ),
  );
}
