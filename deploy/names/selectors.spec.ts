import { selectorsIn } from './selectors';

describe('the selectors in a query', () => {
  it.each([
    ['up', [['up']]],
    ['sum by (job, le) (rate(a_total{code=~"5..|{b}", job!="x"}[5m])) / (b > 0)', [['a_total', 'code=~5..|{b}', 'job!=x'], ['b']]],
    ['sum(a) without (by) - on(job) group_left(pod, node) c{x="1"} unless d', [['a'], ['c', 'x=1'], ['d']]],
    ['job:a:rate5m{slo="x"} and time() - a_seconds_count < 1e3', [['job:a:rate5m', 'slo=x'], ['a_seconds_count']]],
    ['{__name__="a_b", job="x"} offset 5m', [['a_b', 'job=x']]],
    ['histogram_quantile(0.95, rate(a_bucket[1h:30s])) or vector(0) * NaN', [['a_bucket']]],
    ['label_replace(a{b="(\\\\d+)"}, "job", "$1", "by (x)", "(.*)")', [['a', 'b=(\\d+)']]],
    ['clamp_max(a{}, 1) == bool 1', [['a']]],
  ])('of %s are found', (expr, expected) => {
    const found = selectorsIn(expr).map(({ metric, matchers }) => [metric, ...matchers.map(({ label, operator, value }) => label + operator + value)]);
    expect(found).toEqual(expected);
  });

  it.each(['a{b=}', 'a{b="c"', '{b="c"}', 'a{b="c" d="e"}'])('of %s cannot be read', (expr) => {
    expect(() => selectorsIn(expr)).toThrow(expr);
  });
});
