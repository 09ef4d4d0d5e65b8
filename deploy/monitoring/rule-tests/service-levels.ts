import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, grows, type Situation } from './alert-test';

const WHERE = 'namespace="s",job="sigmalang-gateway",instance="a"';

function requests(code: string, contract = 'POST /v1/encode', job = WHERE): string {
  return `${METRICS.requests}{${job},contract="${contract}",code="${code}"}`;
}

/** The histogram's two series that the service level is computed from. */
function durations(goodPerMinute: number, allPerMinute: number, minutes: number, contract = 'POST /v1/search'): Record<string, string> {
  const labels = `${WHERE},contract="${contract}"`;
  return {
    [`${METRICS.requestDuration}_bucket{${labels},le="0.1"}`]: grows(goodPerMinute, minutes),
    [`${METRICS.requestDuration}_count{${labels}}`]: grows(allPerMinute, minutes),
  };
}

interface Burn {
  readonly factor: string;
  /** Percent of bad requests for availability, and for latency, that are just too many. */
  readonly availability: { readonly bad: number; readonly fine: number };
  readonly latency: { readonly bad: number; readonly fine: number };
  readonly burn: string;
  /** Minutes after which the short window has forgotten what is over. */
  readonly forgottenAfter: number;
  readonly text: { readonly long: string; readonly short: string; readonly availability: string; readonly latency: string };
}

const BURNS: readonly Burn[] = [
  { factor: '14x', burn: '14.4', forgottenAfter: 10, availability: { bad: 1.5, fine: 1.4 }, latency: { bad: 73, fine: 71 }, text: { long: '1h', short: '5m', availability: '1.44', latency: '72' } },
  { factor: '6x', burn: '6', forgottenAfter: 36, availability: { bad: 0.7, fine: 0.5 }, latency: { bad: 32, fine: 29 }, text: { long: '6h', short: '30m', availability: '0.6', latency: '30' } },
  { factor: '3x', burn: '3', forgottenAfter: 130, availability: { bad: 0.35, fine: 0.25 }, latency: { bad: 16, fine: 14 }, text: { long: '1d', short: '2h', availability: '0.3', latency: '15' } },
  { factor: '1x', burn: '1', forgottenAfter: 370, availability: { bad: 0.15, fine: 0.05 }, latency: { bad: 6, fine: 4 }, text: { long: '3d', short: '6h', availability: '0.1', latency: '5' } },
];

const AT = '100m';
const SPAN = 110;

/** How long it was bad, in minutes, where it is over. */
const BAD_FOR = 60;

/** The alert that any of them would set off, if it were counted. */
const MOST_SENSITIVE = '1x';

/** What is no failure of the service, or too little to tell. */
const NO_FAILURES: Readonly<Record<string, Situation>> = {
  'one of ten requests an hour fails, at night': { series: { [requests('OK')]: grows(0.15, SPAN), [requests('INTERNAL')]: '0x70 1x40' }, at: AT },
  'callers are told what is wrong with their requests': {
    series: { [requests('OK')]: grows(500, SPAN), [requests('RATE_LIMITED')]: grows(300, SPAN), [requests('NOT_FOUND')]: grows(200, SPAN), [requests('CANCELLED')]: grows(100, SPAN) },
    at: AT,
  },
  'it is health that fails, which is no request of a caller': { series: { [requests('OK')]: grows(1000, SPAN), [requests('UNAVAILABLE', 'GET /health')]: grows(500, SPAN) }, at: AT },
  'it is a service, whose failures count where callers see them': {
    series: { [requests('UNAVAILABLE', 'nlp.v1.embed', 'job="sigmalang-nlp",instance="n"')]: grows(500, SPAN) },
    at: AT,
  },
};

/** What is not slow, or too little to tell. */
const NOT_SLOW: Readonly<Record<string, Situation>> = {
  'all of the few requests of a night are slow': { series: durations(0, 0.1, SPAN), at: AT },
  'it is work of which no time is promised': { series: durations(0, 1000, SPAN, 'PUT /v1/collections/:name/documents'), at: AT },
};

function availabilityTest({ factor, burn, forgottenAfter, availability: { bad, fine }, text }: Burn): AlertTest {
  const failing = (percent: number): Record<string, string> => ({ [requests('OK')]: grows(1000 - percent * 10, SPAN), [requests('UNAVAILABLE')]: grows(percent * 10, SPAN) });
  return {
    alert: `SigmalangAvailabilityBudgetBurn${factor}`,
    fires: {
      series: failing(bad),
      at: AT,
      labels: { namespace: 's', job: 'sigmalang-gateway', slo: 'availability', burn },
      says: `${bad}% of the requests to sigmalang-gateway in the last ${text.long} failed, and more than ${text.availability} % in the last ${text.short}; 99.9 % of them are to succeed.`,
    },
    quiet: {
      'fewer fail than may': { series: failing(fine), at: AT },
      'it is over': {
        series: { [requests('OK')]: grows(1000, BAD_FOR + forgottenAfter), [requests('UNAVAILABLE')]: `0+500x${BAD_FOR} ${500 * BAD_FOR}x${forgottenAfter}` },
        at: `${BAD_FOR + forgottenAfter}m`,
      },
      ...(factor === MOST_SENSITIVE && NO_FAILURES),
    },
  };
}

function latencyTest({ factor, burn, latency: { bad, fine }, text }: Burn): AlertTest {
  return {
    alert: `SigmalangLatencyBudgetBurn${factor}`,
    fires: {
      series: durations(1000 - bad * 10, 1000, SPAN),
      at: AT,
      labels: { namespace: 's', job: 'sigmalang-gateway', slo: 'latency', burn },
      says: `${bad}% of the requests to sigmalang-gateway in the last ${text.long} took longer than 100 ms, and more than ${text.latency} % in the last ${text.short}; 95 % of them are to be faster.`,
    },
    quiet: {
      'fewer are slow than may be': { series: durations(1000 - fine * 10, 1000, SPAN), at: AT },
      ...(factor === MOST_SENSITIVE && NOT_SLOW),
    },
  };
}

function errorTest(alert: string, code: string, perMinute: number, says: string): AlertTest {
  const errors = (of: string): string => `${METRICS.errors}{job="sigmalang-search",instance="a",code="${of}"}`;
  return {
    alert,
    fires: { series: { [errors(code)]: grows(perMinute, 60) }, at: '30m', labels: { job: 'sigmalang-search' }, says },
    quiet: {
      'it happened once': { series: { [errors(code)]: '0x20 1x40' }, at: '30m' },
      'requests are refused for other reasons': { series: { [errors('NOT_FOUND')]: grows(100, 60), [errors(code)]: '0x60' }, at: '30m' },
      'nothing failed since the start': { series: { [errors('NOT_FOUND')]: '0x60' }, at: '30m' },
    },
  };
}

export const serviceLevelTests: readonly AlertTest[] = [
  ...BURNS.map(availabilityTest),
  ...BURNS.map(latencyTest),
  errorTest('SigmalangInternalErrors', 'INTERNAL', 1, '10 requests failed with INTERNAL in sigmalang-search within 10 minutes.'),
  errorTest('SigmalangTimeouts', 'TIMEOUT', 3, '30 requests ended with TIMEOUT in sigmalang-search within 10 minutes.'),
];
