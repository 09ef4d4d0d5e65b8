/** What a cosine is multiplied by before it is rounded: six decimals, so that equal vectors tie however they are computed. */
const DECIMALS = 1e6;

/** A score to six decimals, never -0. */
export function roundScore(score: number): number {
  return Math.round(score * DECIMALS) / DECIMALS + 0;
}

/** Length of a vector, NaN or infinite where a value is. */
export function lengthOf(vector: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += (vector[i] ?? 0) ** 2;
  return Math.sqrt(squares);
}

/** Cosine of two vectors of the same dimensions in 64-bit arithmetic, -1 to 1 to six decimals; 0 where either is all zeros. */
export function exactCosine(a: Float32Array, b: Float32Array, lengthOfB = lengthOf(b)): number {
  let [product, squares] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const value = a[i] ?? 0;
    product += value * (b[i] ?? 0);
    squares += value * value;
  }
  const lengths = Math.sqrt(squares) * lengthOfB;
  return lengths > 0 ? roundScore(Math.max(-1, Math.min(1, product / lengths))) : 0;
}
