import { IsInt, Max, Min } from 'class-validator';
import { IsErasure, IsVectorCopies } from '../noise-rules';
import { AtMostTexts, AtMostVectors, IsNested, IsVectorData, NotTogetherWith, Optional, RequiredUnless } from '../rules';
import { SigmaVectorHeader } from '../sigma-vector.contract';

/** A Σ-vector in any form that `/encode` writes. */
export class RestSigmaVector {
  /** Header and bits in base64; or the bits alone, as a string of 0 and 1 or a list of 1 and -1, with `header`. */
  @IsVectorData()
  data!: string | number[];

  /** Header of the vector: needed beside bare bits; beside base64 it must agree with the header in the data. */
  @Optional()
  @IsNested(() => SigmaVectorHeader)
  header?: SigmaVectorHeader;
}

/** A run of bits that are unknown. */
export class ErasedSpan {
  /** First bit, from 0; the semantic segment comes first. */
  @IsInt()
  @Min(0)
  @Max(65535)
  start!: number;

  /** Number of bits, 1 or more; the span lies within the vector. */
  @IsInt()
  @Min(1)
  @Max(65536)
  length!: number;
}

/** A Σ-vector to decode, perhaps with bits that are known to be unknown, or in several noisy copies. */
export class RestNoisySigmaVector extends RestSigmaVector {
  /**
   * Which bits are unknown, the header not counted: a string of 0 and 1, one digit a bit, 1 for each unknown one; a list of at most 1,024
   * spans, which may overlap; or a mask of dimensions / 8 bytes in base64, packed as the data is, which is the shortest for many spans.
   */
  @Optional()
  @IsErasure(ErasedSpan)
  erased?: string | ErasedSpan[];

  /**
   * At most 15 further copies of the same vector, each in any form that `data` may have: in base64 with a header equal to that of `data`, or
   * bare bits, to which the header of `data` applies. `erased` holds for all copies; each counts as a vector of the call.
   */
  @Optional()
  @IsVectorCopies()
  copies?: (string | number[])[];
}

/** The Σ-vectors of one text. */
export class RestDecodeItem {
  /** The Σ-vectors of one text, all its chunks, in any order. */
  @AtMostVectors()
  @IsNested(() => RestNoisySigmaVector, { each: true })
  vectors!: RestNoisySigmaVector[];
}

/** Σ-vectors to turn back into text. */
export class RestDecodeRequest {
  /** The Σ-vectors of one text, all its chunks, in any order; either this or `items`. */
  @RequiredUnless('items')
  @AtMostVectors()
  @IsNested(() => RestNoisySigmaVector, { each: true })
  vectors?: RestNoisySigmaVector[];

  /** Several texts; either this or `vectors`. */
  @RequiredUnless('vectors')
  @NotTogetherWith('vectors')
  @AtMostTexts()
  @IsNested(() => RestDecodeItem, { each: true })
  items?: RestDecodeItem[];
}
