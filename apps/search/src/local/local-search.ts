import type { SearchPlan, SearchResult, TermScore } from '@sigmalang/contracts';
import type { EngineAnswer, EngineQuery } from '../engine/search-engine';
import { roundScore, type QueryWord } from '../keyword/bm25';
import { fuzzyQuery, keywordQuery } from '../keyword/keyword-query';
import { BestRows, type RankedRows } from '../ranking/best-rows';
import { analyze, wordsOf, type Token } from '../text/text-analyzer';
import type { IndexParts } from './local-index';
import { packRows } from './pack-rows';

/** What a mode found, in its order. */
interface Found extends RankedRows {
  readonly total: number;
  /** How vectors were compared. */
  readonly vectors: SearchPlan['vectors'];
  readonly terms: readonly string[];
  /** What the words of the query stand for, where documents are scored by stems. */
  readonly words?: readonly QueryWord[] | undefined;
  /** The two lists that a hybrid list was made of, or the one there is. */
  readonly keyword?: RankedRows | undefined;
  readonly semantic?: RankedRows | undefined;
}

/** A query as it was analysed, with the rows that count: a byte for each, 1 where it does; all where absent. */
interface Question extends EngineQuery {
  readonly tokens: readonly Token[];
  readonly allowed: Uint8Array | undefined;
}

/** Searches over the parts of an index. */
export class LocalSearch {
  constructor(private readonly parts: IndexParts) {}

  /** Results of a query, but for the number of the last change. */
  search(query: EngineQuery): Omit<EngineAnswer, 'seq'> {
    const { live, values, file } = this.parts;
    const allowed = query.filter && values.matching(query.filter, live.values, (row) => file.metadata(row));
    const question = { ...query, tokens: analyze(query.query), allowed };
    const found = this.find(question);
    const results: SearchResult[] = [];
    for (let i = 0; i < found.rows.length && results.length < query.topK; i++) {
      const [row, score] = [found.rows[i] ?? 0, found.scores[i] ?? 0];
      if (score >= query.threshold) results.push(this.result(question, found, row, score));
    }
    return { results, total: found.total, ...(query.explain && { plan: this.plan(question, found) }) };
  }

  private find(question: Question): Found {
    switch (question.mode) {
      case 'exact':
        return this.exact(question);
      case 'keyword':
        return this.byStems(question, keywordQuery(question.tokens));
      case 'fuzzy':
        return this.byStems(question, fuzzyQuery(question.tokens, this.parts.spellings));
      case 'semantic':
        return this.semantic(question);
      case 'hybrid':
        return this.hybrid(question);
    }
  }

  private exact({ tokens, allowed, topK }: Question): Found {
    const words = wordsOf(tokens);
    const { rows, scores } = this.parts.file.phrase(words, this.parts.live.count);
    const best = new BestRows(Math.min(topK, rows.length));
    let total = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0;
      if (allowed && allowed[row] !== 1) continue;
      total++;
      best.add(row, scores[i] ?? 0);
    }
    const found = best.ranked();
    return { ...found, total, vectors: 'none', terms: words, keyword: found };
  }

  private byStems({ allowed, topK }: Question, words: readonly QueryWord[], limit = topK): Found {
    const found = this.parts.keywords.search(words, { allowed, limit });
    return { ...found, vectors: 'none', terms: termsOf(words), words, keyword: found };
  }

  private semantic({ embedding, allowed, topK }: Question, limit = topK): Found {
    const { vectors } = this.parts;
    const { rows, scores, plan, total } = vectors.nearest(embedding ?? new Float32Array(vectors.dimensions), limit, allowed && packRows(allowed));
    return { rows, scores, total, vectors: plan, terms: [], semantic: { rows, scores } };
  }
}
