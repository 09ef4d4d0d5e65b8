/** Rows in their order, with the score of each. */
export interface RankedRows {
  readonly rows: Uint32Array;
  readonly scores: Float64Array;
}

/** The `limit` best of many rows by descending score, equal ones by ascending row: a heap with the worst of them on top. */
export class BestRows {
  private readonly rows: Uint32Array;
  private readonly scores: Float64Array;
  private size = 0;

  constructor(private readonly limit: number) {
    this.rows = new Uint32Array(limit);
    this.scores = new Float64Array(limit);
  }

  /** A row with a score below this is not among the best; -Infinity while there is room. */
  get least(): number {
    return this.size < this.limit ? -Infinity : (this.scores[0] ?? Infinity);
  }

  /** Takes a row, which must not have come before. */
  add(row: number, score: number): void {
    if (this.size < this.limit) this.rise(this.size++, row, score);
    else if (this.limit > 0 && this.isWorse(0, row, score)) this.sink(row, score);
  }

  /** The rows, best first. */
  ranked(): RankedRows {
    const order = Array.from({ length: this.size }, (_, i) => i);
    order.sort((a, b) => (this.scores[b] ?? 0) - (this.scores[a] ?? 0) || (this.rows[a] ?? 0) - (this.rows[b] ?? 0));
    return { rows: Uint32Array.from(order, (i) => this.rows[i] ?? 0), scores: Float64Array.from(order, (i) => this.scores[i] ?? 0) };
  }

  /** Whether the row at a place comes after another one. */
  private isWorse(place: number, row: number, score: number): boolean {
    const own = this.scores[place] ?? 0;
    return own < score || (own === score && (this.rows[place] ?? 0) > row);
  }

  private rise(place: number, row: number, score: number): void {
    let at = place;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.isWorse(parent, row, score)) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, row, score);
  }

  private sink(row: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      const right = child + 1;
      if (right < this.size && this.isWorse(right, this.rows[child] ?? 0, this.scores[child] ?? 0)) child = right;
      if (!this.isWorse(child, row, score)) break;
      this.move(child, at);
      at = child;
    }
    this.put(at, row, score);
  }

  private move(from: number, to: number): void {
    this.put(to, this.rows[from] ?? 0, this.scores[from] ?? 0);
  }

  private put(place: number, row: number, score: number): void {
    this.rows[place] = row;
    this.scores[place] = score;
  }
}
