import { type Hypervector, sliceVector } from '@sigmalang/vector';
import { type Observation, observe } from './observation';
import type { SigmaVector } from './sigma-vector';

/** A Σ-vector as it arrived: perhaps with bits that are known to be unknown, or in several noisy copies. */
export interface ObservedVector extends SigmaVector {
  /** Ones at the dimensions whose bits are unknown. */
  readonly erased?: Hypervector;
  /** Further copies of the same vector, each disturbed in its own way. */
  readonly copies?: readonly Hypervector[];
}

/** What was observed of the sequence segment. */
export function observeSequence({ header, bits, erased, copies = [] }: ObservedVector): Observation {
  const sequenceOf = (vector: Hypervector): Hypervector => sliceVector(vector, header.semanticBits, header.sequenceBits);
  return observe([sequenceOf(bits), ...copies.map(sequenceOf)], erased && sequenceOf(erased));
}
