import { METRICS } from '@sigmalang/contracts';
import { RECORDED, recordingGroups, sloBadRatio } from '../recorded';
import { grows } from './alert-test';

const GATEWAY = 'job="sigmalang-gateway",instance="a"';
const LABELS = '{job="sigmalang-gateway"}';
const ENCODE = '{contract="POST /v1/encode", job="sigmalang-gateway"}';

function requests(code: string, contract: string): string {
  return `${METRICS.requests}{${GATEWAY},contract="${contract}",code="${code}"}`;
}

function durations(contract: string): readonly (readonly [string, string])[] {
  const bucket = (le: string, perMinute: number) => [`${METRICS.requestDuration}_bucket{${GATEWAY},contract="${contract}",le="${le}"}`, grows(perMinute, 60)] as const;
  return [bucket('0.05', 450), bucket('0.1', 540), bucket('0.25', 600), bucket('+Inf', 600), [`${METRICS.requestDuration}_count{${GATEWAY},contract="${contract}"}`, grows(600, 60)]];
}

const SERIES: Readonly<Record<string, string>> = {
  [requests('OK', 'POST /v1/encode')]: grows(588, 60),
  [requests('INTERNAL', 'POST /v1/encode')]: grows(12, 60),
  [requests('OK', 'GET /v1/info')]: grows(60, 60),
  [requests('OK', 'GET /health')]: grows(60, 60),
  ...Object.fromEntries(durations('POST /v1/encode')),
  [`${METRICS.cacheHits}{${GATEWAY},level="memory"}`]: grows(180, 60),
  [`${METRICS.cacheHits}{${GATEWAY},level="redis"}`]: grows(60, 60),
  [`${METRICS.cacheMisses}{${GATEWAY}}`]: grows(60, 60),
};

/** What is read of the series at the end, and what it has to be. */
const EXPECTED: readonly (readonly [expr: string, labels: string, value: number])[] = [
  [`${RECORDED.contractRequests}{contract="POST /v1/encode"}`, `${RECORDED.contractRequests}${ENCODE}`, 10],
  [`${RECORDED.contractFailureRatio}{contract="POST /v1/encode"}`, `${RECORDED.contractFailureRatio}${ENCODE}`, 0.02],
  [`${RECORDED.contractP50}{contract="POST /v1/encode"}`, `${RECORDED.contractP50}${ENCODE}`, 0.05 * (300 / 450)],
  [RECORDED.apiP95, `${RECORDED.apiP95}${LABELS}`, 0.1 + 0.15 * 0.5],
  [RECORDED.apiRequests, `${RECORDED.apiRequests}${LABELS}`, 11],
  [RECORDED.jobRequests, `${RECORDED.jobRequests}${LABELS}`, 12],
  [RECORDED.cacheHitRatio, `${RECORDED.cacheHitRatio}${LABELS}`, 0.8],
  [`round(${sloBadRatio('5m')}{slo="availability"}, 0.0001)`, '{job="sigmalang-gateway", slo="availability"}', 0.0182],
  [`${sloBadRatio('30m')}{slo="latency"}`, `${sloBadRatio('30m')}{job="sigmalang-gateway", slo="latency"}`, 0.1],
  [`round(${RECORDED.budgetLeft}{slo="latency"}, 0.001)`, `{job="sigmalang-gateway", slo="latency"}`, -1],
];

/** A test of recorded series as promtool reads it. */
export function recordedTestFile(ruleFiles: readonly string[]): object {
  const expectations = EXPECTED.map(([expr, labels, value]) => ({ expr, eval_time: '50m', exp_samples: [{ labels, value }] }));
  const input = Object.entries(SERIES).map(([series, values]) => ({ series, values }));
  return { rule_files: ruleFiles, evaluation_interval: '1m', group_eval_order: recordingGroups.map(({ name }) => name), tests: [{ interval: '1m', input_series: input, promql_expr_test: expectations }] };
}
