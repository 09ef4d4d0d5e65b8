import type { FuzzCounts } from './fuzz-tally';
import type { FuzzFailure } from './fuzz-target';

/** What a run is asked to do. */
export interface FuzzOrder {
  readonly seconds: number;
  readonly seed: number;
  /** Only this target, if it is given. */
  readonly target?: string;
  /** Only this case of the target, `seed` being that of its batch. */
  readonly path?: string;
  /** Number, seed and target of the case that runs, for {@link caseOf}. */
  readonly current: Int32Array<SharedArrayBuffer>;
}

/** What the thread that runs the cases tells the one that watches it. */
export type FuzzMessage =
  /** Warm: from now on the limits hold. */
  | { readonly kind: 'ready'; readonly targets: readonly string[]; readonly callLimit: number; readonly residentBytes: number }
  | { readonly kind: 'progress'; readonly counts: FuzzCounts; readonly keptBytes: number }
  | { readonly kind: 'failure'; readonly failure: FuzzFailure }
  | { readonly kind: 'done' };

/** Room for the case that runs. */
export function roomForCase(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(16));
}

/** Says which case runs: the case `index` of the batch `seed` of a target, by its number. */
export function startCase(current: Int32Array, target: number, seed: number, index: number): void {
  Atomics.store(current, 0, target);
  Atomics.store(current, 1, seed);
  Atomics.store(current, 2, index);
  Atomics.add(current, 3, 1);
}

/** The case that runs, and how many have been started before it. */
export function caseOf(current: Int32Array): { target: number; seed: number; index: number; started: number } {
  const [target, seed, index, started] = [0, 1, 2, 3].map((at) => Atomics.load(current, at));
  return { target: target ?? 0, seed: seed ?? 0, index: index ?? 0, started: started ?? 0 };
}
