import { MAX_PART_BYTES } from './pre-tokenizer';
import type { TokenTable } from './vocabulary';

/**
 * Byte-pair encoding of short byte strings: starting from single bytes, the adjacent pair that makes the token of lowest rank is
 * merged until no pair makes one (Sennrich et al. 2016), in work quadratic in a length of at most 64 bytes.
 */
export class BytePairEncoder {
  readonly #starts = new Int32Array(MAX_PART_BYTES + 1);
  readonly #ranks = new Int32Array(MAX_PART_BYTES + 1);

  constructor(private readonly vocabulary: Pick<TokenTable, 'find'>) {}

  /** Appends to `ids` the tokens of bytes `start` to `end - 1` (1 to 64 bytes). */
  encode(bytes: Uint8Array, start: number, end: number, ids: number[]): void {
    const whole = this.vocabulary.find(bytes, start, end);
    if (whole >= 0) {
      ids.push(whole);
      return;
    }
    const parts = this.#merge(bytes, start, end);
    for (let p = 0; p < parts; p++) {
      ids.push(this.vocabulary.find(bytes, this.#starts[p] ?? 0, this.#starts[p + 1] ?? 0));
    }
  }

  /** Leaves the boundaries of the tokens in `#starts` and returns how many tokens there are. */
  #merge(bytes: Uint8Array, start: number, end: number): number {
    const [starts, ranks] = [this.#starts, this.#ranks];
    let parts = end - start;
    for (let p = 0; p <= parts; p++) starts[p] = start + p;
    for (let p = 0; p < parts - 1; p++) ranks[p] = this.#rankOfPair(bytes, p);
    for (;;) {
      const best = this.#lowestRank(parts - 1);
      if (best < 0) return parts;
      starts.copyWithin(best + 1, best + 2, parts + 1);
      ranks.copyWithin(best, best + 1, parts - 1);
      parts--;
      if (best < parts - 1) ranks[best] = this.#rankOfPair(bytes, best);
      if (best > 0) ranks[best - 1] = this.#rankOfPair(bytes, best - 1);
    }
  }

  /** The first of the `pairs` pairs of lowest rank, or -1 if none makes a token. */
  #lowestRank(pairs: number): number {
    let best = -1;
    let lowest = Infinity;
    for (let p = 0; p < pairs; p++) {
      const rank = this.#ranks[p] ?? -1;
      if (rank >= 0 && rank < lowest) [best, lowest] = [p, rank];
    }
    return best;
  }

  #rankOfPair(bytes: Uint8Array, part: number): number {
    return this.vocabulary.find(bytes, this.#starts[part] ?? 0, this.#starts[part + 2] ?? 0);
  }
}
