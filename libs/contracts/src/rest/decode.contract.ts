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

/** The Σ-vectors of one text. */
export class RestDecodeItem {
  /** The Σ-vectors of one text, all its chunks, in any order. */
  @AtMostVectors()
  @IsNested(() => RestSigmaVector, { each: true })
  vectors!: RestSigmaVector[];
}

/** Σ-vectors to turn back into text. */
export class RestDecodeRequest {
  /** The Σ-vectors of one text, all its chunks, in any order; either this or `items`. */
  @RequiredUnless('items')
  @AtMostVectors()
  @IsNested(() => RestSigmaVector, { each: true })
  vectors?: RestSigmaVector[];

  /** Several texts; either this or `vectors`. */
  @RequiredUnless('vectors')
  @NotTogetherWith('vectors')
  @AtMostTexts()
  @IsNested(() => RestDecodeItem, { each: true })
  items?: RestDecodeItem[];
}
