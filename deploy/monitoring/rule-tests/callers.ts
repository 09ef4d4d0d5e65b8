import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, grows, stays } from './alert-test';

const GATEWAY = 'job="sigmalang-gateway",instance="a"';
const OK = `${METRICS.requests}{${GATEWAY},contract="POST /v1/encode",code="OK"}`;
const SHED = `${METRICS.requestsShed}{${GATEWAY},reason="in_flight"}`;
const REJECTED = `${METRICS.rateLimitRejections}{${GATEWAY},kind="key"}`;
const IN_MEMORY = `${METRICS.rateLimitInMemory}{${GATEWAY}}`;
const LABELS = { job: 'sigmalang-gateway' };

function failures(reason: string): string {
  return `${METRICS.authenticationFailures}{${GATEWAY},reason="${reason}"}`;
}

/** Requests that are refused by a limit are requests too. */
function refused(code: string): string {
  return `${METRICS.requests}{${GATEWAY},contract="POST /v1/encode",code="${code}"}`;
}

function lookups(hits: number, misses: number): Record<string, string> {
  return { [`${METRICS.cacheHits}{${GATEWAY},level="memory"}`]: grows(hits, 180), [`${METRICS.cacheMisses}{${GATEWAY}}`]: grows(misses, 180) };
}

export const callerTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangLoadShedding',
    fires: {
      series: { [OK]: grows(950, 30), [refused('UNAVAILABLE')]: grows(50, 30), [SHED]: grows(50, 30) },
      at: '20m',
      labels: LABELS,
      says: 'sigmalang-gateway has refused 5% of the requests for 5 minutes, since they would have waited too long.',
    },
    quiet: {
      'a burst was cut off': { series: { [OK]: grows(1000, 30), [SHED]: '0x10 500x20' }, at: '20m' },
      'none is refused': { series: { [OK]: grows(1000, 30), [SHED]: stays(0, 30) }, at: '20m' },
    },
  },
  {
    alert: 'SigmalangRateLimitInMemory',
    fires: {
      series: { [IN_MEMORY]: '0x5 1x25' },
      at: '20m',
      labels: LABELS,
      says: 'sigmalang-gateway does not count requests in Redis, so that N gateways let through up to N times the rate of a caller.',
    },
    quiet: {
      'Redis was restarted': { series: { [IN_MEMORY]: '0x5 1x5 0x20' }, at: '20m' },
      'there is no Redis in this installation': { series: { [IN_MEMORY]: stays(0, 30) }, at: '20m' },
    },
  },
  {
    alert: 'SigmalangRateLimitRejections',
    fires: {
      series: { [OK]: grows(600, 60), [refused('RATE_LIMITED')]: grows(400, 60), [REJECTED]: grows(400, 60) },
      at: '40m',
      labels: LABELS,
      says: 'sigmalang-gateway has answered 40% of the requests with 429 for 10 minutes.',
    },
    quiet: {
      'some callers ask too often now and then': { series: { [OK]: grows(950, 60), [refused('RATE_LIMITED')]: grows(50, 60), [REJECTED]: grows(50, 60) }, at: '40m' },
      'the only caller of a night does': { series: { [OK]: grows(10, 60), [refused('RATE_LIMITED')]: grows(20, 60), [REJECTED]: grows(20, 60) }, at: '40m' },
    },
  },
  {
    alert: 'SigmalangAuthenticationFailures',
    fires: {
      series: { [failures('unknown-key')]: grows(120, 60), [failures('expired')]: grows(500, 60) },
      at: '40m',
      labels: LABELS,
      says: 'sigmalang-gateway has seen 2 wrong credentials a second for 10 minutes: somebody guesses, or a client has a wrong key.',
    },
    quiet: {
      'tokens expire, and are renewed': { series: { [failures('expired')]: grows(500, 60), [failures('unknown-key')]: stays(0, 60) }, at: '40m' },
      'pages are looked for without a key': { series: { [failures('missing')]: grows(500, 60) }, at: '40m' },
      'somebody mistyped a key': { series: { [failures('unknown-key')]: '0x35 5x25' }, at: '40m' },
    },
  },
  {
    alert: 'SigmalangRefreshTokensReused',
    fires: {
      series: { [failures('reused-token')]: '0x30 6x60' },
      at: '60m',
      labels: LABELS,
      says: '6 refresh tokens came a second time to sigmalang-gateway within an hour; their sessions are ended.',
    },
    quiet: {
      'a reply was lost': { series: { [failures('reused-token')]: '0x30 1x60' }, at: '60m' },
      'none came twice': { series: { [failures('reused-token')]: stays(0, 90) }, at: '60m' },
    },
  },
  {
    alert: 'SigmalangCredentialsUncheckable',
    fires: {
      series: { [failures('unavailable')]: grows(30, 30) },
      at: '20m',
      labels: LABELS,
      says: 'sigmalang-gateway refused 150 requests within 5 minutes because the database, or the issuer of tokens, does not say who asks.',
    },
    quiet: {
      'it was a moment': { series: { [failures('unavailable')]: '0x18 5x12' }, at: '20m' },
      'all can be checked': { series: { [failures('unavailable')]: stays(0, 30) }, at: '20m' },
    },
  },
  {
    alert: 'SigmalangCacheHitRatioLow',
    fires: {
      series: lookups(30, 90),
      at: '150m',
      labels: LABELS,
      says: 'sigmalang-gateway found 25% of the replies that it looked for in the last half hour.',
    },
    quiet: {
      'most are found': { series: lookups(90, 30), at: '150m' },
      'hardly anybody asks': { series: lookups(0, 3), at: '150m' },
      'nobody asks, or nothing is kept': { series: lookups(0, 0), at: '150m' },
    },
  },
];
