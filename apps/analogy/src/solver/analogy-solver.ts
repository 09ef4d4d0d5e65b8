import type { AnalogyMethod, NamedRelation } from '@sigmalang/contracts';
import type { KnownRelation } from '../catalogue/relation';
import type { FittedWeights } from '../fit/fitted-weights';
import { scoreOf, softmax } from '../fit/softmax-regression';
import type { RelationRecognizer } from '../relations/relation-recognizer';
import type { WordSpace } from '../word-space';
import { answerFeatures } from './answer-features';
import type { CandidateFinder } from './candidates';
import { plainFeatures, rankPlainly } from './plain-methods';
import { type IndexedQuestion, study, type StudiedQuestion } from './question';

/** A word that may be the answer. */
export interface RankedAnswer {
  readonly index: number;
  /** What the method ranks by: log-odds against no answer with `relation`, cosine with `add`, 3CosMul with `mul`. */
  readonly score: number;
  /** Calibrated probability that it is the answer, 0 to 1; all together at most 1. */
  readonly confidence: number;
}

/** The words that may answer a question, best first, and what the question was taken for. */
export interface RankedAnswers {
  readonly answers: readonly RankedAnswer[];
  /** The likeliest known relation of a and b, where it is likelier than not. */
  readonly relation: NamedRelation | undefined;
}

/** A relation is named where it is likelier than not. */
const NAMED = 0.5;

/** What of the question is kept from the solver. */
export interface SolverOptions {
  /** The only words that may answer. */
  readonly among?: readonly number[] | undefined;
  /** Relations that are taken as not known. */
  readonly withheld?: ReadonlySet<KnownRelation> | undefined;
}

/**
 * Solves a : b :: c : ? over all words of the lexicon. Each method makes a short list of words, and a conditional logit with "none of these"
 * among its options gives each its probability; `relation` ranks by it, `add` (Mikolov et al. 2013) and `mul` (Levy and Goldberg 2014) by
 * their own score, of which it grows. The words of the question are never the answer.
 */
export class AnalogySolver {
  constructor(
    private readonly space: WordSpace,
    private readonly recognizer: RelationRecognizer,
    private readonly finder: CandidateFinder,
    private readonly weights: FittedWeights,
  ) {}

  /** The words that may answer, best first, equal ones the commoner first. */
  solve(question: IndexedQuestion, method: AnalogyMethod, { among, withheld }: SolverOptions = {}): RankedAnswers {
    const studied = study(question, this.space, this.recognizer, withheld);
    const { a, b, c } = question;
    const allowed = among?.filter((index) => index !== a && index !== b && index !== c);
    const [likeliest] = studied.lessons;
    const { name = '', probability = 0 } = likeliest ? { name: likeliest.recognized.relation.name, probability: likeliest.recognized.probability } : {};
    return {
      answers: method === 'relation' ? this.byRelation(studied, allowed) : this.plainly(method, studied, allowed),
      relation: probability > NAMED ? { name, confidence: probability } : undefined,
    };
  }

  private byRelation(question: StudiedQuestion, among?: readonly number[]): RankedAnswer[] {
    const candidates = among ?? this.finder.candidates(question);
    const options = answerFeatures(question, candidates, this.space);
    const probabilities = softmax(options, this.weights.answer);
    const none = options.at(-1);
    const againstNone = (i: number): number => scoreOf(options[i] ?? NOTHING, this.weights.answer) - scoreOf(none ?? NOTHING, this.weights.answer);
    return candidates
      .map((index, i) => ({ index, score: againstNone(i), confidence: probabilities[i] ?? 0 }))
      .sort((x, y) => y.score - x.score || x.index - y.index);
  }

  private plainly(method: 'add' | 'mul', question: StudiedQuestion, among?: readonly number[]): RankedAnswer[] {
    const scored = rankPlainly(method, question, this.space, among);
    const probabilities = softmax(plainFeatures(scored, question, this.space, this.weights.answer), this.weights[method]);
    return scored.map((each, i) => ({ ...each, confidence: probabilities[i] ?? 0 }));
  }
}

const NOTHING = new Float64Array();
