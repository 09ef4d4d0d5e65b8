import { METRICS } from '@sigmalang/contracts';
import type { AlertTopic } from '../alert';
import { RECORDED } from '../recorded';
import { GROUPED } from '../service-levels';

/** Credentials that cannot be mended by asking again: somebody guesses, or a client has a wrong key. */
const WRONG_CREDENTIALS = 'reason=~"malformed|ambiguous|in-url|unknown-key|revoked|invalid-token"';

/** A share of the requests to the API that are turned away for one cause. */
function shareOf(metric: string, window: string): string {
  return `sum by (${GROUPED}) (rate(${metric}[${window}])) / (${RECORDED.apiRequests} > 0)`;
}

/** What callers are refused, and why; and what is spared them. */
export const callers: AlertTopic = {
  topic: 'callers',
  alerts: [
    {
      alert: 'SigmalangLoadShedding',
      expr: `${shareOf(METRICS.requestsShed, '5m')} > 0.01\nand sum by (${GROUPED}) (rate(${METRICS.requestsShed}[5m])) > 0.5`,
      for: '5m',
      severity: 'warning',
      summary: 'Gateways refuse requests because there are more than they can answer in time',
      description: '{{ $labels.job }} has refused {{ $value | humanizePercentage }} of the requests for 5 minutes, since they would have waited too long.',
    },
    {
      alert: 'SigmalangRateLimitInMemory',
      expr: `max by (${GROUPED}) (${METRICS.rateLimitInMemory}) == 1`,
      for: '10m',
      severity: 'warning',
      summary: 'Gateways count requests each for itself',
      description: '{{ $labels.job }} does not count requests in Redis, so that N gateways let through up to N times the rate of a caller.',
    },
    {
      alert: 'SigmalangRateLimitRejections',
      expr: `${shareOf(METRICS.rateLimitRejections, '10m')} > 0.2\nand sum by (${GROUPED}) (rate(${METRICS.rateLimitRejections}[10m])) > 1`,
      for: '10m',
      severity: 'warning',
      summary: 'Many requests are refused because their callers ask too often',
      description: '{{ $labels.job }} has answered {{ $value | humanizePercentage }} of the requests with 429 for 10 minutes.',
    },
    {
      alert: 'SigmalangAuthenticationFailures',
      expr: `sum by (${GROUPED}) (rate(${METRICS.authenticationFailures}{${WRONG_CREDENTIALS}}[10m])) > 1`,
      for: '10m',
      severity: 'warning',
      summary: 'Many requests come with wrong credentials',
      description: '{{ $labels.job }} has seen {{ $value | humanize }} wrong credentials a second for 10 minutes: somebody guesses, or a client has a wrong key.',
    },
    {
      alert: 'SigmalangRefreshTokensReused',
      expr: `sum by (${GROUPED}) (increase(${METRICS.authenticationFailures}{reason="reused-token"}[1h])) > 3`,
      for: '1m',
      severity: 'warning',
      summary: 'Refresh tokens come a second time, which may have been stolen',
      description: '{{ $value | printf "%.0f" }} refresh tokens came a second time to {{ $labels.job }} within an hour; their sessions are ended.',
    },
    {
      alert: 'SigmalangCredentialsUncheckable',
      expr: `sum by (${GROUPED}) (increase(${METRICS.authenticationFailures}{reason="unavailable"}[5m])) > 10`,
      for: '2m',
      severity: 'critical',
      summary: 'Callers are refused because nobody can tell whether their credentials are good',
      description: '{{ $labels.job }} refused {{ $value | printf "%.0f" }} requests within 5 minutes because the database, or the issuer of tokens, does not say who asks.',
    },
    {
      alert: 'SigmalangCacheHitRatioLow',
      expr: `${RECORDED.cacheHitRatio} < 0.5\nand ${RECORDED.cacheLookups} > 1`,
      for: '1h',
      severity: 'info',
      summary: 'Less than half of the replies that are looked for in the cache are there',
      description: '{{ $labels.job }} found {{ $value | humanizePercentage }} of the replies that it looked for in the last half hour.',
    },
  ],
};
