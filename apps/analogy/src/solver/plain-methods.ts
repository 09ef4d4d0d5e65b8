import { cosMul, type ScoredWord } from '@sigmalang/lexicon';
import type { WordSpace } from '../word-space';
import { NO_ANSWER_FEATURES } from './answer-features';
import type { StudiedQuestion } from './question';

/** The methods that look at vectors alone. */
export type PlainMethod = 'add' | 'mul';

/** What is measured of a question and an answer by vectors alone: the score; then, of no answer, the same as with `relation`. */
export const PLAIN_FEATURES = ['score', ...NO_ANSWER_FEATURES] as const;

/** Words that compete for being the answer; further ones have no chance. */
const COMPETING = 100;

/** The best candidates by cosine to b - a + c, or by 3CosMul, among all words but a, b and c, or among some. */
export function rankPlainly(method: PlainMethod, question: StudiedQuestion, space: WordSpace, among?: readonly number[]): ScoredWord[] {
  const { a, b, c, vectors, target } = question;
  const excluded = new Set([a, b, c]);
  if (!among) {
    if (method === 'mul') return space.nearest.nearestByProduct(vectors.a, vectors.b, vectors.c, COMPETING, excluded);
    return space.nearest.nearest([target], COMPETING, excluded)[0] ?? [];
  }
  const cosine = (index: number, vector: Float32Array): number => space.nearest.cosine(index, vector);
  const scoreOf = (index: number): number =>
    method === 'add' ? cosine(index, target) : cosMul(cosine(index, vectors.a), cosine(index, vectors.b), cosine(index, vectors.c));
  return among.map((index) => ({ index, score: scoreOf(index) })).sort((x, y) => y.score - x.score || x.index - y.index);
}

/** Feature rows of scored candidates, and a last one for none of them. */
export function plainFeatures(scored: readonly ScoredWord[], none: readonly number[]): Float64Array[] {
  const rows = scored.map(({ score }) => {
    const row = new Float64Array(PLAIN_FEATURES.length);
    row[0] = score;
    return row;
  });
  return [...rows, Float64Array.from([0, ...none])];
}
