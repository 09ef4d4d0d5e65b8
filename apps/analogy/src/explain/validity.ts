import { scoreOf } from '../fit/softmax-regression';
import type { RecognizedRelation } from '../relations/relation-recognizer';
import { ANSWER_FEATURES } from '../solver/answer-features';
import type { Evidence } from './evidence';

/** What is measured of an analogy of which is asked whether it holds, in the order of the weights. */
export const VALIDITY_FEATURES = [
  'one',
  'd behind the likeliest',
  'd before the next',
  'probability of the likeliest other',
  'relation in common',
  'logarithm of the relation in common',
  'relation reversed',
  'relations unlike',
  'relation of a and b is known',
  'relation of c and d is known',
  'cosine of the offsets',
  'whitened cosine of the offsets',
  'cosine of d to b - a + c without relation',
  'unlike similarity',
  'made by the change of form',
  'not made by the change of form',
  'changed in form without need',
  'answer type',
  'repeats a word',
] as const;

/** Logarithms of odds past these tell no more. */
const FARTHEST = 8;
/** Least share of the relation in common, so that it has a logarithm, and of the known relations, so that it is a share of them. */
const LEAST_SHARE = 0.01;
const LEAST_KNOWN = 0.05;

const WHITENED_OFFSETS = ANSWER_FEATURES.indexOf('whitened cosine of the offsets');
const ANSWER_TYPE = ANSWER_FEATURES.indexOf('answer type');

/** Features of an analogy in the order of {@link VALIDITY_FEATURES}. */
export function validityFeatures(evidence: Evidence): Float64Array {
  const { d, others, answerRow, formAgreement, relationAgreement, relationReversal } = evidence;
  const lead = d.score - Math.max(0, others[0]?.score ?? 0);
  const [knownAB, knownCD] = [known(evidence.relationsAB), known(evidence.relationsCD)];
  const [changesAB, changesCD] = [evidence.formsAB.length > 0, evidence.formsCD.length > 0];
  return Float64Array.from([
    1,
    Math.max(-FARTHEST, Math.min(0, lead)),
    Math.max(0, Math.min(FARTHEST, lead)),
    others[0]?.probability ?? 0,
    relationAgreement,
    knownAB * Math.log(LEAST_SHARE + relationAgreement / Math.max(LEAST_KNOWN, knownAB)),
    relationReversal,
    knownAB * knownCD - relationAgreement - relationReversal,
    knownAB,
    knownCD,
    evidence.cosineOffsets,
    answerRow[WHITENED_OFFSETS] ?? 0,
    (1 - Math.max(knownAB, knownCD)) * evidence.cosineToTarget,
    Math.abs(evidence.cosineAB - evidence.cosineCD),
    formAgreement,
    changesAB && formAgreement === 0 ? 1 : 0,
    !changesAB && changesCD ? 1 : 0,
    answerRow[ANSWER_TYPE] ?? 0,
    repeatsAWord(evidence) ? 1 : 0,
  ]);
}

/** Probability that an analogy of these features holds. */
export function validityOf(features: Float64Array, weights: readonly number[]): number {
  return 1 / (1 + Math.exp(-scoreOf(features, weights)));
}

function known(relations: readonly RecognizedRelation[]): number {
  return relations.reduce((sum, { probability }) => sum + probability, 0);
}

/** Whether one pair is a word beside itself and the other is not, or d is the a of another pair. */
function repeatsAWord({ question: { a, b, c }, d: { index } }: Evidence): boolean {
  return (a === b) !== (c === index) || (index === a && a !== c);
}
