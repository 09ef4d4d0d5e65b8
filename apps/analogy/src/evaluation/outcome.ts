import type { AnalogyMethod } from '@sigmalang/contracts';
import type { AnalogySolver } from '../solver/analogy-solver';
import type { IndexedQuestion } from '../solver/question';

/** What came of a question: how sure the answer was, and whether it was right. */
export interface Outcome {
  readonly confidence: number;
  readonly isRight: boolean;
}

/** Asks for an answer, among all words or some, and compares it with the right one; without one no answer is right. */
export function outcomeOf(solver: AnalogySolver, question: IndexedQuestion & { readonly d?: number }, method: AnalogyMethod, among?: readonly number[]): Outcome {
  const [best] = solver.solve(question, method, { among }).answers;
  return { confidence: best?.confidence ?? 0, isRight: best !== undefined && best.index === question.d };
}

/** Share of the outcomes that are right, 0 to 1. */
export function accuracyOf(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ isRight }) => isRight).length / Math.max(1, outcomes.length);
}
