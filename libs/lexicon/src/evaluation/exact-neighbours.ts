import type { Lexicon } from '../lexicon';
import type { ScoredWord } from '../nearest-words';

/** Every word that has a vector, by a score computed in 64-bit arithmetic from its row: the best `count`, equal ones by index. */
export function exactNeighbours(lexicon: Lexicon, count: number, scoreOf: (row: Float32Array | Int8Array, length: number) => number): ScoredWord[] {
  const { values, dimensions, size } = lexicon;
  const found: ScoredWord[] = [];
  let worst = -Infinity;
  for (let index = 0; index < size; index++) {
    const row = values.subarray(index * dimensions, (index + 1) * dimensions);
    let squares = 0;
    for (let i = 0; i < dimensions; i++) squares += (row[i] ?? 0) ** 2;
    const score = squares > 0 ? scoreOf(row, Math.sqrt(squares)) : -Infinity;
    if (score <= worst) continue;
    found.push({ index, score });
    if (found.length < 2 * count + 100) continue;
    found.sort((a, b) => b.score - a.score || a.index - b.index).length = count;
    worst = found[count - 1]?.score ?? -Infinity;
  }
  return found.sort((a, b) => b.score - a.score || a.index - b.index).slice(0, count);
}

/** Cosine of a row of a known length and a vector, term by term. */
export function cosineOfRow(row: Float32Array | Int8Array, length: number, vector: Float32Array): number {
  let [product, squares] = [0, 0];
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] ?? 0;
    product += (row[i] ?? 0) * value;
    squares += value * value;
  }
  return squares > 0 ? product / (length * Math.sqrt(squares)) : 0;
}
