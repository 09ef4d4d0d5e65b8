import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readmeOf } from './chart-readme';
import { schemaOf } from './chart-schema';
import { CHART_NAMES, folderOf, LIBRARY } from './charts';

/** The files of the charts that are written from others: path and text. */
export function chartFiles(): ReadonlyMap<string, string> {
  const { version } = parse(readFileSync('package.json', 'utf8')) as { version: string };
  const files = new Map<string, string>();
  for (const chart of CHART_NAMES) files.set(join(folderOf(chart), 'values.schema.json'), `${JSON.stringify(schemaOf(chart), undefined, 1)}\n`);
  for (const chart of [...CHART_NAMES, LIBRARY] as const) {
    files.set(join(folderOf(chart), 'README.md'), readmeOf(chart));
    files.set(join(folderOf(chart), 'Chart.yaml'), ofVersion(readFileSync(join(folderOf(chart), 'Chart.yaml'), 'utf8'), version));
  }
  return files;
}

/** A Chart.yaml whose version, and that of the app and of the charts it takes in, is that of the repository. */
function ofVersion(chart: string, version: string): string {
  return chart.replace(/^(\s*(?:app)?[vV]ersion: ).*$/gm, `$1${version}`);
}
