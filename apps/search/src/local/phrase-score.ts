import { roundScore } from '../keyword/bm25';

/** How soon more of the same phrase counts no more, and how much a long document counts less: what SQLite's own BM25 has. */
const [K1, B] = [1.2, 0.75];

/** Least inverse document frequency that SQLite counts with. */
const LEAST_IDF = 1e-6;

/** What the score of a phrase depends on. */
export interface PhraseCase {
  /** Documents that there are. */
  readonly documents: number;
  /** Documents that have the phrase. */
  readonly matching: number;
  /** How often the phrase begins in the document. */
  readonly frequency: number;
  /** Words of the document. */
  readonly length: number;
  /** Words of a document on average. */
  readonly meanLength: number;
}

/**
 * BM25 of a phrase in a document, to six decimals (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009): idf * f * (k1 + 1) / (f + k1 *
 * (1 - b + b * length / meanLength)) with f how often the phrase begins in it, overlapping or not, k1 = 1.2, b = .75, and idf = ln(1 + (N - n +
 * .5) / (n + .5)), N documents of which n have the phrase. Words are those of `wordsOf`, and all counts are of the documents that there are.
 */
export function phraseScore({ documents, matching, frequency, length, meanLength }: PhraseCase): number {
  const factor = Math.log1p(oddsOf(documents, matching));
  return roundScore((factor * frequency * (K1 + 1)) / (frequency + K1 * (1 - B + (B * length) / meanLength)));
}

/**
 * The same of a document from the `bm25()` of SQLite, which is this one negated but for the idf: that is ln((N - n + .5) / (n + .5)), or 10⁻⁶ where that is
 * not positive, so that a phrase of more than half of all documents would hardly count.
 */
export function phraseScoreOf(documents: number, matching: number): (bm25: number) => number {
  const odds = oddsOf(documents, matching);
  const idf = Math.log(odds);
  const scale = Math.log1p(odds) / (idf > 0 ? idf : LEAST_IDF);
  return (bm25) => roundScore(-bm25 * scale);
}

function oddsOf(documents: number, matching: number): number {
  return (documents - matching + 0.5) / (matching + 0.5);
}
