import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type DescribedValues, isValueMap, libraryDefaults, type Value, type ValueMap, valuesOf } from './chart-values';
import { type ChartName, folderOf, isApp, LIBRARY } from './charts';

interface Row {
  readonly key: string;
  readonly type: string;
  readonly default: string;
  readonly description: string;
}

/** The README of a chart: what it is, how it is installed, and all its values. */
export function readmeOf(chart: ChartName | typeof LIBRARY): string {
  const { name, description } = parse(readFileSync(join(folderOf(chart), 'Chart.yaml'), 'utf8')) as { name: string; description: string };
  const values = chart === LIBRARY ? libraryDefaults() : valuesOf(chart);
  return `${[`# ${name}`, description, introductionOf(chart), '## Values', table(rowsOf(values))].join('\n\n')}\n\n*Written by \`npm run charts\`.*\n`;
}

function introductionOf(chart: ChartName | typeof LIBRARY): string {
  if (chart === LIBRARY) return 'Defaults of every app; [docs/kubernetes.md](../../docs/kubernetes.md) tells how the charts are used.';
  const settings = 'names and meaning of `settings` and `secrets` are in [docs/configuration.md](../../docs/configuration.md)';
  if (!isApp(chart)) return `    helm install sigmalang helm/sigmalang --values helm/sigmalang/values-small.yaml\n\n[docs/kubernetes.md](../../docs/kubernetes.md) tells what must be there first; ${settings}. Values of an app stand below its name and are those of its own chart.`;
  return `    helm install ${chart} helm/${chart}\n\n[docs/kubernetes.md](../../docs/kubernetes.md) tells what must be there first; ${settings}.`;
}

/** A row for each value that is described, and for each that holds no others. */
function rowsOf({ values, descriptions }: DescribedValues): Row[] {
  const rows = (map: ValueMap, path: readonly string[]): Row[] =>
    Object.entries(map).flatMap(([name, value]) => {
      const inner = [...path, name];
      const key = inner.join('.');
      const description = descriptions.get(key);
      if (description === undefined && isValueMap(value) && name !== 'resources') return rows(value, inner);
      return [{ key, type: typeOf(value), default: JSON.stringify(value), description: description ?? (name === 'resources' ? 'CPU and memory asked for, and most of them' : '') }];
    });
  return rows(values, []).sort((a, b) => (a.key < b.key ? -1 : 1));
}

function typeOf(value: Value): string {
  if (Array.isArray(value)) return 'list';
  if (isValueMap(value)) return 'object';
  return typeof value === 'number' ? 'integer' : typeof value;
}

function table(rows: readonly Row[]): string {
  const undescribed = rows.filter(({ description }) => description === '').map(({ key }) => key);
  if (undescribed.length > 0) throw new Error(`values without a description: ${undescribed.join(', ')}`);
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const lines = rows.map((row) => `| \`${row.key}\` | ${row.type} | \`${cell(row.default)}\` | ${cell(row.description)} |`);
  return ['| Key | Type | Default | Description |', '|---|---|---|---|', ...lines].join('\n');
}
