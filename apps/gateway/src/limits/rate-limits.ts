import { LOCAL_SUBJECT, say, ServiceError } from '@sigmalang/contracts';
import type { FastifyRequest } from 'fastify';
import type { Caller, Checkpoint } from '../front-door';
import { addressGroup, addressOf } from './caller-address';
import type { LimitsConfig } from './limits.config';
import { limitsMetrics } from './limits-metrics';
import type { RateLimiter } from './rate-limiter';
import type { BucketKind, Rate } from './token-bucket';

/** The bucket that a request takes from. */
interface Bucket {
  readonly kind: BucketKind;
  readonly name: string;
  readonly rate: Rate;
}

/** Lets a caller ask as often as its rate allows, and tells it how often that is; who must be known by then. */
export function limitRates(limiter: RateLimiter, config: LimitsConfig): Checkpoint {
  return async (request, reply) => {
    if (request.routeOptions.config.isHealth || isRefusedForOurSake(request.caller)) return;
    const { kind, name, rate } = bucketOf(request, config);
    const { isAllowed, remaining, resetS, retryAfterS } = await limiter.take(kind, name, rate);
    void reply.headers({
      'ratelimit-limit': rate.burst,
      'ratelimit-remaining': remaining,
      'ratelimit-reset': resetS,
      'ratelimit-policy': `${rate.perMinute};w=60;burst=${rate.burst};policy="token bucket"`,
    });
    if (isAllowed) return;
    void reply.header('retry-after', retryAfterS);
    limitsMetrics.rejections.inc({ kind });
    throw new ServiceError('RATE_LIMITED', say`These are too many requests; the next is let through in ${retryAfterS} s`);
  };
}

/** Whether a caller may be somebody known, which we cannot tell while what would tell is away: it will be told so, and not that it asks too often. */
function isRefusedForOurSake(caller: Caller): boolean {
  return caller.kind === 'refused' && caller.error.code === 'UNAVAILABLE';
}

/** A known caller has a bucket of its own; all who are not known, and those who only say that they are, have that of their address. */
function bucketOf(request: FastifyRequest, { keyRatePerMinute, keyBurst, addressRatePerMinute, addressBurst }: LimitsConfig): Bucket {
  const { caller } = request;
  const address = (): string => addressGroup(addressOf(request));
  if (caller.kind !== 'known') return { kind: 'address', name: address(), rate: { perMinute: addressRatePerMinute, burst: addressBurst } };
  const { identity, keyId, rate } = caller;
  const own = { perMinute: rate?.perMinute ?? keyRatePerMinute, burst: rate?.burst ?? keyBurst };
  if (keyId !== undefined) return { kind: 'key', name: keyId, rate: own };
  if (identity.subject === LOCAL_SUBJECT) return { kind: 'address', name: `local:${address()}`, rate: own };
  return { kind: 'key', name: `subject:${identity.subject}`, rate: own };
}
