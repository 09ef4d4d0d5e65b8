import type { KnownRelation } from '../catalogue/relation';
import { softmax } from '../fit/softmax-regression';
import { difference, dot, mean, toUnit, type WordSpace } from '../word-space';
import { type Example, formNames, type OrientedRelation } from './oriented-relation';

/** A pair of words by their indices. */
export interface Pair {
  readonly a: number;
  readonly b: number;
}

/** A relation and the probability that a pair stands in it. */
export interface RecognizedRelation {
  readonly relation: OrientedRelation;
  readonly probability: number;
}

/** What is measured of a pair and a relation, in the order of the weights. */
export const PAIR_FEATURES = [
  'first words alike',
  'second words alike',
  'offsets alike',
  'offset as on average',
  'unlike similarity',
  'unlike whitened similarity',
  'form as usual',
  'form unlike usual',
  'same place among its kind',
] as const;

/** What is measured of a pair in no relation. */
export const NO_RELATION_FEATURES = ['none', 'similarity of unrelated words', 'form without relation'] as const;

/** How many of the most similar examples speak for a relation. */
const SPEAKERS = 3;

/** Fewest examples that a relation is recognised by. */
const FEWEST = 5;

/** Tells which known relation two words stand in. An example that holds one of the words is no evidence: the catalogue is not looked up, it teaches. */
export class RelationRecognizer {
  constructor(
    private readonly space: WordSpace,
    readonly relations: readonly OrientedRelation[],
    private readonly weights: readonly number[],
  ) {}

  /** Every relation of a probability of at least `least`, likeliest first; those in `withheld` are taken as not known. */
  recognize(pair: Pair, least = 0.02, withheld: ReadonlySet<KnownRelation> = new Set()): RecognizedRelation[] {
    const relations = this.relations.filter(({ known }) => !withheld.has(known));
    const probabilities = softmax(this.features(pair, relations), this.weights);
    return relations
      .map((relation, i) => ({ relation, probability: probabilities[i] ?? 0 }))
      .filter(({ probability }) => probability >= least)
      .sort((x, y) => y.probability - x.probability);
  }

  /** Features of a pair, a row for each relation and a last one for none. */
  features({ a, b }: Pair, relations: readonly OrientedRelation[]): Float64Array[] {
    const { space } = this;
    const [first, second] = [space.unit(a), space.unit(b)];
    const offset = toUnit(difference(second, first));
    const [cosine, whitenedCosine] = [dot(first, second), dot(space.whitened(a), space.whitened(b))];
    const forms = formNames(space.lexicon.word(a), space.lexicon.word(b), space.isListed);
    const zeros = new Array<number>(NO_RELATION_FEATURES.length).fill(0);
    const rows = relations.map(({ examples }) => {
      const speaking = examples.filter((example) => example.a !== a && example.b !== b && example.a !== b && example.b !== a);
      if (speaking.length < FEWEST) return Float64Array.from([...new Array<number>(PAIR_FEATURES.length).fill(0), ...zeros]);
      return Float64Array.from([...pairFeatures({ first, second, offset, cosine, whitenedCosine, forms }, speaking), ...zeros]);
    });
    const none = [...new Array<number>(PAIR_FEATURES.length).fill(0), 1, cosine, forms.size > 0 ? 1 : 0];
    return [...rows, Float64Array.from(none)];
  }
}

/** Mean of the largest values, at most `count` of them. */
export function meanOfLargest(values: readonly number[], count: number): number {
  const largest = [...values].sort((x, y) => y - x).slice(0, count);
  return largest.reduce((sum, value) => sum + value, 0) / Math.max(1, largest.length);
}

function pairFeatures(pair: Omit<Example, 'a' | 'b'>, examples: readonly Example[]): number[] {
  const { first, second, offset, cosine, whitenedCosine, forms } = pair;
  const average = (valueOf: (example: Example) => number): number => examples.reduce((sum, example) => sum + valueOf(example), 0) / examples.length;
  const meanOffset = toUnit(mean(examples.map((example) => example.offset), offset.length));
  const [meanFirst, meanSecond] = [mean(examples.map((example) => example.first), first.length), mean(examples.map((example) => example.second), first.length)];
  const likeness = average((example) => ([...forms].some((name) => example.forms.has(name)) ? 1 : 0));
  const usual = average((example) => (example.forms.size > 0 ? 1 : 0));
  return [
    meanOfLargest(examples.map((example) => dot(example.first, first)), SPEAKERS),
    meanOfLargest(examples.map((example) => dot(example.second, second)), SPEAKERS),
    meanOfLargest(examples.map((example) => dot(example.offset, offset)), SPEAKERS),
    dot(meanOffset, offset),
    Math.abs(cosine - average((example) => example.cosine)),
    Math.abs(whitenedCosine - average((example) => example.whitenedCosine)),
    likeness,
    Math.abs((forms.size > 0 ? 1 : 0) - usual),
    dot(toUnit(difference(first, meanFirst)), toUnit(difference(second, meanSecond))),
  ];
}
