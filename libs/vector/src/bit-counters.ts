/** The bits of weight 2^p of all counters, and of the vectors of that weight that wait for a second one. */
interface Level {
  readonly plane: Uint32Array;
  readonly waiting: Uint32Array;
  isWaiting: boolean;
}

/**
 * Counts, bit by bit, how many of the added vectors have a one, in bit-sliced counters fed by a tree of carry-save adders (Harley and
 * Seal: Warren, Hacker's Delight, 5-1), word by word in plain TypeScript.
 */
export class BitCounters {
  readonly #carry: Uint32Array;
  readonly #levels: Level[] = [];
  #added = 0;

  /** Counters for vectors of `words` 32-bit words, all zero. */
  constructor(words: number) {
    this.#carry = new Uint32Array(words);
  }

  /** How many vectors have been added. */
  get size(): number {
    return this.#added;
  }

  /** Adds one vector of as many words. */
  add(words: Uint32Array): void {
    this.#added++;
    this.#carry.set(words);
    for (let p = 0; ; p++) {
      const level = this.#level(p);
      if (!level.isWaiting) {
        level.waiting.set(this.#carry);
        level.isWaiting = true;
        return;
      }
      carrySaveAdd(level.plane, level.waiting, this.#carry);
      level.isWaiting = false;
    }
  }

  /** target = the bits set in more than half of the vectors, and those of `tie` where exactly half have it. */
  majority(tie: Uint32Array, target: Uint32Array): void {
    const half = new Uint32Array(this.#carry.length);
    compareCounters(this.#planes(), this.#added >>> 1, target, half);
    if (this.#added % 2 === 1) return;
    for (let w = 0; w < target.length; w++) target[w] = (target[w] ?? 0) | ((half[w] ?? 0) & (tie[w] ?? 0));
  }

  /** For each of the first `bits` places, how many of the added vectors have a one there, 0 to `size`. */
  counts(bits: number): Uint32Array {
    const counts = new Uint32Array(bits);
    this.#planes().forEach((plane, p) => {
      for (let i = 0; i < bits; i++) counts[i] = (counts[i] ?? 0) + ((((plane[i >>> 5] ?? 0) >>> (i & 31)) & 1) << p);
    });
    return counts;
  }

  /** The planes of the counters after all waiting vectors are counted in. */
  #planes(): Uint32Array[] {
    const nothing = new Uint32Array(this.#carry.length);
    for (let p = 0; p < this.#levels.length; p++) {
      const level = this.#level(p);
      if (!level.isWaiting) continue;
      this.#carry.set(level.waiting);
      level.isWaiting = false;
      for (let q = p; this.#carry.some((word) => word !== 0); q++) carrySaveAdd(this.#level(q).plane, nothing, this.#carry);
    }
    return this.#levels.map(({ plane }) => plane);
  }

  #level(p: number): Level {
    return (this.#levels[p] ??= {
      plane: new Uint32Array(this.#carry.length),
      waiting: new Uint32Array(this.#carry.length),
      isWaiting: false,
    });
  }
}

/** Adds three bits in each place: `sum` becomes sum XOR addend XOR carry, `carry` the majority of the three. */
function carrySaveAdd(sum: Uint32Array, addend: Uint32Array, carry: Uint32Array): void {
  for (let w = 0; w < sum.length; w++) {
    const a = sum[w] ?? 0;
    const b = addend[w] ?? 0;
    const c = carry[w] ?? 0;
    const either = a ^ b;
    sum[w] = either ^ c;
    carry[w] = (a & b) | (either & c);
  }
}

/** Sets in `above` the bits whose counter exceeds `threshold` and in `equal` those that meet it; plane p holds bit p of the counter of each place. */
function compareCounters(planes: readonly Uint32Array[], threshold: number, above: Uint32Array, equal: Uint32Array): void {
  above.fill(0);
  equal.fill(0xffffffff);
  for (const [p, plane] of [...planes.entries()].reverse()) {
    const isSet = ((threshold >>> p) & 1) === 1;
    for (let w = 0; w < above.length; w++) {
      const same = equal[w] ?? 0;
      const bits = plane[w] ?? 0;
      if (!isSet) above[w] = (above[w] ?? 0) | (same & bits);
      equal[w] = same & (isSet ? bits : ~bits);
    }
  }
}
