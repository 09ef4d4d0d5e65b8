import { plainKernels } from './plain-kernels';

/** The hot loops of hypervector arithmetic over packed words; implementations give bit-identical results. */
export interface VectorKernels {
  /** Which implementation this is, for metrics. */
  readonly name: 'plain' | 'wasm';

  /** target[i] = a[i] XOR b[i] over the length of `target`. */
  xor(a: Uint32Array, b: Uint32Array, target: Uint32Array): void;

  /** Number of set bits. */
  popcount(words: Uint32Array): number;

  /** Number of bits in which two equally long arrays differ. */
  hamming(a: Uint32Array, b: Uint32Array): number;

  /** distances[r] = Hamming distance of `query` and row r of `table` (rows of `query.length` words one after the other), for each r < distances.length. */
  hammingToMany(query: Uint32Array, table: Uint32Array, distances: Uint32Array): void;

  /** Adds three bits in each place (carry-save adder): `sum` becomes sum XOR addend XOR carry, `carry` the majority of the three. */
  carrySaveAdd(sum: Uint32Array, addend: Uint32Array, carry: Uint32Array): void;

  /**
   * Compares bit-sliced counters with a number: plane p holds bit p of the counter of each place. Sets in `above` the bits whose counter
   * exceeds `threshold` and in `equal` those that meet it.
   */
  compareCounters(planes: readonly Uint32Array[], threshold: number, above: Uint32Array, equal: Uint32Array): void;
}

/** The kernels that every function of this library uses, chosen here and nowhere else; `activeKernels.name` says which. */
export const activeKernels: VectorKernels = plainKernels;
