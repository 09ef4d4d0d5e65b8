import type { KnownRelation } from '../catalogue/relation';
import { type IsListed, formChanges } from '../morphology/form-change';
import { difference, dot, toUnit, type WordSpace } from '../word-space';

/** How many of the most similar examples speak for a relation, or for a kind of word. */
export const SPEAKERS = 3;

/** Fewest examples by which a relation is recognised, and by which it teaches. */
export const FEWEST = 5;

/** An example pair of a relation with its vectors. */
export interface Example {
  readonly a: number;
  readonly b: number;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** second - first, of unit length. */
  readonly offset: Float32Array;
  /** Cosine of the two words. */
  readonly cosine: number;
  /** The same of the whitened vectors. */
  readonly whitenedCosine: number;
  /** Names of the changes of form from the first word to the second. */
  readonly forms: ReadonlySet<string>;
}

/** A known relation in one of its directions. */
export interface OrientedRelation {
  readonly known: KnownRelation;
  /** Name in this direction: what the second word is to the first. */
  readonly name: string;
  readonly isInverse: boolean;
  readonly examples: readonly Example[];
}

/** Each relation in both directions; a symmetric one once, with its pairs in both orders. */
export function orientedRelations(catalogue: readonly KnownRelation[], space: WordSpace): OrientedRelation[] {
  return catalogue.flatMap((known): OrientedRelation[] => {
    const forward = examplesOf(known.pairs, space);
    const backward = examplesOf(known.pairs.map(([a, b]) => [b, a] as const), space);
    if (known.name === known.inverse) return [{ known, name: known.name, isInverse: false, examples: [...forward, ...backward] }];
    return [
      { known, name: known.name, isInverse: false, examples: forward },
      { known, name: known.inverse, isInverse: true, examples: backward },
    ];
  });
}

function examplesOf(pairs: KnownRelation['pairs'], space: WordSpace): Example[] {
  return pairs.flatMap(([wordA, wordB]) => {
    const [a, b] = [space.lexicon.indexOf(wordA), space.lexicon.indexOf(wordB)];
    if (a === undefined || b === undefined) return [];
    const [first, second] = [space.unit(a), space.unit(b)];
    return [
      {
        a,
        b,
        first,
        second,
        offset: toUnit(difference(second, first)),
        cosine: dot(first, second),
        whitenedCosine: dot(space.whitened(a), space.whitened(b)),
        forms: formNames(wordA, wordB, space.isListed),
      },
    ];
  });
}

/** Names of the changes of form from one word to another. */
export function formNames(a: string, b: string, isListed: IsListed): ReadonlySet<string> {
  return new Set(formChanges(a, b, isListed).map(({ name }) => name));
}
