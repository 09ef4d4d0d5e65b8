import { IsBoolean, IsInt, IsString, MaxLength, Min } from 'class-validator';
import { IsNested, Optional } from './rules';

/** Header of a Σ-vector, as it also stands in the first bytes of its binary form. */
export class SigmaVectorHeader {
  /** Version of the format. */
  @IsInt()
  @Min(1)
  version!: number;

  /** Bits of the vector, semantic and sequence segment together: 4,096 to 65,536, a multiple of 16. */
  @IsInt()
  @Min(1)
  dimensions!: number;

  /** Bits of the semantic segment. */
  @IsInt()
  @Min(1)
  semanticBits!: number;

  /** Bits of the sequence segment. */
  @IsInt()
  @Min(1)
  sequenceBits!: number;

  /** Tokens that the vector holds. */
  @IsInt()
  @Min(0)
  tokens!: number;

  /** Index of this chunk of the text, from 0. */
  @IsInt()
  @Min(0)
  chunk!: number;

  /** Chunks of the text. */
  @IsInt()
  @Min(1)
  chunks!: number;

  /** Id of the model whose embedding the semantic segment projects. */
  @IsString()
  @MaxLength(63)
  model!: string;

  /** Whether the chunk had no content to embed, so that its semantic segment means nothing. */
  @IsBoolean()
  semanticEmpty!: boolean;
}

/** A Σ-vector as it travels: packed, header included. */
export class PackedSigmaVector {
  /** Binary form, header and bits, in base64. */
  @IsString()
  data!: string;

  /** The header that the data begins with; when given it must agree with the data. */
  @Optional()
  @IsNested(() => SigmaVectorHeader)
  header?: SigmaVectorHeader;
}
