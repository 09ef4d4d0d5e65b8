import { closeSync, openSync, rmSync, statSync, writevSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Changes, EngineAnswer, EngineQuery, IndexedDocument } from '../engine/search-engine';
import { MetadataValues } from '../filters/metadata-values';
import { KeywordIndex } from '../keyword/keyword-index';
import { Spellings } from '../keyword/spellings';
import { analyze, stemsOf, wordsOf } from '../text/text-analyzer';
import { NeighbourGraph } from '../vectors/neighbour-graph';
import { VectorIndex } from '../vectors/vector-index';
import type { GraphOrder } from './build-graph';
import { DocumentFile } from './document-file';
import { ChangeFailedError, IndexNotOpenError } from './index-error';
import { INDEX_FILES } from './index-files';
import { LiveRows } from './live-rows';
import { LocalSearch, type VectorSearchTime } from './local-search';
import { loadParts, saveParts } from './saved-parts';
import { draftSnapshot, type ReadSnapshot, type SnapshotDraft } from './snapshot';

/** Documents after which what was written goes from the log to the file. */
const CHECKPOINT_AFTER = 2_000;

/** Dead rows that are no reason to make an index anew. */
const FEW_DEAD_ROWS = 10_000;

/** What an index is made of, all of it by row. */
export interface IndexParts {
  readonly file: DocumentFile;
  readonly live: LiveRows;
  readonly keywords: KeywordIndex;
  readonly spellings: Spellings;
  readonly vectors: VectorIndex;
  readonly values: MetadataValues;
}

/** Where an index is: its folder, in which snapshots are, and the file that is written to. */
export interface IndexPlace {
  readonly folder: string;
  readonly documents: string;
}

/** A graph of neighbours in a file. */
export interface GraphFile {
  readonly path: string;
  /** One more than the last row that it was built from. */
  readonly rows: number;
}

/** What an index takes, and what could be done for it. */
export interface IndexStats {
  readonly seq: number;
  readonly documents: number;
  /** Rows, dead ones among them. */
  readonly rows: number;
  /** Bytes of the files that are written to; snapshots come on top. */
  readonly diskBytes: number;
  /** Bytes outside of the JavaScript heap, without the cache of SQLite. */
  readonly memoryBytes: { readonly keywords: number; readonly vectors: number; readonly values: number };
  /** Rows of the graph of neighbours; absent where there is none. */
  readonly graphRows?: number | undefined;
  /** Whether vectors should be compared by a new graph, see `buildGraph`. */
  readonly wantsGraph: boolean;
  /** Whether there are so many dead rows that it should be made anew, see `compactSnapshot`. */
  readonly wantsCompaction: boolean;
}

/**
 * The index of a collection on one machine: a file by SQLite with documents, embeddings and words, and in memory an inverted index, embeddings
 * in bytes and metadata values. Documents have ascending rows; one that is put again has a new row, so that rows are in the order of (seq,
 * id). For one thread.
 */
export class LocalIndex {
  private readonly searcher: LocalSearch;
  private lastSeq: number;
  private graph: GraphFile | undefined;
  /** Path of the graph that was ordered of these rows. */
  private orderedGraph: string | undefined;
  private documentsInLog = 0;
  /** While another thread copies the file, which then stays as it is. */
  private isCopied = false;
  private closed = false;

  private constructor(
    private readonly parts: IndexParts,
    private readonly place: IndexPlace | undefined,
  ) {
    this.searcher = new LocalSearch(parts);
    this.lastSeq = parts.file.state.seq;
  }

  /** An empty index in a file that is not there yet, in the folder for its snapshots, or without a place in memory; `dimensions` are those of embeddings. */
  static create({ dimensions, place }: { readonly dimensions: number; readonly place?: IndexPlace | undefined }): LocalIndex {
    const file = DocumentFile.create(place?.documents ?? ':memory:', dimensions);
    const [live, keywords, spellings, values] = [new LiveRows(), new KeywordIndex(), new Spellings(), new MetadataValues()];
    return new LocalIndex({ file, live, keywords, spellings, values, vectors: new VectorIndex(dimensions, (row) => file.embedding(row)) }, place);
  }

