import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { TableCellBackgroundDisplayMode, TableCellDisplayMode, TableCellHeight, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import { type DynamicConfigValue, FieldColorBuilder, FieldColorModeId, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Expression, Label } from '../promql';
import { DATA_SOURCE, type Limits, NO_LIMITS, type PanelText, refIdOf, thresholdsOf } from './panels';

/** What a table says of each of its rows. */
export interface Column {
  readonly title: string;
  readonly unit: string;
  /** Has the labels of {@link Table.rows} and no others. */
  readonly expr: Expression;
  readonly limits?: Limits;
  readonly decimals?: number;
}

/** What is now, a row for each combination of labels. */
export interface Table extends Omit<PanelText, 'unit' | 'limits'> {
  /** What the rows are of: labels, and what their columns are called. */
  readonly rows: Readonly<Partial<Record<Label, string>>>;
  readonly columns: readonly Column[];
  /** Title of the column by which rows are sorted: numbers from the greatest down, words from A up. */
  readonly sortBy?: string;
  readonly height?: number;
  /** Where a click on the first label leads: the rest of an address after `/d/`. */
  readonly link?: { readonly title: string; readonly path: string };
}

/** The names that Grafana gives to the values of each query of a table. */
function valuesOf({ length }: readonly Column[]): string[] {
  return length === 1 ? ['Value'] : Array.from({ length }, (_column, n) => `Value #${refIdOf(n)}`);
}

function propertiesOf({ unit, limits, decimals }: Column): DynamicConfigValue[] {
  return [
    { id: 'unit', value: unit },
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ...(limits === undefined
      ? []
      : [
          { id: 'thresholds', value: thresholdsOf(limits).build() },
          { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorBackground, mode: TableCellBackgroundDisplayMode.Basic } },
        ]),
  ];
}

/** A table of what is now. */
export function table({ title, description, rows, columns, sortBy, link, width = 24, height = 8 }: Table): Builder<Panel> {
  const labels = Object.keys(rows);
  const values = valuesOf(columns);
  const panel = new PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATA_SOURCE)
    .span(width)
    .height(height)
    .unit('none')
    .noValue('-')
    .thresholds(thresholdsOf(NO_LIMITS))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .targets(
      columns.map(({ expr }, n) =>
        new DataqueryBuilder().refId(refIdOf(n)).datasource(DATA_SOURCE).expr(expr).legendFormat('').instant().format(PromQueryFormat.Table).exemplar(false),
      ),
    )
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries([...labels, ...values].map((name, place) => [name, place])),
        renameByName: Object.fromEntries<string>([...Object.entries(rows), ...values.map((name, n) => [name, columns[n]?.title ?? name] as const)]),
      },
    });
  for (const column of columns) panel.overrideByName(column.title, propertiesOf(column));
  const [first] = Object.values(rows);
  if (link && first !== undefined) panel.overrideByName(first, [{ id: 'links', value: [{ title: link.title, url: `/d/${link.path}` }] }]);
  if (sortBy === undefined) return panel;
  return panel.sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(columns.some((column) => column.title === sortBy))]);
}
