import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { toolPath } from '../tools-under-test';
import type { ValueMap } from './chart-values';
import { CHART_NAMES, CHARTS_FOLDER, type ChartName, valuesFilesOf } from './charts';

/** The oldest Kubernetes that the charts say they run on. */
export const OLDEST_KUBERNETES = '1.30.0';

/** An object of Kubernetes, as far as the specs look at it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** How a chart is rendered. */
export interface Rendering {
  /** Files of values of the chart, by name; a later one wins. */
  readonly valuesFiles?: readonly string[];
  /** Values over those of the files. */
  readonly values?: ValueMap;
  /** Name of the release. */
  readonly release?: string;
  /** Version of Kubernetes to render for. */
  readonly kubernetes?: string;
  /** Folder of all charts: that of another commit, for one. */
  readonly folder?: string;
}

/** Every chart with its defaults alone, and with each of its files of values. */
export function everyRendering(): readonly (readonly [chart: ChartName, rendering: Rendering & { readonly valuesFiles: readonly string[] }])[] {
  return CHART_NAMES.flatMap((chart) => [[], ...valuesFilesOf(chart).map((file) => [file])].map((valuesFiles) => [chart, { valuesFiles }] as const));
}

/** The objects that a chart renders, hooks and tests included. Throws what helm says where it refuses. */
export function renderChart(chart: ChartName, rendering: Rendering = {}): readonly KubernetesObject[] {
  const documents = parseAllDocuments(renderedText(chart, rendering)).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as KubernetesObject | null;
  });
  return documents.filter((document) => document !== null);
}

/** The manifests that a chart renders, as YAML. */
export function renderedText(chart: ChartName, { release = 'sigmalang', kubernetes = OLDEST_KUBERNETES, ...rendering }: Rendering = {}): string {
  return helm(['template', release, '--kube-version', kubernetes], chart, rendering);
}

/** What `helm lint --strict` says of a chart. Throws where it finds something wrong. */
export function lintChart(chart: ChartName, rendering: Rendering = {}): string {
  return helm(['lint', '--strict'], chart, rendering);
}

function helm(command: readonly string[], chart: ChartName, { valuesFiles = [], values, folder = CHARTS_FOLDER }: Rendering): string {
  const chartFolder = join(folder, chart);
  const files = valuesFiles.flatMap((file) => ['--values', join(chartFolder, file)]);
  const { status, stdout, stderr, error } = spawnSync(toolPath('helm'), [...command, chartFolder, ...files, ...(values ? ['--values', '-'] : [])], {
    encoding: 'utf8',
    input: values && JSON.stringify(values),
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${withoutLinks(stderr)}${stdout}`);
  return stdout;
}

/** What helm says, but for the links in `charts/` that it tells of each time. */
function withoutLinks(text: string): string {
  return text.split('\n').filter((line) => !line.includes('found symbolic link')).join('\n');
}