  /** The index that a snapshot is of, whose files that are no part of the memory were copied to `place` and `graph`; throws `SnapshotDamagedError` where the files do not belong together. */
  static load(place: IndexPlace, snapshot: ReadSnapshot, graph: string): LocalIndex {
    const index = new LocalIndex(loadParts(place.documents, snapshot), place);
    if (snapshot.graphRows !== undefined) index.useGraph({ path: graph, rows: snapshot.graphRows });
    return index;
  }

  /** Number of the last change that is in it. */
  get seq(): number {
    return this.lastSeq;
  }

  /** Documents that are in it. */
  get documents(): number {
    return this.parts.live.count;
  }

  /** Whether it was closed, be it since a change failed. */
  get isClosed(): boolean {
    return this.closed;
  }

  /**
   * Makes changes, as a whole; what of them is there already, by their numbers, is left alone. Where the documents of one number are too many to be put while
   * searches wait, they may come in parts, all but the last of which have the `seq` before; searches see the parts then. Throws `ChangeFailedError`
   * where that fails; the index is closed then.
   */
  apply({ put, removed, seq }: Changes): void {
    this.check();
    const isNew = (change: { readonly seq: number }): boolean => change.seq > this.lastSeq;
    const [newPut, newRemoved] = [put.filter(isNew), removed.filter(isNew)];
    if (seq <= this.lastSeq && newPut.length + newRemoved.length === 0) return;
    this.change(Math.max(seq, this.lastSeq), () => {
      for (const { id, seq: at } of newRemoved) this.remove(id, at);
      for (const document of newPut) this.put(document);
    });
    this.documentsInLog += newPut.length + newRemoved.length;
    if (this.documentsInLog >= CHECKPOINT_AFTER && this.place && !this.isCopied) {
      this.parts.file.checkpoint('passive');
      this.documentsInLog = 0;
    }
  }

  /** Puts documents into an empty index, in their order, which is at change `seq` then; otherwise as `apply`. */
  applyAll(seq: number, groups: Iterable<readonly IndexedDocument[]>): void {
    this.check();
    this.change(seq, () => {
      for (const group of groups) for (const document of group) this.put(document);
    });
  }

  /** Searches, see the contract of a search. */
  search(query: EngineQuery): EngineAnswer {
    this.check();
    return { ...this.searcher.search(query), seq: this.lastSeq };
  }

  /** What the last search took to compare vectors; undefined where it compared none. */
  get vectorSearch(): VectorSearchTime | undefined {
    return this.searcher.vectorSearch;
  }

  /**
   * Begins a snapshot: writes what is in memory, and says what to copy, which stays as it is until `endSnapshot`. The rest is for another
   * thread, see `finishSnapshot`.
   */
  beginSnapshot(): SnapshotDraft {
    this.check();
    if (!this.place) throw new RangeError('an index in memory has no snapshots');
    const { file } = this.parts;
    file.checkpoint('truncate');
    [this.isCopied, this.documentsInLog] = [true, 0];
    const copies = { [INDEX_FILES.documents]: this.place.documents, ...(this.graph && { [INDEX_FILES.graph]: this.graph.path }) };
    const draft = draftSnapshot(this.place.folder, { seq: this.lastSeq, dimensions: file.dimensions, graphRows: this.graph?.rows }, copies);
    for (const [name, buffers] of saveParts(this.parts)) writeBuffers(join(draft.draft, name), buffers);
    return draft;
  }

  /** Says that the files of a snapshot have been copied, or that it was given up. */
  endSnapshot(): void {
    this.isCopied = false;
  }

