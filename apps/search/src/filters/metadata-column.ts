import type { FilterRange, Scalar } from '@sigmalang/contracts';
import { GrowingArray } from './growing-array';
import { compareBytes, type StringTable } from './string-table';

/** Most bytes of UTF-8 of a string that is kept. */
const LONGEST_KEPT = 128;

/** What a row is marked with: that a value fits, or that one may fit that is not kept. */
const UNKNOWN = 1;
const YES = 2;

const encoder = new TextEncoder();

/** The values that rows have under one path, by type. A row of a list has several. */
export class MetadataColumn {
  private readonly nulls: GrowingArray<Uint32Array>;
  private readonly falses: GrowingArray<Uint32Array>;
  private readonly trues: GrowingArray<Uint32Array>;
  /** Rows where there is an object that is not empty. */
  private readonly objects: GrowingArray<Uint32Array>;
  private readonly numbers: GrowingArray<Float64Array>;
  private readonly numberRows: GrowingArray<Uint32Array>;
  /** Numbers of strings in the table of all columns. */
  private readonly strings: GrowingArray<Uint32Array>;
  private readonly stringRows: GrowingArray<Uint32Array>;
  /** Rows with a string that is too long to be kept. */
  private readonly longRows: GrowingArray<Uint32Array>;

  /** Empty, or made of what `save` gave. */
  constructor(saved: readonly (Uint8Array | Uint32Array | Float64Array)[] = []) {
    const rows = (i: number): GrowingArray<Uint32Array> => new GrowingArray(Uint32Array, saved[i] as Uint32Array | undefined);
    [this.nulls, this.falses, this.trues, this.objects] = [rows(0), rows(1), rows(2), rows(3)];
    [this.numberRows, this.strings, this.stringRows, this.longRows] = [rows(5), rows(6), rows(7), rows(8)];
    this.numbers = new GrowingArray(Float64Array, saved[4] as Float64Array | undefined);
  }

  /** Bytes outside of the JavaScript heap. */
  get memory(): number {
    return [...this.rowLists, this.numbers, this.strings].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private get rowLists(): readonly GrowingArray<Uint32Array>[] {
    return [this.nulls, this.falses, this.trues, this.objects, this.numberRows, this.stringRows, this.longRows];
  }

  /** What it can be made of again. */
  save(): readonly (Uint32Array | Float64Array)[] {
    const { nulls, falses, trues, objects, numbers, numberRows, strings, stringRows, longRows } = this;
    return [nulls, falses, trues, objects, numbers, numberRows, strings, stringRows, longRows].map(({ values }) => values);
  }

  /** Adds a value of a row. */
  add(row: number, value: Scalar, strings: StringTable): void {
    if (value === null) this.nulls.push(row);
    else if (typeof value === 'boolean') (value ? this.trues : this.falses).push(row);
    else if (typeof value === 'number') {
      this.numbers.push(value);
      this.numberRows.push(row);
    } else if (isKept(value)) {
      this.strings.push(strings.add(value));
      this.stringRows.push(row);
    } else this.longRows.push(row);
  }

  /** Says that a row has an object there that is not empty. */
  addObject(row: number): void {
    this.objects.push(row);
  }

  /** Marks the rows that have a value. */
  markAll(holds: Uint8Array): void {
    for (const rows of this.rowLists) mark(rows, holds, YES);
  }

  /** Marks the rows that have one of these values. */
  markAmong(among: readonly Scalar[], strings: StringTable, holds: Uint8Array): void {
    if (among.includes(null)) mark(this.nulls, holds, YES);
    if (among.includes(false)) mark(this.falses, holds, YES);
    if (among.includes(true)) mark(this.trues, holds, YES);
    const texts = among.filter((value) => typeof value === 'string');
    const numbers = among.filter((value) => typeof value === 'number');
    const codes = texts.flatMap((text) => strings.find(text) ?? []);
    markIfAmong(this.numberRows, this.numbers.values, numbers, holds);
    markIfAmong(this.stringRows, this.strings.values, codes, holds);
    if (!texts.every(isKept)) markUnknown(this.longRows, holds);
  }

  /** Marks the rows that have a value within bounds. */
  markWithin({ gt, gte, lt, lte }: FilterRange, strings: StringTable, holds: Uint8Array): void {
    const bounds = [gt, gte, lt, lte];
    if (bounds.some((bound) => typeof bound === 'string')) {
      this.markStringsWithin(bounds as (string | undefined)[], strings, holds);
      return;
    }
    const [above = -Infinity, from = -Infinity, below = Infinity, to = Infinity] = bounds as (number | undefined)[];
    markIf(this.numberRows, this.numbers.values, (each) => each >= from && each <= to && (gt === undefined || each > above) && (lt === undefined || each < below), holds);
  }

  private markStringsWithin(bounds: readonly (string | undefined)[], strings: StringTable, holds: Uint8Array): void {
    const [above, from, below, to] = bounds.map((bound) => (bound === undefined ? undefined : encoder.encode(bound)));
    const isWithin = (code: number): boolean => {
      const utf8 = strings.utf8(code);
      if ((above && compareBytes(utf8, above) <= 0) || (from && compareBytes(utf8, from) < 0)) return false;
      return !((below && compareBytes(utf8, below) >= 0) || (to && compareBytes(utf8, to) > 0));
    };
    const known = new Uint8Array(strings.size); // 1: without, 2: within
    const decide = (code: number): boolean => {
      if (known[code] === 0) known[code] = isWithin(code) ? 2 : 1;
      return known[code] === 2;
    };
    markIf(this.stringRows, this.strings.values, decide, holds);
    markUnknown(this.longRows, holds);
  }
}

function isKept(text: string): boolean {
  return text.length <= LONGEST_KEPT && Buffer.byteLength(text) <= LONGEST_KEPT;
}

function mark({ values }: GrowingArray<Uint32Array>, holds: Uint8Array, as: number): void {
  for (let i = 0; i < values.length; i++) holds[values[i] ?? 0] = as;
}

/** Marks rows that are not marked already. */
function markUnknown({ values }: GrowingArray<Uint32Array>, holds: Uint8Array): void {
  for (const row of values) if (holds[row] !== YES) holds[row] = UNKNOWN;
}

function markIfAmong({ values: rows }: GrowingArray<Uint32Array>, values: Uint32Array | Float64Array, among: readonly number[], holds: Uint8Array): void {
  if (among.length === 0) return;
  if (among.length > 1) {
    const set = new Set(among);
    for (let i = 0; i < values.length; i++) if (set.has(values[i] ?? 0)) holds[rows[i] ?? 0] = YES;
    return;
  }
  const [only] = among;
  for (let i = 0; i < values.length; i++) if (values[i] === only) holds[rows[i] ?? 0] = YES;
}

function markIf({ values: rows }: GrowingArray<Uint32Array>, values: Uint32Array | Float64Array, fits: (value: number) => boolean, holds: Uint8Array): void {
  for (let i = 0; i < values.length; i++) if (fits(values[i] ?? 0)) holds[rows[i] ?? 0] = YES;
}
