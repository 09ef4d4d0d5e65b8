import { allOf, anyOf, type EmbedRequest, type EmbedResponse, type ModelsResponse, type PackedEmbedding, say, ServiceError } from '@sigmalang/contracts';
import { ASSET_FILES, DenseTextEmbedder, Lexicon, TextEmbedder } from '@sigmalang/lexicon';
import { BaseConfig, finishInTurns, HealthChecks, programAssets, reportLexicon } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { NlpConfig } from './nlp.config';

/** Embeds texts with the word vectors that are loaded: by the words and their meaning, or, where that model is asked for, by the meaning alone. */
@Injectable()
export class NlpService {
  private readonly lexicon: Lexicon;
  private readonly embedder: TextEmbedder;
  private readonly embedders: readonly (TextEmbedder | DenseTextEmbedder)[];

  constructor({ modelDir }: BaseConfig, { embeddingModel }: NlpConfig, checks: HealthChecks) {
    const form = embeddingModel === 'wink-sg-100d-float32' ? 'float32' : 'int8';
    this.lexicon = Lexicon.load(join(modelDir ?? programAssets(), 'lexicon', ASSET_FILES[form]));
    this.embedder = new TextEmbedder(this.lexicon);
    this.embedders = [this.embedder, new DenseTextEmbedder(this.lexicon, this.embedder)];
    reportLexicon({ model: this.lexicon.id, words: this.lexicon.size });
    checks.add('lexicon', () => ({ model: this.embedder.modelId, words: this.lexicon.size }));
  }

  async embed({ texts, model, normalize = true }: EmbedRequest): Promise<EmbedResponse> {
    const embedder = this.embedderOf(model);
    const embeddings: PackedEmbedding[] = [];
    for (const text of texts) {
      const { vector, tokens } = await finishInTurns(embedder.embedInSteps(text, { normalize }));
      embeddings.push({ data: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64'), tokens });
    }
    return { embeddings, model: embedder.modelId, dimensions: embedder.dimensions };
  }

  models(): ModelsResponse {
    return { embeddings: this.embedders.map(({ modelId: id, dimensions }) => ({ id, dimensions, words: this.lexicon.size })) };
  }

  private embedderOf(model = this.embedder.modelId): TextEmbedder | DenseTextEmbedder {
    const embedder = this.embedders.find(({ modelId }) => modelId === model);
    if (embedder) return embedder;
    const ids = this.embedders.map(({ modelId }) => modelId);
    throw new ServiceError('INVALID_REQUEST', say`The models that are loaded are ${allOf(ids)}`, [
      { field: 'model', rule: 'loadedModel', message: say`model must be ${anyOf(ids)}` },
    ]);
  }
}
