import { CATALOGUE } from '../catalogue/catalogue';
import type { RelationRecognizer } from '../relations/relation-recognizer';
import { answerFeatures, FEATURE_COUNT } from '../solver/answer-features';
import type { CandidateFinder } from '../solver/candidates';
import { PLAIN_FEATURES, plainFeatures, type PlainMethod, rankPlainly } from '../solver/plain-methods';
import { study } from '../solver/question';
import type { WordSpace } from '../word-space';
import { type Calibration, calibrationOf } from './calibration';
import { type OwnQuestion, ownQuestions } from './own-questions';
import { type Choice, fitSoftmax, softmax } from './softmax-regression';

const RIDGE = 1e-4;

/** Every fifth relation is left out of a first fit, to see how well the others tell how sure to be. */
const FOLDS = 5;

/** A choice, and the question it was made of. */
interface AnsweredQuestion extends Choice {
  readonly question: OwnQuestion;
}

/** Weights, and how good they are in words. */
interface Fit {
  readonly weights: number[];
  readonly line: string;
}

/** Weights of each method, and what was found on the way. */
export interface FittedAnswers {
  readonly answer: number[];
  readonly add: number[];
  readonly mul: number[];
  readonly report: string[];
}

/** Fits the weights of the methods on questions made of the catalogue, and on nonsense. */
export function fitAnswers(space: WordSpace, recognizer: RelationRecognizer, finder: CandidateFinder): FittedAnswers {
  const questions = ownQuestions(CATALOGUE, space, { each: 30, nonsense: 500, withheld: 0.35, seed: 'fit:questions' });
  const studied = questions.map((question) => {
    const withheld = question.isWithheld && question.relation ? new Set([question.relation]) : undefined;
    return { question, studied: study(question, space, recognizer, withheld) };
  });
  const answer = fitWithFold('relation', FEATURE_COUNT, studied.map((each): AnsweredQuestion => {
    const candidates = finder.candidates(each.studied);
    return { options: answerFeatures(each.studied, candidates, space), right: placeOf(each.question, candidates), question: each.question };
  }));
  const fitPlainly = (method: PlainMethod): Fit => fitWithFold(method, PLAIN_FEATURES.length, studied.map((each): AnsweredQuestion => {
    const scored = rankPlainly(method, each.studied, space);
    const right = placeOf(each.question, scored.map(({ index }) => index));
    return { options: plainFeatures(scored, each.studied, space, answer.weights), right, question: each.question };
  }));
  const [add, mul] = [fitPlainly('add'), fitPlainly('mul')];
  return {
    answer: answer.weights,
    add: add.weights,
    mul: mul.weights,
    report: [`questions of our own: ${questions.length}`, answer.line, add.line, mul.line],
  };
}

/** Where the answer is among the candidates; where none of them is it, the place behind the last. */
function placeOf({ d }: OwnQuestion, candidates: readonly number[]): number {
  const place = d === undefined ? -1 : candidates.indexOf(d);
  return place < 0 ? candidates.length : place;
}

/** Fits on all, after a fit on four fifths of the relations has been measured on the rest. */
function fitWithFold(method: string, features: number, choices: readonly AnsweredQuestion[]): Fit {
  const isKeptApart = ({ question: { relation } }: AnsweredQuestion, i: number): boolean =>
    (relation ? CATALOGUE.indexOf(relation) : i) % FOLDS === 0;
  const partial = fitSoftmax(choices.filter((choice, i) => !isKeptApart(choice, i)), features, RIDGE).weights;
  const { count, accuracy, expectedError } = measure(choices.filter(isKeptApart), partial);
  const line = `${method}: ${(100 * accuracy).toFixed(1)} % of ${count} questions of relations kept apart right, expected calibration error ${expectedError.toFixed(3)}`;
  return { weights: fitSoftmax(choices, features, RIDGE).weights, line };
}

function measure(choices: readonly AnsweredQuestion[], weights: readonly number[]): Calibration {
  return calibrationOf(
    choices.map(({ options, right }) => {
      const probabilities = softmax(options, weights).subarray(0, -1);
      const confidence = probabilities.reduce((most, probability) => Math.max(most, probability), 0);
      return { confidence, isRight: probabilities.indexOf(confidence) === right };
    }),
  );
}
