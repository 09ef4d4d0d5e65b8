import { Type } from 'class-transformer';
import { IsDivisibleBy, IsIn, IsInt, Max, Min } from 'class-validator';
import { defineContract } from '../contract';
import { AtMostTexts, IsText, IsUnique, NotTogetherWith, Optional, RequiredUnless } from '../rules';
import { PackedSigmaVector, SigmaVectorHeader } from '../sigma-vector.contract';

/** What a text can be made into. */
export type EncodeFormat = 'vector';

/** One text or several to turn into Σ-vectors. */
export class EncodeRequest {
  /** One text; either this or `texts`. */
  @RequiredUnless('texts')
  @IsText()
  text?: string;

  /** Several texts; either this or `text`. */
  @RequiredUnless('text')
  @NotTogetherWith('text')
  @AtMostTexts()
  @IsText({ each: true })
  texts?: string[];

  /** What to make of each text. */
  @Optional()
  @IsIn(['vector'])
  format?: EncodeFormat = 'vector';

  /** What else each result is to hold. */
  @Optional()
  @IsUnique()
  @IsIn(['embedding'], { each: true })
  include?: 'embedding'[] = [];

  /** Bits of each vector: 4,096 to 65,536, a multiple of 16. */
  @Optional()
  @IsInt()
  @Min(4096)
  @Max(65536)
  @IsDivisibleBy(16)
  dimensions?: number = 10000;
}

/** A Σ-vector that was made, packed. */
export class EncodedVector extends PackedSigmaVector {
  /** The header that the data begins with. */
  @Type(() => SigmaVectorHeader)
  declare header: SigmaVectorHeader;
}

/** What one text became. */
export class EncodeResult {
  /** One Σ-vector a chunk, in the order of the text. */
  @Type(() => EncodedVector)
  vectors!: EncodedVector[];

  /** Tokens of the text. */
  tokens!: number;

  /** Length of the text in bytes of UTF-8. */
  bytesIn!: number;

  /** Length of all vectors in their binary form, headers included, in bytes. */
  bytesOut!: number;

  /** `bytesOut` by `bytesIn`; null for the empty text. */
  ratio!: number | null;

  /** Embedding of the whole text, when `include` asks for it: float32, little-endian, in base64. */
  embedding?: string;
}

/** One result a text, in the order of the request. */
export class EncodeResponse {
  /** One result a text, in the order of the request. */
  @Type(() => EncodeResult)
  results!: EncodeResult[];

  /** Id of the model whose embeddings the semantic segments project. */
  model!: string;
}

/** Turns texts into Σ-vectors. */
export const encode = defineContract({
  subject: 'encoder.v1.encode',
  request: EncodeRequest,
  response: EncodeResponse,
  isIdempotent: true,
});
