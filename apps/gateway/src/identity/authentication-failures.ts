import { METRICS } from '@sigmalang/contracts';
import { Counter } from 'prom-client';

/** Why somebody was not let in. */
export type FailureReason =
  | 'missing'
  | 'malformed'
  | 'ambiguous'
  | 'in-url'
  | 'unknown-key'
  | 'revoked'
  | 'expired'
  | 'invalid-token'
  | 'unavailable'
  | 'reused-token';

/** Counts failures to authenticate. */
export const authenticationFailures = new Counter({
  name: METRICS.authenticationFailures,
  help: 'Requests without credentials that are good, by reason: missing, malformed, ambiguous, in-url, unknown-key, revoked, expired, invalid-token, unavailable, reused-token',
  labelNames: ['reason'],
});
