import type { Highlight, ScoreParts, SearchPlan, SearchResult } from '@sigmalang/contracts';
import { sql } from 'drizzle-orm';
import { roundScore } from '../../keyword/bm25';
import { fuzzyQuery, keywordQuery } from '../../keyword/keyword-query';
import type { TermContribution } from '../../keyword/keyword-index';
import { highlightPhrase, highlightTerms } from '../../ranking/highlights';
import { FEEDBACK_DOCUMENTS, withFeedback } from '../../ranking/query-feedback';
import { FUSION_DEPTH, fuseRankings } from '../../ranking/reciprocal-rank-fusion';
import { analyze, type Token, wordsOf } from '../../text/text-analyzer';
import { exactCosine } from '../../vectors/exact-cosine';
import type { EngineAnswer, EngineQuery } from '../search-engine';
import { KeywordSearch } from './keyword-search';
import { searchPhrase } from './phrase-search';
import { type Matches, rankIn, type RankedNumbers, scoreIn, type SearchScope } from './search-scope';
import { similarWords } from './similar-words';
import { integers, texts } from './sql-runner';
import { VectorSearch, type VectorSettings } from './vector-search';

/** What a mode found, in its order. */
interface Found extends Matches {
  readonly vectors: SearchPlan['vectors'];
  readonly terms: readonly string[];
  /** The list by words, and how it was made where that was by stems. */
  readonly byWords?: { readonly list: RankedNumbers; readonly search?: KeywordSearch } | undefined;
  /** The list by meaning. */
  readonly byMeaning?: RankedNumbers | undefined;
}

interface DocumentRow {
  readonly number: number;
  readonly id: string;
  readonly text: string;
  readonly metadata: SearchResult['metadata'] | null;
}

/** What is looked up of the results at once, to explain their scores. */
interface Explanations {
  readonly terms: ReadonlyMap<number, readonly TermContribution[]> | undefined;
  readonly embeddings: ReadonlyMap<number, Float32Array> | undefined;
}

/** One search of a collection within a transaction; every mode comes to what `LocalSearch` comes to. */
export class CollectionSearch {
  private readonly tokens: readonly Token[];
  private readonly vectors: VectorSearch;

  constructor(
    private readonly scope: SearchScope,
    private readonly query: EngineQuery,
    settings: VectorSettings,
  ) {
    this.tokens = analyze(query.query);
    this.vectors = new VectorSearch(scope, settings);
  }

  /** Results, but for the number of the last change. */
  async run(): Promise<Omit<EngineAnswer, 'seq'>> {
    const found = await this.find();
    const chosen = found.numbers
      .map((number, i) => ({ number, score: found.scores[i] ?? 0 }))
      .filter(({ score }) => score >= this.query.threshold)
      .slice(0, this.query.topK);
    const results = await this.results(found, chosen);
    return { results, total: found.total, ...(this.query.explain && { plan: await this.plan(found) }) };
  }

  private async find(): Promise<Found> {
    const { topK, embedding } = this.query;
    switch (this.query.mode) {
      case 'exact':
        return this.exact();
      case 'keyword':
        return this.byStems(await KeywordSearch.prepare(this.scope, keywordQuery(this.tokens)), topK);
      case 'fuzzy':
        return this.byStems(await KeywordSearch.prepare(this.scope, fuzzyQuery(this.tokens, await similarWords(this.scope, this.tokens))), topK);
      case 'semantic':
        return this.semantic(embedding, topK);
      case 'hybrid':
        return this.hybrid();
    }
  }

  private async exact(): Promise<Found> {
    const list = await searchPhrase(this.scope, this.tokens, this.query.topK);
    return { ...list, vectors: 'none', terms: wordsOf(this.tokens), byWords: { list } };
  }

  private async byStems(search: KeywordSearch, limit: number): Promise<Found> {
    const list = await search.best(limit);
    return { ...list, vectors: 'none', terms: search.terms, byWords: { list, search } };
  }

  private async semantic(query: Float32Array | undefined, limit: number): Promise<Found> {
    const list = await this.vectors.nearest(query, limit);
    return { ...list, vectors: 'pgvector', terms: [], byMeaning: list };
  }

