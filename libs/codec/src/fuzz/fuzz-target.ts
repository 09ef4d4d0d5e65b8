import fc from 'fast-check';
import type { FuzzTally } from './fuzz-tally';

/** Where a batch of cases starts, and how many there are. */
export interface FuzzBatch {
  readonly seed: number;
  /** Path to one case, as a failed batch names it; only that case runs. */
  readonly path?: string;
  /** Milliseconds that the batch may take, shrinking included. */
  readonly milliseconds: number;
}

/** What became of a batch: the smallest case that fails, or none. */
export interface FuzzFailure {
  readonly target: string;
  readonly seed: number;
  readonly path: string;
  readonly message: string;
  readonly counterexample: string;
}

/** Cases of one kind, and what must hold for each. */
export interface FuzzTarget {
  readonly name: string;
  /** Runs a batch, calling `started` before each case with its number, which `path` takes, until one has failed. */
  run(batch: FuzzBatch, tally: FuzzTally, started: (index: number) => void): FuzzFailure | undefined;
}

const LONGEST_COUNTEREXAMPLE = 4000;
const STACK_LINES = 12;

/** A target whose cases come from `cases`, `casesPerBatch` at a time, and whose `check` throws on a case that shows a fault. */
export function fuzzTarget<Case>(
  name: string,
  casesPerBatch: number,
  cases: fc.Arbitrary<Case>,
  check: (given: Case, tally: FuzzTally) => void,
): FuzzTarget {
  return {
    name,
    run({ seed, path, milliseconds }, tally, started) {
      let index = 0;
      let hasFailed = false;
      const property = fc.property(cases, (given) => {
        if (!hasFailed) started(index++);
        tally.countCase(name);
        try {
          check(given, tally);
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      });
      const details = fc.check(property, {
        seed,
        numRuns: path === undefined ? casesPerBatch : 1,
        ...(path !== undefined && { path, endOnFailure: true }),
        plugins: [fc.interruptAfterTimeLimit(milliseconds)],
      });
      const { failed, counterexample, counterexamplePath, errorInstance } = details as fc.RunDetailsCommon<[Case]>;
      if (!failed || counterexample === null || counterexamplePath === null) return undefined;
      const [smallest] = counterexample;
      return { target: name, seed, path: counterexamplePath, message: messageOf(errorInstance), counterexample: cut(fc.stringify(smallest)) };
    },
  };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = (error.stack ?? error.message).split('\n').slice(0, STACK_LINES).join('\n');
  return error.cause === undefined ? place : `${error.message}, ${messageOf(error.cause)}`;
}

function cut(text: string): string {
  if (text.length <= LONGEST_COUNTEREXAMPLE) return text;
  return `${text.slice(0, LONGEST_COUNTEREXAMPLE)}… (${text.length} characters)`;
}
