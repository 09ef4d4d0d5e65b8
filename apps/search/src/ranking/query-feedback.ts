/** Documents of the keyword list that tell what a query is about. */
export const FEEDBACK_DOCUMENTS = 3;

/** Weight of all of them together, where they have every word of the query; the query's own is 1. */
const FEEDBACK_WEIGHT = 2;

/** A document that tells what a query is about. */
export interface FeedbackDocument {
  /** Of unit length, or all zero. */
  readonly embedding: Float32Array;
  /** Its BM25. */
  readonly score: number;
}

/**
 * The embedding, of unit length, that the semantic list of a hybrid search is made by: the query's, moved towards the three best documents of the keyword list
 * (pseudo-relevance feedback, Rocchio 1971), each as much as it has of the query: min(1, BM25 / `fullScore`). So where the words of the query are not
 * in the documents it stays as it is. All zero where the query's embedding is.
 */
export function withFeedback(query: Float32Array, documents: readonly FeedbackDocument[], fullScore: number): Float32Array {
  if (!query.some((value) => value !== 0)) return query;
  const sum = Float64Array.from(query);
  const used = documents.slice(0, FEEDBACK_DOCUMENTS);
  for (const { embedding, score } of used) {
    const weight = (FEEDBACK_WEIGHT * Math.min(1, score / fullScore)) / used.length;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + weight * (embedding[i] ?? 0);
  }
  const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
  return Float32Array.from(sum, (value) => (length > 0 ? value / length : 0));
}
