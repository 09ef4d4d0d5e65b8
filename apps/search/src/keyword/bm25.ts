/** How soon more of the same word counts no more; 1.5 ranks better than 1.2 both in abstracts and in prose (`npm run bench -- search-quality`). */
export const K1 = 1.5;

/** How much a long document counts less. */
export const B = 0.75;

/** Occurrences of a term in a document that count at most, so that they fit into a byte. */
export const MOST_OCCURRENCES = 255;

/** A term that a word of a query stands for. */
export interface QueryTerm {
  readonly stem: string;
  /** 0 to 1: what it counts beside the word as it was written. */
  readonly weight: number;
}

/** A word of a query: the terms that it stands for, of which the best counts in a document. */
export interface QueryWord {
  readonly terms: readonly QueryTerm[];
}

/** A term with the factor of its score. */
export interface WeightedTerm {
  readonly stem: string;
  /** Weight times inverse document frequency. */
  readonly factor: number;
}

/**
 * What a document of mean length scores that has each word of a query once, as it was written; words that no document has are among them. A score divided by this
 * tells how much of a query a document has.
 */
export function fullScore(query: readonly QueryWord[], documents: number, frequencyOf: (stem: string) => number): number {
  return query.reduce((sum, { terms }) => sum + inverseDocumentFrequency(documents, frequencyOf(terms[0]?.stem ?? '')), 0);
}

/** Inverse document frequency, above 0: ln(1 + (N - df + .5) / (df + .5)). */
export function inverseDocumentFrequency(documents: number, documentFrequency: number): number {
  return Math.log(1 + (documents - documentFrequency + 0.5) / (documentFrequency + 0.5));
}

/**
 * The terms of each word that are in any document, each once, with their factors. A term of weight 1 is as common as it is; those that stand for it all count as
 * common as the commonest term of the word: which of them was meant is not known, and the rarest need not be. `frequencyOf` gives the number of documents that have a stem.
 */
export function weighTerms(query: readonly QueryWord[], documents: number, frequencyOf: (stem: string) => number): WeightedTerm[][] {
  return query.map(({ terms }) => {
    const known = terms.map(({ stem, weight }) => ({ stem, weight, frequency: frequencyOf(stem) })).filter(({ frequency }) => frequency > 0);
    const commonest = known.reduce((most, { frequency }) => Math.max(most, frequency), 0);
    const factors = new Map<string, number>();
    for (const { stem, weight, frequency } of known) {
      const factor = weight * inverseDocumentFrequency(documents, weight < 1 ? commonest : frequency);
      factors.set(stem, Math.max(factors.get(stem) ?? 0, factor));
    }
    return Array.from(factors, ([stem, factor]) => ({ stem, factor }));
  });
}

/**
 * How often each stem of a document occurs, at most 255: what both a search in memory and one in a database keep of it. A document's length is
 * `stems.length`, and the mean length that of the documents that there are.
 */
export function countStems(stems: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, Math.min(MOST_OCCURRENCES, (counts.get(stem) ?? 0) + 1));
  return counts;
}

/**
 * Okapi BM25 of one term in a document (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009):
 * factor * f * (k1 + 1) / (f + k1 * (1 - b + b * length / meanLength)), where `factor` is weight times inverse document frequency. A document's score
 * is the sum over the words of the query of the best term of each.
 */
export function bm25(factor: number, frequency: number, length: number, meanLength: number): number {
  return (factor * frequency * (K1 + 1)) / (frequency + K1 * (1 - B + (B * length) / meanLength));
}

/** A score as it is compared and shown: floor(score * 1000000 + .5) / 1000000. */
export function roundScore(score: number): number {
  return Math.floor(score * 1e6 + 0.5) / 1e6;
}
