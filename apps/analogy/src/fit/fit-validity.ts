import { SeededGenerator } from '@sigmalang/vector';
import { WeighedQuestion } from '../explain/evidence';
import type { SolvingModels } from '../solver/solving-models';
import { VALIDITY_FEATURES, validityFeatures, validityOf } from '../explain/validity';
import type { OrientedRelation } from '../relations/oriented-relation';
import { type JudgementFigures, judgementFigures } from './judgement-figures';
import { ownQuestions } from './own-questions';
import { type Choice, fitSoftmax } from './softmax-regression';
import { type PairGroup, WrongAnalogies } from './wrong-analogies';

/** Right analogies a relation and direction. */
const EACH = 12;
/** Share of them whose relation is taken as not known. */
const WITHHELD = 0.35;
const RIDGE = 1e-4;
const FOLDS = 5;

/** Relations, as seen in one direction, by which a word may have several answers of which the catalogue has one. */
const SEVERAL_ANSWERS = new Set(
  `city-of-state city-of-country language-of-country country-of-language country-of-currency country-of-continent kind-of-class synonym-of-word
  thinker-of-field field-of-thinker work-of-artist invention-of-inventor inventor-of-invention goods-of-company company-of-goods
  maker-of-product product-of-maker part-of-whole whole-of-part division-of-series series-of-division material-of-product
  product-of-material use-of-tool tool-of-use color-of-thing thing-of-color place-of-sport sport-of-place subject-of-science
  effect-of-cause cause-of-effect tool-of-profession profession-of-tool workplace-of-profession profession-of-workplace home-of-animal
  animal-of-home group-of-animals animal-of-group sound-of-animal animal-of-sound group-of-member member-of-group younger-of-elder
  elder-of-younger antonym-of-adjective antonym-of-verb antonym-of-noun`.split(/\s+/),
);

/** Weights of the model of validity, and how good they are. */
export interface FittedValidity {
  /** In the order of `VALIDITY_FEATURES`. */
  readonly weights: number[];
  /** On analogies of the catalogue that the weights were not fitted on: of relations that were left out, a fifth at a time. */
  readonly heldOut: JudgementFigures;
}

interface Sample {
  readonly relation: OrientedRelation['known'];
  readonly features: Float64Array;
  readonly isRight: boolean;
  readonly weight: number;
}

/** Fits the model of validity on right and wrong analogies of the catalogue, which weigh the same; deterministic, one to four minutes. */
export function fitValidity(models: SolvingModels, seed = 'fit:validity'): FittedValidity {
  const samples = samplesOf(models, seed);
  const relations = [...new Set(samples.map(({ relation }) => relation))];
  const judgements = Array.from({ length: FOLDS }, (_, fold) => {
    const isLeftOut = ({ relation }: Sample): boolean => relations.indexOf(relation) % FOLDS === fold;
    const weights = weightsOf(samples.filter((sample) => !isLeftOut(sample)));
    return samples.filter(isLeftOut).map(({ features, isRight, weight }) => ({ confidence: validityOf(features, weights), isRight, weight }));
  });
  return { weights: weightsOf(samples), heldOut: judgementFigures(judgements.flat()) };
}

/** Logistic regression: a choice between an analogy's features and nothing. */
function weightsOf(samples: readonly Sample[]): number[] {
  const nothing = new Float64Array(VALIDITY_FEATURES.length);
  const choices = samples.map(({ features, isRight, weight }): Choice => ({ options: [features, nothing], right: isRight ? 0 : 1, weight }));
  return fitSoftmax(choices, VALIDITY_FEATURES.length, RIDGE).weights;
}

function samplesOf(models: SolvingModels, seed: string): Sample[] {
  const { space, recognizer } = models;
  const catalogue = [...new Set(recognizer.relations.map(({ known }) => known))];
  const groups = new Map(recognizer.relations.map((relation) => [relation, groupOf(relation)]));
  const wrongs = new WrongAnalogies(space, [...groups.values()], new SeededGenerator(`${seed}:wrong`));
  const samples: Sample[] = [];
  for (const { a, b, c, d, relation, isWithheld } of ownQuestions(catalogue, space, { each: EACH, nonsense: 0, withheld: WITHHELD, seed })) {
    const oriented = recognizer.relations.find(({ known, examples }) => known === relation && examples.some((example) => example.a === a && example.b === b));
    const group = oriented && groups.get(oriented);
    if (d === undefined || !relation || !group) continue;
    const withheld = isWithheld ? new Set([relation]) : undefined;
    const question = new WeighedQuestion(models, { a, b, c }, withheld);
    const right = question.evidence(d);
    const wrong = wrongs.of(right, group);
    samples.push({ relation, features: validityFeatures(right), isRight: true, weight: 1 });
    for (const words of wrong) {
      const asked = words.c === c ? question : new WeighedQuestion(models, words, withheld);
      samples.push({ relation, features: validityFeatures(asked.evidence(words.d)), isRight: false, weight: 1 / wrong.length });
    }
  }
  return samples;
}

function groupOf({ known, name, examples }: OrientedRelation): PairGroup {
  return { pairs: examples, isSymmetric: known.name === known.inverse, hasOneAnswer: !SEVERAL_ANSWERS.has(name) };
}
