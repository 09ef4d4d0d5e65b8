import { activeKernels } from '@sigmalang/vector';
import { ByteRows, toBytes, type ByteVector } from './byte-rows';
import { exactCosine, lengthOf } from './exact-cosine';
import { kernelRoom, ScratchFloats, type KernelRoom } from './kernel-room';
import type { RowGraph } from './neighbour-graph';
import { clearRow, countInBoth, emptyBitmap, hasRow, setRow } from './row-bitmap';
import { readVectors, savedHeader, type ReadBytes } from './saved-vectors';
import { planVectors, type VectorStrategy, wantsGraph } from './vector-planner';

/** How many times its standard deviation the error of a cosine of bytes may be for a row to be found all the same. */
const DEVIATIONS = 5;

/** How many times more rows a graph is asked for where some of them are dead or not allowed. */
const MOST_MORE = 4;

/** What was found. */
export interface NearestRows {
  /** Best first, equal ones ascending. */
  readonly rows: Uint32Array;
  /** Exact cosines to six decimals. */
  readonly scores: Float64Array;
  /** Whether every row was compared that may be found, or those that a graph proposed. */
  readonly plan: 'scan' | 'hnsw';
  /** Rows that may be found: there, allowed, and not all zeros. */
  readonly total: number;
}

/** Rows with about their cosines to a query, best first. */
interface Candidates {
  readonly rows: Uint32Array;
  readonly cosines: Float32Array;
}

/**
 * Nearest neighbours by cosine among the embeddings of a collection, by row, in two stages: a scan of the embeddings rounded to bytes, or a
 * graph of neighbours for most rows and a scan for the others, and the exact cosines of the best. For one thread; nothing of it is for
 * several at a time.
 */
export class VectorIndex {
  private readonly table: ByteRows;
  private readonly products: ScratchFloats;
  private live = emptyBitmap(1_024);
  private liveRows = 0;
  private graph: RowGraph | undefined;
  private deadInGraph = 0;

