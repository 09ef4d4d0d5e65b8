import { SeededGenerator } from '@sigmalang/vector';
import { NO_RELATION_FEATURES, PAIR_FEATURES, RelationRecognizer } from '../relations/relation-recognizer';
import type { OrientedRelation } from '../relations/oriented-relation';
import type { WordSpace } from '../word-space';
import { COMMONEST } from './own-questions';
import { type Choice, fitSoftmax, softmax } from './softmax-regression';

/** Pairs of random words, and how much a pair of words of different pairs of a relation counts: there is one for nearly every true pair. */
const RANDOM_PAIRS = 1_500;
const MISMATCH_WEIGHT = 0.5;
const RIDGE = 1e-4;

/** Fits the weights by which relations are recognised: on the pairs of the catalogue, on pairs mixed of them, and on random ones, which are in no relation. */
export function fitRelations(space: WordSpace, relations: readonly OrientedRelation[]): { weights: number[]; report: string[] } {
  const recognizer = new RelationRecognizer(space, relations, []);
  const generator = new SeededGenerator('fit:pairs');
  const below = (count: number): number => generator.nextUint32() % count;
  const none = relations.length;
  const right: Choice[] = [];
  const mixed: Choice[] = [];
  const random: Choice[] = [];
  for (const [r, { examples }] of relations.entries()) {
    for (const example of examples) {
      right.push({ options: recognizer.features(example, relations), right: r });
      const other = examples[below(examples.length)];
      if (!other || other.b === example.a || examples.some(({ a, b }) => a === example.a && b === other.b)) continue;
      mixed.push({ options: recognizer.features({ a: example.a, b: other.b }, relations), right: none, weight: MISMATCH_WEIGHT });
    }
  }
  while (random.length < RANDOM_PAIRS) {
    const pair = { a: below(COMMONEST), b: below(COMMONEST) };
    if (pair.a !== pair.b) random.push({ options: recognizer.features(pair, relations), right: none });
  }
  const { weights } = fitSoftmax([...right, ...mixed, ...random], PAIR_FEATURES.length + NO_RELATION_FEATURES.length, RIDGE);
  const share = (choices: readonly Choice[]): string => {
    const found = choices.filter(({ options, right: answer }) => indexOfLargest(softmax(options, weights)) === answer);
    return `${((100 * found.length) / choices.length).toFixed(1)} % of ${choices.length}`;
  };
  const report = [`relations recognised: ${share(right)} true pairs (each by the others), ${share(mixed)} mixed and ${share(random)} random pairs as none`];
  return { weights, report };
}

function indexOfLargest(values: Float64Array): number {
  let largest = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[largest] ?? 0)) largest = i;
  return largest;
}
