import { METRICS } from '@sigmalang/contracts';
import { Counter } from 'prom-client';

/** Why somebody was not let in. */
const REASONS = ['missing', 'malformed', 'ambiguous', 'in-url', 'unknown-key', 'revoked', 'expired', 'invalid-token', 'unavailable', 'reused-token'] as const;

/** One of {@link REASONS}. */
export type FailureReason = (typeof REASONS)[number];

/** Counts failures to authenticate. */
export const authenticationFailures = new Counter({
  name: METRICS.authenticationFailures,
  help: `Requests without credentials that are good, by reason: ${REASONS.join(', ')}`,
  labelNames: ['reason'],
});

for (const reason of REASONS) authenticationFailures.inc({ reason }, 0); // so that there is a rate of each from the start
