import { METRICS } from '@sigmalang/contracts';
import { type AlertTest, grows, stays } from './alert-test';

const STATUS = METRICS.healthCheckStatus;

function check(name: string, instance = 'a', job = 'sigmalang-gateway'): string {
  return `${STATUS}{job="${job}",instance="${instance}",check="${name}"}`;
}

/** An alert that fires where every process of an app misses a dependency. */
function lostTest(alert: string, name: string, says: string): AlertTest {
  return {
    alert,
    fires: { series: { [check(name)]: '1x5 0x25', [check(name, 'b')]: '1x5 0x25' }, at: '20m', labels: { job: 'sigmalang-gateway' }, says },
    quiet: {
      'another process of the app has it': { series: { [check(name)]: stays(0, 30), [check(name, 'b')]: stays(1, 30) }, at: '20m' },
      'a process is just starting': { series: { [check(name)]: '_x19 0 1x10' }, at: '20m' },
      'it is not part of this installation': { series: { [check('lexicon')]: stays(1, 30) }, at: '20m' },
    },
  };
}

export const dependencyTests: readonly AlertTest[] = [
  lostTest('SigmalangNatsUnreachable', 'nats', 'No process of sigmalang-gateway has a connection to NATS, so that none takes requests.'),
  lostTest('SigmalangDatabaseUnreachable', 'database', 'No process of sigmalang-gateway can use the database: keys cannot be checked, nothing can be written, and the audit waits.'),
  lostTest('SigmalangRedisUnreachable', 'redis', 'No process of sigmalang-gateway can reach Redis: each counts requests for itself and keeps replies for itself.'),
  lostTest(
    'SigmalangKeysUncheckable',
    'identity',
    'No process of sigmalang-gateway can check keys, so that none takes requests: it waits for the database, or has another AUTH_SECRET than the keys were made with.',
  ),
  {
    alert: 'SigmalangServiceUnreachable',
    fires: {
      series: { [check('nlp')]: '1x5 0x25', [check('encoder')]: stays(1, 30) },
      at: '20m',
      labels: { check: 'nlp' },
      says: 'nlp answers the ping of no gateway: what needs it is refused with 503.',
    },
    quiet: {
      'one gateway is cut off and another is not': { series: { [check('nlp')]: stays(0, 30), [check('nlp', 'b')]: stays(1, 30) }, at: '20m' },
      'it was restarted': { series: { [check('nlp')]: '1x18 0 1x10' }, at: '20m' },
    },
  },
  {
    alert: 'SigmalangInstanceNotReady',
    fires: {
      series: { [check('index', 'b', 'sigmalang-search')]: stays(0, 30), [check('nats', 'b', 'sigmalang-search')]: stays(1, 30), [check('index', 'a', 'sigmalang-search')]: stays(1, 30) },
      at: '20m',
      labels: { job: 'sigmalang-search', instance: 'b' },
      says: 'b of sigmalang-search has missed something that it needs for 10 minutes; /health of it tells what.',
    },
    quiet: {
      'what is away is no reason to take no requests': { series: { [check('redis')]: stays(0, 30), [check('nlp')]: stays(0, 30), [check('nats')]: stays(1, 30) }, at: '20m' },
      'it is starting': { series: { [check('index', 'b', 'sigmalang-search')]: '0x5 1x25' }, at: '20m' },
    },
  },
  {
    alert: 'SigmalangCircuitBreakerOpen',
    fires: {
      series: { [`${METRICS.circuitBreakerOpen}{job="sigmalang-gateway",instance="a",service="nlp"}`]: '0x5 1x15' },
      at: '15m',
      labels: { job: 'sigmalang-gateway', service: 'nlp' },
      says: 'sigmalang-gateway has refused calls to nlp for 2 minutes, since neither calls nor pings were answered.',
    },
    quiet: {
      'it closed again at once': { series: { [`${METRICS.circuitBreakerOpen}{job="sigmalang-gateway",instance="a",service="nlp"}`]: '0x14 1 0x5' }, at: '15m' },
      'it is closed': { series: { [`${METRICS.circuitBreakerOpen}{job="sigmalang-gateway",instance="a",service="nlp"}`]: stays(0, 20) }, at: '15m' },
    },
  },
  {
    alert: 'SigmalangBulkheadRejections',
    fires: {
      series: { [`${METRICS.bulkheadRejections}{job="sigmalang-gateway",instance="a",service="search"}`]: grows(60, 30) },
      at: '20m',
      labels: { job: 'sigmalang-gateway', service: 'search' },
      says: 'sigmalang-gateway refuses 1 calls a second to search, since as many wait for it as may.',
    },
    quiet: {
      'none was refused': { series: { [`${METRICS.bulkheadRejections}{job="sigmalang-gateway",instance="a",service="search"}`]: stays(0, 30) }, at: '20m' },
      'it was one moment': { series: { [`${METRICS.bulkheadRejections}{job="sigmalang-gateway",instance="a",service="search"}`]: '0x10 200x20' }, at: '20m' },
    },
  },
  {
    alert: 'SigmalangRetries',
    fires: {
      series: { [`${METRICS.retries}{job="sigmalang-gateway",instance="a",service="nlp"}`]: grows(60, 60) },
      at: '40m',
      labels: { job: 'sigmalang-gateway', service: 'nlp' },
      says: 'sigmalang-gateway makes 1 calls a second to nlp again, since no process took them at first.',
    },
    quiet: {
      'a service was restarted': { series: { [`${METRICS.retries}{job="sigmalang-gateway",instance="a",service="nlp"}`]: '0x30 300x30' }, at: '40m' },
      'none is made': { series: { [`${METRICS.retries}{job="sigmalang-gateway",instance="a",service="nlp"}`]: stays(0, 60) }, at: '40m' },
    },
  },
];
