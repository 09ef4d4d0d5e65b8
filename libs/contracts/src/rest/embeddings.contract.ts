import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsString, MaxLength, Min } from 'class-validator';
import { IsFloats, IsTextOrTexts, Optional } from '../rules';

/** How an embedding is written: a list of numbers, or little-endian float32 in base64. */
export type EmbeddingFormat = 'float' | 'base64';

/** Texts to embed. */
export class EmbeddingsRequest {
  /** One text or several. */
  @IsTextOrTexts()
  input!: string | string[];

  /** Id of the model that must answer; any when absent. */
  @Optional()
  @IsString()
  @MaxLength(63)
  model?: string;

  /** Whether embeddings are scaled to unit length. */
  @Optional()
  @IsBoolean()
  normalize?: boolean = true;

  /** Whether embeddings are lists of numbers, or little-endian float32 in base64. */
  @Optional()
  @IsIn(['float', 'base64'])
  encodingFormat?: EmbeddingFormat = 'float';
}

/** The embedding of one text. */
export class EmbeddingItem {
  /** Index of the text in the request. */
  index!: number;

  /** The embedding, a list of numbers or base64; all zero where the text has no content. */
  @IsFloats()
  embedding!: number[] | string;
}

/** What was read to make the embeddings. */
export class EmbeddingsUsage {
  /** Words and word parts of all texts. */
  promptTokens!: number;

  /** The same: nothing is generated. */
  totalTokens!: number;
}

/** One embedding a text, in the order of the request. */
export class EmbeddingsResponse {
  /** One embedding a text, in the order of the request. */
  @Type(() => EmbeddingItem)
  data!: EmbeddingItem[];

  /** Id of the model that answered. */
  model!: string;

  /** Values of one embedding. */
  dimensions!: number;

  /** What was read to make the embeddings. */
  @Type(() => EmbeddingsUsage)
  usage!: EmbeddingsUsage;
}

/** Texts to embed, as clients written for OpenAI's API send them. */
export class OpenAiEmbeddingsRequest {
  /** One text or several. */
  @IsTextOrTexts()
  input!: string | string[];

  /** Id of the model that must answer. */
  @Optional()
  @IsString()
  @MaxLength(63)
  model?: string;

  /** Whether embeddings are lists of numbers, or little-endian float32 in base64. */
  @Optional()
  @IsIn(['float', 'base64'])
  encoding_format?: EmbeddingFormat = 'float';

  /** Values of one embedding; a model has one size, and another is refused. */
  @Optional()
  @IsInt()
  @Min(1)
  dimensions?: number;

  /** Whom the caller acts for; not used and not stored. */
  @Optional()
  @IsString()
  @MaxLength(256)
  user?: string;
}

/** The embedding of one text, as clients written for OpenAI's API read it. */
export class OpenAiEmbedding extends EmbeddingItem {
  /** Kind of this object. */
  object!: 'embedding';
}

/** What was read, as clients written for OpenAI's API read it. */
export class OpenAiUsage {
  /** Words and word parts of all texts. */
  prompt_tokens!: number;

  /** The same: nothing is generated. */
  total_tokens!: number;
}

/** One embedding a text, as clients written for OpenAI's API read it. */
export class OpenAiEmbeddingsResponse {
  /** Kind of this object. */
  object!: 'list';

  /** One embedding a text, in the order of the request. */
  @Type(() => OpenAiEmbedding)
  data!: OpenAiEmbedding[];

  /** Id of the model that answered. */
  model!: string;

  /** What was read to make the embeddings. */
  @Type(() => OpenAiUsage)
  usage!: OpenAiUsage;
}
