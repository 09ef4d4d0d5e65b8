import { METRICS } from '@sigmalang/contracts';
import { increase, plus, quotient, rate, series, share, sum } from '../promql';
import type { Row } from './frame';
import { ANY_IS_BAD, states, timeseries, worseAbove, worseBelow } from './panels';
import { readOn, runbook } from './read-on';
import { PROCESS, type Processes } from './scope';
import { table } from './table';

/** Who is refused, and who counts. */
function refusalPanels(of: Processes): Row['panels'] {
  return [
    timeseries({
      title: 'Refused for their rate',
      description: `Requests a second refused with 429, by whose bucket was empty. Of addresses: somebody without credentials, or guessing; of keys: a client that should slow down. ${runbook('SigmalangRateLimitRejections')} ${readOn('Rates', 'limits.md#rates')}`,
      unit: 'reqps',
      queries: [{ expr: sum(rate(METRICS.rateLimitRejections, ...of), 'kind'), legend: '{{kind}}' }],
      isStacked: true,
    }),
    states({
      title: 'Who counts',
      description: `Whether each gateway counts for itself because Redis is away: callers may then do as many times more as there are gateways. ${runbook('SigmalangRateLimitInMemory')}`,
      width: 8,
      queries: [{ expr: series(METRICS.rateLimitInMemory, ...of), legend: PROCESS }],
      one: 'alone',
      zero: 'together',
      good: 0,
    }),
    timeseries({
      title: 'Shed',
      description: `Requests a second refused with 503 because they would have waited too long: in_flight where too many are being worked on, event_loop where the gateway itself is the narrow place. ${runbook('SigmalangLoadShedding')} ${readOn('Load', 'limits.md#load')}`,
      unit: 'reqps',
      queries: [{ expr: sum(rate(METRICS.requestsShed, ...of), 'reason'), legend: '{{reason}}' }],
      isStacked: true,
      limits: ANY_IS_BAD,
    }),
  ];
}

/** How far gateways are from refusing. */
function capacityPanels(of: Processes): Row['panels'] {
  return [
    timeseries({
      title: 'Requests taken, of those that may be',
      description: `Share of the requests that a gateway takes at once, which is as many as it completes in SHED_LATENCY_MS. At 100 % further ones are shed. ${readOn('Load', 'limits.md#load')}`,
      unit: 'percentunit',
      queries: [{ expr: quotient(series(METRICS.requestsAdmitted, ...of), series(METRICS.requestsAdmittedLimit, ...of)), legend: PROCESS }],
      max: 1,
      limits: worseAbove(0.7, 0.95),
    }),
    timeseries({
      title: 'Connections of clients, of those there may be',
      description: `Share of MAX_CONNECTIONS that is open. At 100 % further ones are closed at once. ${readOn('Slow clients', 'limits.md#slow-clients')}`,
      unit: 'percentunit',
      queries: [{ expr: quotient(series(METRICS.connections, ...of), series(METRICS.connectionsLimit, ...of)), legend: PROCESS }],
      max: 1,
      limits: worseAbove(0.7, 0.9),
    }),
    timeseries({
      title: 'Connections of clients refused',
      description: 'Connections a second that were closed at once because as many as may be were open. Clients see a reset and no status: add gateways, or find who opens them.',
      unit: 'ops',
      queries: [{ expr: rate(METRICS.connectionsRefused, ...of), legend: PROCESS }],
      limits: ANY_IS_BAD,
    }),
  ];
}

/** What a gateway refuses before any work: callers who ask too often, and load beyond what it can do. */
export function limitsRow(of: Processes): Row {
  return {
    title: 'Limits and shedding',
    panels: [...refusalPanels(of), ...capacityPanels(of)],
  };
}

