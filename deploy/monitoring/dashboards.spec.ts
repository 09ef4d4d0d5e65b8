import type { GridPos, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { METRICS, SERVICES } from '@sigmalang/contracts';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { selectorsIn } from '../names/selectors';
import { describeWithTools } from '../tools-under-test';
import { RUNBOOK_BASE } from './alert';
import { allDashboards } from './dashboards';
import { FOREIGN_METRICS } from './foreign-metrics';
import { panelQueries, panelsOf, queriesOf, rowsOf, substituted } from './panel-queries';
import { PrometheusUnderTest } from './prometheus-under-test';
import { LABELS } from './promql';
import { recordingGroups } from './recorded';

const named = allDashboards.map((dashboard) => [dashboard.uid ?? '', dashboard] as const);

/** Units that Grafana knows, and the one that is made of a suffix. */
const UNITS: readonly unknown[] = [...Object.values(units), 'suffix:×'];

function repeated(values: readonly unknown[]): unknown[] {
  return values.filter((value, n) => values.indexOf(value) !== n);
}

function overlap(first: GridPos, second: GridPos): boolean {
  return first.x < second.x + second.w && second.x < first.x + first.w && first.y < second.y + second.h && second.y < first.y + first.h;
}

/** What is said for each panel of which a fault can be told, by its title. */
function faultsOf(panels: readonly Panel[], fault: (panel: Panel) => unknown[]): Record<string, unknown[]> {
  return Object.fromEntries(panels.map((panel) => [panel.title ?? '', fault(panel)] as const).filter(([, faults]) => faults.length > 0));
}

function targetsOf(panel: Panel): Dataquery[] {
  return (panel.targets ?? []).map((target) => target as Dataquery);
}

/** Labels in double braces. */
function labelsIn(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
}

/** Labels by which a query sums, one list for each time. */
function groupsIn(expr: string): string[] {
  return [...expr.matchAll(/by \(([^)]*)\)/g)].map(([, list = '']) => list.replace(/, le$/, ''));
}

it('dashboards are told apart by uid and by title, and the uid fits into addresses', () => {
  expect(repeated(allDashboards.map(({ uid }) => uid))).toEqual([]);
  expect(repeated(allDashboards.map(({ title }) => title))).toEqual([]);
  for (const [uid] of named) expect(uid).toMatch(/^sigmalang-[a-z-]{1,30}$/);
});

it('each app has a dashboard whose uid is its job, by which tables lead to it', () => {
  for (const app of ['gateway', ...SERVICES, 'standalone']) expect(allDashboards.map(({ uid }) => uid)).toContain(`sigmalang-${app}`);
});

