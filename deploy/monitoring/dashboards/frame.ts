import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationQueryBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  defaultDashboard,
  defaultRowPanel,
  type GridPos,
  type Panel,
  QueryVariableBuilder,
  type RowPanel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { METRICS } from '@sigmalang/contracts';
import { equalTo, type Label, type Matcher, max, series, times } from '../promql';
import { DATA_SOURCE } from './panels';

/** The model of dashboards that every Grafana reads from files; the SDK has the next one too, which only the newest read. */
export type GrafanaDashboard = ReturnType<typeof defaultDashboard>;

/** Panels under one heading, laid out from left to right, line by line. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

/** What sets a dashboard apart from the others. */
export interface Content {
  /** Its name in addresses, which never changes. */
  readonly uid: string;
  readonly title: string;
  /** The question that it answers. */
  readonly description: string;
  /** Processes that it is about: a condition on their label `job`. */
  readonly jobs: Matcher;
  /** Whether the reader can choose among the processes. */
  readonly hasInstances: boolean;
  /** How far back it looks at first. */
  readonly from?: string;
  readonly rows: readonly Row[];
}

/** Columns of a dashboard. */
const COLUMNS = 24;

/** What every dashboard here is found and linked by. */
export const TAG = 'sigmalang';

/** Processes in the namespaces that the reader chose; without namespaces, as in compose, all. */
export const IN_NAMESPACE: Matcher = 'namespace=~"$namespace"';

/** Processes that the reader chose. */
export const ON_INSTANCE: Matcher = 'instance=~"$instance"';

/** How Grafana's editor for Prometheus numbers queries for the values of a label. */
const LABEL_VALUES = 1;

function variable(label: Label, title: string, ...matchers: Matcher[]): QueryVariableBuilder {
  const query = `label_values(${series(METRICS.buildInfo, ...matchers)}, ${label})`;
  return new QueryVariableBuilder(label)
    .label(title)
    .datasource(DATA_SOURCE)
    .query({ qryType: LABEL_VALUES, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*') // also what has no such label
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

/** What happened: where a process started, and where an alert that wakes somebody fired. */
function annotations(jobs: Matcher): AnnotationQueryBuilder[] {
  const starts = times(max(series('process_start_time_seconds', jobs, IN_NAMESPACE), 'job', 'pod', 'instance'), 1000);
  const alerts = equalTo(max(series('ALERTS', 'alertstate="firing"', 'severity="critical"', IN_NAMESPACE), 'alertname', 'job'), 1);
  const query = (name: string, color: string): AnnotationQueryBuilder =>
    new AnnotationQueryBuilder().name(name).datasource(DATA_SOURCE).enable(true).iconColor(color).step('60s');
  return [
    query('Starts', 'blue').expr(starts).useValueForTime(true).titleFormat('{{job}} started').textFormat('{{pod}} {{instance}}'),
    query('Critical alerts', 'red').expr(alerts).titleFormat('{{alertname}}').textFormat('{{job}}'),
  ];
}

/** The SDK puts links and annotations into a menu of Grafana 12 unless told otherwise, and there is no way to tell it. */
function inSight<Item extends { placement?: unknown }>(items: readonly Builder<Item>[]): Item[] {
  return items.map((item) => ({ ...item.build(), placement: undefined }));
}

const LINKS = [
  new DashboardLinkBuilder('Overview').type(DashboardLinkType.Link).url('/d/sigmalang-overview').icon('dashboard').includeVars(true).keepTime(true),
  new DashboardLinkBuilder('All dashboards').type(DashboardLinkType.Dashboards).tags([TAG]).asDropdown(true).includeVars(true).keepTime(true),
];

/** Panels of a row below one another where a line is full; says how far down they reach. */
function place(panels: readonly Panel[], top: number): { placed: Panel[]; bottom: number } {
  let [x, y, bottom] = [0, top, top];
  const placed = panels.map((panel) => {
    const { w, h } = panel.gridPos ?? { w: COLUMNS, h: 8 };
    if (x + w > COLUMNS) [x, y] = [0, bottom];
    const gridPos: GridPos = { h, w, x, y };
    x += w;
    bottom = Math.max(bottom, y + h);
    return { ...panel, gridPos };
  });
  return { placed, bottom };
}

function layOut(rows: readonly Row[]): (Panel | RowPanel)[] {
  const panels: (Panel | RowPanel)[] = [];
  let y = 0;
  for (const row of rows) {
    const { placed, bottom } = place(row.panels.map((panel) => panel.build()), y + 1);
    panels.push({ ...defaultRowPanel(), title: row.title, gridPos: { h: 1, w: COLUMNS, x: 0, y } }, ...placed);
    y = bottom;
  }
  return panels.map((panel, n) => ({ ...panel, id: n + 1 }));
}

/** A dashboard as Grafana reads it. */
export function dashboard({ uid, title, description, jobs, hasInstances, from = 'now-1h', rows }: Content): GrafanaDashboard {
  const source = new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').build();
  const namespace = variable('namespace', 'Namespace').build();
  // A process chosen on one dashboard is none of the next, which would show nothing: it stays out of addresses, by which links hand choices on.
  const instance = { ...variable('instance', 'Process', jobs, IN_NAMESPACE).build(), skipUrlSync: true };
  return {
    ...defaultDashboard(),
    uid,
    title,
    description,
    tags: [TAG],
    version: 1, // Grafana counts its own
    timezone: 'browser',
    editable: true,
    refresh: '30s',
    time: { from, to: 'now' },
    graphTooltip: DashboardCursorSync.Crosshair,
    links: inSight(LINKS),
    annotations: { list: inSight(annotations(jobs)) },
    templating: { list: hasInstances ? [source, namespace, instance] : [source, namespace] },
    panels: layOut(rows),
  };
}
