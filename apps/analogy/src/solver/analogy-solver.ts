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
    const allowed = among && [...new Set(among)].filter((index) => index !== a && index !== b && index !== c);
    const [likeliest] = studied.lessons;
    const { name = '', probability = 0 } = likeliest ? { name: likeliest.recognized.relation.name, probability: likeliest.recognized.probability } : {};
    return {
      answers: method === 'relation' ? this.byRelation(studied, allowed) : this.plainly(method, studied, allowed),
      relation: probability > NAMED ? { name, confidence: probability } : undefined,
    };
  }

  private byRelation(question: StudiedQuestion, among?: readonly number[]): RankedAnswer[] {
    const candidates = [...new Set([...(among ?? []), ...this.finder.candidates(question)])];
    if (candidates.length === 0) return [];
    const options = answerFeatures(question, candidates, this.space);
    const confidences = withinChoice(softmax(options, this.weights.answer), (among ?? candidates).length);
    const none = options.at(-1);
    const againstNone = (i: number): number => scoreOf(options[i] ?? NOTHING, this.weights.answer) - scoreOf(none ?? NOTHING, this.weights.answer);
    return (among ?? candidates)
      .map((index, i) => ({ index, score: againstNone(i), confidence: confidences[i] ?? 0 }))
      .sort((x, y) => y.score - x.score || x.index - y.index);
  }

  private plainly(method: 'add' | 'mul', question: StudiedQuestion, among?: readonly number[]): RankedAnswer[] {
    const all = rankPlainly(method, question, this.space);
    const chosen = among ? rankPlainly(method, question, this.space, among) : all;
    if (chosen.length === 0) return [];
    const allowed = new Set(among);
    const others = among ? all.filter(({ index }) => !allowed.has(index)) : [];
    const probabilities = softmax(plainFeatures([...chosen, ...others], question, this.space, this.weights.answer), this.weights[method]);
    const confidences = withinChoice(probabilities, chosen.length);
    return chosen.map((each, i) => ({ ...each, confidence: confidences[i] ?? 0 }));
  }
}

/**
 * How much a word outside the caller's choice still counts: that a choice is given makes it likelier that the answer is in it, not certain. An
 * assumption; where every other word counted in full, a right choice would be doubted, and where none did, the best of a wrong one be believed.
 */
const OUTSIDE = 0.1;

/** Probabilities of the first `chosen` of some options and of the last, which is none of them, given that the caller chose; the others count less. */
function withinChoice(probabilities: Float64Array, chosen: number): Float64Array {
  const weighed = probabilities.map((probability, i) => (i < chosen || i === probabilities.length - 1 ? probability : OUTSIDE * probability));
  const total = weighed.reduce((sum, probability) => sum + probability, 0);
  return weighed.map((probability) => probability / total);
}

const NOTHING = new Float64Array();
