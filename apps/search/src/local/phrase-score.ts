/** Least inverse document frequency that SQLite counts with. */
const LEAST_IDF = 1e-6;

/**
 * BM25 of a phrase (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) in a document: idf · f · (k1 + 1) / (f + k1 · (1 - b + b ·
 * length / mean)) with f how often the phrase begins in it, length its words, mean the words of a document on average, k1 1.2, b 0.75, and
 * idf = ln(1 + (N - n + 0.5) / (n + 0.5)), N documents of which n have the phrase. Made from SQLite's `bm25()`, which is the same negated,
 * with ln((N - n + 0.5) / (n + 0.5)) for idf, or 10⁻⁶ where that is not positive, so that words in more than half of all documents hardly count.
 */
export function phraseScore(documents: number, matching: number): (bm25: number) => number {
  const odds = (documents - matching + 0.5) / (matching + 0.5);
  const idf = Math.log(odds);
  const scale = Math.log1p(odds) / (idf > 0 ? idf : LEAST_IDF);
  return (bm25) => Math.round(-bm25 * scale * 1e6) / 1e6;
}