  /** What graph to build of its rows. */
  orderGraph(): GraphOrder {
    this.check();
    if (!this.place) throw new RangeError('an index in memory has no graph');
    this.orderedGraph = join(dirname(this.place.documents), `${this.parts.live.length}-${INDEX_FILES.graph}`);
    return { documents: this.place.documents, path: this.orderedGraph };
  }

  /** Compares vectors by the graph that was ordered from now on; the file has to stay as it is. Throws `SavedVectorsError` where it is none, and RangeError where it was not ordered: it may be of other rows. */
  adoptGraph(graph: GraphFile): void {
    this.check();
    if (graph.path !== this.orderedGraph) throw new RangeError('the graph was ordered of another index, or before this one was opened again');
    this.useGraph(graph);
  }

  /** What it takes. */
  stats(): IndexStats {
    this.check();
    const { live, keywords, vectors, values } = this.parts;
    const files = this.place ? [this.place.documents, `${this.place.documents}-wal`, ...(this.graph ? [this.graph.path] : [])] : [];
    return {
      seq: this.lastSeq,
      documents: live.count,
      rows: live.length,
      diskBytes: files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0),
      memoryBytes: { keywords: keywords.bytes, vectors: vectors.bytes, values: values.memory + live.memory },
      graphRows: this.graph?.rows,
      wantsGraph: this.place !== undefined && vectors.wantsGraph,
      wantsCompaction: this.place !== undefined && live.length - live.count > Math.max(FEW_DEAD_ROWS, live.count),
    };
  }

  /** Gives back what it takes; nothing can be asked of it after that. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.parts.vectors.close();
    this.parts.file.close();
  }

  private useGraph(graph: GraphFile): void {
    this.parts.vectors.adopt(NeighbourGraph.load(graph.path, this.parts.file.dimensions, graph.rows));
    if (this.graph && this.graph.path !== graph.path && !this.isCopied) rmSync(this.graph.path, { force: true });
    this.graph = graph;
  }

  /** Does `work`, which changes all parts, as a whole, or closes the index. */
  private change(seq: number, work: () => void): void {
    const { file, live } = this.parts;
    try {
      file.transaction(() => {
        work();
        file.advance(seq, live.length);
      });
    } catch (cause) {
      this.close();
      throw new ChangeFailedError({ cause });
    }
    this.lastSeq = seq;
  }

  private put({ id, text, metadata, embedding, seq }: IndexedDocument): void {
    if (!this.remove(id, seq)) return;
    const { file, live, keywords, spellings, vectors, values } = this.parts;
    const [row, tokens] = [live.add(), analyze(text)];
    const words = wordsOf(tokens);
    keywords.add(row, stemsOf(tokens));
    spellings.add(words);
    vectors.add(row, embedding);
    values.add(row, metadata);
    file.add({ row, id, seq, text, metadata }, embedding, words);
  }

  /** Removes the document of an id, if it is older than a change; says whether there is none then. */
  private remove(id: string, seq: number): boolean {
    const { file, live, keywords, spellings, vectors } = this.parts;
    const found = file.find(id);
    if (!found) return true;
    if (found.seq >= seq) return false;
    const tokens = analyze(found.text);
    const words = wordsOf(tokens);
    live.remove(found.row);
    keywords.remove(found.row, stemsOf(tokens));
    spellings.remove(words);
    vectors.remove(found.row);
    file.remove(found.row, words);
    return true;
  }

  private check(): void {
    if (this.closed) throw new IndexNotOpenError();
  }
}

function writeBuffers(path: string, buffers: readonly Uint8Array[]): void {
  const file = openSync(path, 'w');
  try {
    for (let i = 0; i < buffers.length; i += 512) {
      const group = buffers.slice(i, i + 512);
      const written = writevSync(file, group);
      if (written !== group.reduce((sum, { length }) => sum + length, 0)) throw new Error('a file could not be written as a whole');
    }
  } finally {
    closeSync(file);
  }
}
