import { SigmaVectorError } from '../sigma-vector-error';
import { MalformedTextError } from '../tokenizer';

/** What a run has counted so far. */
export interface FuzzCounts {
  /** Cases of each target. */
  readonly cases: ReadonlyMap<string, number>;
  /** Refusals by reason. */
  readonly refused: ReadonlyMap<string, number>;
  readonly decoded: number;
  readonly certified: number;
  /** Certified texts whose own tokens are others than those that were read. */
  readonly certifiedOtherwiseTokenized: number;
  /** Milliseconds of the slowest call of the library. */
  readonly slowestCall: number;
}

/** Counts what a run does, and refuses what the library must not do: errors without a type, and calls that take too long. */
export class FuzzTally {
  readonly #cases = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  #decoded = 0;
  #certified = 0;
  #certifiedOtherwiseTokenized = 0;
  #slowestCall = 0;

  /** Milliseconds that one call of the library may take. */
  callLimit = Infinity;

  get counts(): FuzzCounts {
    return {
      cases: this.#cases,
      refused: this.#refused,
      decoded: this.#decoded,
      certified: this.#certified,
      certifiedOtherwiseTokenized: this.#certifiedOtherwiseTokenized,
      slowestCall: this.#slowestCall,
    };
  }

  countCase(target: string): void {
    increment(this.#cases, target);
  }

  countReading(isCertified: boolean, isOtherwiseTokenized: boolean): void {
    this.#decoded++;
    this.#certified += Number(isCertified);
    this.#certifiedOtherwiseTokenized += Number(isCertified && isOtherwiseTokenized);
  }

  /** What `call` returns; throws when it took longer than {@link callLimit}. */
  timed<Result>(call: () => Result): Result {
    const start = performance.now();
    try {
      return call();
    } finally {
      const milliseconds = performance.now() - start;
      this.#slowestCall = Math.max(this.#slowestCall, milliseconds);
      if (milliseconds > this.callLimit) this.#refuseSlowness(milliseconds);
    }
  }

  /** What a call returns, or undefined where it refuses with a typed error, which is counted; throws on any other error. */
  attempt<Result>(call: () => Result): Result | undefined {
    return this.outcome(call).result;
  }

  /** {@link attempt} that tells the error too; `SigmaVectorError` and `MalformedTextError` are all that the codec documents. */
  outcome<Result>(call: () => Result): { result?: Result; refusal?: SigmaVectorError | MalformedTextError } {
    try {
      return { result: this.timed(call) };
    } catch (error) {
      if (error instanceof SigmaVectorError) {
        increment(this.#refused, error.reason);
        return { refusal: error };
      }
      if (error instanceof MalformedTextError) {
        increment(this.#refused, error.name);
        return { refusal: error };
      }
      throw new Error('another error left the codec than those it documents', { cause: error });
    }
  }

  #refuseSlowness(milliseconds: number): never {
    throw new Error(`one call took ${milliseconds.toFixed(0)} ms, more than ${this.callLimit.toFixed(0)} ms`);
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
