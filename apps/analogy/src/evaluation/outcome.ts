import type { AnalogyMethod } from '@sigmalang/contracts';
import type { Outcome } from '../fit/calibration';
import type { AnalogySolver } from '../solver/analogy-solver';
import type { IndexedQuestion } from '../solver/question';

/** Asks for an answer, among all words or some, and compares it with the right one; without one no answer is right. */
export function outcomeOf(solver: AnalogySolver, question: IndexedQuestion & { readonly d?: number }, method: AnalogyMethod, among?: readonly number[]): Outcome {
  const [best] = solver.solve(question, method, { among }).answers;
  return { confidence: best?.confidence ?? 0, isRight: best !== undefined && best.index === question.d };
}
