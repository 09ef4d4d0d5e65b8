/** What a figure is to be; it is judged at the largest size unless `each`. */
export interface Goal {
  readonly least?: number;
  readonly most?: number;
  readonly each?: boolean;
}

interface Row {
  readonly unit: string;
  readonly goal: Goal | undefined;
  readonly values: Map<number, number>;
}

const NAME_WIDTH = 58;
const VALUE_WIDTH = 12;

/** Figures by name and by size of what was measured, printed so that their growth can be seen, beside their goals. */
export class GrowthTable {
  private readonly rows = new Map<string, Row>();

  constructor(private readonly sizes: readonly number[]) {}

  /** Notes a figure. */
  note(name: string, size: number, value: number, unit: string, goal?: Goal): void {
    const row = this.rows.get(name) ?? { unit, goal, values: new Map<number, number>() };
    row.values.set(size, value);
    this.rows.set(name, row);
  }

  /** A figure that was noted; NaN where it was not. */
  value(name: string, size: number): number {
    return this.rows.get(name)?.values.get(size) ?? NaN;
  }

  /** The lines of the table. */
  lines(): string[] {
    const head = `${'documents'.padEnd(NAME_WIDTH)}${this.sizes.map((size) => cell(size.toLocaleString('en'))).join('')}  goal`;
    const body = [...this.rows].map(([name, { unit, goal, values }]) => {
      const figures = this.sizes.map((size) => cell(values.has(size) ? shown(values.get(size) ?? 0) : '-')).join('');
      return `${`${name} (${unit})`.padEnd(NAME_WIDTH)}${figures}  ${goal ? this.judged(goal, values) : ''}`.trimEnd();
    });
    return [head, ...body];
  }

  private judged(goal: Goal, values: ReadonlyMap<number, number>): string {
    const judged = goal.each ? [...values.values()] : [...values.values()].slice(-1);
    const isMet = judged.every((value) => value >= (goal.least ?? -Infinity) && value <= (goal.most ?? Infinity));
    const words = goal.least === undefined ? `at most ${goal.most ?? ''}` : `at least ${goal.least}`;
    return `${words}: ${isMet ? 'met' : 'MISSED'}`;
  }
}

function cell(text: string): string {
  return text.padStart(VALUE_WIDTH);
}

function shown(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 3);
}
