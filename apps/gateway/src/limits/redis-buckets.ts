import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { describeBucket, microsecondsPerToken, type Rate, type Taken } from './token-bucket';

/** What stands before the names of buckets in Redis. */
export const BUCKET_PREFIX = 'sigmalang:rate:';

/** `takeToken` for Redis, by its clock, which may be set back, and in one step: KEYS the bucket; ARGV microseconds a token, tokens a bucket; whether it is allowed, and microseconds until it is full. */
const TAKE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local cost = tonumber(ARGV[1])
local capacity = cost * tonumber(ARGV[2])
local kept = tonumber(redis.call('GET', KEYS[1]) or 0) or now
local full_at = math.min(math.max(now, kept), now + capacity)
local is_allowed = full_at + cost <= now + capacity
if is_allowed then full_at = full_at + cost end
if is_allowed or full_at < kept then
  redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
end
return {is_allowed and 1 or 0, full_at - now}
`;

const TAKE_SHA = createHash('sha1').update(TAKE).digest('hex');

/** Takes a token out of the bucket of that name, which all gateways share; rejects as Redis does. */
export async function takeFromRedis(redis: Redis, name: string, rate: Rate): Promise<Taken> {
  const key = BUCKET_PREFIX + name;
  const args = [microsecondsPerToken(rate), rate.burst];
  const [isAllowed, fullInUs] = (await redis.evalsha(TAKE_SHA, 1, key, ...args).catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return redis.eval(TAKE, 1, key, ...args);
    throw error;
  })) as [number, number];
  return describeBucket(isAllowed === 1, fullInUs, rate);
}
