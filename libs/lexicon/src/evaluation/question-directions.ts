import { SeededGenerator } from '@sigmalang/vector';
import type { Lexicon } from '../lexicon';

/** Words from which questions are drawn: the commonest so many. */
const COMMON = 30_000;

/** Directions as questions have them, from words drawn at random: by turns a word's own vector, and b - a + c of unit vectors. */
export function questionDirections(lexicon: Lexicon, count: number, seed: string): Float32Array[] {
  const generator = new SeededGenerator(`questions:${seed}`);
  const draw = (): Float32Array => {
    const vector = lexicon.vector(generator.nextBelow(Math.min(COMMON, lexicon.size)));
    const length = Math.hypot(...vector);
    return length > 0 ? vector.map((value) => value / length) : vector;
  };
  return Array.from({ length: count }, (_, i) => {
    const [a, b, c] = [draw(), draw(), draw()];
    return i % 2 === 0 ? b : b.map((value, k) => value - (a[k] ?? 0) + (c[k] ?? 0));
  });
}
