import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { APPS, type App } from '../settings/settings';

/** Folder of all charts. */
export const CHARTS_FOLDER = 'helm';

/** Chart that holds the templates and the defaults of every app. */
export const LIBRARY = 'library';

/** Chart of everything. */
export const UMBRELLA = 'sigmalang';

/** Apps that the umbrella installs: `standalone` is all of them in one process. */
export const UMBRELLA_APPS = APPS.filter((app) => app !== 'standalone');

/** A chart that can be installed. */
export type ChartName = App | typeof UMBRELLA;

/** Charts that can be installed. */
export const CHART_NAMES: readonly ChartName[] = [...APPS, UMBRELLA];

/** Whether a chart is that of one app. */
export function isApp(chart: ChartName): chart is App {
  return chart !== UMBRELLA;
}

/** Folder of a chart. */
export function folderOf(chart: ChartName | typeof LIBRARY): string {
  return join(CHARTS_FOLDER, chart);
}

/** Files of values beside the defaults of a chart, by their names: `values-production.yaml`. */
export function valuesFilesOf(chart: ChartName): readonly string[] {
  return globSync(join(folderOf(chart), 'values-*.yaml')).map((path) => basename(path)).sort();
}
