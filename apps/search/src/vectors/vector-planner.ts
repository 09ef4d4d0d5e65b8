/** How vectors are compared: all rows, the allowed rows copied together, or what a graph of neighbours proposes. */
export type VectorStrategy = 'scan' | 'gather' | 'graph';

/** What a plan depends on. */
export interface VectorCase {
  /** Rows, dead ones among them. */
  readonly rows: number;
  readonly dimensions: number;
  /** Rows that may be found. */
  readonly allowed: number;
  /** The graph that there is, if any: how many rows it was built over. */
  readonly graph?: { readonly rows: number } | undefined;
}

/** What a graph's age depends on. */
export interface GraphCase {
  readonly rows: number;
  readonly dimensions: number;
  /** Rows that may be found where there is no filter. */
  readonly live: number;
  readonly graph?: { readonly rows: number; readonly live: number; readonly size: number } | undefined;
}

/** Bytes of rows up to which all are compared; beyond that a graph of neighbours is asked. By `npm run bench -- vector-index`. */
export const MOST_BYTES_SCANNED = 64_000_000;


/** Share of rows that a filter has to let through for a graph to be asked: of others it proposes too few. */
const LEAST_SHARE_OF_GRAPH = 0.5;

/** Share of rows added or dead since a graph was built above which it is built again. */
const MOST_CHANGED = 0.2;

/** The cheapest way that finds what is to be found. */
export function planVectors({ rows, dimensions, allowed, graph }: VectorCase): VectorStrategy {
  const gathered = allowed * costOfCopying(dimensions);
  if (Math.min(gathered, rows) * dimensions > MOST_BYTES_SCANNED && graph && allowed >= rows * LEAST_SHARE_OF_GRAPH) return 'graph';
  return gathered < rows ? 'gather' : 'scan';
}

/** How many rows can be compared where they are in the time that one takes that is copied before; by the same measurement. */
function costOfCopying(dimensions: number): number {
  return (1_000 + 3 * dimensions) / (80 + dimensions);
}

/** Whether a graph should be built: there are more rows than are scanned, and none yet, or too many came or went since. */
export function wantsGraph({ rows, dimensions, live, graph }: GraphCase): boolean {
  if (live * dimensions <= MOST_BYTES_SCANNED) return false;
  if (!graph) return true;
  return rows - graph.rows + (graph.size - graph.live) > MOST_CHANGED * live;
}
