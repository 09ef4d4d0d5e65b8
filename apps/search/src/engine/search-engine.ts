import type { Filter, FusionWeights, Metadata, SearchMode, SearchPlan, SearchResult } from '@sigmalang/contracts';

/** A document with what an index needs to know of it. */
export interface IndexedDocument {
  readonly id: string;
  readonly text: string;
  readonly metadata: Metadata;
  /** Of unit length, or all zero where the text has no content. */
  readonly embedding: Float32Array;
  /** Number of the change that put it there. */
  readonly seq: number;
}

/** The removal of a document. */
export interface RemovedDocument {
  readonly id: string;
  readonly seq: number;
}

/** What one or more changes, in order of their numbers, leave behind; a document is in one of the lists at most. */
export interface Changes {
  /** In order of number, then of id by code points. */
  readonly put: readonly IndexedDocument[];
  readonly removed: readonly RemovedDocument[];
  /** Number of the last of these changes. */
  readonly seq: number;
}

/** A search, its query embedded where the mode needs that. */
export interface EngineQuery {
  readonly query: string;
  readonly mode: SearchMode;
  /** 1 to 100. */
  readonly topK: number;
  readonly threshold: number;
  readonly filter?: Filter | undefined;
  readonly highlight: boolean;
  readonly explain: boolean;
  /** Embedding of the query, for semantic and hybrid; all zero where it has no content. */
  readonly embedding?: Float32Array | undefined;
  readonly weights: FusionWeights;
}

/** What was found. */
export interface EngineAnswer {
  readonly results: SearchResult[];
  readonly total: number;
  /** Number of the last change that was seen. */
  readonly seq: number;
  /** Where `explain` asks for it, but for the model. */
  readonly plan?: SearchPlan | undefined;
}
