import type { Hypervector } from '@sigmalang/vector';
import type { SigmaVector } from './sigma-vector';

/** A Σ-vector as it arrived: perhaps with bits that are known to be unknown, or in several noisy copies. */
export interface ObservedVector extends SigmaVector {
  /** Ones at the dimensions whose bits are unknown. */
  readonly erased?: Hypervector;
  /** Further copies of the same vector, each disturbed in its own way. */
  readonly copies?: readonly Hypervector[];
}
