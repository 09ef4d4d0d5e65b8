import type { Filter, Metadata, Scalar } from '@sigmalang/contracts';
import { GrowingArray } from './growing-array';
import { matches } from './filter-predicate';
import { MetadataColumn } from './metadata-column';
import { StringTable } from './string-table';

/** Most paths that have a column; what a further one holds is looked up in the metadata themselves. */
const MOST_COLUMNS = 1_024;

/** Whether a filter holds: as numbers, so that `and` is the least, `or` the greatest, and `not` what is missing to 2. */
const NO = 0;
const UNKNOWN = 1;
const YES = 2;

/** What was kept of metadata values, to be written to a file: a description for `JSON`, and the arrays that it names by their number. */
export interface SavedValues {
  readonly columns: readonly { readonly path: string; readonly first: number }[];
  readonly arrays: readonly (Uint8Array | Uint32Array | Float64Array)[];
}

/**
 * The values in the metadata of rows, by path and type, outside of the JavaScript heap: 4 bytes for each boolean and null, 8 for each string,
 * 12 for each number, and each string once. A filter becomes a bitmap by a pass over the values of its paths. Strings of more than 128
 * bytes, and paths beyond the first 1,024, are not kept: where a filter turns on them, the metadata of the rows in question are read.
 */
export class MetadataValues {
  private readonly columns = new Map<string, MetadataColumn>();
  private readonly strings: StringTable;
  /** Rows with a path that has no column. */
  private readonly others: GrowingArray<Uint32Array>;

  /** Empty, or made of what `save` gave. */
  constructor(saved?: SavedValues) {
    const [bytes, ends, others] = (saved?.arrays ?? []) as [Uint8Array?, Uint32Array?, Uint32Array?];
    this.strings = new StringTable(new GrowingArray(Uint8Array, bytes), new GrowingArray(Uint32Array, ends));
    this.others = new GrowingArray(Uint32Array, others);
    for (const { path, first } of saved?.columns ?? []) this.columns.set(path, new MetadataColumn(saved?.arrays.slice(first)));
  }

  /** Bytes outside of the JavaScript heap. */
  get memory(): number {
    return [...this.columns.values()].reduce((sum, column) => sum + column.memory, this.strings.memory + this.others.bytes);
  }

  /** Adds the metadata of a row; rows come in ascending order, each once. */
  add(row: number, metadata: Metadata): void {
    this.addObject(row, metadata, '');
  }

  /**
   * One byte for each of `rows` rows: 1 where the filter holds and `live` is 1, else 0. `metadataOf` gives the metadata of a live row, where
   * what is kept of them does not tell.
   */
  matching(filter: Filter, live: Uint8Array, metadataOf: (row: number) => Metadata): Uint8Array {
    const holds = this.evaluate(filter, live.length);
    for (let row = 0; row < holds.length; row++) {
      if (live[row] !== 1) holds[row] = 0;
      else if (holds[row] === UNKNOWN) holds[row] = matches(filter, metadataOf(row)) ? 1 : 0;
      else holds[row] = (holds[row] ?? 0) >> 1;
    }
    return holds;
  }

  /** What there is, to be written to a file; the arrays are those in use and not copies. */
  save(): SavedValues {
    const arrays: SavedValues['arrays'][number][] = [this.strings.parts.bytes, this.strings.parts.ends, this.others.values];
    const columns = Array.from(this.columns, ([path, column]) => {
      const first = arrays.length;
      arrays.push(...column.save());
      return { path, first };
    });
    return { columns, arrays };
  }

  private addObject(row: number, metadata: Metadata, prefix: string): void {
    for (const [key, value] of Object.entries(metadata)) {
      const path = prefix + key;
      const column = this.columnFor(path);
      if (!column && this.others.values.at(-1) !== row) this.others.push(row);
      if (isObject(value)) {
        if (Object.keys(value).length > 0) column?.addObject(row);
        this.addObject(row, value, `${path}.`);
      } else if (Array.isArray(value)) for (const item of value as readonly Scalar[]) column?.add(row, item, this.strings);
      else column?.add(row, value as Scalar, this.strings);
    }
  }

  private columnFor(path: string): MetadataColumn | undefined {
    const there = this.columns.get(path);
    if (there || this.columns.size >= MOST_COLUMNS) return there;
    const column = new MetadataColumn();
    this.columns.set(path, column);
    return column;
  }

  private evaluate(filter: Filter, rows: number): Uint8Array {
    if (filter.and) return this.combined(filter.and, rows, least);
    if (filter.or) return this.combined(filter.or, rows, greatest);
    if (filter.not) return complement(this.evaluate(filter.not, rows));
    return this.condition(filter, rows);
  }

  private combined(parts: readonly Filter[], rows: number, combine: (into: Uint8Array, other: Uint8Array) => void): Uint8Array {
    const [first, ...rest] = parts;
    const holds = first ? this.evaluate(first, rows) : new Uint8Array(rows);
    for (const part of rest) combine(holds, this.evaluate(part, rows));
    return holds;
  }

  private condition({ key, equals, in: values, range, exists }: Filter, rows: number): Uint8Array {
    const holds = new Uint8Array(rows);
    if (key === undefined) return holds.fill(YES);
    const column = this.columns.get(key);
    if (!column) {
      if (this.columns.size >= MOST_COLUMNS) for (const row of this.others.values) holds[row] = UNKNOWN;
    } else if (equals !== undefined) column.markAmong([equals], this.strings, holds);
    else if (values) column.markAmong(values, this.strings, holds);
    else if (range) column.markWithin(range, this.strings, holds);
    else column.markAll(holds);
    return exists === false ? complement(holds) : holds;
  }
}

function isObject(value: Metadata[string]): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function complement(holds: Uint8Array): Uint8Array {
  for (let row = 0; row < holds.length; row++) holds[row] = YES - (holds[row] ?? NO);
  return holds;
}

function least(into: Uint8Array, other: Uint8Array): void {
  for (let row = 0; row < into.length; row++) if ((other[row] ?? NO) < (into[row] ?? NO)) into[row] = other[row] ?? NO;
}

function greatest(into: Uint8Array, other: Uint8Array): void {
  for (let row = 0; row < into.length; row++) if ((other[row] ?? NO) > (into[row] ?? NO)) into[row] = other[row] ?? NO;
}