  /** `exactEmbedding` gives the embedding of a row that is there as it was added, and may use the same array again. Throws RangeError for dimensions other than 1 to 2,048. */
  constructor(
    readonly dimensions: number,
    private readonly exactEmbedding: (row: number) => Float32Array,
    room: KernelRoom = kernelRoom,
  ) {
    if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 2_048) {
      throw new RangeError(`an embedding has 1 to 2,048 dimensions, not ${dimensions}`);
    }
    this.table = new ByteRows(dimensions, room);
    this.products = new ScratchFloats(room);
  }

  /** One more than the last row. */
  get rows(): number {
    return this.table.length;
  }

  /** Rows that can be found. */
  get size(): number {
    return this.liveRows;
  }

  /** Bytes that it takes, without a graph. */
  get bytes(): number {
    return this.table.bytes + this.live.length;
  }

  /** Adds a row after all others; one of zeros is never found. Throws RangeError for a row that does not come after, other dimensions and values that are not finite. */
  add(row: number, embedding: Float32Array): void {
    if (!Number.isInteger(row) || row < this.rows || row > 0x7fffffff) throw new RangeError(`row ${row} does not come after ${this.rows} others`);
    this.check(embedding);
    this.extend(row + 1);
    if (this.table.set(row, embedding)) this.revive(row);
  }

  /** Takes a row out for good; one that is not there is left alone. */
  remove(row: number): void {
    if (!hasRow(this.live, row)) return;
    clearRow(this.live, row);
    this.liveRows--;
    this.table.kill(row);
    if (this.graph && row < this.graph.rows) this.deadInGraph++;
  }

  /**
   * The `count` rows of the highest cosine to a query of any length, of those in the bitmap `allowed` where it is given (row r is bit r % 8 of
   * byte r / 8); none for a query of zeros. Throws RangeError for other dimensions, values that are not finite, and a count that is no whole
   * number from 1 on. `strategy` is for measurements.
   */
  nearest(query: Float32Array, count: number, allowed?: Uint8Array, strategy?: VectorStrategy): NearestRows {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`a count is a whole number from 1 on, not ${count}`);
    this.check(query);
    const total = allowed ? countInBoth(this.live, allowed) : this.liveRows;
    const asked = toBytes(query);
    if (total === 0 || !(asked.factor > 0)) return { rows: new Uint32Array(), scores: new Float64Array(), plan: 'scan', total };
    const planned = strategy ?? planVectors({ rows: this.rows, dimensions: this.dimensions, allowed: total, graph: this.graph });
    if (planned === 'graph' && this.graph) {
      const candidates = this.fromGraph(this.graph, query, asked, count, total, allowed);
      if (candidates.rows.length >= Math.min(count, total)) return { ...this.best(candidates, query, asked, count), plan: 'hnsw', total };
    }
    const candidates =
      planned === 'gather' ? this.fromAllowed(asked, count, total, allowed ?? this.live) : this.fromAll(asked, count, 0, allowed);
    return { ...this.best(candidates, query, asked, count), plan: 'scan', total };
  }

  /** Exact cosine of a row that is there and a vector, as `nearest` has it. */
  cosine(row: number, query: Float32Array): number {
    this.check(query);
    return exactCosine(this.exactEmbedding(row), query);
  }

  /** Whether a graph should be built from the rows that are there, see the planner. */
  get wantsGraph(): boolean {
    const { graph, rows, dimensions, liveRows } = this;
    return wantsGraph({ rows, dimensions, live: liveRows, graph: graph && { rows: graph.rows, size: graph.size, live: graph.size - this.deadInGraph } });
  }

  /** Whether a row can be found. */
  has(row: number): boolean {
    return hasRow(this.live, row);
  }

  /** Uses a graph of rows of this index from now on, and for rows below `graph.rows` nothing but it; none to go back to scans. */
  adopt(graph: RowGraph | undefined): void {
    this.graph = graph;
    let alive = 0;
    for (let row = 0; graph && row < Math.min(graph.rows, this.rows); row++) if (hasRow(this.live, row)) alive++;
    this.deadInGraph = graph ? Math.max(0, graph.size - alive) : 0;
  }

  /** What to write to a file, one buffer after the other, for `load`: views that hold until the next change. */
  save(): Buffer[] {
    const views = Array.from(this.table.views(), ({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length));
    return [savedHeader(this.dimensions, this.rows), ...views];
  }

  /** The index that was saved; `saved` is all of its bytes or reads them. Throws SavedVectorsError where they are not what `save` gave. */
  static load(
    dimensions: number,
    exactEmbedding: (row: number) => Float32Array,
    saved: Uint8Array | ReadBytes,
    room: KernelRoom = kernelRoom,
  ): VectorIndex {
    const index = new VectorIndex(dimensions, exactEmbedding, room);
    try {
      readVectors(saved, index.table);
    } catch (error) {
      index.close();
      throw error;
    }
    index.extend(index.rows);
    for (let row = 0; row < index.rows; row++) if (index.table.factor(row) > 0) index.revive(row);
    return index;
  }

  /** Gives the memory back; nothing is found after that. */
  close(): void {
    this.table.release();
    this.products.release();
    this.graph = undefined;
    [this.live, this.liveRows] = [emptyBitmap(0), 0];
  }

  private fromAll({ bytes, factor }: ByteVector, count: number, from: number, allowed?: Uint8Array): Candidates {
    const products = this.products.take(this.rows - from);
    this.table.scan(bytes, from, products);
    if (allowed) mask(products, from, allowed);
    const at = activeKernels.largest(products, candidatesFor(count));
    return { rows: at.map((i) => from + i), cosines: Float32Array.from(at, (i) => (products[i] ?? 0) * factor) };
  }

  private fromAllowed(query: ByteVector, count: number, total: number, allowed: Uint8Array): Candidates {
    return this.bestOf(query, count, rowsInBoth(this.live, allowed, total));
  }

  private bestOf({ bytes, factor }: ByteVector, count: number, rows: Uint32Array): Candidates {
    const products = this.products.take(rows.length);
    this.table.gather(bytes, rows, products);
    const at = activeKernels.largest(products, candidatesFor(count));
    return { rows: at.map((i) => rows[i] ?? 0), cosines: Float32Array.from(at, (i) => (products[i] ?? 0) * factor) };
  }

  private fromGraph(graph: RowGraph, query: Float32Array, asked: ByteVector, count: number, total: number, allowed?: Uint8Array): Candidates {
    const dropped = graph.size / Math.max(1, Math.min(graph.size - this.deadInGraph, total));
    const near = graph
      .near(query, Math.ceil(candidatesOfGraph(count) * Math.min(dropped, MOST_MORE)))
      .filter((row) => this.has(row) && (!allowed || hasRow(allowed, row)));
    const old = this.bestOf(asked, count, near.sort());
    if (graph.rows >= this.rows) return old;
    const young = this.fromAll(asked, count, graph.rows, allowed);
    return inOrder([...old.rows, ...young.rows], [...old.cosines, ...young.cosines]);
  }

  /** The best by exact cosine. A row whose cosine of bytes is too far below the worst of the best so far is not looked at. */
  private best({ rows, cosines }: Candidates, query: Float32Array, asked: ByteVector, count: number): Pick<NearestRows, 'rows' | 'scores'> {
    const length = lengthOf(query);
    const best: { row: number; score: number }[] = [];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0;
      const worst = best.length === count ? best.at(-1) : undefined;
      if (worst && (cosines[i] ?? 0) + this.margin(row, asked.factor) < worst.score) continue;
      const score = exactCosine(this.exactEmbedding(row), query, length);
      let at = best.length;
      for (; at > 0; at--) {
        const before = best[at - 1] as { row: number; score: number };
        if (before.score > score || (before.score === score && before.row < row)) break;
      }
      if (at >= count) continue;
      best.splice(at, 0, { row, score });
      if (best.length > count) best.pop();
    }
    return { rows: Uint32Array.from(best, ({ row }) => row), scores: Float64Array.from(best, ({ score }) => score) };
  }

  /** What rounding to bytes may take from a cosine: the rounding errors of query and row are uniform, and independent of the values. */
  private margin(row: number, step: number): number {
    const stepOfRow = this.table.factor(row);
    return DEVIATIONS * Math.sqrt((step * step + stepOfRow * stepOfRow) / 12);
  }

  private extend(rows: number): void {
    this.table.extend(rows);
    if (rows <= this.live.length * 8) return;
    const live = emptyBitmap(Math.max(rows, this.live.length * 16));
    live.set(this.live);
    this.live = live;
  }

  private revive(row: number): void {
    setRow(this.live, row);
    this.liveRows++;
  }

  private check(vector: Float32Array): void {
    if (vector.length !== this.dimensions) throw new RangeError(`an embedding has ${this.dimensions} values here, not ${vector.length}`);
    if (!Number.isFinite(lengthOf(vector))) throw new RangeError('an embedding has finite values');
  }
}

