import { closeSync, openSync, readSync } from 'node:fs';
import { Index, MetricKind, ScalarKind } from 'usearch';
import { SavedVectorsError } from './vector-index-error';

/** Neighbours that a row keeps, twice as many on the lowest level. */
const CONNECTIVITY = 16;

/** Rows that are looked at to find the neighbours of a new row, and those of a query at least. */
const EXPANSION = { add: 128, search: 512 };

/** One thread: a search is part of a task, and a build leaves the other cores to the searches. */
const THREADS = 1;

/** What follows the vectors in a file of usearch. */
const MAGIC = 'usearch';

/** A graph over the rows below a number, some of which it may lack. */
export interface RowGraph {
  /** One more than the last row that it was built from. */
  readonly rows: number;
  /** Number of rows in it. */
  readonly size: number;
  /** Up to `count` rows near a query, nearest first, by its own reckoning. */
  near(query: Float32Array, count: number): Uint32Array;
}

/** A graph of neighbours by cosine: hierarchical navigable small worlds (Malkov and Yashunin, TPAMI 2020) of `usearch`, vectors in bytes. */
export class NeighbourGraph implements RowGraph {
  private constructor(
    private readonly index: Index,
    readonly dimensions: number,
    private end: number,
  ) {}

  static empty(dimensions: number): NeighbourGraph {
    return new NeighbourGraph(makeIndex(dimensions), dimensions, 0);
  }

  /**
   * Reads a saved graph into memory. Throws SavedVectorsError where it is not a graph of these dimensions; a damaged one is not noticed, see to
   * that by a checksum. (usearch 2.26 can also map a file in place, but closes file descriptor 0 of the process where that fails.)
   */
  static load(path: string, dimensions: number, rows: number): NeighbourGraph {
    const index = makeIndex(dimensions);
    try {
      if (!isGraphFile(path)) throw new Error('no file of usearch');
      index.load(path);
    } catch (cause) {
      throw new SavedVectorsError('foreign', { cause });
    }
    if (index.dimensions() !== dimensions) throw new SavedVectorsError('foreign');
    if (index.size() > rows) throw new SavedVectorsError('corrupt');
    return new NeighbourGraph(index, dimensions, rows);
  }

  get rows(): number {
    return this.end;
  }

  get size(): number {
    return this.index.size();
  }

  /** Adds rows, which ascend, one embedding after the other; a step of a build that takes as long as its rows. */
  add(rows: readonly number[], embeddings: Float32Array): void {
    if (rows.length === 0) return;
    this.index.add(BigUint64Array.from(rows, BigInt), embeddings, THREADS);
    this.end = Math.max(this.end, (rows.at(-1) ?? 0) + 1);
  }

  near(query: Float32Array, count: number): Uint32Array {
    if (this.size === 0) return new Uint32Array();
    const { keys } = this.index.search(query, Math.min(count, this.size), THREADS);
    return Uint32Array.from(keys, Number);
  }

  /** Writes the graph to a file, for `load`. */
  save(path: string): void {
    this.index.save(path);
  }
}

/** Whether a file begins as usearch writes it: rows and bytes a row, the vectors, then its name. Its reader ends the process on anything else. */
function isGraphFile(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const shape = Buffer.alloc(8);
    if (readSync(file, shape) < shape.length) return false;
    const name = Buffer.alloc(MAGIC.length);
    const read = readSync(file, name, 0, name.length, shape.length + shape.readUInt32LE(0) * shape.readUInt32LE(4));
    return read === name.length && name.toString('latin1') === MAGIC;
  } finally {
    closeSync(file);
  }
}

function makeIndex(dimensions: number): Index {
  return new Index({
    dimensions,
    metric: MetricKind.Cos,
    quantization: ScalarKind.I8,
    connectivity: CONNECTIVITY,
    expansion_add: EXPANSION.add,
    expansion_search: EXPANSION.search,
    multi: false,
  });
}
