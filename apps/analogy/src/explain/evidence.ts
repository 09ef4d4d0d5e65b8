import type { KnownRelation } from '../catalogue/relation';
import { scoreOf } from '../fit/softmax-regression';
import { formChanges } from '../morphology/form-change';
import type { RecognizedRelation } from '../relations/relation-recognizer';
import { answerFeatures } from '../solver/answer-features';
import { type IndexedQuestion, study, type StudiedQuestion } from '../solver/question';
import { cosineOfUnits, difference, toUnit } from '../word-space';
import type { SolvingModels } from '../solver/solving-models';

/** Relations of a smaller probability count as none. */
const LEAST_PROBABILITY = 0.001;

/** A word that may stand in the fourth place. */
export interface WeighedWord {
  readonly index: number;
  /** Logarithm of the odds against there being no answer. */
  readonly score: number;
  /** Probability that it is the answer, among all that may be and d. */
  readonly probability: number;
}

/** Everything that is measured of four words a : b :: c : d. */
export interface Evidence {
  readonly question: StudiedQuestion;
  readonly d: WeighedWord;
  /** What was measured of d as an answer, in the order of `ANSWER_FEATURES`. */
  readonly answerRow: Float64Array;
  /** The other words that may be the answer, likeliest first. */
  readonly others: readonly WeighedWord[];
  readonly cosineAB: number;
  readonly cosineCD: number;
  /** Cosine of b - a and d - c. */
  readonly cosineOffsets: number;
  /** Cosine of d and b - a + c. */
  readonly cosineToTarget: number;
  /** Known relations of the pairs, likeliest first. */
  readonly relationsAB: readonly RecognizedRelation[];
  readonly relationsCD: readonly RecognizedRelation[];
  /** Probability that both pairs stand in one known relation, the same way round. */
  readonly relationAgreement: number;
  /** Probability that they stand in one known relation, but the other way round. */
  readonly relationReversal: number;
  /** How regularly a change of form from a to b makes d of c, 0 where none does. */
  readonly formAgreement: number;
  /** Names of the changes of form of the pairs, those of both first, then surest first. */
  readonly formsAB: readonly string[];
  readonly formsCD: readonly string[];
}

/** A question a : b :: c : ? with all that may be its answer, against which any fourth word is weighed. */
export class WeighedQuestion {
  readonly studied: StudiedQuestion;
  private readonly relationsAB: readonly RecognizedRelation[];
  private readonly candidates: readonly Candidate[];
  private readonly scoreOfNone: number;

  /** Relations in `withheld` are taken as not known. */
  constructor(
    private readonly models: SolvingModels,
    question: IndexedQuestion,
    private readonly withheld?: ReadonlySet<KnownRelation>,
  ) {
    const { space, recognizer, finder, answerWeights } = models;
    this.studied = study(question, space, recognizer, withheld);
    this.relationsAB = recognizer.recognize(question, LEAST_PROBABILITY, withheld);
    const found = finder.candidates(this.studied);
    const rows = answerFeatures(this.studied, found, space);
    this.scoreOfNone = scoreOf(rows.at(-1) ?? new Float64Array(), answerWeights);
    this.candidates = found.map((index, i) => this.candidate(index, rows[i]));
  }

  /** Weighs one word in the fourth place. */
  evidence(d: number): Evidence {
    const { studied, relationsAB } = this;
    const { space, recognizer } = this.models;
    const { a, b, c, vectors, offset, target } = studied;
    const vector = space.unit(d);
    const relationsCD = recognizer.recognize({ a: c, b: d }, LEAST_PROBABILITY, this.withheld);
    const formsAB = studied.changes.map(({ name }) => name);
    const formsCD = formChanges(studied.words.c, space.lexicon.word(d), space.isListed).map(({ name }) => name);
    const common = formsAB.filter((name) => formsCD.includes(name));
    return {
      question: studied,
      ...this.weighed(d),
      cosineAB: cosineOfUnits(space.unit(a), space.unit(b)),
      cosineCD: cosineOfUnits(vectors.c, vector),
      cosineOffsets: cosineOfUnits(offset, toUnit(difference(vector, vectors.c))),
      cosineToTarget: cosineOfUnits(target, vector),
      relationsAB,
      relationsCD,
      relationAgreement: jointProbability(relationsAB, relationsCD, (one, other) => one === other),
      relationReversal: jointProbability(relationsAB, relationsCD, (one, other) => one.known === other.known && one.isInverse !== other.isInverse),
      formAgreement: Math.max(studied.made.get(d) ?? 0, common.length > 0 ? 1 : 0),
      formsAB: [...common, ...formsAB.filter((name) => !common.includes(name))],
      formsCD: [...common, ...formsCD.filter((name) => !common.includes(name))],
    };
  }

  private weighed(d: number): Pick<Evidence, 'd' | 'answerRow' | 'others'> {
    const answer = this.candidates.find(({ index }) => index === d) ?? this.candidate(d, answerFeatures(this.studied, [d], this.models.space)[0]);
    const others = this.candidates.filter(({ index }) => index !== d);
    const largest = others.reduce((most, { score }) => Math.max(most, score), Math.max(0, answer.score));
    const total = others.reduce((sum, { score }) => sum + Math.exp(score - largest), Math.exp(answer.score - largest) + Math.exp(-largest));
    const weigh = ({ index, score }: Candidate): WeighedWord => ({ index, score, probability: Math.exp(score - largest) / total });
    return { d: weigh(answer), answerRow: answer.row, others: others.map(weigh).sort((x, y) => y.score - x.score || x.index - y.index) };
  }

  private candidate(index: number, row: Float64Array = new Float64Array()): Candidate {
    return { index, row, score: scoreOf(row, this.models.answerWeights) - this.scoreOfNone };
  }
}

/** A word with what was measured of it as an answer. */
interface Candidate extends Omit<WeighedWord, 'probability'> {
  readonly row: Float64Array;
}

type Relation = RecognizedRelation['relation'];

function jointProbability(one: readonly RecognizedRelation[], other: readonly RecognizedRelation[], agree: (one: Relation, other: Relation) => boolean): number {
  let sum = 0;
  for (const x of one) for (const y of other) if (agree(x.relation, y.relation)) sum += x.probability * y.probability;
  return sum;
}
