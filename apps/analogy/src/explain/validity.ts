import { scoreOf } from '../fit/softmax-regression';
import type { RecognizedRelation } from '../relations/relation-recognizer';
import { ANSWER_FEATURES } from '../solver/answer-features';
import type { Evidence } from './evidence';

/** What is measured of an analogy of which is asked whether it holds, in the order of the weights. */
export const VALIDITY_FEATURES = [
  'one',
  'd behind the likeliest',
  'd before the next',
  'log-odds of d',
  'probability of d',
  'relation in common',
  'relation reversed',
  'relations unlike',
  'relation of a and b is known',
  'relation of c and d is known',
  'cosine of the offsets',
  'cosine of d to b - a + c',
  'cosine of the offsets without relation',
  'cosine of d to b - a + c without relation',
  'whitened cosine of the offsets',
  'unlike similarity',
  'made by the change of form',
  'not made by the change of form',
  'changed in form without need',
  'answer type',
  'direction of the relation',
  'rarity',
  'unlike change of rarity',
  'repeats a word',
] as const;

/** Odds past these tell no more: logarithms. */
const FARTHEST = 8;

const within = (value: number): number => Math.max(-FARTHEST, Math.min(FARTHEST, value));

const placeOf = (feature: (typeof ANSWER_FEATURES)[number]): number => ANSWER_FEATURES.indexOf(feature);
const [WHITENED_OFFSETS, ANSWER_TYPE, DIRECTION, RARITY, CHANGE_OF_RARITY] = [
  placeOf('whitened cosine of the offsets'),
  placeOf('answer type'),
  placeOf('direction of the relation'),
  placeOf('rarity'),
  placeOf('unlike change of rarity'),
];

/** Features of an analogy in the order of {@link VALIDITY_FEATURES}. */
export function validityFeatures(evidence: Evidence): Float64Array {
  const { d, others, answerRow, relationsAB, relationsCD, relationAgreement, relationReversal, cosineOffsets, cosineToTarget } = evidence;
  const lead = d.score - Math.max(0, others[0]?.score ?? 0);
  const [knownAB, knownCD] = [known(relationsAB), known(relationsCD)];
  const unknown = 1 - Math.max(knownAB, knownCD);
  const [changesAB, changesCD] = [evidence.formsAB.length > 0, evidence.formsCD.length > 0];
  const measured = (place: number): number => answerRow[place] ?? 0;
  return Float64Array.from([
    1,
    within(Math.min(0, lead)),
    within(Math.max(0, lead)),
    within(d.score),
    d.probability,
    relationAgreement,
    relationReversal,
    knownAB * knownCD - relationAgreement - relationReversal,
    knownAB,
    knownCD,
    cosineOffsets,
    cosineToTarget,
    unknown * cosineOffsets,
    unknown * cosineToTarget,
    measured(WHITENED_OFFSETS),
    Math.abs(evidence.cosineAB - evidence.cosineCD),
    evidence.formAgreement,
    changesAB && evidence.formAgreement === 0 ? 1 : 0,
    !changesAB && changesCD ? 1 : 0,
    measured(ANSWER_TYPE),
    measured(DIRECTION),
    measured(RARITY),
    measured(CHANGE_OF_RARITY),
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
