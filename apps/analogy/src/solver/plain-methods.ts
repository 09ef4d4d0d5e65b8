import { cosMul, type ScoredWord } from '@sigmalang/lexicon';
import type { WordSpace } from '../word-space';
import { softmax } from '../fit/softmax-regression';
import { answerFeatures, noAnswerFeatures, NO_ANSWER_FEATURES } from './answer-features';
import type { StudiedQuestion } from './question';

/** The methods that look at vectors alone. */
export type PlainMethod = 'add' | 'mul';

/**
 * What is measured of a question and an answer of these methods: the score, and of the best how likely it is by the model of `relation`; then,
 * of no answer, the same as there, and how unlikely the best is.
 */
export const PLAIN_FEATURES = ['score', 'score where form changes', 'score in a relation', 'odds of the best', ...NO_ANSWER_FEATURES, 'odds against the best'] as const;

/** Words among which the model of `relation` judges the best; and the largest odds that count, in logarithms. */
const JUDGED = 20;
const MOST_ODDS = 10;

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

/** A score from which on it tells no more: 3CosMul has no bound where a word is opposite to a, as stray words are to punctuation. Of right answers of the catalogue it is at most 1.34. */
const MOST_TELLING = 1.35;

/** Feature rows of scored candidates in any order, and a last one for none of them; `answerWeights` are those of `relation`. */
export function plainFeatures(scored: readonly ScoredWord[], question: StudiedQuestion, space: WordSpace, answerWeights: readonly number[]): Float64Array[] {
  const changesForm = question.changes.length > 0 ? 1 : 0;
  const known = question.lessons.reduce((sum, { recognized }) => sum + recognized.probability, 0);
  const few = scored.toSorted((x, y) => y.score - x.score || x.index - y.index).slice(0, JUDGED);
  const odds = oddsOfBest(few, question, space, answerWeights);
  const rows = scored.map((each) => {
    const told = Math.min(MOST_TELLING, each.score);
    const row = new Float64Array(PLAIN_FEATURES.length);
    row.set([told, changesForm * told, known * told, each === few[0] ? Math.max(0, odds) : 0]);
    return row;
  });
  // How many words compete says nothing here.
  const none = noAnswerFeatures(question, space, Math.min(MOST_TELLING, few[0]?.score ?? 0), 1);
  return [...rows, Float64Array.from([0, 0, 0, 0, ...none, Math.max(0, -odds)])];
}

/** Logarithm of the odds of the best of a few, who comes first, by the model of `relation`, among them and none of these, -10 to 10. */
function oddsOfBest(few: readonly ScoredWord[], question: StudiedQuestion, space: WordSpace, answerWeights: readonly number[]): number {
  const [probability = 0] = softmax(answerFeatures(question, few.map(({ index }) => index), space), answerWeights);
  return Math.max(-MOST_ODDS, Math.min(MOST_ODDS, Math.log(probability / (1 - probability))));
}
