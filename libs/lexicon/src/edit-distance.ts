/**
 * Whether and how far two short texts are apart: letters missing, added, wrong or swapped with their neighbours, no letter edited twice
 * (optimal string alignment), counted up to a bound, by which the table is a band of 2 * bound + 1 diagonals (Ukkonen 1985).
 */
export class EditDistance {
  private readonly rows: [Uint8Array, Uint8Array, Uint8Array];

  /** `longest`: characters of the longest text; `bound`: 1 to 100. */
  constructor(
    longest: number,
    readonly bound: number,
  ) {
    const row = (): Uint8Array => new Uint8Array(longest + 2);
    this.rows = [row(), row(), row()];
  }

  /** The distance of a[0..lengthOfA) and b[0..lengthOfB), or bound + 1 where it is larger. */
  between(a: ArrayLike<number>, lengthOfA: number, b: ArrayLike<number>, lengthOfB: number): number {
    const { bound } = this;
    const far = bound + 1;
    if (Math.abs(lengthOfA - lengthOfB) > bound) return far;
    let [before, above, row] = this.rows;
    for (let j = 0; j <= Math.min(lengthOfB, far); j++) above[j] = j;
    for (let i = 1; i <= lengthOfA; i++) {
      const [first, last] = [Math.max(1, i - bound), Math.min(lengthOfB, i + bound)];
      row[first - 1] = first === 1 ? Math.min(i, far) : far;
      let least = row[first - 1] ?? far;
      for (let j = first; j <= last; j++) {
        const isSame = a[i - 1] === b[j - 1];
        // Above the last cell of the band, and beyond its first, there is none.
        const fromAbove = j < i + bound ? (above[j] ?? far) + 1 : far;
        let distance = Math.min((above[j - 1] ?? far) + (isSame ? 0 : 1), (row[j - 1] ?? far) + 1, fromAbove);
        if (i > 1 && j > 1 && !isSame && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) distance = Math.min(distance, (before[j - 2] ?? far) + 1);
        row[j] = Math.min(distance, far);
        least = Math.min(least, distance);
      }
      if (least > bound) return far;
      [before, above, row] = [above, row, before];
    }
    return above[lengthOfB] ?? far;
  }
}
