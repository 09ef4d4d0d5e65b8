import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsBoolean, IsIn, IsInt, IsNumber, Max, Min, ValidateBy } from 'class-validator';
import { defineContract } from '../contract';
import { say } from '../messages/message';
import { IsNested, NotTogetherWith, Optional, RequiredUnless, RULES } from '../rules';
import { IsCollectionName, IsQuery, type Metadata } from './collection-rules';
import { HasIdsOnce, NewDocument } from './documents.contract';
import { type Filter, IsFilter } from './filter.contract';

/** Ways to search. */
export const SEARCH_MODES = ['hybrid', 'semantic', 'keyword', 'exact', 'fuzzy'] as const;

/** One of {@link SEARCH_MODES}. */
export type SearchMode = (typeof SEARCH_MODES)[number];

/** Most results of a search. */
export const MOST_RESULTS = 100;

/** Most texts of an inline corpus. */
export const MOST_CORPUS_TEXTS = 256;

/** How much each list of a hybrid search counts, one of them at least. */
export class FusionWeights {
  /** Weight of the keyword list, 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  keyword!: number;

  /** Weight of the semantic list, 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  semantic!: number;
}

/** On weights: one of them is more than 0, since what nothing counts for is not found. */
function HasWeight(): PropertyDecorator {
  return ValidateBy({
    name: RULES.weights,
    validator: {
      validate: (value) => !(value instanceof FusionWeights) || value.keyword !== 0 || value.semantic !== 0,
      defaultMessage: (fault) => say`${fault?.property ?? 'weights'} must have one of keyword and semantic above 0`.text,
    },
  });
}

/** What to look for, and how. */
export class SearchOptions {
  /** What to look for: plain text with more than white space, no part of which is an operator. */
  @IsQuery()
  query!: string;

  /** Name of the collection to search. */
  @RequiredUnless('corpus')
  @IsCollectionName()
  collection?: string;

  /** How to search: `exact` for the words as they are, one after another; `keyword` for any of the words, inflected or not, best first by BM25; `semantic` by meaning; `fuzzy` for words with a typo; `hybrid` for keyword and semantic together. */
  @Optional()
  @IsIn(SEARCH_MODES)
  mode?: SearchMode = 'hybrid';

  /** Most results, 1 to 100. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(MOST_RESULTS)
  topK?: number = 10;

  /** Least score of a result, in the measure of the mode. */
  @Optional()
  @IsNumber()
  threshold?: number = 0;

  /** Which documents count, by their metadata. */
  @Optional()
  @IsFilter()
  filter?: Filter;

  /** Whether to say where the words of the query are in a text. */
  @Optional()
  @IsBoolean()
  highlight?: boolean = true;

  /** Whether to say what scores are made of, and how the search was done. */
  @Optional()
  @IsBoolean()
  explain?: boolean = false;

  /** Number of a change that the search must see, as a write answered with; it waits for that. */
  @Optional()
  @IsInt()
  @Min(0)
  minSeq?: number;

  /** How much keyword and semantic list count in a hybrid search; as configured (.7 and .3) when absent. */
  @Optional()
  @HasWeight()
  @IsNested(() => FusionWeights)
  weights?: FusionWeights;
}

/** Documents to search that are kept nowhere. */
export class SearchCorpus {
  /** The documents, 1 to 256, each id once; the id of one without is its place in the list, from 0. */
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_CORPUS_TEXTS)
  @HasIdsOnce({ placeIsId: true })
  @IsNested(() => NewDocument, { each: true })
  corpus!: NewDocument[];
}

/** What to look for, how, and where. */
export class SearchRequest extends SearchOptions {
  /** Documents to search instead of a collection, 1 to 256, each id once; the id of one without is its place in the list, from 0. */
  @Optional()
  @NotTogetherWith('collection', 'minSeq')
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_CORPUS_TEXTS)
  @HasIdsOnce({ placeIsId: true })
  @IsNested(() => NewDocument, { each: true })
  corpus?: NewDocument[];
}

