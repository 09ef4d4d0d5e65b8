import type { Filter, FusionWeights, SearchMode, SearchPlan, SearchResult } from '@sigmalang/contracts';
import type { Changes, CollectionRow, WithinWrite } from '@sigmalang/storage';

export type { Changes, IndexedDocument, RemovedDocument } from '@sigmalang/storage';

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
  /** Bytes of the texts found, beyond which there is no answer that could be sent; as many as there are when absent. */
  readonly mostBytes?: number | undefined;
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

/** Modes that compare embeddings. */
export const BY_MEANING: ReadonlySet<SearchMode> = new Set<SearchMode>(['hybrid', 'semantic']);

/** What searches collections: an index in this process, or the database. */
export abstract class SearchEngine {
  /** What is done in the transaction of each write, where the index is in the database. */
  abstract readonly within: WithinWrite | undefined;

  /** The collection of a name; throws UNAVAILABLE where that cannot be known. */
  abstract find(owner: string, name: string): Promise<CollectionRow | undefined>;

  /**
   * Searches a collection as it was after the change of number `minSeq` or later. Throws INVALID_REQUEST where there is no such change yet,
   * TIMEOUT where the request is over before it is seen.
   *
   * @param embed embeds the query by a model; called where the mode needs it
   */
  abstract search(collection: CollectionRow, query: EngineQuery, embed: EmbedQuery, minSeq?: number): Promise<EngineAnswer>;

  /** Resolves when searches of this process see changes that were committed. */
  abstract written(collection: CollectionRow, changes: Changes): Promise<void>;

  /** Takes notice that a collection was made, changed or removed. */
  abstract changed(): Promise<void>;

  /** Resolves when nothing is left of collections that were removed, in files of this process or in tables of an index. */
  abstract erased(collectionIds: readonly number[]): Promise<void>;

  /** Number of the last change that searches of this process see. */
  abstract indexedSeq(collection: CollectionRow): number;
}

/** Embeds a query by the model of a collection's index. */
export type EmbedQuery = (model: string) => Promise<Float32Array>;
