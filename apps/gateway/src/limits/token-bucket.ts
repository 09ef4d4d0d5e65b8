/** Whose buckets there are. */
export const BUCKET_KINDS = ['key', 'address'] as const;

/** One of {@link BUCKET_KINDS}. */
export type BucketKind = (typeof BUCKET_KINDS)[number];

/** How often a caller may ask. */
export interface Rate {
  /** Requests a minute, which is how fast the bucket fills; 1 to 60,000,000. */
  readonly perMinute: number;
  /** Requests at once, which is how much the bucket holds. */
  readonly burst: number;
}

/** What is left of a bucket after a request took a token, or found none. */
export interface Taken {
  readonly isAllowed: boolean;
  /** Requests that may be made at once from here on. */
  readonly remaining: number;
  /** Seconds until the bucket is full, rounded up. */
  readonly resetS: number;
  /** Seconds until a request is let through, rounded up; 0 where one would be at once. */
  readonly retryAfterS: number;
}

const MINUTE_US = 60_000_000;
const SECOND_US = 1_000_000;

/** Microseconds in which a bucket gains a token: rounded up, so that no rounding lets more through than the rate. */
export function microsecondsPerToken({ perMinute }: Rate): number {
  return Math.ceil(MINUTE_US / perMinute);
}

/**
 * Takes a token out of a bucket that is kept as one number, the time at which it will be full (the generic cell rate algorithm, ITU-T
 * I.371, whose theoretical arrival time this is). In all integers: in any time t no more is let through than burst + rate·t.
 *
 * @param fullAt when the bucket will be full, in microseconds; a time that has passed where it is full
 * @param now the time, in microseconds
 * @returns when it will be full then, the same where there was no token
 */
export function takeToken(fullAt: number, now: number, rate: Rate): { readonly fullAt: number; readonly isAllowed: boolean } {
  const cost = microsecondsPerToken(rate);
  const capacity = cost * rate.burst;
  const emptiest = Math.min(Math.max(fullAt, now), now + capacity); // a bucket that was larger is at most empty
  const isAllowed = emptiest + cost <= now + capacity;
  return { fullAt: isAllowed ? emptiest + cost : emptiest, isAllowed };
}

/** What a bucket says of itself, from how long it takes until it is full, in microseconds. */
export function describeBucket(isAllowed: boolean, fullInUs: number, rate: Rate): Taken {
  const cost = microsecondsPerToken(rate);
  const free = cost * rate.burst - fullInUs;
  return {
    isAllowed,
    remaining: Math.max(0, Math.floor(free / cost)),
    resetS: Math.ceil(fullInUs / SECOND_US),
    retryAfterS: Math.max(0, Math.ceil((cost - free) / SECOND_US)),
  };
}
