import { METRICS } from '@sigmalang/contracts';
import { increase, max, minus, orZero, quantile, rate, recorded, series, share, sum, topk } from './promql';
import { sloBadRatio } from './recorded';

describe('the vocabulary of queries', () => {
  it.each([
    ['a value now', series(METRICS.indexBehind, 'job="sigmalang-search"'), 'sigmalang_index_behind_changes{job="sigmalang-search"}'],
    ['a rate', rate(METRICS.requests), 'rate(sigmalang_requests_total[$__rate_interval])'],
    ['growth within a time', increase('1h', METRICS.retries), 'increase(sigmalang_retries_total[1h])'],
    ['a sum of all', sum(series(METRICS.cacheBytes)), 'sum(sigmalang_cache_bytes)'],
    ['a sum by labels', sum(series(METRICS.cacheBytes), 'job', 'pod'), 'sum by (job, pod) (sigmalang_cache_bytes)'],
    [
      'a quantile',
      quantile(0.95, METRICS.searchDuration, ['mode="exact"'], 'mode'),
      '(histogram_quantile(0.95, sum by (mode, le) (rate(sigmalang_search_duration_seconds_bucket{mode="exact"}[$__rate_interval]))) >= 0)',
    ],
    ['a recorded series', recorded(sloBadRatio, '6h', 'slo="latency"'), 'job:sigmalang_slo_bad_requests:ratio_rate6h{slo="latency"}'],
    ['the greatest', topk(3, max(series('up'), 'job')), 'topk(3, max by (job) (up))'],
    ['a difference', minus(1, series('up')), '(1 - up)'],
    ['nothing that is 0', orZero(sum(series('up'))), '(sum(up) or vector(0))'],
    ['a share', share(series('pg_up'), series('up')), '((pg_up or up * 0) / (up > 0))'],
  ])('writes %s as Prometheus reads it', (_what, expr, text) => {
    expect(expr).toBe(text);
  });

  it('refuses what nobody exports, when it is compiled', () => {
    // @ts-expect-error the name ends in _total
    expect(series('sigmalang_requests')).toBe('sigmalang_requests');
    // @ts-expect-error a histogram has no value of its own
    expect(series(METRICS.requestDuration)).toBe(METRICS.requestDuration);
    // @ts-expect-error a gauge does not only grow
    expect(rate(METRICS.indexBehind)).toContain(METRICS.indexBehind);
    // @ts-expect-error a counter has no buckets
    expect(quantile(0.5, METRICS.requests, [])).toContain(METRICS.requests);
    // @ts-expect-error there is no such label
    expect(series(METRICS.requests, 'contact="GET /"')).toContain('contact');
    // @ts-expect-error text that was put together elsewhere is no query
    expect(sum('sigmalang_requests_total')).toBe('sum(sigmalang_requests_total)');
  });
});
