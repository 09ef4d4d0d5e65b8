import { CHART_NAMES, type ChartName } from '../charts/charts';
import { everyOptionOf } from '../charts/every-option';
import { everyRendering, type KubernetesObject, renderChart } from '../charts/rendered-charts';

/** What a chart makes of some values. */
export interface RenderedChart {
  readonly chart: ChartName;
  /** The chart, and with which values. */
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

/** Every chart with its defaults, with each of its files of values, and with every option on. */
export function everyChart(): readonly RenderedChart[] {
  const files = everyRendering().map(([chart, rendering]) => ({ chart, name: `${chart} with ${rendering.valuesFiles[0] ?? 'its defaults'}`, objects: renderChart(chart, rendering) }));
  const options = CHART_NAMES.map((chart) => ({ chart, name: `${chart} with every option`, objects: renderChart(chart, { values: everyOptionOf(chart) }) }));
  return [...files, ...options];
}
