import { Type } from 'class-transformer';
import { defineContract } from '../contract';

/** Nothing needs to be said. */
export class ModelsRequest {}

/** An embedding model that is loaded. */
export class EmbeddingModel {
  /** Id of the model, as it travels with every vector. */
  id!: string;

  /** Values of one embedding. */
  dimensions!: number;

  /** Words the model knows. */
  words!: number;
}

/** The models that are loaded. */
export class ModelsResponse {
  /** The models that are loaded. */
  @Type(() => EmbeddingModel)
  embeddings!: EmbeddingModel[];
}

/** Values of one embedding by the model that answers where none is asked for, whichever word vectors are loaded. */
export const EMBEDDING_VALUES = 256;

/** Names the models that are loaded. */
export const models = defineContract({
  subject: 'nlp.v1.models',
  request: ModelsRequest,
  response: ModelsResponse,
  isIdempotent: true,
});
