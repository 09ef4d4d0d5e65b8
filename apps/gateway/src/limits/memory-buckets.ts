import { describeBucket, type Rate, takeToken, type Taken } from './token-bucket';

/** Buckets of this process alone: a bounded number of them, beyond which the one not used for longest is full again. */
export class MemoryBuckets {
  private readonly fullAt = new Map<string, number>();

  /**
   * @param most how many are kept
   * @param now the time, in microseconds, from whenever on
   */
  constructor(
    private readonly most = 100_000,
    private readonly now: () => number = () => Math.floor(performance.now() * 1_000),
  ) {}

  /** How many are kept. */
  get size(): number {
    return this.fullAt.size;
  }

  /** Takes a token out of the bucket of that name. */
  take(name: string, rate: Rate): Taken {
    const now = this.now();
    const { fullAt, isAllowed } = takeToken(this.fullAt.get(name) ?? 0, now, rate);
    this.fullAt.delete(name); // so that it goes to the end of the order in which they are given up
    this.fullAt.set(name, fullAt);
    if (this.fullAt.size > this.most) {
      const [oldest] = this.fullAt.keys();
      if (oldest !== undefined) this.fullAt.delete(oldest);
    }
    return describeBucket(isAllowed, Math.max(0, fullAt - now), rate);
  }
}
