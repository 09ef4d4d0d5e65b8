/** Room for values that are put behind one another, outside of the JavaScript heap: it doubles where it ends. */
export class GrowingArray<Values extends Uint8Array | Uint32Array | Float64Array> {
  private room: Values;
  private used: number;

  /** Begins with the given values, which are kept and not copied. */
  constructor(
    private readonly make: new (length: number) => Values,
    values: Values = new make(0),
  ) {
    this.room = values;
    this.used = values.length;
  }

  /** How many there are. */
  get length(): number {
    return this.used;
  }

  /** Bytes of the room, what is not used yet included. */
  get bytes(): number {
    return this.room.byteLength;
  }

  /** The values, as they are until the next `push`. */
  get values(): Values {
    return this.room.subarray(0, this.used) as Values;
  }

  /** Puts values behind the others. */
  push(...values: readonly number[]): void {
    this.reserve(values.length);
    for (const value of values) this.room[this.used++] = value;
  }

  /** Puts all values of an array behind the others. */
  append(values: Values): void {
    this.reserve(values.length);
    this.room.set(values, this.used);
    this.used += values.length;
  }

  private reserve(more: number): void {
    const needed = this.used + more;
    if (needed <= this.room.length) return;
    const room = new this.make(Math.max(needed, 2 * this.room.length, 16));
    room.set(this.values);
    this.room = room;
  }
}
