import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { defineContract } from '../contract';
import { AtMostTexts, IsNested, IsSymbol, IsUnique, NotTogetherWith, Optional, RequiredUnless } from '../rules';
import { IsAnalogyQuery } from './analogy-query';

/** Ways to solve an analogy, best first. */
export const ANALOGY_METHODS = ['relation', 'add', 'mul'] as const;

/** One of {@link ANALOGY_METHODS}. */
export type AnalogyMethod = (typeof ANALOGY_METHODS)[number];

/** Most candidates that a question may bring along. */
export const MOST_CANDIDATES = 1_000;

/** An analogy a : b :: c : ?, as three words or in one text. */
export class AnalogyItem {
  /** The word that stands to `b` as `c` to the answer. */
  @RequiredUnless('query')
  @NotTogetherWith('query')
  @IsSymbol()
  a?: string;

  /** The word that `a` goes with. */
  @RequiredUnless('query')
  @NotTogetherWith('query')
  @IsSymbol()
  b?: string;

  /** The word whose counterpart is asked for. */
  @RequiredUnless('query')
  @NotTogetherWith('query')
  @IsSymbol()
  c?: string;

  /** The analogy in one text, `king:queen::man:?` or `king is to queen as man is to ?`, with the question mark in any one place; instead of `a`, `b` and `c`. */
  @RequiredUnless('a', 'b', 'c')
  @IsAnalogyQuery()
  query?: string;
}

/** How analogies are to be solved. */
export class AnalogyOptions {
  /** `relation` uses what the pair a : b reveals beside the vectors, `add` is 3CosAdd, `mul` 3CosMul. */
  @Optional()
  @IsIn(ANALOGY_METHODS)
  method?: AnalogyMethod = 'relation';

  /** How many solutions to answer with at most, 1 to 100. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  topK?: number = 5;

  /** Solutions of a confidence below this are left out, 0 to 1. */
  @Optional()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(1)
  threshold?: number = 0;

  /** The only words that may be the answer, 1 to 1,000; all words of the lexicon when absent. The words of the question never are. */
  @Optional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_CANDIDATES)
  @IsUnique()
  @IsSymbol({ each: true })
  candidates?: string[];
}

/** Analogies, and how to solve them. */
export class SolveAnalogiesRequest extends AnalogyOptions {
  /** The analogies, each answered as it would be alone. */
  @AtMostTexts()
  @IsNested(() => AnalogyItem, { each: true })
  questions!: AnalogyItem[];
}

/** A word that may be the answer. */
export class AnalogySolution {
  /** The word, written as the question suggests. */
  answer!: string;

  /** What the method ranks by: log-odds with `relation`, cosine with `add`, a quotient of cosines with `mul`. */
  score!: number;

  /** Calibrated probability that this is the answer, 0 to 1. */
  confidence!: number;
}

/** A relation that is known by name. */
export class NamedRelation {
  /** Name of the relation, such as `capital-of-country`. */
  name!: string;

  /** Probability that the pair stands in it, 0 to 1. */
  confidence!: number;
}

/** A word that no vector is known of. */
export class UnknownWord {
  /** Field it came in, such as `a`, `query` or `candidates[3]`. */
  field!: string;

  /** The word as it was sent. */
  word!: string;

  /** Listed words that are spelled like it, likeliest first; only for the first ten unknown words of an answer. */
  nearest!: string[];
}

/** A word that was read as another one, which is listed. */
export class WordReadAs {
  /** Field it came in, such as `a`, `query` or `candidates[3]`. */
  field!: string;

  /** The word as it was sent. */
  word!: string;

  /** The listed word that stands for it. */
  as!: string;
}

/** The answer to one analogy. */
export class SolvedAnalogy {
  /** The likeliest solution; null where there is none: a word is unknown, a is also b or c, or none reaches the threshold. */
  answer!: string | null;

  /** Calibrated probability that `answer` is right, 0 to 1; 0 where there is none. */
  confidence!: number;

  /** The likeliest solutions, best first. */
  @Type(() => AnalogySolution)
  solutions!: AnalogySolution[];

  /** Other solutions of exactly the score of the best. */
  ties!: string[];

  /** The known relation that a and b most probably stand in, if any is likely. */
  @Type(() => NamedRelation)
  relation?: NamedRelation;

  /** How it was solved. */
  method!: AnalogyMethod;

  /** Words of the question, or candidates, that no vector is known of. */
  @Type(() => UnknownWord)
  unknown!: UnknownWord[];

  /** Words that were read as another form that is listed. */
  @Type(() => WordReadAs)
  readAs!: WordReadAs[];
}

/** The answer to each of several analogies. */
export class SolveAnalogiesResponse {
  /** One answer an analogy, in the order of `questions`. */
  @Type(() => SolvedAnalogy)
  results!: SolvedAnalogy[];
}

/** Solves analogies over the lexicon, or over the caller's own candidates. */
export const solveAnalogies = defineContract({
  subject: 'analogy.v1.solve',
  request: SolveAnalogiesRequest,
  response: SolveAnalogiesResponse,
  isIdempotent: true,
});