describe.each(named)('%s', (_uid, dashboard) => {
  const panels = panelsOf(dashboard);

  it('is the same each time it is compiled, and takes no number of an installation', () => {
    expect(dashboard).toMatchObject({ version: 1, refresh: '30s', tags: ['sigmalang'], editable: true });
    expect(dashboard).not.toHaveProperty('id');
    expect(dashboard.description).toMatch(/[?].*[.]$/);
  });

  it('has panels within the grid that do not lie over one another', () => {
    const all = (dashboard.panels ?? []).map(({ title, gridPos }) => ({ title, at: gridPos ?? { x: -1, y: -1, w: 0, h: 0 } }));
    expect(all.filter(({ at }) => at.x < 0 || at.y < 0 || at.w < 1 || at.h < 1 || at.x + at.w > 24)).toEqual([]);
    const overlapping = all.flatMap((one, n) => all.slice(n + 1).filter((other) => overlap(one.at, other.at)).map((other) => [one.title, other.title]));
    expect(overlapping).toEqual([]);
  });

  it('has panels of different titles and numbers, each under a heading', () => {
    expect(repeated(panels.map(({ title }) => title))).toEqual([]);
    expect((dashboard.panels ?? []).map(({ id }) => id)).toEqual((dashboard.panels ?? []).map((_panel, n) => n + 1));
    expect(dashboard.panels?.[0]?.type).toBe('row');
    expect(repeated(rowsOf(dashboard).map(({ title }) => title))).toEqual([]);
  });

  it('uses the variables that it declares and no others', () => {
    const declared = (dashboard.templating.list ?? []).map(({ name }) => name);
    const used = JSON.stringify(dashboard.panels).matchAll(/\$\{?(?!__)(\w+)/g);
    expect(new Set([...used].map(([, name]) => name))).toEqual(new Set(declared));
  });

  it('has variables that Grafana fills, and that let everything through before somebody chooses', () => {
    const [source, ...others] = dashboard.templating.list ?? [];
    expect(source).toMatchObject({ type: 'datasource', name: 'datasource', query: 'prometheus' });
    for (const other of others) {
      expect(other).toMatchObject({ type: 'query', datasource: { type: 'prometheus', uid: '${datasource}' }, includeAll: true, allValue: '.*', multi: true });
      expect(other.current).toEqual({ selected: true, text: ['All'], value: ['$__all'] });
      expect(JSON.stringify(other.query)).toMatch(new RegExp(`label_values\\(${METRICS.buildInfo}.*, ${other.name}\\)`));
    }
  });

  it('shows its links and its annotations without a menu being opened', () => {
    const { links = [], annotations } = dashboard;
    expect([...links, ...(annotations.list ?? [])].filter(({ placement }) => placement !== undefined)).toEqual([]);
    expect(links.flatMap(({ url }) => /^\/d\/([\w-]+)/.exec(url ?? '')?.[1] ?? [])).toEqual(['sigmalang-overview']);
    expect(links.flatMap(({ tags }) => tags)).toEqual(['sigmalang']);
  });

  it('has panels that say what they show and when to worry, in units that Grafana knows', () => {
    expect(faultsOf(panels, ({ description = '' }) => (description.length > 40 ? [] : [description]))).toEqual({});
    const unitsOf = ({ fieldConfig }: Panel): unknown[] => [
      fieldConfig?.defaults.unit,
      ...(fieldConfig?.overrides ?? []).flatMap(({ properties }) => properties.filter(({ id }) => id === 'unit').map(({ value }): unknown => value)),
    ];
    expect(faultsOf(panels, (panel) => unitsOf(panel).filter((unit) => !UNITS.includes(unit)))).toEqual({});
  });

  it('has panels that ask the data source of the reader, by queries that have names', () => {
    const source = { type: 'prometheus', uid: '${datasource}' };
    for (const panel of panels) {
      expect(panel.datasource).toEqual(source);
      expect(targetsOf(panel).length).toBeGreaterThan(0);
      for (const target of targetsOf(panel)) expect(target).toMatchObject({ datasource: source, refId: expect.stringMatching(/^[A-Z]$/) as string });
    }
    expect(faultsOf(panels, (panel) => repeated(targetsOf(panel).map(({ refId }) => refId)))).toEqual({});
    expect(faultsOf(panels, (panel) => queriesOf(panel).filter((expr) => expr === ''))).toEqual({});
  });

  it('has panels whose colours begin at the least value and rise', () => {
    const stepsOf = ({ fieldConfig }: Panel) => fieldConfig?.defaults.thresholds?.steps ?? [];
    const coloured = panels.filter((panel) => stepsOf(panel).length > 0);
    expect(faultsOf(coloured, (panel) => stepsOf(panel).slice(0, 1).filter(({ value }) => value !== null))).toEqual({});
    expect(faultsOf(coloured, (panel) => stepsOf(panel).slice(1).filter(({ value }, n, rest) => value === null || value <= (rest[n - 1]?.value ?? -Infinity)))).toEqual({});
  });

  it('has panels that name their lines by labels that the queries keep', () => {
    const namesOf = (panel: Panel) => targetsOf(panel).map(({ legendFormat = '', expr }) => ({ names: labelsIn(legendFormat), kept: groupsIn(expr).flatMap((list) => list.split(', ')) }));
    expect(faultsOf(panels, (panel) => namesOf(panel).flatMap(({ names }) => names.filter((name) => !LABELS.some((label) => label === name))))).toEqual({});
    expect(faultsOf(panels, (panel) => namesOf(panel).flatMap(({ names, kept }) => names.filter((name) => kept.length > 0 && !kept.includes(name))))).toEqual({});
  });

  it('has tables whose columns are about the same rows', () => {
    const tables = panels.filter((panel) => panel.type === 'table');
    for (const panel of tables) {
      const organized = panel.transformations?.find(({ id }) => id === 'organize')?.options as { renameByName: Record<string, string> };
      const labels = Object.keys(organized.renameByName).filter((name) => !name.startsWith('Value'));
      for (const expr of queriesOf(panel)) expect({ title: panel.title, rows: new Set(groupsIn(expr)) }).toEqual({ title: panel.title, rows: new Set([labels.join(', ')]) });
    }
  });
});

/** What Prometheus calls a metric: itself, or the three series of a histogram. */
function seriesOf(metric: string): string[] {
  return metric.endsWith('_duration_seconds') ? ['bucket', 'count', 'sum'].map((part) => `${metric}_${part}`) : [metric];
}

describe('metrics', () => {
  const shown = new Set(panelQueries().flatMap(({ expr }) => selectorsIn(expr).map(({ metric }) => metric)));

  it('that panels show are declared', () => {
    const recorded = recordingGroups.flatMap(({ rules }) => rules.map(({ record }) => record));
    const exported = [...Object.values(METRICS), ...Object.values(FOREIGN_METRICS).flat()];
    const declared = new Set<string>([...recorded, ...exported.flatMap(seriesOf)]);
    expect([...shown].filter((name) => !declared.has(name))).toEqual([]);
  });

  it('that processes export are all on a panel', () => {
    expect(Object.values(METRICS).filter((name) => !seriesOf(name).some((each) => shown.has(each)))).toEqual([]);
  });
});

/** Headings of a document as addresses name them, in the way of GitHub. */
function anchorsOf(document: string): string[] {
  const headings = readFileSync(document, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

it('links of panels lead to documents of this repository, and to headings in them', () => {
  const descriptions = allDashboards.flatMap((dashboard) => panelsOf(dashboard).map(({ description = '' }) => description));
  const links = descriptions.flatMap((description) => [...description.matchAll(/\]\(([^)]*)\)/g)].map(([, url = '']) => url));
  const broken = [...new Set(links)].filter((url) => {
    const [path = '', anchor] = url.replace(`${RUNBOOK_BASE}/`, '').split('#');
    if (!existsSync(path)) return true;
    return anchor !== undefined && (statSync(path).isDirectory() || !anchorsOf(path).includes(anchor));
  });
  expect(links.length).toBeGreaterThan(0);
  expect(broken).toEqual([]);
});

describeWithTools(['prometheus'], 'Prometheus', () => {
  let prometheus: PrometheusUnderTest;

  beforeAll(async () => {
    prometheus = await PrometheusUnderTest.start();
  }, 90_000);

  afterAll(() => prometheus.stop());

  it('answers every query of every panel and annotation', async () => {
    const annotations = allDashboards.flatMap(({ uid = '', annotations: { list = [] } }) => list.map(({ name, expr = '' }) => ({ dashboard: uid, panel: name, expr: substituted(expr) })));
    const refused = [];
    for (const query of [...panelQueries(), ...annotations]) {
      const { status, error } = await prometheus.query(query.expr);
      if (status !== 'success') refused.push({ ...query, error });
    }
    expect(refused).toEqual([]);
  }, 120_000);

  it('refuses a query that is none, so that the specs would see one', async () => {
    expect(await prometheus.query('sum by (job (up)')).toMatchObject({ status: 'error' });
  });
});
