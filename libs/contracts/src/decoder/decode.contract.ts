import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsString } from 'class-validator';
import { defineContract } from '../contract';
import { MOST_COPIES } from '../noise-rules';
import { AtMostTexts, AtMostVectors, IsNested, NotTogetherWith, Optional, RequiredUnless } from '../rules';
import { PackedSigmaVector } from '../sigma-vector.contract';

/** A packed Σ-vector to decode, perhaps with bits that are known to be unknown, or in several noisy copies. */
export class NoisySigmaVector extends PackedSigmaVector {
  /** Mask of the bits that are unknown, in base64: dimensions / 8 bytes, a bit of 1 for each, in the order of the data's bits. */
  @Optional()
  @IsString()
  erased?: string;

  /** At most 15 further copies of the same vector, each header and bits in base64, under the same header; `erased` holds for them too. */
  @Optional()
  @IsArray()
  @ArrayMaxSize(MOST_COPIES)
  @IsString({ each: true })
  copies?: string[];
}

/** The Σ-vectors of one text. */
export class DecodeItem {
  /** The Σ-vectors of one text, all its chunks, in any order. */
  @AtMostVectors()
  @IsNested(() => NoisySigmaVector, { each: true })
  vectors!: NoisySigmaVector[];
}

/** Σ-vectors to turn back into text. */
export class DecodeRequest {
  /** The Σ-vectors of one text, all its chunks, in any order; either this or `items`. */
  @RequiredUnless('items')
  @AtMostVectors()
  @IsNested(() => NoisySigmaVector, { each: true })
  vectors?: NoisySigmaVector[];

  /** Several texts; either this or `vectors`. */
  @RequiredUnless('vectors')
  @NotTogetherWith('vectors')
  @AtMostTexts()
  @IsNested(() => DecodeItem, { each: true })
  items?: DecodeItem[];
}

/** What one Σ-vector holds. */
export class DecodedChunk {
  /** Text of the chunk; where `exact` is false it may be wrong. */
  text!: string;

  /**
   * Whether encoding the tokens that were read again gives exactly the sequence bits that were sent, which certifies the text. Erased bits
   * are not compared; of several copies the majority of each bit is, and a tie counts as erased. Enough bits must be known, and the copies
   * agree enough, to rule other texts out.
   */
  exact!: boolean;

  /** Estimated probability that the text is right, 0 to 1; 1 when exact. */
  confidence!: number;

  /** Bits of the sequence segment, those compared for `exact`, that differ from the encoding of what was read; erased bits never do. */
  bitErrors!: number;
}

/** One text that was decoded. */
export class DecodeResult {
  /** The whole text; where `exact` is false it may be wrong. */
  text!: string;

  /** Whether every chunk is certified. */
  exact!: boolean;

  /** Estimated probability that the whole text is right, 0 to 1; 1 when exact. */
  confidence!: number;

  /** Bits that differ, in all chunks. */
  bitErrors!: number;

  /** The chunks in the order of the text. */
  @Type(() => DecodedChunk)
  chunks!: DecodedChunk[];
}

/** One result a text, in the order of the request. */
export class DecodeResponse {
  /** One result a text, in the order of the request. */
  @Type(() => DecodeResult)
  results!: DecodeResult[];
}

/** Turns Σ-vectors back into text and certifies it. */
export const decode = defineContract({
  subject: 'decoder.v1.decode',
  request: DecodeRequest,
  response: DecodeResponse,
  isIdempotent: true,
});
