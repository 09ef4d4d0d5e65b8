import { ArrayMinSize } from 'class-validator';
import { AtMostTexts, IsText, NotTogetherWith, Optional, RequiredUnless } from '../rules';
import { IsTextOrVector } from '../text-or-vector';
import { RestSigmaVector } from './decode.contract';

/** Two texts or Σ-vectors to compare, or several texts to compare with one another. */
export class RestSimilarityRequest {
  /** The one side: a text, or a Σ-vector as `/encode` gives it. */
  @RequiredUnless('texts')
  @IsTextOrVector(RestSigmaVector)
  a?: string | RestSigmaVector;

  /** The other side: a text, or a Σ-vector as `/encode` gives it. */
  @RequiredUnless('texts')
  @IsTextOrVector(RestSigmaVector)
  b?: string | RestSigmaVector;

  /** Two or more texts, each to be compared with each. */
  @Optional()
  @NotTogetherWith('a', 'b')
  @AtMostTexts()
  @ArrayMinSize(2)
  @IsText({ each: true })
  texts?: string[];
}
