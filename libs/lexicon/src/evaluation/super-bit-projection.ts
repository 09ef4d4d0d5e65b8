/** A seeded sequence of 32-bit numbers (Weyl sequence with Murmur3's final mixing). */
function* seededBits(seed: number): Generator<number, never> {
  for (let state = seed; ; state = (state + 0x9e3779b9) | 0) {
    let hash = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    yield (hash ^ (hash >>> 16)) >>> 0;
  }
}

function product(a: Float64Array, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** A row of Gaussian values (Box-Muller), made orthogonal to `others`, of unit length. */
function orthogonalRow(bits: Iterator<number, never>, dimensions: number, others: readonly Float64Array[]): Float64Array {
  const uniform = () => (bits.next().value + 0.5) / 2 ** 32;
  const row = Float64Array.from({ length: dimensions }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  for (const other of others) {
    const overlap = product(row, other);
    other.forEach((value, i) => (row[i] = (row[i] ?? 0) - overlap * value));
  }
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
}

/**
 * Vector → `bits` signs of projections on seeded Gaussian rows, orthogonalised in batches of at most `dimensions`
 * (Ji et al., Super-Bit Locality-Sensitive Hashing, NIPS 2012).
 */
export function superBitProjection(dimensions: number, bits: number, seed: number): (vector: ArrayLike<number>) => Uint8Array {
  const source = seededBits(seed);
  const rows: Float64Array[] = [];
  for (let row = 0; row < bits; row++) rows.push(orthogonalRow(source, dimensions, rows.slice(row - (row % dimensions))));
  return (vector) => Uint8Array.from(rows, (row) => (product(row, vector) >= 0 ? 1 : 0));
}

/** The cosine that the Hamming distance h of two projections of n bits estimates: cos(π·h / n) (Charikar, STOC 2002). */
export function estimatedCosine(a: Uint8Array, b: Uint8Array): number {
  const distance = a.reduce((sum, bit, i) => sum + (bit ^ (b[i] ?? 0)), 0);
  return Math.cos((Math.PI * distance) / a.length);
}
