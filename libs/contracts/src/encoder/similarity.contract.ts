import { Type } from 'class-transformer';
import { ArrayMinSize } from 'class-validator';
import { defineContract } from '../contract';
import { AtMostTexts, IsText, NotTogetherWith, Optional, RequiredUnless } from '../rules';
import { PackedSigmaVector } from '../sigma-vector.contract';
import { IsTextOrVector } from '../text-or-vector';

/** Two texts or Σ-vectors to compare, or several texts to compare with one another. */
export class SimilarityRequest {
  /** The one side: a text, or a Σ-vector as `/encode` gives it. */
  @RequiredUnless('texts')
  @IsTextOrVector(PackedSigmaVector)
  a?: string | PackedSigmaVector;

  /** The other side: a text, or a Σ-vector as `/encode` gives it. */
  @RequiredUnless('texts')
  @IsTextOrVector(PackedSigmaVector)
  b?: string | PackedSigmaVector;

  /** Two or more texts, each to be compared with each. */
  @Optional()
  @NotTogetherWith('a', 'b')
  @AtMostTexts()
  @ArrayMinSize(2)
  @IsText({ each: true })
  texts?: string[];
}

/** How alike the two sides are, or each text and each other. */
export class SimilarityResponse {
  /** Similarity of `a` and `b`, -1 to 1; 0 where a side has no content to compare. */
  score?: number;

  /** Similarity of text i and text j in row i, column j, -1 to 1; 0 where a side has no content to compare. */
  @Type(() => Array)
  matrix?: number[][];

  /** Id of the model whose embeddings were compared. */
  model!: string;

  /** `cosine` of two embeddings, or `hamming`: cosine estimated from the semantic segments of two Σ-vectors. */
  metric!: 'cosine' | 'hamming';
}

/** Compares texts, or Σ-vectors of one model, by meaning. */
export const similarity = defineContract({
  subject: 'encoder.v1.similarity',
  request: SimilarityRequest,
  response: SimilarityResponse,
  isIdempotent: true,
});
