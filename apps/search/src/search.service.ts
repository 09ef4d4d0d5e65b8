import { boundTexts, type NewDocument, say, type SearchMode, type SearchRequest, type SearchResponse, ServiceError } from '@sigmalang/contracts';
import { BaseConfig, currentOwner, currentRequest, Flags, Workers } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { collectionNotFound } from './collections/collection-not-found';
import { EmbeddingClient, missingEmbedding } from './embedding-client';
import { BY_MEANING, type EngineAnswer, type EngineQuery, SearchEngine } from './engine/search-engine';
import { AnswerTooLargeError } from './local/index-error';
import { indexProgram } from './local/index-program';
import { MeaningAwayError, orMeaningIsAway } from './meaning-away-error';
import { SearchConfig } from './search.config';
import { timeSearch, withoutTime } from './search-metrics';

/** What was found, in a corpus without the number of a change. */
type Found = Omit<EngineAnswer, 'seq'> & { readonly seq?: number };

/** Searches collections, and corpora that come with the request. */
@Injectable()
export class SearchService {
  constructor(
    private readonly engine: SearchEngine,
    private readonly embeddings: EmbeddingClient,
    private readonly workers: Workers,
    private readonly config: SearchConfig,
    private readonly base: BaseConfig,
    private readonly flags: Flags,
  ) {}

  async search(request: SearchRequest): Promise<SearchResponse> {
    const started = performance.now();
    const query = this.toQuery(request);
    const found = await timeSearch<Found & { readonly mode: SearchMode }>(query.mode, () => this.searchByWhatIsThere(request, query)).catch((error: unknown) => {
      throw error instanceof AnswerTooLargeError ? tooLarge(query) : error;
    });
    const { results, total, plan, seq, mode } = found;
    const tookMs = Math.round((performance.now() - started) * 100) / 100;
    const degraded: SearchResponse['degraded'] = mode === query.mode ? undefined : ['meaning'];
    return { results, total, mode, ...(degraded && { degraded }), tookMs, ...(seq !== undefined && { seq }), ...(plan && { plan }) };
  }

  /** Searches as asked; by keywords alone where nlp is away from a hybrid search of whoever would rather have that than nothing. */
  private async searchByWhatIsThere(request: SearchRequest, query: EngineQuery): Promise<Found & { readonly mode: SearchMode }> {
    const { mode, weights } = query;
    const mayDegrade = mode === 'hybrid' && weights.keyword > 0 && (await this.flags.isOn('degraded-search'));
    try {
      return { ...(await this.searchAny(request, query, mayDegrade ? halfOfTime() : undefined)), mode };
    } catch (error) {
      if (!(error instanceof MeaningAwayError)) throw error;
      if (!mayDegrade) throw error.failure;
      // The least score that was asked for is in the measure of a hybrid search.
      return { ...(await this.searchAny(request, { ...query, mode: 'keyword', threshold: 0 })), mode: 'keyword' };
    }
  }

  /** @param embedMs how long nlp may take, in milliseconds, if not as long as any call */
  private searchAny(request: SearchRequest, query: EngineQuery, embedMs?: number): Promise<Found> {
    return request.corpus ? this.searchCorpus(request.corpus, query, embedMs) : this.searchCollection(request, query, embedMs);
  }

  private async searchCollection({ collection: name = '', minSeq }: SearchRequest, query: EngineQuery, embedMs?: number): Promise<EngineAnswer> {
    const collection = await this.engine.find(currentOwner(), name);
    if (!collection) throw collectionNotFound('collection');
    let usedModel: string | undefined;
    const embed = async (model: string): Promise<Float32Array> => {
      usedModel = model;
      const [embedding] = await this.embeddings.embed([query.query], model, embedMs).catch(orMeaningIsAway);
      return embedding ?? missingEmbedding();
    };
    const answer = await this.engine.search(collection, query, embed, minSeq);
    if (answer.plan && usedModel !== undefined) answer.plan.model = usedModel;
    return answer;
  }

  /** Makes an index of the corpus for this one search, in a worker thread. */
  private async searchCorpus(corpus: readonly NewDocument[], query: EngineQuery, embedMs?: number): Promise<Found> {
    boundTexts(corpus, 'corpus');
    const ids = corpus.map(({ id }, i) => id ?? String(i));
    const { embeddings, model } = BY_MEANING.has(query.mode)
      ? await this.embed([query.query, ...corpus.map(({ text }) => text)], query.explain, embedMs).catch(orMeaningIsAway)
      : { embeddings: [] };
    const documents = corpus.map(({ text, metadata = {} }, i) => ({
      id: ids[i] ?? '',
      text,
      metadata,
      embedding: embeddings[i + 1] ?? NO_EMBEDDING,
      seq: i + 1,
    }));
    const [embedding] = embeddings;
    const asked = { documents, dimensions: embedding?.length ?? NO_EMBEDDING.length, query: { ...query, embedding } };
    const [answer] = await this.workers.map(indexProgram, 'searchCorpus', [asked]);
    if (!answer) throw new Error('the corpus was not searched');
    const { results, total, plan } = withoutTime(answer);
    if (plan && model !== undefined) plan.model = model;
    return { results, total, plan };
  }

  /** Embeds texts by the model of the installation, which is told where that is asked for. */
  private async embed(texts: readonly string[], tellModel: boolean, timeoutMs?: number): Promise<{ embeddings: Float32Array[]; model?: string | undefined }> {
    const model = tellModel ? (await this.embeddings.models(timeoutMs))[0]?.id : undefined;
    return { embeddings: await this.embeddings.embed(texts, model, timeoutMs), model };
  }

  private toQuery({ query, mode = 'hybrid', topK = 10, threshold = 0, filter, highlight = true, explain = false, weights }: SearchRequest): EngineQuery {
    const { hybridKeywordWeight: keyword, hybridSemanticWeight: semantic } = this.config;
    return { query, mode, topK, threshold, filter, highlight, explain, weights: weights ?? { keyword, semantic }, mostBytes: this.base.maxMessageBytes };
  }
}

/** Half of the time that is left to the request, so that a search without meaning has the other half. */
function halfOfTime(): number | undefined {
  const { deadline } = currentRequest() ?? {};
  return deadline === undefined ? undefined : Math.max(1, (deadline - performance.now()) / 2);
}

function tooLarge({ mostBytes = 0 }: EngineQuery): ServiceError {
  const message = say`The texts that were found take more than ${mostBytes} bytes, as many as a message between services may have: ask for less by topK`;
  return new ServiceError('PAYLOAD_TOO_LARGE', message, [{ field: 'topK', rule: 'max', message }]);
}

/** In the place of an embedding that no one compares. */
const NO_EMBEDDING = new Float32Array(1);
