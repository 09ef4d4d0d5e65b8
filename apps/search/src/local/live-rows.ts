import { GrowingArray } from '../filters/growing-array';

/** Which rows have a document: one byte each, 1 where it is there. */
export class LiveRows {
  private readonly rows: GrowingArray<Uint8Array>;
  private alive: number;

  /** Empty, or made of the bytes of another, which are kept. */
  constructor(saved?: Uint8Array) {
    this.rows = new GrowingArray(Uint8Array, saved);
    this.alive = this.values.reduce((sum, live) => sum + live, 0);
  }

  /** Rows with a document. */
  get count(): number {
    return this.alive;
  }

  /** Rows that were given out, dead ones among them; the next one has this number. */
  get length(): number {
    return this.rows.length;
  }

  /** A byte for each row, as they are until the next change. */
  get values(): Uint8Array {
    return this.rows.values;
  }

  /** Bytes that they take. */
  get memory(): number {
    return this.rows.bytes;
  }

  /** Gives out the next row. */
  add(): number {
    this.rows.push(1);
    this.alive++;
    return this.rows.length - 1;
  }

  /** Takes the document of a row away. */
  remove(row: number): void {
    if (this.values[row] !== 1) return;
    this.values[row] = 0;
    this.alive--;
  }
}
