import { limits } from '@sigmalang/contracts';

const OBJECTS_PER_VECTOR = 8;

/** The bits of the longest vector: a list has no more items that are no objects, unless texts or vectors of a call may be more. */
const MOST_BITS = 65_536;

/** Most objects and lists of a request. */
export function mostObjects(): number {
  return OBJECTS_PER_VECTOR * Math.max(limits.vectorsPerCall, limits.textsPerCall);
}

/** Most items of a list that are no objects. */
export function mostItems(): number {
  return Math.max(MOST_BITS, limits.vectorsPerCall, limits.textsPerCall);
}
