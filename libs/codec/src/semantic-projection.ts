import { type Hypervector, SignProjection, sliceVector } from '@sigmalang/vector';

const MOST_SEMANTIC_BITS = 2048;

/** By the number of values of an embedding; each takes some milliseconds to a fifth of a second to make. */
const projections = new Map<number, SignProjection>();

function projectionOf(length: number): SignProjection {
  const projection = projections.get(length) ?? new SignProjection(length, MOST_SEMANTIC_BITS);
  projections.set(length, projection);
  return projection;
}

/** Makes what {@link projectEmbedding} needs for embeddings of `length` values, so that the first of them does not wait for it. */
export function prepareProjection(length: number): void {
  projectionOf(length);
}

/**
 * The semantic segment of an embedding, `bits` (at most 2,048) signs of its projection; undefined where the embedding is all zero, since
 * nothing can be said of such a text.
 */
export function projectEmbedding(embedding: Float32Array, bits: number): Hypervector | undefined {
  if (embedding.every((value) => value === 0)) return undefined;
  return sliceVector(projectionOf(embedding.length).project(embedding), 0, bits);
}
