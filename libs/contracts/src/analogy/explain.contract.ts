import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { defineContract } from '../contract';
import { IsSymbol, Optional } from '../rules';
import { AnalogySolution, NamedRelation, UnknownWord, WordReadAs } from './solve.contract';

/** Four words, a : b :: c : d. */
export class ExplainAnalogyRequest {
  /** The first word of the first pair. */
  @IsSymbol()
  a!: string;

  /** The second word of the first pair. */
  @IsSymbol()
  b!: string;

  /** The first word of the second pair. */
  @IsSymbol()
  c!: string;

  /** The second word of the second pair. */
  @IsSymbol()
  d!: string;

  /** How much to tell: 1 the verdict and the relations, 2 also the steps, the nearest known pairs and better fourth words, 3 more of each. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(3)
  depth?: number = 2;
}

/** What stands between the two words of a pair. */
export class PairRelation {
  /** The likeliest known relation, or null where none is likely. */
  name!: string | null;

  /** Probability that the pair stands in it, 0 to 1; 0 where there is none. */
  confidence!: number;

  /** The relation in words about this pair, such as "paris is the capital of france"; absent where there is none. */
  sentence?: string;

  /** Change of form from the first word to the second, such as `+s` or `y→ies`; absent where there is none. */
  morphology?: string;

  /** Cosine of the two words, -1 to 1. */
  similarity!: number;

  /** The likeliest known relations, best first; one at depth 1. */
  @Type(() => NamedRelation)
  candidates!: NamedRelation[];
}

/** A pair of the catalogue that is like a pair of the request. */
export class SupportingPair {
  /** Its first word. */
  a!: string;

  /** Its second word. */
  b!: string;

  /** The relation that it is an example of. */
  relation!: string;

  /** Cosine of its offset b - a and that of the first pair, -1 to 1. */
  similarity!: number;
}

/** One measured step of an explanation. */
export class ExplanationStep {
  /** What was measured, such as `cos(b - a, d - c)`. */
  name!: string;

  /** The number. */
  value!: number;

  /** What the number says, in words. */
  text!: string;
}

/** Whether and why an analogy holds; every sentence is made from the numbers beside it. */
export class ExplainAnalogyResponse {
  /** Whether it holds: `confidence` is at least one half. */
  valid!: boolean;

  /** Calibrated probability that d stands to c as b to a, 0 to 1. */
  confidence!: number;

  /** Cosine of the offsets b - a and d - c, -1 to 1. */
  similarity!: number;

  /** What stands between a and b; absent where one of them is unknown. */
  @Type(() => PairRelation)
  relationAB?: PairRelation;

  /** What stands between c and d; absent where one of them is unknown. */
  @Type(() => PairRelation)
  relationCD?: PairRelation;

  /** Known pairs whose offset is most like that of a and b, best first; none at depth 1. */
  @Type(() => SupportingPair)
  supportingPairs!: SupportingPair[];

  /** What was measured, in order; none at depth 1. */
  @Type(() => ExplanationStep)
  steps!: ExplanationStep[];

  /** Likelier fourth words than d, best first; none where d is the likeliest, and none at depth 1. */
  @Type(() => AnalogySolution)
  better!: AnalogySolution[];

  /** The verdict and its reasons in words. */
  explanation!: string;

  /** Words that no vector is known of. */
  @Type(() => UnknownWord)
  unknown!: UnknownWord[];

  /** Words that were read as another form that is listed. */
  @Type(() => WordReadAs)
  readAs!: WordReadAs[];
}

/** Tells whether an analogy holds, and why. */
export const explainAnalogy = defineContract({
  subject: 'analogy.v1.explain',
  request: ExplainAnalogyRequest,
  response: ExplainAnalogyResponse,
  isIdempotent: true,
});
