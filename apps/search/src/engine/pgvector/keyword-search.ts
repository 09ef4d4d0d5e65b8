import { sql } from 'drizzle-orm';
import { B, bm25, fullScore, K1, type QueryWord, roundScore, weighTerms } from '../../keyword/bm25';
import type { TermContribution } from '../../keyword/keyword-index';
import { type Matches, NO_MATCHES, type SearchScope, toMatches } from './search-scope';
import { integers, number, numbers, texts } from './sql-runner';

/** How often a document has a stem. */
interface Posting {
  readonly number: number;
  readonly stem: string;
  readonly frequency: number;
  readonly length: number;
}

/** BM25 over stems, as `KeywordIndex` computes it, of one query over one collection. */
export class KeywordSearch {
  private constructor(
    private readonly scope: SearchScope,
    private readonly query: readonly QueryWord[],
    private readonly frequencies: ReadonlyMap<string, number>,
  ) {}

  /** Looks up how many documents have each term. */
  static async prepare(scope: SearchScope, query: readonly QueryWord[]): Promise<KeywordSearch> {
    const stems = [...new Set(query.flatMap(({ terms }) => terms.map(({ stem }) => stem)))];
    const counts = await scope.rows<{ stem: string; documents: number }>(
      sql`SELECT stem, count(*)::float8 AS documents FROM search_terms WHERE collection_id = ${scope.collection} AND stem = ANY (${texts(stems)}) GROUP BY stem`,
    );
    return new KeywordSearch(scope, query, new Map(counts.map(({ stem, documents }) => [stem, documents])));
  }

  /** The terms that are looked up. */
  get terms(): string[] {
    return [...new Set(this.query.flatMap(({ terms }) => terms.map(({ stem }) => stem)))];
  }

  /** See `fullScore` of BM25. */
  get fullScore(): number {
    return fullScore(this.query, this.scope.state.documents, this.frequencyOf);
  }

  /**
   * The best documents: scores rounded to 6 decimals, equal ones by number. Sums are taken in the order of the words, and each number of the formula
   * in that of `KeywordIndex`, so that both come to the same to the last bit.
   */
  async best(limit: number): Promise<Matches> {
    const entries = this.weighted().flatMap((terms, word) => terms.map(({ stem, factor }) => ({ word, stem, scale: factor * (K1 + 1) })));
    if (entries.length === 0) return NO_MATCHES;
    const { scope } = this;
    const [base, slope] = [K1 * (1 - B), (K1 * B) / scope.meanLength];
    const found = await scope.rows<{ number: number; score: number; total: number }>(sql`
      WITH term AS (
        SELECT * FROM unnest(${integers(entries.map(({ word }) => word))}, ${texts(entries.map(({ stem }) => stem))}, ${numbers(entries.map(({ scale }) => scale))}) AS t (word, stem, scale)
      ), by_word AS (
        SELECT p.number, term.word, max((term.scale * p.frequency) / (p.frequency + ${number(base)} + ${number(slope)} * p.length)) AS score
        FROM search_terms p JOIN term ON term.stem = p.stem
        WHERE p.collection_id = ${scope.collection} AND p.stem = ANY (${texts([...new Set(entries.map(({ stem }) => stem))])}) ${scope.andAllowed(sql`p.number`)} GROUP BY p.number, term.word
      ), scored AS (
        SELECT number, floor(sum(score ORDER BY word) * 1e6::float8 + 0.5::float8) / 1e6::float8 AS score FROM by_word GROUP BY number
      )
      SELECT number::float8 AS number, score, (count(*) OVER ())::float8 AS total FROM scored ORDER BY scored.score DESC, scored.number LIMIT ${limit}`);
    return toMatches(found);
  }

  /** What the terms add to the scores of documents, by number; of each word the best. */
  async explain(documents: readonly number[]): Promise<ReadonlyMap<number, TermContribution[]>> {
    const postings = await this.scope.rows<Posting>(
      sql`SELECT number::float8 AS number, stem, frequency, length FROM search_terms
        WHERE collection_id = ${this.scope.collection} AND stem = ANY (${texts(this.terms)}) AND number = ANY (${integers(documents)})`,
    );
    const weighted = this.weighted();
    return new Map(documents.map((document) => [document, this.contributions(weighted, postings.filter((posting) => posting.number === document))]));
  }

  private contributions(weighted: ReturnType<typeof weighTerms>, postings: readonly Posting[]): TermContribution[] {
    const byStem = new Map(postings.map((posting) => [posting.stem, posting]));
    return weighted.flatMap((terms) => {
      let best: TermContribution | undefined;
      for (const { stem, factor } of terms) {
        const { frequency, length } = byStem.get(stem) ?? { frequency: 0, length: 0 };
        const score = bm25(factor, frequency, length, this.scope.meanLength);
        if (score > (best?.score ?? 0)) best = { stem, frequency, score };
      }
      return best === undefined ? [] : [{ ...best, score: roundScore(best.score) }];
    });
  }

  private weighted(): ReturnType<typeof weighTerms> {
    return weighTerms(this.query, this.scope.state.documents, this.frequencyOf);
  }

  private readonly frequencyOf = (stem: string): number => this.frequencies.get(stem) ?? 0;
}
