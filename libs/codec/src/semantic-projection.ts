import { type Hypervector, SignProjection, sliceVector } from '@sigmalang/vector';

const MOST_SEMANTIC_BITS = 2048;

/** By the number of values of an embedding; each takes some milliseconds to a fifth of a second to make. */
const projections = new Map<number, SignProjection>();

/**
 * The semantic segment of an embedding, `bits` (at most 2,048) signs of its projection; undefined where the embedding is all zero, since
 * nothing can be said of such a text.
 */
export function projectEmbedding(embedding: Float32Array, bits: number): Hypervector | undefined {
  if (embedding.every((value) => value === 0)) return undefined;
  const { length } = embedding;
  const projection = projections.get(length) ?? new SignProjection(length, MOST_SEMANTIC_BITS);
  projections.set(length, projection);
  return sliceVector(projection.project(embedding), 0, bits);
}