/** A part of a text that fits the query. */
export class Highlight {
  /** Where it begins, in characters (Unicode code points) of the text. */
  start!: number;

  /** Where it ends, the first character that is no part of it. */
  end!: number;

  /** The part itself. */
  text!: string;
}

/** What a word of the query, or a word that stands for it, adds to a score. */
export class TermScore {
  /** The term as it was looked up: a word, or the stem of one. */
  term!: string;

  /** How often the text has it. */
  frequency!: number;

  /** What it adds to the keyword score. */
  score!: number;
}

/** What the score of a result is made of; a part that the mode does not use is absent. */
export class ScoreParts {
  /** BM25 of the words; 0 where none is there. */
  keyword?: number;

  /** Place in the keyword list, from 1; absent where it is not in it. */
  keywordRank?: number;

  /** What each word adds to `keyword`. */
  @Type(() => TermScore)
  terms?: TermScore[];

  /** Cosine of the embeddings of query and text, -1 to 1. */
  semantic?: number;

  /** Place in the semantic list, from 1; absent where it is not in it. */
  semanticRank?: number;
}

/** A text that was found. */
export class SearchResult {
  /** Id of the document, or place in the corpus. */
  id!: string;

  /** Its text. */
  text!: string;

  /** How well it fits: BM25 (exact, keyword, fuzzy), cosine (semantic), or the sum of weight/(60 + rank) over both lists (hybrid). */
  score!: number;

  /** What it says of itself. */
  metadata!: Metadata;

  /** The parts of the text that fit, in order, 64 at most; empty where nothing of the query is there word by word. */
  @Type(() => Highlight)
  highlights!: Highlight[];

  /** What the score is made of, where `explain` asks for it. */
  @Type(() => ScoreParts)
  scores?: ScoreParts;
}

/** How vectors can be compared. */
export const VECTOR_PLANS = ['none', 'scan', 'hnsw', 'pgvector'] as const;

/** One of {@link VECTOR_PLANS}. */
export type VectorPlan = (typeof VECTOR_PLANS)[number];

/** How a search was done. */
export class SearchPlan {
  /** What searched: the index of the process, the database, or the corpus of the request itself. */
  engine!: 'sqlite' | 'pgvector' | 'corpus';

  /** How vectors were compared: not at all, each with the query (exact), by a graph of neighbours (approximate), or in the database. */
  vectors!: VectorPlan;

  /** Documents that the filter lets through; all where there is none. */
  candidates!: number;

  /** The terms that were looked up. */
  terms!: string[];

  /** Id of the model that the semantic score is of; absent where none was used. */
  model?: string;
}

/** What a search can go without where it is away: the meaning of texts, which nlp tells. */
export const DEGRADED_PARTS = ['meaning'] as const;

/** One of {@link DEGRADED_PARTS}. */
export type DegradedPart = (typeof DEGRADED_PARTS)[number];

/** What was found. */
export class SearchResponse {
  /** The results, best first; equal ones by age, those of one write by id, those of a corpus by place. */
  @Type(() => SearchResult)
  results!: SearchResult[];

  /** Documents that match: those with the words (exact, keyword, fuzzy), or all that the filter lets through and that have a meaning (semantic, hybrid). */
  total!: number;

  /** How it was searched: as asked, or by `keyword` where `degraded` says so. */
  mode!: SearchMode;

  /** What the search had to go without, since it was away: `meaning` where a hybrid search was answered by keywords alone, whatever its threshold. Absent where nothing is missing. */
  @IsIn(DEGRADED_PARTS, { each: true })
  degraded?: DegradedPart[];

  /** How long the search took in the service, in milliseconds. */
  tookMs!: number;

  /** Number of the last change of the collection that the search saw; absent for a corpus. */
  seq?: number;

  /** How the search was done, where `explain` asks for it. */
  @Type(() => SearchPlan)
  plan?: SearchPlan;
}

/** Searches a collection or a corpus. */
export const search = defineContract({ subject: 'search.v1.search', request: SearchRequest, response: SearchResponse, isIdempotent: true });
