import { Type } from 'class-transformer';
import { IsBoolean, IsString, MaxLength } from 'class-validator';
import { defineContract } from '../contract';
import { AtMostVectors, IsText, Optional } from '../rules';

/** Texts to embed. */
export class EmbedRequest {
  /** The texts: as many as vectors may be in one call, since a chunk of a text is embedded by itself. */
  @AtMostVectors()
  @IsText({ each: true })
  texts!: string[];

  /** Id of the model that must answer; any when absent. */
  @Optional()
  @IsString()
  @MaxLength(63)
  model?: string;

  /** Whether embeddings are scaled to unit length. */
  @Optional()
  @IsBoolean()
  normalize?: boolean = true;
}

/** An embedding, packed. */
export class PackedEmbedding {
  /** float32 values, little-endian, in base64; all zero where the text has no content. */
  data!: string;

  /** Words and word parts that the embedding was made of. */
  tokens!: number;
}

/** One embedding a text, in the order of the request. */
export class EmbedResponse {
  /** One embedding a text, in the order of the request. */
  @Type(() => PackedEmbedding)
  embeddings!: PackedEmbedding[];

  /** Id of the model that answered. */
  model!: string;

  /** Values of one embedding. */
  dimensions!: number;
}

/** Embeds texts. */
export const embed = defineContract({
  subject: 'nlp.v1.embed',
  request: EmbedRequest,
  response: EmbedResponse,
  isIdempotent: true,
});