/** Rows of the best cosines of bytes among which the exact ones are looked for; how many are read depends on their cosines. */
function candidatesFor(count: number): number {
  return 2 * count + 128;
}

/** Rows that a graph is asked for: what it overlooks it finds with more of them, and they cost less than what they save. */
function candidatesOfGraph(count: number): number {
  return 4 * count + 472;
}

function inOrder(rows: readonly number[], cosines: readonly number[]): Candidates {
  const order = [...rows.keys()].sort((a, b) => (cosines[b] ?? 0) - (cosines[a] ?? 0) || (rows[a] ?? 0) - (rows[b] ?? 0));
  return { rows: Uint32Array.from(order, (i) => rows[i] ?? 0), cosines: Float32Array.from(order, (i) => cosines[i] ?? 0) };
}

/** Makes what is not in a bitmap not a number. */
function mask(products: Float32Array, from: number, allowed: Uint8Array): void {
  for (let i = 0, row = from; i < products.length; i++, row++) {
    if (((allowed[row >>> 3] ?? 0) & (1 << (row & 7))) === 0) products[i] = NaN;
  }
}

/** The `total` rows that are in both bitmaps, ascending. */
function rowsInBoth(a: Uint8Array, b: Uint8Array, total: number): Uint32Array {
  const rows = new Uint32Array(total);
  for (let i = 0, found = 0; found < total; i++) {
    for (let byte = (a[i] ?? 0) & (b[i] ?? 0); byte !== 0; byte &= byte - 1) rows[found++] = 8 * i + 31 - Math.clz32(byte & -byte);
  }
  return rows;
}