/** Replies that were computed before. */
export function cacheRow(of: Processes): Row {
  const hits = sum(rate(METRICS.cacheHits, ...of), 'job');
  const looked = plus(hits, sum(rate(METRICS.cacheMisses, ...of), 'job'));
  return {
    title: 'Cache of replies',
    panels: [
      timeseries({
        title: 'Found',
        description: `Share of the replies that were looked for and found. Below 50 % for long, callers ask for something new each time, the memory is too small, or CACHE_TTL too short. ${runbook('SigmalangCacheHitRatioLow')} ${readOn('Kept replies', 'cache.md')}`,
        unit: 'percentunit',
        width: 6,
        queries: [{ expr: share(hits, looked), legend: '{{job}}' }],
        max: 1,
        limits: worseBelow(0.5, 0.2),
      }),
      timeseries({
        title: 'Looked for',
        description: 'Replies looked for a second: found in memory, in Redis, or by waiting for the same request of another caller (flight), or computed (missed).',
        unit: 'reqps',
        width: 6,
        queries: [
          { expr: sum(rate(METRICS.cacheHits, ...of), 'level'), legend: '{{level}}' },
          { expr: sum(rate(METRICS.cacheMisses, ...of)), legend: 'missed' },
        ],
        isStacked: true,
      }),
      timeseries({
        title: 'Memory of the cache, of what there may be',
        description: 'Share of CACHE_MEMORY_BYTES that kept replies take in each gateway. At 100 % those that were not asked for longest make room, which is normal; many misses beside it ask for more.',
        unit: 'percentunit',
        width: 6,
        queries: [{ expr: quotient(series(METRICS.cacheBytes, ...of), series(METRICS.cacheBytesLimit, ...of)), legend: PROCESS }],
        max: 1,
      }),
      timeseries({
        title: 'Replies in memory',
        description: 'Replies that each gateway keeps in its memory. It falls to nothing when the data of a caller is erased, or the models change.',
        unit: 'short',
        width: 6,
        queries: [{ expr: series(METRICS.cacheEntries, ...of), legend: PROCESS }],
      }),
    ],
  };
}

/** Who was not let in, and what the audit keeps. */
export function identityRow(of: Processes): Row {
  return {
    title: 'Authentication and audit',
    panels: [
      timeseries({
        title: 'Not let in',
        description: `Requests a second without good credentials, by reason. Many unknown keys: somebody guesses, or a key was lost; unavailable: they cannot be checked; reused-token: a token was stolen. ${runbook('SigmalangAuthenticationFailures')} ${readOn('Identity', 'identity.md')}`,
        unit: 'reqps',
        queries: [{ expr: sum(rate(METRICS.authenticationFailures, ...of), 'reason'), legend: '{{reason}}' }],
        isStacked: true,
        limits: worseAbove(1, 10),
      }),
      timeseries({
        title: 'Entries of the audit',
        description: `Entries a second that were written, or lost because the database was away for too long. None may be lost. ${runbook('SigmalangAuditEntriesLost')}`,
        unit: 'ops',
        queries: [{ expr: sum(rate(METRICS.auditEntries, ...of), 'outcome'), legend: '{{outcome}}' }],
      }),
      timeseries({
        title: 'Entries not written yet',
        description: `Entries of the audit that wait for the database, by process. ${runbook('SigmalangAuditBacklog')}`,
        unit: 'none',
        queries: [{ expr: series(METRICS.auditPending, ...of), legend: PROCESS }],
        limits: worseAbove(100, 1000),
      }),
    ],
  };
}

/** What is switched on for whom. */
export function flagsRow(of: Processes): Row {
  return {
    title: 'Feature flags',
    panels: [
      timeseries({
        title: 'Looked at',
        description: `How often a second each flag was looked at, by what it was for the caller. A flag that was switched shows here within two looks at its file. ${readOn('Feature flags', 'resilience.md#feature-flags')}`,
        unit: 'ops',
        width: 16,
        queries: [{ expr: sum(rate(METRICS.flagEvaluations, ...of), 'flag', 'value'), legend: '{{flag}} {{value}}' }],
      }),
      table({
        title: 'Within the hour',
        description: 'How often each flag was on and off for callers within the last hour.',
        width: 8,
        rows: { flag: 'Flag', value: 'Value' },
        columns: [{ title: 'Times', unit: 'short', decimals: 0, expr: sum(increase('1h', METRICS.flagEvaluations, ...of), 'flag', 'value') }],
        sortBy: 'Times',
      }),
    ],
  };
}
