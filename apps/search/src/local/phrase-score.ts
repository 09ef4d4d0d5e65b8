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
  const scale = Math.log1p(oddsOf(documents, matching)) / sqliteIdf(documents, matching);
  return (bm25) => roundScore(-bm25 * scale);
}

/** A document that has a phrase whose first words SQLite found in it. */
interface LongPhraseCase {
  /** The `bm25()` of the first words. */
  readonly bm25: number;
  /** How often the first words begin in the document. */
  readonly beginnings: number;
  /** How often the whole phrase does. */
  readonly frequency: number;
}

/**
 * {@link phraseScore} of a phrase whose first words are in `beginning` documents and all of it in `matching`: what its score needs to know of the lengths of
 * documents is in the `bm25()` of the first words.
 */
export function longPhraseScoreOf(documents: number, beginning: number, matching: number): (found: LongPhraseCase) => number {
  const idf = sqliteIdf(documents, beginning);
  const factor = Math.log1p(oddsOf(documents, matching));
  return ({ bm25, beginnings, frequency }) => {
    const saturation = (beginnings * (K1 + 1) * idf) / -bm25 - beginnings;
    return roundScore((factor * frequency * (K1 + 1)) / (frequency + saturation));
  };
}

function sqliteIdf(documents: number, matching: number): number {
  const idf = Math.log(oddsOf(documents, matching));
  return idf > 0 ? idf : LEAST_IDF;
}

function oddsOf(documents: number, matching: number): number {
  return (documents - matching + 0.5) / (matching + 0.5);
}
