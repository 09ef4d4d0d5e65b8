import { bind, bundle } from './algebra';
import { hash64 } from './hash64';
import type { Hypervector } from './hypervector';
import { symbolVector } from './symbol-vector';
import { VectorError } from './vector-error';

/** What a record says of one role, such as `currency` and `peso`. */
export interface RoleFillerPair {
  readonly role: string;
  readonly filler: string;
}

/** The vector of a name as a role; unlike the one of the same name as a filler. Throws `VectorError` (`dimensions`). */
export function roleVector(role: string, dimensions: number): Hypervector {
  return symbolVector(`role:${role}`, dimensions);
}

/** The vector of a name as a filler; unlike the one of the same name as a role. Throws `VectorError` (`dimensions`). */
export function fillerVector(filler: string, dimensions: number): Hypervector {
  return symbolVector(`filler:${filler}`, dimensions);
}

/** The vector of a pair: its role bound with its filler. Throws `VectorError` (`dimensions`). */
export function bindPair({ role, filler }: RoleFillerPair, dimensions: number): Hypervector {
  return bind(roleVector(role, dimensions), fillerVector(filler, dimensions));
}

/**
 * A record out of its pairs and their vectors in the same order: their majority. Where an even number of pairs is tied, a vector of the record's
 * own decides, so that the ties of two records have nothing to do with one another. Throws `VectorError`: `empty` without pairs, `duplicate` when
 * a role is there twice, `mismatch` when there are not as many vectors as pairs or their dimensions differ.
 */
export function bundlePairs(pairs: readonly RoleFillerPair[], vectors: readonly Hypervector[]): Hypervector {
  if (new Set(pairs.map(({ role }) => role)).size < pairs.length) throw new VectorError('duplicate', 'a role is in the record twice');
  if (vectors.length !== pairs.length) throw new VectorError('mismatch', `${vectors.length} vectors of ${pairs.length} pairs`);
  const [seed] = hash64(JSON.stringify(pairs.map(({ role, filler }) => JSON.stringify([role, filler])).sort()));
  return bundle(vectors, { seed });
}

/**
 * A record as one vector (binary spatter code: Kanerva, "Fully distributed representation", 1997): the majority of its roles bound with their
 * fillers, whatever their order. Binding it with a role gives a vector that is like the filler, and the other way round; how like, {@link recordSimilarity} says.
 * Throws `VectorError` as {@link bundlePairs} does, or `dimensions`.
 */
export function roleFillerRecord(pairs: readonly RoleFillerPair[], dimensions: number): Hypervector {
  return bundlePairs(pairs, pairs.map((pair) => bindPair(pair, dimensions)));
}
