import type { Changes, EngineQuery, IndexedDocument } from '../../engine/search-engine';
import { compareCodePoints, matches } from '../../filters/filter-predicate';
import { bm25, countStems, fullScore, roundScore, weighTerms, type QueryWord } from '../../keyword/bm25';
import { contentTokens, keywordQuery } from '../../keyword/keyword-query';
import { compareSpellings, isCompared } from '../../keyword/spellings';
import { withFeedback } from '../../ranking/query-feedback';
import { FUSION_DEPTH } from '../../ranking/reciprocal-rank-fusion';
import { analyze, stemOf, stemsOf, wordsOf } from '../../text/text-analyzer';
import { exactCosine } from '../../vectors/exact-cosine';
import { phraseScore } from '../phrase-score';

/** A document and its score. */
export interface ScoredId {
  readonly id: string;
  readonly score: number;
}

/** What a search must find. */
export interface ExpectedAnswer {
  readonly results: readonly ScoredId[];
  readonly total: number;
}

/** A text as it is searched. */
interface Analysed {
  readonly stems: readonly string[];
  readonly words: readonly string[];
}

/** Documents as changes leave them, searched by comparing each with the query; what a real index is tested against. */
export class BruteForceSearch {
  private readonly documents = new Map<string, IndexedDocument>();
  private readonly analysed = new Map<string, Analysed>();

  /** Makes changes. */
  apply({ put, removed }: Changes): void {
    for (const { id } of removed) this.documents.delete(id);
    for (const document of put) this.documents.set(document.id, document);
    for (const { text } of put) {
      const tokens = analyze(text);
      this.analysed.set(text, { stems: stemsOf(tokens), words: wordsOf(tokens) });
    }
  }

  /** Documents that there are. */
  get size(): number {
    return this.documents.size;
  }

  /** The documents. */
  all(): Iterable<IndexedDocument> {
    return this.documents.values();
  }

  /** All results of a query in their order, up to `topK`. */
  search(query: EngineQuery): ExpectedAnswer {
    const { scored, total } = this.scores(query);
    return { results: scored.filter(({ score }) => score >= query.threshold).slice(0, query.topK), total };
  }

  private scores(query: EngineQuery): { scored: ScoredId[]; total: number } {
    const words = (): QueryWord[] => keywordQuery(analyze(query.query));
    if (query.mode === 'exact') return counted(this.exact(query));
    if (query.mode === 'keyword') return counted(this.byStems(query, words()));
    if (query.mode === 'fuzzy') return counted(this.byStems(query, this.fuzzyWords(query.query)));
    if (query.mode === 'semantic') return this.semantic(query);
    const keyword = this.byStems(query, words());
    const semantic = this.semantic({ ...query, embedding: this.withFeedback(query, keyword) });
    return { scored: this.fused(query, keyword.slice(0, FUSION_DEPTH), semantic.scored.slice(0, FUSION_DEPTH)), total: Math.max(keyword.length, semantic.total) };
  }

  private withFeedback(query: EngineQuery, keyword: readonly ScoredId[]): Float32Array | undefined {
    const best = keyword.slice(0, 3).map(({ id, score }) => ({ embedding: this.documents.get(id)?.embedding ?? new Float32Array(), score }));
    const stems = this.texts().map((each) => new Set(each.stems));
    const full = fullScore(keywordQuery(analyze(query.query)), stems.length, (stem) => stems.filter((each) => each.has(stem)).length);
    return query.embedding && withFeedback(query.embedding, best, full);
  }

  private fused({ weights }: EngineQuery, keyword: readonly ScoredId[], semantic: readonly ScoredId[]): ScoredId[] {
    const partOf = (list: readonly ScoredId[], weight: number, id: string): number => {
      const at = list.findIndex((each) => each.id === id);
      return at < 0 ? 0 : weight / (61 + at);
    };
    const ids = [...new Set([...(weights.keyword > 0 ? keyword : []), ...(weights.semantic > 0 ? semantic : [])].map(({ id }) => id))];
    return this.ranked(ids.map((id) => ({ id, score: roundScore(partOf(keyword, weights.keyword, id) + partOf(semantic, weights.semantic, id)) })));
  }

