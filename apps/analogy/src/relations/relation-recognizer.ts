import type { KnownRelation } from '../catalogue/relation';
import { softmax } from '../fit/softmax-regression';
import { difference, dot, Top, toUnit, VectorTable, type WordSpace } from '../word-space';
import { type Example, FEWEST, formNames, type OrientedRelation, SPEAKERS } from './oriented-relation';

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

/** Tells which known relation two words stand in. An example that holds one of the words is no evidence: the catalogue is not looked up, it teaches. */
export class RelationRecognizer {
  private readonly firsts: VectorTable;
  private readonly seconds: VectorTable;
  private readonly offsets: VectorTable;
  private readonly summaries = new Map<OrientedRelation, Summary>();

  constructor(
    private readonly space: WordSpace,
    readonly relations: readonly OrientedRelation[],
    private readonly weights: readonly number[],
  ) {
    const all = relations.flatMap(({ examples }) => examples);
    this.firsts = new VectorTable(all.map(({ first }) => first));
    this.seconds = new VectorTable(all.map(({ second }) => second));
    this.offsets = new VectorTable(all.map(({ offset }) => offset));
    let start = 0;
    for (const relation of relations) {
      this.summaries.set(relation, summaryOf(relation.examples, start));
      start += relation.examples.length;
    }
  }

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
    const pair = {
      a,
      b,
      first,
      second,
      offset,
      cosine: dot(first, second),
      whitenedCosine: dot(space.whitened(a), space.whitened(b)),
      forms: formNames(space.lexicon.word(a), space.lexicon.word(b), space.isListed),
    };
    const products = { first: this.firsts.products(first), second: this.seconds.products(second), offset: this.offsets.products(offset) };
    const rows = relations.map((relation) => {
      const row = new Float64Array(PAIR_FEATURES.length + NO_RELATION_FEATURES.length);
      const summary = this.summaries.get(relation);
      if (summary) row.set(pairFeatures(pair, relation.examples, summary, products));
      return row;
    });
    const none = new Float64Array(PAIR_FEATURES.length + NO_RELATION_FEATURES.length);
    none.set([1, pair.cosine, pair.forms.size > 0 ? 1 : 0], PAIR_FEATURES.length);
    return [...rows, none];
  }
}

/** What the examples of a relation have in common, and where they stand in the tables of all examples. */
interface Summary {
  readonly start: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly offset: Float64Array;
}

function summaryOf(examples: readonly Example[], start: number): Summary {
  const dimensions = examples[0]?.first.length ?? 0;
  const summary = { start, first: new Float64Array(dimensions), second: new Float64Array(dimensions), offset: new Float64Array(dimensions) };
  for (const example of examples) {
    for (const side of ['first', 'second', 'offset'] as const) example[side].forEach((value, i) => { summary[side][i] = (summary[side][i] ?? 0) + value; });
  }
  return summary;
}

/** The pair's features; all zero where fewer than five examples may speak. */
function pairFeatures(pair: Example, examples: readonly Example[], summary: Summary, products: Record<'first' | 'second' | 'offset', Float32Array>): number[] {
  const silent = examples.filter((example) => example.a === pair.a || example.b === pair.b || example.a === pair.b || example.b === pair.a);
  const count = examples.length - silent.length;
  if (count < FEWEST) return [];
  const [first, second, offset] = [new Top(SPEAKERS), new Top(SPEAKERS), new Top(SPEAKERS)];
  let [cosine, whitenedCosine, alike, formed, alongOffset] = [0, 0, 0, 0, 0];
  for (const [i, example] of examples.entries()) {
    if (silent.includes(example)) continue;
    const at = summary.start + i;
    first.add(products.first[at] ?? 0);
    second.add(products.second[at] ?? 0);
    offset.add(products.offset[at] ?? 0);
    alongOffset += products.offset[at] ?? 0;
    cosine += example.cosine / count;
    whitenedCosine += example.whitenedCosine / count;
    if (example.forms.size === 0) continue;
    formed += 1 / count;
    for (const name of pair.forms) {
      if (!example.forms.has(name)) continue;
      alike += 1 / count;
      break;
    }
  }
  const sumOf = (side: 'first' | 'second' | 'offset'): Float64Array => {
    if (silent.length === 0) return summary[side];
    return summary[side].map((value, i) => silent.reduce((rest, example) => rest - (example[side][i] ?? 0), value));
  };
  return [
    first.mean,
    second.mean,
    offset.mean,
    alongOffset / Math.max(1e-9, Math.hypot(...sumOf('offset'))),
    Math.abs(pair.cosine - cosine),
    Math.abs(pair.whitenedCosine - whitenedCosine),
    alike,
    Math.abs((pair.forms.size > 0 ? 1 : 0) - formed),
    placeCosine(pair, sumOf('first'), sumOf('second'), count),
  ];
}

/** Cosine of where the words stand from the middle of their kinds, the sums of which are given. */
function placeCosine({ first, second }: Example, firsts: Float64Array, seconds: Float64Array, count: number): number {
  let [product, squaresOfFirst, squaresOfSecond] = [0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    const x = (first[i] ?? 0) - (firsts[i] ?? 0) / count;
    const y = (second[i] ?? 0) - (seconds[i] ?? 0) / count;
    product += x * y;
    squaresOfFirst += x * x;
    squaresOfSecond += y * y;
  }
  return product / Math.max(1e-9, Math.sqrt(squaresOfFirst * squaresOfSecond));
}
