import { Type } from 'class-transformer';
import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { defineContract } from '../contract';
import { AtMostTexts, IsSymbol, NotTogetherWith, Optional, RequiredUnless } from '../rules';
import { UnknownWord, WordReadAs } from './solve.contract';

/** A word or several whose nearest words are asked for. */
export class NeighboursRequest {
  /** One word; either this or `words`. */
  @RequiredUnless('words')
  @NotTogetherWith('words')
  @IsSymbol()
  word?: string;

  /** Several words, each to be answered by itself; either this or `word`. */
  @RequiredUnless('word')
  @AtMostTexts()
  @IsSymbol({ each: true })
  words?: string[];

  /** How many neighbours to answer with at most, 1 to 100. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  topK?: number = 10;

  /** Neighbours of a lower cosine are left out, -1 to 1. */
  @Optional()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(-1)
  @Max(1)
  threshold?: number = -1;
}

/** A word and how near it is. */
export class NearWord {
  /** The word. */
  word!: string;

  /** Cosine of the vectors of the two words, -1 to 1. */
  similarity!: number;
}

/** The nearest words of one word. */
export class WordNeighbours {
  /** The word as it was sent. */
  word!: string;

  /** The nearest words, best first; empty where the word is unknown. */
  @Type(() => NearWord)
  neighbours!: NearWord[];
}

/** The nearest words of each word. */
export class NeighboursResponse {
  /** One result a word, in the order of the request. */
  @Type(() => WordNeighbours)
  results!: WordNeighbours[];

  /** Words that no vector is known of. */
  @Type(() => UnknownWord)
  unknown!: UnknownWord[];

  /** Words that were read as another form that is listed. */
  @Type(() => WordReadAs)
  readAs!: WordReadAs[];
}

/** Finds the nearest of all words of the lexicon. */
export const findNeighbours = defineContract({
  subject: 'analogy.v1.neighbours',
  request: NeighboursRequest,
  response: NeighboursResponse,
  isIdempotent: true,
});
