import { plainKernels } from './plain-kernels';
import { loadWasmKernels } from './wasm-kernels';

/** The hot loops of vector arithmetic; implementations give bit-identical results. Lengths must fit each other: nothing is checked. */
export interface VectorKernels {
  /** Which implementation this is, for metrics. */
  readonly name: 'plain' | 'wasm';

  /**
   * Zeroed room for `bytes` bytes at a multiple of 16, which these kernels read and write in place while they copy other arrays; it
   * is kept until it is released. Throws `RangeError` when there is none.
   */
  allocate(bytes: number): Uint8Array<ArrayBuffer>;

  /** Gives back room that `allocate` gave; other room is left alone. */
  release(room: Uint8Array): void;

  /** target[i] = a[i] XOR b[i] over the length of `target`. */
  xor(a: Uint32Array, b: Uint32Array, target: Uint32Array): void;

  /** Number of bits in which two equally long arrays differ. */
  hamming(a: Uint32Array, b: Uint32Array): number;

  /** distances[r] = Hamming distance of `query` and row r of `table` (rows of `query.length` words one after the other), for each r < distances.length. */
  hammingToMany(query: Uint32Array, table: Uint32Array, distances: Uint32Array): void;

  /** target = the bits set in more than half of 1 or more vectors, and those of `tie` where exactly half have it; all of the length of `target`. */
  majority(vectors: readonly Uint32Array[], tie: Uint32Array, target: Uint32Array): void;

  /** Indices of the `count` (at least 1) smallest values, fewer if there are not so many: ascending by value, equal ones by index. */
  smallest(values: Uint32Array, count: number): Uint32Array;

  /** Indices of the `count` (at least 1) largest values, fewer if there are not so many: descending by value, equal ones by index; never of a NaN. */
  largest(values: Float32Array, count: number): Uint32Array;

  /** products[r] = inner product of `query` and row r of `table` (rows of `query.length` bytes), for each r < products.length; below 2^31 in size. */
  dotInt8ToMany(query: Int8Array, table: Int8Array, products: Int32Array): void;

  /**
   * products[q * R + r] = factors[r] times the inner product of `queries[q]` and row r of `table`, as 32-bit floats, where R is
   * `factors.length`: equally long queries in one pass over the table, which is fast where table, factors and products are in place.
   */
  dotInt8sToMany(queries: readonly Int8Array[], table: Int8Array, factors: Float32Array, products: Float32Array): void;

  /**
   * products[r] = inner product of `query` and row r of `table` in 32-bit arithmetic: product i goes to sum i mod 16, then sum j + 8 to
   * sum j, j + 4 to j, j + 2 to j, 1 to 0.
   */
  dotFloat32ToMany(query: Float32Array, table: Float32Array, products: Float32Array): void;
}

/** The kernels that every function of this library uses, chosen here and nowhere else: WebAssembly with SIMD where it runs. */
export const activeKernels: VectorKernels = loadWasmKernels() ?? plainKernels;

/** Room that the active kernels read in place, or other room, which they copy, where they have none left. */
export function allocateRoom(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return activeKernels.allocate(bytes);
  } catch {
    return new Uint8Array(bytes);
  }
}
