import fc from 'fast-check';
import { MemoryBuckets } from './memory-buckets';
import { describeBucket, microsecondsPerToken, type Rate, takeToken } from './token-bucket';

const rates: fc.Arbitrary<Rate> = fc.record({ perMinute: fc.integer({ min: 1, max: 60_000_000 }), burst: fc.integer({ min: 1, max: 1_000 }) });

/** Times at which requests come, as microseconds since the one before: many at once, some after long. */
const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 600_000_000 })), { minLength: 1, maxLength: 200 });

/** When requests that come at those gaps are let through. */
function allowedTimes(rate: Rate, between: readonly number[]): number[] {
  let fullAt = 0;
  let now = 1_763_700_000_000_000;
  return between.flatMap((gap) => {
    now += gap;
    const taken = takeToken(fullAt, now, rate);
    fullAt = taken.fullAt;
    return taken.isAllowed ? [now] : [];
  });
}

describe('a token bucket', () => {
  it('lets no more through in any time than its burst and what it gained meanwhile', () => {
    fc.assert(
      fc.property(rates, gaps, (rate, between) => {
        const times = allowedTimes(rate, between);
        times.forEach((from, i) => {
          times.slice(i).forEach((to, j) => { expect(j + 1).toBeLessThanOrEqual(rate.burst + ((to - from) * rate.perMinute) / 60_000_000); });
        });
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('lets through what a bucket of tokens would that is filled token by token', () => {
    fc.assert(
      fc.property(rates, gaps, (rate, between) => {
        const cost = BigInt(microsecondsPerToken(rate));
        const capacity = cost * BigInt(rate.burst);
        let [level, now, fullAt] = [capacity, 1_763_700_000_000_000, 0];
        for (const gap of between) {
          now += gap;
          level = level + BigInt(gap) > capacity ? capacity : level + BigInt(gap);
          const taken = takeToken(fullAt, now, rate);
          expect(taken.isAllowed).toBe(level >= cost);
          if (level >= cost) level -= cost;
          fullAt = taken.fullAt;
          expect(describeBucket(taken.isAllowed, fullAt - now, rate).remaining).toBe(Number(level / cost));
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('lets through the very request that it told to come again, when it comes as late as told', () => {
    fc.assert(
      fc.property(rates, gaps, (rate, between) => {
        let [fullAt, now] = [0, 0];
        for (const gap of between) {
          now += gap;
          fullAt = takeToken(fullAt, now, rate).fullAt;
        }
        const { retryAfterS, resetS } = describeBucket(false, Math.max(0, fullAt - now), rate);
        expect(takeToken(fullAt, now + retryAfterS * 1_000_000, rate).isAllowed).toBe(true);
        expect(describeBucket(true, Math.max(0, fullAt - now - resetS * 1_000_000), rate).remaining).toBe(rate.burst);
      }),
      { seed: 7 },
    );
  });

  it('is at most empty when its caller may ask less often from now on', () => {
    const [before, after] = [{ perMinute: 1, burst: 100 }, { perMinute: 60, burst: 2 }];
    let fullAt = 0;
    for (let i = 0; i < 100; i++) ({ fullAt } = takeToken(fullAt, 1_000_000, before));
    expect(takeToken(fullAt, 1_000_000, after).isAllowed).toBe(false);
    expect(takeToken(takeToken(fullAt, 1_000_000, after).fullAt, 2_000_000, after).isAllowed).toBe(true);
  });
});

describe('the buckets of a process', () => {
  const rate = { perMinute: 60, burst: 2 };

  it('are one for each name', () => {
    const buckets = new MemoryBuckets(10, () => 1_000);
    expect(['a', 'a', 'a', 'b'].map((name) => buckets.take(name, rate))).toEqual([
      { isAllowed: true, remaining: 1, resetS: 1, retryAfterS: 0 },
      { isAllowed: true, remaining: 0, resetS: 2, retryAfterS: 1 },
      { isAllowed: false, remaining: 0, resetS: 2, retryAfterS: 1 },
      { isAllowed: true, remaining: 1, resetS: 1, retryAfterS: 0 },
    ]);
  });

  it('are bounded: the one not used for longest is given up', () => {
    const buckets = new MemoryBuckets(2, () => 1_000);
    for (const name of ['often', 'often', 'seldom', 'seldom', 'often', 'new']) buckets.take(name, rate);
    expect(buckets.size).toBe(2);
    expect([buckets.take('often', rate).isAllowed, buckets.take('seldom', rate).isAllowed]).toEqual([false, true]);
  });
});
