import type { Highlight, ScoreParts, SearchPlan, SearchResult } from '@sigmalang/contracts';
import type { EngineAnswer, EngineQuery } from '../engine/search-engine';
import { roundScore, type QueryWord } from '../keyword/bm25';
import { fuzzyQuery, keywordQuery } from '../keyword/keyword-query';
import { BestRows, type RankedRows } from '../ranking/best-rows';
import { highlightPhrase, highlightTerms } from '../ranking/highlights';
import { FEEDBACK_DOCUMENTS, withFeedback } from '../ranking/query-feedback';
import { FUSION_DEPTH, fuseRankings } from '../ranking/reciprocal-rank-fusion';
import { phraseFrequency } from '../text/phrase-frequency';
import { analyze, wordsOf, type Token } from '../text/text-analyzer';
import type { StoredDocument } from './document-file';
import { AnswerTooLargeError } from './index-error';
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

/** How vectors were compared in a search, and how long that took. */
export interface VectorSearchTime {
  readonly operation: 'scan' | 'hnsw';
  readonly seconds: number;
}

/** What was found, with how long its vectors took where there were some to compare. */
export type TimedAnswer = EngineAnswer & { readonly vectorSearch?: VectorSearchTime | undefined };

/** A document that is answered with. */
interface Hit {
  readonly row: number;
  readonly score: number;
  readonly document: StoredDocument;
}

/** A query as it was analysed, with the rows that count: a byte for each, 1 where it does; all where absent. */
interface Question extends EngineQuery {
  readonly tokens: readonly Token[];
  readonly allowed: Uint8Array | undefined;
}

/** Searches over the parts of an index. */
export class LocalSearch {
  /** What the last search took to compare vectors; undefined where it compared none. */
  vectorSearch: VectorSearchTime | undefined;

  constructor(private readonly parts: IndexParts) {}

  /** Results of a query, but for the number of the last change; throws `AnswerTooLargeError` where their texts are more than can be answered, before it looks into any. */
  search(query: EngineQuery): Omit<EngineAnswer, 'seq'> {
    this.vectorSearch = undefined;
    const { live, values, file } = this.parts;
    const allowed = query.filter && values.matching(query.filter, live.values, (row) => file.metadata(row));
    const question = { ...query, tokens: analyze(query.query), allowed };
    const found = this.find(question);
    const results = this.best(question, found).map((hit) => this.result(question, found, hit));
    return { results, total: found.total, ...(query.explain && { plan: this.plan(question, found) }) };
  }

  private best({ topK, threshold, mostBytes = Infinity }: Question, { rows, scores }: Found): Hit[] {
    const hits: Hit[] = [];
    let bytes = 0;
    for (let i = 0; i < rows.length && hits.length < topK; i++) {
      const [row, score] = [rows[i] ?? 0, scores[i] ?? 0];
      if (score < threshold) continue;
      const document = this.parts.file.document(row);
      bytes += Buffer.byteLength(document.text);
      if (bytes > mostBytes) throw new AnswerTooLargeError();
      hits.push({ row, score, document });
    }
    return hits;
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
    const started = performance.now();
    const { rows, scores, plan, total } = vectors.nearest(embedding ?? new Float32Array(vectors.dimensions), limit, allowed && packRows(allowed));
    this.vectorSearch = { operation: plan, seconds: (performance.now() - started) / 1_000 };
    return { rows, scores, total, vectors: plan, terms: [], semantic: { rows, scores } };
  }

  /** Both lists, the semantic one by the query's embedding moved towards the best documents of the other. */
  private hybrid(question: Question): Found {
    const { keywords, file } = this.parts;
    const words = keywordQuery(question.tokens);
    const keyword = this.byStems(question, words, FUSION_DEPTH);
    const best = Array.from(keyword.rows.subarray(0, FEEDBACK_DOCUMENTS), (row, i) => ({ embedding: file.embedding(row), score: keyword.scores[i] ?? 0 }));
    const embedding = question.embedding && withFeedback(question.embedding, best, keywords.fullScore(words));
    const semantic = this.semantic({ ...question, embedding }, FUSION_DEPTH);
    const lists = [{ rows: keyword.rows, weight: question.weights.keyword }, { rows: semantic.rows, weight: question.weights.semantic }];
    const fused = fuseRankings(lists, question.topK);
    return { ...keyword, ...fused, total: Math.max(keyword.total, semantic.total), vectors: semantic.vectors, semantic };
  }

  private result(question: Question, found: Found, { row, score, document }: Hit): SearchResult {
    const { id, text, metadata } = document;
    const highlights = question.highlight ? this.highlights(question, found, text) : [];
    return { id, text, score, metadata, highlights, ...(question.explain && { scores: this.scoreParts(question, found, row, text) }) };
  }

  private scoreParts({ mode, embedding }: Question, { words, terms, keyword, semantic }: Found, row: number, text: string): ScoreParts {
    const parts: ScoreParts = {};
    if (words) {
      parts.terms = this.parts.keywords.explain(row, words).map(({ stem, frequency, score }) => ({ term: stem, frequency, score }));
    } else if (mode === 'exact') {
      parts.terms = [{ term: terms.join(' '), frequency: phraseFrequency(terms, wordsOf(analyze(text))), score: scoreIn(keyword, row) ?? 0 }];
    }
    if (parts.terms) parts.keyword = scoreIn(keyword, row) ?? roundScore(parts.terms.reduce((sum, { score }) => sum + score, 0));
    const [keywordRank, semanticRank] = [rankIn(keyword, row), rankIn(semantic, row)];
    if (keywordRank !== undefined) parts.keywordRank = keywordRank;
    if (semantic) parts.semantic = embedding ? this.parts.vectors.cosine(row, embedding) : 0;
    if (semanticRank !== undefined) parts.semanticRank = semanticRank;
    return parts;
  }

  private highlights({ mode, tokens }: Question, { words }: Found, text: string): Highlight[] {
    return mode === 'exact' ? highlightPhrase(text, wordsOf(tokens)) : highlightTerms(text, new Set(termsOf(words ?? keywordQuery(tokens))));
  }

  private plan({ allowed }: Question, { vectors, terms }: Found): SearchPlan {
    const candidates = allowed ? allowed.reduce((sum, each) => sum + each, 0) : this.parts.live.count;
    return { engine: 'sqlite', vectors, candidates, terms: [...terms] };
  }
}

function termsOf(words: readonly QueryWord[]): string[] {
  return [...new Set(words.flatMap(({ terms }) => terms.map(({ stem }) => stem)))];
}

/** Place of a row in a list, from 1; undefined where it is not in it, or there is no list. */
function rankIn(list: RankedRows | undefined, row: number): number | undefined {
  const at = list?.rows.indexOf(row) ?? -1;
  return at < 0 ? undefined : at + 1;
}

function scoreIn(list: RankedRows | undefined, row: number): number | undefined {
  const rank = rankIn(list, row);
  return rank === undefined ? undefined : list?.scores[rank - 1];
}
