import { KeywordIndex } from '../keyword/keyword-index';
import { fuzzyQuery, keywordQuery } from '../keyword/keyword-query';
import { Spellings } from '../keyword/spellings';
import { BestRows } from '../ranking/best-rows';
import { FEEDBACK_DOCUMENTS, withFeedback } from '../ranking/query-feedback';
import { FUSION_DEPTH, fuseRankings } from '../ranking/reciprocal-rank-fusion';
import { analyze, stemsOf, wordsOf } from '../text/text-analyzer';

/** How a hybrid search is done; as by default where absent. */
export interface HybridSettings {
  readonly keyword?: number;
  readonly semantic?: number;
  readonly depth?: number;
  readonly feedback?: boolean;
}

/** The five modes over texts in memory, by the parts that the indexes are made of and an exact scan of embeddings; gives rows, best first. */
export class MemorySearch {
  readonly keywordIndex = new KeywordIndex();
  private readonly spellings = new Spellings();
  private readonly embeddings: Float32Array[] = [];
  private readonly words: string[] = [];

  constructor(
    texts: Iterable<string>,
    private readonly embed: (text: string) => Float32Array,
  ) {
    for (const text of texts) this.add(text);
  }

  keyword(query: string, limit = FUSION_DEPTH): Uint32Array {
    return this.keywordIndex.search(keywordQuery(analyze(query)), { limit }).rows;
  }

  fuzzy(query: string, limit = FUSION_DEPTH): Uint32Array {
    return this.keywordIndex.search(fuzzyQuery(analyze(query), this.spellings), { limit }).rows;
  }

  /** Those with the words one after another, by BM25 of the phrase. */
  exact(query: string, limit = FUSION_DEPTH): Uint32Array {
    const phrase = ` ${wordsOf(analyze(query)).join(' ')} `;
    const index = new KeywordIndex();
    this.words.forEach((words, row) => {
      const count = words.split(phrase).length - 1;
      index.add(row, [...Array<string>(count).fill('phrase'), ...Array<string>(words.split(' ').length).fill('other')]);
    });
    return index.search([{ terms: [{ stem: 'phrase', weight: 1 }] }], { limit }).rows;
  }

  semantic(query: string, limit = FUSION_DEPTH): Uint32Array {
    return this.nearest(this.embed(query), limit);
  }

  hybrid(query: string, { keyword = 0.7, semantic = 0.3, depth = FUSION_DEPTH, feedback = true }: HybridSettings = {}): Uint32Array {
    const words = keywordQuery(analyze(query));
    const found = this.keywordIndex.search(words, { limit: depth });
    const documents = Array.from(found.rows.subarray(0, FEEDBACK_DOCUMENTS), (row, i) => ({
      embedding: this.embeddings[row] ?? new Float32Array(),
      score: found.scores[i] ?? 0,
    }));
    const embedding = this.embed(query);
    const target = feedback ? withFeedback(embedding, documents, this.keywordIndex.fullScore(words)) : embedding;
    const lists = [
      { rows: found.rows, weight: keyword },
      { rows: this.nearest(target, depth), weight: semantic },
    ];
    return fuseRankings(lists, depth, depth).rows;
  }

  private add(text: string): void {
    const tokens = analyze(text);
    const row = this.embeddings.push(this.embed(text)) - 1;
    this.keywordIndex.add(row, stemsOf(tokens));
    this.spellings.add(wordsOf(tokens));
    this.words.push(` ${wordsOf(tokens).join(' ')} `);
  }

  private nearest(target: Float32Array, limit: number): Uint32Array {
    const best = new BestRows(limit);
    this.embeddings.forEach((embedding, row) => {
      let cosine = 0;
      for (let i = 0; i < target.length; i++) cosine += (target[i] ?? 0) * (embedding[i] ?? 0);
      best.add(row, cosine);
    });
    return best.ranked().rows;
  }
}
