import { cosMul, type ScoredWord } from '@sigmalang/lexicon';
import type { WordSpace } from '../word-space';
import { noAnswerFeatures, NO_ANSWER_FEATURES } from './answer-features';
import type { StudiedQuestion } from './question';

/** The methods that look at vectors alone. */
export type PlainMethod = 'add' | 'mul';

/** What is measured of a question and an answer by vectors alone: the score; then, of no answer, the same as with `relation`. */
export const PLAIN_FEATURES = ['score', 'score where form changes', 'score in a relation', ...NO_ANSWER_FEATURES] as const;

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

/** A score from which on it tells no more: 3CosMul has no bound where a word is opposite to a, as stray words are to punctuation. */
const MOST_TELLING = 1.3;

/** Feature rows of scored candidates, and a last one for none of them. */
export function plainFeatures(scored: readonly ScoredWord[], question: StudiedQuestion, space: WordSpace): Float64Array[] {
  const changesForm = question.changes.length > 0 ? 1 : 0;
  const known = question.lessons.reduce((sum, { recognized }) => sum + recognized.probability, 0);
  const told = scored.map(({ score }) => Math.min(MOST_TELLING, score));
  const rows = told.map((score) => {
    const row = new Float64Array(PLAIN_FEATURES.length);
    row.set([score, changesForm * score, known * score]);
    return row;
  });
  // How many words compete says nothing here.
  const none = noAnswerFeatures(question, space, told[0] ?? 0, 1);
  return [...rows, Float64Array.from([0, 0, 0, ...none])];
}
