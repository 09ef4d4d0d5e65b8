import { AnalogyItem, AnalogyOptions } from '../analogy/solve.contract';
import { IsAnalogyQuery } from '../analogy/analogy-query';
import { AtMostTexts, IsNested, IsSymbol, NotTogetherWith, Optional, RequiredUnless } from '../rules';

/** One analogy or several, and how to solve them. */
export class RestSolveAnalogyRequest extends AnalogyOptions {
  /** The word that stands to `b` as `c` to the answer. */
  @RequiredUnless('query', 'questions')
  @NotTogetherWith('query', 'questions')
  @IsSymbol()
  a?: string;

  /** The word that `a` goes with. */
  @RequiredUnless('query', 'questions')
  @NotTogetherWith('query', 'questions')
  @IsSymbol()
  b?: string;

  /** The word whose counterpart is asked for. */
  @RequiredUnless('query', 'questions')
  @NotTogetherWith('query', 'questions')
  @IsSymbol()
  c?: string;

  /** The analogy in one text, `king:queen::man:?` or `king is to queen as man is to ?`, with the question mark in any one place; instead of `a`, `b` and `c`. */
  @RequiredUnless('a', 'b', 'c', 'questions')
  @NotTogetherWith('questions')
  @IsAnalogyQuery()
  query?: string;

  /** Several analogies, instead of one, each answered as it would be alone: the reply is then `{results}`. */
  @Optional()
  @AtMostTexts()
  @IsNested(() => AnalogyItem, { each: true })
  questions?: AnalogyItem[];
}
