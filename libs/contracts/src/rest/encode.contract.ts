import { Type } from 'class-transformer';
import { IsIn } from 'class-validator';
import { EncodeRequest, EncodeResult } from '../encoder/encode.contract';
import { IsVectorData, Optional } from '../rules';
import { SigmaVectorHeader } from '../sigma-vector.contract';

/** How the bits of a vector are written: packed in base64, as a string of 0 and 1, or as a list of 1 and -1. */
export type VectorOutput = 'base64' | 'bits' | 'bipolar';

/** One text or several to turn into Σ-vectors. */
export class RestEncodeRequest extends EncodeRequest {
  /** How to write the bits of each vector: packed in base64, a string of 0 and 1, or a list of 1 (bit 0) and -1 (bit 1). */
  @Optional()
  @IsIn(['base64', 'bits', 'bipolar'])
  output?: VectorOutput = 'base64';
}

/** A Σ-vector that was made. */
export class RestEncodedVector {
  /** Header and bits in base64, or the bits alone as a string of 0 and 1 or a list of 1 and -1. */
  @IsVectorData()
  data!: string | number[];

  /** Header of the vector. */
  @Type(() => SigmaVectorHeader)
  header!: SigmaVectorHeader;
}

/** What one text became. */
export class RestEncodeResult implements Omit<EncodeResult, 'vectors' | 'embedding'> {
  /** One Σ-vector a chunk, in the order of the text. */
  @Type(() => RestEncodedVector)
  vectors!: RestEncodedVector[];

  /** Tokens of the text. */
  tokens!: number;

  /** Length of the text in bytes of UTF-8. */
  bytesIn!: number;

  /** Length of all vectors in their binary form, headers included, in bytes. */
  bytesOut!: number;

  /** `bytesOut` by `bytesIn`; null for the empty text. */
  ratio!: number | null;

  /** Embedding of the whole text, when `include` asks for it. */
  embedding?: number[];
}

/** One result a text, in the order of the request. */
export class RestEncodeResponse {
  /** One result a text, in the order of the request. */
  @Type(() => RestEncodeResult)
  results!: RestEncodeResult[];

  /** Id of the model whose embeddings the semantic segments project. */
  model!: string;
}
