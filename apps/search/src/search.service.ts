import { boundTexts, type NewDocument, say, type SearchRequest, type SearchResponse, ServiceError } from '@sigmalang/contracts';
import { BaseConfig, Workers } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { collectionNotFound } from './collections/collection-not-found';
import { EmbeddingClient, missingEmbedding } from './embedding-client';
import { BY_MEANING, type EngineAnswer, type EngineQuery, SearchEngine } from './engine/search-engine';
import { AnswerTooLargeError } from './local/index-error';
import { indexProgram } from './local/index-program';
import { OWNER } from './owner';
import { SearchConfig } from './search.config';
import { timeSearch } from './search-metrics';

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
  ) {}

  async search(request: SearchRequest): Promise<SearchResponse> {
    const started = performance.now();
    const query = this.toQuery(request);
    const { results, total, plan, seq } = await timeSearch<Found>(query.mode, () =>
      request.corpus ? this.searchCorpus(request.corpus, query) : this.searchCollection(request, query),
    ).catch((error: unknown) => {
      throw error instanceof AnswerTooLargeError ? tooLarge(query) : error;
    });
    const tookMs = Math.round((performance.now() - started) * 100) / 100;
    return { results, total, mode: query.mode, tookMs, ...(seq !== undefined && { seq }), ...(plan && { plan }) };
  }

  private async searchCollection({ collection: name = '', minSeq }: SearchRequest, query: EngineQuery): Promise<EngineAnswer> {
    const collection = await this.engine.find(OWNER, name);
    if (!collection) throw collectionNotFound('collection');
    let usedModel: string | undefined;
    const embed = async (model: string): Promise<Float32Array> => {
      usedModel = model;
      const [embedding] = await this.embeddings.embed([query.query], model);
      return embedding ?? missingEmbedding();
    };
    const answer = await this.engine.search(collection, query, embed, minSeq);
    if (answer.plan && usedModel !== undefined) answer.plan.model = usedModel;
    return answer;
  }

  /** Makes an index of the corpus for this one search, in a worker thread. */
  private async searchCorpus(corpus: readonly NewDocument[], query: EngineQuery): Promise<Found> {
    boundTexts(corpus, 'corpus');
    const ids = corpus.map(({ id }, i) => id ?? String(i));
    const byMeaning = BY_MEANING.has(query.mode);
    const model = byMeaning && query.explain ? (await this.embeddings.models())[0]?.id : undefined;
    const embeddings = byMeaning ? await this.embeddings.embed([query.query, ...corpus.map(({ text }) => text)], model) : [];
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
    const { results, total, plan } = answer;
    if (plan && model !== undefined) plan.model = model;
    return { results, total, plan };
  }

  private toQuery({ query, mode = 'hybrid', topK = 10, threshold = 0, filter, highlight = true, explain = false, weights }: SearchRequest): EngineQuery {
    const { hybridKeywordWeight: keyword, hybridSemanticWeight: semantic } = this.config;
    return { query, mode, topK, threshold, filter, highlight, explain, weights: weights ?? { keyword, semantic }, mostBytes: this.base.maxMessageBytes };
  }
}

function tooLarge({ mostBytes = 0 }: EngineQuery): ServiceError {
  const message = say`The texts that were found take more than ${mostBytes} bytes, as many as a message between services may have: ask for less by topK`;
  return new ServiceError('PAYLOAD_TOO_LARGE', message, [{ field: 'topK', rule: 'max', message }]);
}

/** In the place of an embedding that no one compares. */
const NO_EMBEDDING = new Float32Array(1);
