import type { Changes, EngineQuery, IndexedDocument } from '../engine/search-engine';
import { buildGraph, type GraphOrder } from './build-graph';
import { type CompactionOrder, compactSnapshot } from './compact-snapshot';
import { searchCorpus } from './corpus-search';
import { IndexNotOpenError } from './index-error';
import type { GraphFile, IndexStats, LocalIndex } from './local-index';
import type { TimedAnswer } from './local-search';
import { dropIndex, openIndex } from './open-index';
import { finishSnapshot, type SnapshotDraft } from './snapshot';

/** Which index: `key` is whatever the caller tells indexes apart by, such as collection and generation. */
export interface IndexOrder {
  readonly key: string;
}

/** An index to open. */
export interface OpenOrder extends IndexOrder {
  /** Its folder, for this process alone. */
  readonly folder: string;
  /** Values of its embeddings. */
  readonly dimensions: number;
}

/** An index as it was opened. */
export interface OpenReport {
  /** Number of the last change that is in it: those after it are to be applied. */
  readonly seq: number;
  /** What it was made of: a snapshot; nothing, since there was none; or nothing, since there was none that was whole. */
  readonly from: 'snapshot' | 'nothing' | 'damaged';
  /** Snapshots that were thrown away since they were not what was written. */
  readonly damaged: number;
}

/** An index as changes leave it. */
export interface ApplyReport {
  readonly seq: number;
  readonly documents: number;
}

/** A corpus to search, which is forgotten after that. */
export interface CorpusOrder {
  readonly documents: readonly IndexedDocument[];
  readonly dimensions: number;
  readonly query: EngineQuery;
}

/**
 * What a thread of the index program can do, each with one item. Those with a key are for the one thread that has the indexes open and throw
 * `IndexNotOpenError` where it has not that one; `finishSnapshot`, `buildGraph`, `compactSnapshot` and `searchCorpus` are for any other.
 */
export interface IndexTasks {
  /** Opens an index, anew where it is open. */
  open(order: OpenOrder): OpenReport;
  /** Makes changes; throws `ChangeFailedError` where that fails, after which the index is not open. */
  apply(order: IndexOrder & { readonly changes: Changes }): ApplyReport;
  search(order: IndexOrder & { readonly query: EngineQuery }): TimedAnswer;
  /** Begins a snapshot, which `finishSnapshot` finishes in another thread; `endSnapshot` has to follow in any case. */
  beginSnapshot(order: IndexOrder): SnapshotDraft;
  finishSnapshot(draft: SnapshotDraft): void;
  endSnapshot(order: IndexOrder): void;
  /** What graph to build, for `buildGraph` in another thread. */
  orderGraph(order: IndexOrder): GraphOrder;
  buildGraph(order: GraphOrder): GraphFile;
  adoptGraph(order: IndexOrder & { readonly graph: GraphFile }): void;
  /** Makes the newest snapshot anew without dead rows; the index is to be opened again after that. */
  compactSnapshot(order: CompactionOrder): boolean;
  stats(order: IndexOrder): IndexStats;
  /** Closes an index, where it is open. */
  close(order: IndexOrder): void;
  /** Closes an index, where it is open, and removes its folder. */
  drop(order: IndexOrder & { readonly folder: string }): void;
  searchCorpus(order: CorpusOrder): TimedAnswer;
}

/** The tasks of a thread, which has no index open. */
export default function openIndexes(): IndexTasks {
  const indexes = new Map<string, LocalIndex>();
  const get = ({ key }: IndexOrder): LocalIndex => {
    const index = indexes.get(key);
    if (!index || index.isClosed) throw new IndexNotOpenError();
    return index;
  };
  const close = ({ key }: IndexOrder): void => {
    indexes.get(key)?.close();
    indexes.delete(key);
  };
  return {
    open: (order) => {
      close(order);
      const { index, from, damaged } = openIndex(order.folder, order.dimensions);
      indexes.set(order.key, index);
      return { seq: index.seq, from, damaged };
    },
    apply: (order) => {
      const index = get(order);
      index.apply(order.changes);
      return { seq: index.seq, documents: index.documents };
    },
    search: (order) => {
      const index = get(order);
      const answer = index.search(order.query);
      return { ...answer, vectorSearch: index.vectorSearch };
    },
    beginSnapshot: (order) => get(order).beginSnapshot(),
    finishSnapshot,
    endSnapshot: (order) => get(order).endSnapshot(),
    orderGraph: (order) => get(order).orderGraph(),
    buildGraph,
    adoptGraph: (order) => get(order).adoptGraph(order.graph),
    compactSnapshot,
    stats: (order) => get(order).stats(),
    close,
    drop: (order) => {
      close(order);
      dropIndex(order.folder);
    },
    searchCorpus: ({ documents, dimensions, query }) => searchCorpus(documents, dimensions, query),
  };
}
