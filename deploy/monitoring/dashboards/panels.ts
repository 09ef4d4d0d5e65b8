import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId, MappingType, type Panel, SpecialValueMatch, type Threshold, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Expression } from '../promql';

/** The data source that the reader of a dashboard chooses. */
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' };

/** What colours mean: from which values on something is worth a look, and from which it is bad. */
export interface Limits {
  readonly steps: Threshold[];
}

/** Good below, worse above. */
export function worseAbove(warning: number, bad: number): Limits {
  return { steps: [{ value: null, color: 'green' }, { value: warning, color: 'orange' }, { value: bad, color: 'red' }] };
}

/** Good above, worse below. */
export function worseBelow(warning: number, bad: number): Limits {
  return { steps: [{ value: null, color: 'red' }, { value: bad, color: 'orange' }, { value: warning, color: 'green' }] };
}

/** Good from a value on, bad below. */
export function badBelow(least: number): Limits {
  return { steps: [{ value: null, color: 'red' }, { value: least, color: 'green' }] };
}

/** Bad as soon as there is any. */
export const ANY_IS_BAD: Limits = { steps: [{ value: null, color: 'green' }, { value: 0.001, color: 'red' }] };

/** No value is better than another. */
export const NO_LIMITS: Limits = { steps: [{ value: null, color: 'blue' }] };

/** A line, or several, of a panel. */
export interface Query {
  readonly expr: Expression;
  /** Name of the line; labels in double braces. */
  readonly legend: string;
  /** Whether traces that stand for observations are shown beside it. */
  readonly hasExemplars?: boolean;
}

/** What any panel says of itself. */
export interface PanelText {
  readonly title: string;
  /** What it shows, when to worry, and where to read on. */
  readonly description: string;
  /** Unit of the values, as Grafana names it. */
  readonly unit: string;
  /** Columns of 24. */
  readonly width?: number;
  readonly limits?: Limits;
}

/** A number that says now how something is, with its course behind it. */
export interface Stat extends PanelText {
  readonly expr: Expression;
  /** What is said where there is no value. */
  readonly noValue: string;
  /** What colour that has; none of good or bad unless given. */
  readonly noValueColor?: string;
  readonly decimals?: number;
}

/** Lines over time. */
export interface Timeseries extends PanelText {
  readonly queries: readonly Query[];
  /** Whether they are parts of a whole. */
  readonly isStacked?: boolean;
  /** Greatest value that there can be. */
  readonly max?: number;
  /** Whether values can be below 0. */
  readonly isSigned?: boolean;
}

/** Name of the n-th query of a panel: A, B, C. */
export function refIdOf(n: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + n);
}

/** Thresholds as Grafana has them. */
export function thresholdsOf({ steps }: Limits): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

function rangeQuery({ expr, legend, hasExemplars = false }: Query, n: number): DataqueryBuilder {
  return new DataqueryBuilder().refId(refIdOf(n)).datasource(DATA_SOURCE).expr(expr).legendFormat(legend).range().exemplar(hasExemplars);
}

/** A number now. */
export function stat({ title, description, unit, expr, noValue, noValueColor = '#808080', decimals, width = 3, limits = NO_LIMITS }: Stat): Builder<Panel> {
  const panel = new StatBuilder()
    .title(title)
    .description(description)
    .datasource(DATA_SOURCE)
    .span(width)
    .height(4)
    .unit(unit)
    .noValue(noValue)
    // Without it nothing has the colour of the least value, which may be red.
    .mappings([{ type: MappingType.SpecialValue, options: { match: SpecialValueMatch.NullAndNan, result: { text: noValue, color: noValueColor, index: 0 } } }])
    .thresholds(thresholdsOf(limits))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .colorMode(limits === NO_LIMITS ? BigValueColorMode.Value : BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.Area)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
    .withTarget(rangeQuery({ expr, legend: title }, 0));
  return decimals === undefined ? panel : panel.decimals(decimals);
}

/** Lines over time, with the last and the greatest value of each. */
export function timeseries({ title, description, unit, queries, isStacked = false, isSigned = false, max, width = 8, limits }: Timeseries): Builder<Panel> {
  const panel = new TimeseriesBuilder()
    .title(title)
    .description(description)
    .datasource(DATA_SOURCE)
    .span(width)
    .height(8)
    .unit(unit)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .fillOpacity(isStacked ? 40 : 8)
    .lineWidth(1)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .stacking(new StackingConfigBuilder().mode(isStacked ? StackingMode.Normal : StackingMode.None).group('A'))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .calcs(['lastNotNull', 'max'])
        .sortBy('Last *')
        .sortDesc(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .targets(queries.map(rangeQuery));
  if (!isSigned) panel.min(0);
  if (max !== undefined) panel.max(max);
  if (limits !== undefined) {
    panel.thresholds(thresholdsOf(limits)).thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return panel;
}

/** Values of 1 and 0 over time, as words in green and red. */
export interface States extends Omit<PanelText, 'unit' | 'limits'> {
  readonly queries: readonly Query[];
  /** What 1 is called. */
  readonly one: string;
  /** What 0 is called. */
  readonly zero: string;
  /** Which of the two is good. */
  readonly good: 0 | 1;
}

/** A band for each thing that can be up or down. */
export function states({ title, description, queries, one, zero, good, width = 12 }: States): Builder<Panel> {
  const colorOf = (value: 0 | 1) => (value === good ? 'green' : 'red');
  return new StateTimelineBuilder()
    .title(title)
    .description(description)
    .datasource(DATA_SOURCE)
    .span(width)
    .height(8)
    .unit('none')
    .mappings([{ type: MappingType.ValueToText, options: { 0: { text: zero, color: colorOf(0), index: 0 }, 1: { text: one, color: colorOf(1), index: 1 } } }])
    .thresholds(thresholdsOf({ steps: [{ value: null, color: colorOf(0) }, { value: 1, color: colorOf(1) }] }))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .fillOpacity(80)
    .lineWidth(0)
    .rowHeight(0.85)
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .legend(new VizLegendOptionsBuilder().showLegend(false).displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.None))
    .targets(queries.map(rangeQuery));
}
