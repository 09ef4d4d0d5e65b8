import { Type } from 'class-transformer';
import { defineContract } from '../contract';
import { AtMostTexts, AtMostVectors, IsNested, NotTogetherWith, RequiredUnless } from '../rules';
import { PackedSigmaVector } from '../sigma-vector.contract';

/** The Σ-vectors of one text. */
export class DecodeItem {
  /** The Σ-vectors of one text, all its chunks, in any order. */
  @AtMostVectors()
  @IsNested(() => PackedSigmaVector, { each: true })
  vectors!: PackedSigmaVector[];
}

/** Σ-vectors to turn back into text. */
export class DecodeRequest {
  /** The Σ-vectors of one text, all its chunks, in any order; either this or `items`. */
  @RequiredUnless('items')
  @AtMostVectors()
  @IsNested(() => PackedSigmaVector, { each: true })
  vectors?: PackedSigmaVector[];

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

  /** Whether encoding the text again gives the same sequence bits, which certifies it. */
  exact!: boolean;

  /** Estimated probability that the text is right, 0 to 1; 1 when exact. */
  confidence!: number;

  /** Bits of the sequence segment that differ from those of the text encoded again. */
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
});