  private semantic(query: EngineQuery): { scored: ScoredId[]; total: number } {
    const isMeaningful = (embedding: Float32Array): boolean => embedding.some((value) => value !== 0);
    const meaningful = this.allowed(query).filter(({ embedding }) => isMeaningful(embedding));
    const { embedding } = query;
    if (!embedding || !isMeaningful(embedding)) return { scored: [], total: meaningful.length };
    return { scored: this.ranked(meaningful.map((document) => ({ id: document.id, score: exactCosine(document.embedding, embedding) }))), total: meaningful.length };
  }

  private byStems(query: EngineQuery, words: readonly QueryWord[]): ScoredId[] {
    const all = this.texts();
    const mean = all.reduce((sum, { stems }) => sum + stems.length, 0) / all.length;
    const weighted = weighTerms(words, all.length, (stem) => all.filter(({ stems }) => stems.includes(stem)).length);
    const allowed = new Set(this.allowed(query).map(({ id }) => id));
    const scored = all.map(({ id, stems }) => {
      const counts = countStems(stems);
      const best = weighted.map((terms) => Math.max(0, ...terms.map(({ stem, factor }) => bm25(factor, counts.get(stem) ?? 0, stems.length, mean))));
      return { id, sum: best.reduce((sum, each) => sum + each, 0) };
    });
    return this.ranked(scored.filter(({ id, sum }) => sum > 0 && allowed.has(id)).map(({ id, sum }) => ({ id, score: roundScore(sum) })));
  }

  private fuzzyWords(query: string): QueryWord[] {
    const vocabulary = [...new Set(this.texts().flatMap((each) => each.words))].filter(isCompared);
    const tokens = new Map(contentTokens(analyze(query)).map(({ word, stem }) => [word === '' ? stem : word, { word, stem }]));
    return [...tokens.values()].map(({ word, stem }) => {
      const similar = word === '' ? [] : vocabulary.flatMap((other) => compareSpellings(word, other) ?? []);
      return { terms: [{ stem, weight: 1 }, ...similar.map(({ word: other, similarity }) => ({ stem: stemOf(other), weight: similarity }))] };
    });
  }

  private exact(query: EngineQuery): ScoredId[] {
    const phrase = wordsOf(analyze(query.query));
    if (phrase.length === 0) return [];
    const all = this.texts();
    const frequency = (words: readonly string[]): number => words.filter((_word, at) => phrase.every((word, i) => words[at + i] === word)).length;
    const meanLength = all.reduce((sum, { words }) => sum + words.length, 0) / all.length;
    const matching = all.filter(({ words }) => frequency(words) > 0);
    const counts = { documents: all.length, matching: matching.length, meanLength };
    const allowed = new Set(this.allowed(query).map(({ id }) => id));
    return this.ranked(matching.filter(({ id }) => allowed.has(id)).map(({ id, words }) => ({ id, score: phraseScore({ ...counts, frequency: frequency(words), length: words.length }) })));
  }

  private texts(): (Analysed & { readonly id: string })[] {
    return [...this.documents.values()].map(({ id, text }) => ({ id, ...(this.analysed.get(text) ?? { stems: [], words: [] }) }));
  }

  private allowed({ filter }: EngineQuery): IndexedDocument[] {
    return [...this.documents.values()].filter(({ metadata }) => !filter || matches(filter, metadata));
  }

  /** Best first, equal ones by age. */
  private ranked(scored: ScoredId[]): ScoredId[] {
    const age = (a: string, b: string): number => (this.documents.get(a)?.seq ?? 0) - (this.documents.get(b)?.seq ?? 0) || compareCodePoints(a, b);
    return scored.sort((a, b) => b.score - a.score || age(a.id, b.id));
  }
}

function counted(scored: ScoredId[]): { scored: ScoredId[]; total: number } {
  return { scored, total: scored.length };
}