  /** Both lists, the semantic one by the query's embedding moved towards the best documents of the other. */
  private async hybrid(): Promise<Found> {
    const { embedding, weights, topK } = this.query;
    const search = await KeywordSearch.prepare(this.scope, keywordQuery(this.tokens));
    const keyword = await this.byStems(search, FUSION_DEPTH);
    const semantic = await this.semantic(embedding && (await this.movedTowards(keyword, embedding, search.fullScore)), FUSION_DEPTH);
    // In the order of their numbers, which may be larger than a row can be.
    const numbers = [...new Set([...keyword.numbers, ...semantic.numbers])].sort((a, b) => a - b);
    const rowOf = new Map(numbers.map((number, row) => [number, row]));
    const rowsOf = (list: RankedNumbers): number[] => list.numbers.map((number) => rowOf.get(number) ?? 0);
    const fused = fuseRankings([{ rows: rowsOf(keyword), weight: weights.keyword }, { rows: rowsOf(semantic), weight: weights.semantic }], topK);
    return {
      numbers: Array.from(fused.rows, (row) => numbers[row] ?? 0),
      scores: Array.from(fused.scores),
      total: Math.max(keyword.total, semantic.total),
      vectors: semantic.vectors,
      terms: keyword.terms,
      byWords: keyword.byWords,
      byMeaning: semantic.byMeaning,
    };
  }

  private async movedTowards({ numbers, scores }: RankedNumbers, query: Float32Array, fullScore: number): Promise<Float32Array> {
    const best = numbers.slice(0, FEEDBACK_DOCUMENTS);
    const embeddings = await this.vectors.embeddings(best);
    const documents = best.map((number, i) => ({ embedding: embeddings.get(number) ?? new Float32Array(query.length), score: scores[i] ?? 0 }));
    return withFeedback(query, documents, fullScore);
  }

  private async results(found: Found, chosen: readonly { readonly number: number; readonly score: number }[]): Promise<SearchResult[]> {
    const numbers = chosen.map(({ number }) => number);
    const documents = await this.documents(numbers);
    const explanations = this.query.explain ? await this.explanations(found, numbers) : undefined;
    return chosen.flatMap(({ number, score }) => {
      const document = documents.get(number);
      if (!document) return [];
      const { id, text, metadata } = document;
      const highlights = this.query.highlight ? this.highlights(found, text) : [];
      return [{ id, text, score, metadata: metadata ?? {}, highlights, ...(explanations && { scores: this.scoreParts(found, document, explanations) }) }];
    });
  }

  private async documents(numbers: readonly number[]): Promise<ReadonlyMap<number, DocumentRow>> {
    const { collection } = this.scope;
    const ids = await this.scope.rows<{ number: number; id: string }>(
      sql`SELECT number::float8 AS number, id FROM search_documents WHERE collection_id = ${collection} AND number = ANY (${integers(numbers)})`,
    );
    const rows = await this.scope.rows<Omit<DocumentRow, 'number'>>(
      sql`SELECT id, text, metadata FROM documents WHERE collection_id = ${collection} AND id = ANY (${texts(ids.map(({ id }) => id))})`,
    );
    const numberOf = new Map(ids.map(({ number, id }) => [id, number]));
    return new Map(rows.map((row) => [numberOf.get(row.id) ?? 0, { ...row, number: numberOf.get(row.id) ?? 0 }]));
  }

  private async explanations({ byWords, byMeaning }: Found, numbers: readonly number[]): Promise<Explanations> {
    const terms = await byWords?.search?.explain(numbers);
    const embeddings = byMeaning && (await this.vectors.embeddings(numbers));
    return { terms, embeddings };
  }

  private scoreParts({ byWords, byMeaning, terms }: Found, { number, text }: DocumentRow, explanations: Explanations): ScoreParts {
    const parts: ScoreParts = {};
    if (byWords) {
      const score = scoreIn(byWords.list, number);
      parts.terms = byWords.search
        ? (explanations.terms?.get(number) ?? []).map(({ stem, ...term }) => ({ term: stem, ...term }))
        : [{ term: terms.join(' '), frequency: phraseFrequency(terms, wordsOf(analyze(text))), score: score ?? 0 }];
      parts.keyword = score ?? roundScore(parts.terms.reduce((sum, term) => sum + term.score, 0));
      const keywordRank = rankIn(byWords.list, number);
      if (keywordRank !== undefined) parts.keywordRank = keywordRank;
    }
    if (!byMeaning) return parts;
    const embedding = explanations.embeddings?.get(number);
    parts.semantic = embedding && this.query.embedding ? exactCosine(embedding, this.query.embedding) : 0;
    const semanticRank = rankIn(byMeaning, number);
    if (semanticRank !== undefined) parts.semanticRank = semanticRank;
    return parts;
  }

  private highlights({ byWords, terms }: Found, text: string): Highlight[] {
    if (this.query.mode === 'exact') return highlightPhrase(text, terms);
    return highlightTerms(text, new Set(byWords ? terms : keywordQuery(this.tokens).flatMap((word) => word.terms.map(({ stem }) => stem))));
  }

  private async plan({ vectors, terms }: Found): Promise<SearchPlan> {
    return { engine: 'pgvector', vectors, candidates: await this.scope.candidates(), terms: [...terms] };
  }
}

/** How often words stand one after another among others. */
function phraseFrequency(phrase: readonly string[], words: readonly string[]): number {
  return words.filter((_word, at) => phrase.every((word, i) => words[at + i] === word)).length;
}

