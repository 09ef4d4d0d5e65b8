import { type EmbedRequest, type EmbedResponse, type ModelsResponse, type PackedEmbedding, ServiceError } from '@sigmalang/contracts';
import { ASSET_FILES, Lexicon, TextEmbedder } from '@sigmalang/lexicon';
import { BaseConfig, finishInTurns, HealthChecks, programAssets } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { NlpConfig } from './nlp.config';

/** Embeds texts with the word vectors that are loaded. */
@Injectable()
export class NlpService {
  private readonly lexicon: Lexicon;
  private readonly embedder: TextEmbedder;

  constructor({ modelDir }: BaseConfig, { embeddingModel }: NlpConfig, checks: HealthChecks) {
    const form = embeddingModel === 'wink-sg-100d-float32' ? 'float32' : 'int8';
    this.lexicon = Lexicon.load(join(modelDir ?? programAssets(), 'lexicon', ASSET_FILES[form]));
    this.embedder = new TextEmbedder(this.lexicon);
    checks.add('lexicon', () => ({ model: this.embedder.modelId, words: this.lexicon.size }));
  }

  async embed({ texts, model, normalize = true }: EmbedRequest): Promise<EmbedResponse> {
    const { modelId, dimensions } = this.embedder;
    if (model !== undefined && model !== modelId) {
      throw new ServiceError('INVALID_REQUEST', `The model that is loaded is ${modelId}`, [
        { field: 'model', rule: 'loadedModel', message: `model must be ${modelId}` },
      ]);
    }
    const embeddings: PackedEmbedding[] = [];
    for (const text of texts) {
      const { vector, tokens } = await finishInTurns(this.embedder.embedInSteps(text, { normalize }));
      embeddings.push({ data: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64'), tokens });
    }
    return { embeddings, model: modelId, dimensions };
  }

  models(): ModelsResponse {
    const { modelId: id, dimensions } = this.embedder;
    return { embeddings: [{ id, dimensions, words: this.lexicon.size }] };
  }
}
