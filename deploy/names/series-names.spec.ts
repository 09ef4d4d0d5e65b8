import type { ShippedExpression } from './expressions';
import { alternativesOf, KnownSeries, unreadNames } from './series-names';

const known = new KnownSeries(
  [
    { __name__: 'a_total', job: 'sigmalang-gateway', code: 'OK' },
    { __name__: 'a_total', job: 'sigmalang-nlp', code: 'TIMEOUT' },
    { __name__: 'b_seconds_bucket', job: 'sigmalang-nlp', le: '1' },
    { __name__: 'up', job: 'sigmalang-search', code: 'LOST' },
  ],
  { code: ['INTERNAL'] },
);

function expression(expr: string): ShippedExpression {
  return { where: 'here', expr, use: 'panel' };
}

describe('names in expressions', () => {
  it.each([
    'sum(a_total) / rate(b_seconds_bucket[5m])',
    'a_total{job="sigmalang-nlp", code!="WHATEVER"}',
    'a_total{job=~"sigmalang-(gateway|nlp)", code=~"OK|TIMEOUT"}',
    'b_seconds_bucket{job=~"sigmalang-(gateway|nlp|search)"}',
    'a_total{code="INTERNAL"}',
    'a_total{namespace=~".*"}',
  ])('are known in %s', (expr) => {
    expect(known.faultsOf(expression(expr))).toEqual([]);
  });

  it.each([
    ['a metric that was renamed', 'a_totals', 'here: no series is called a_totals'],
    ['a histogram without its buckets', 'b_seconds', 'here: no series is called b_seconds'],
    ['a label that was renamed', 'a_total{kode="OK"}', 'here: a_total has no label kode'],
    ['a label that is excluded', 'a_total{kode!="OK"}', 'here: a_total has no label kode'],
    ['a value that was renamed', 'a_total{job="sigmalang-gate"}', 'here: no job is "sigmalang-gate", which is asked of a_total'],
    ['one value of several', 'a_total{job=~"sigmalang-(gateway|npl)"}', 'here: no job is "sigmalang-npl", which is asked of a_total'],
    ['a value that another metric has', 'a_total{code="LOST"}', 'here: no code of a_total is "LOST"'],
    ['values of which it has none', 'b_seconds_bucket{job=~"sigmalang-(gateway|search)"}', 'here: no job of b_seconds_bucket is "sigmalang-(gateway|search)"'],
  ])('are missed where there is %s', (_, expr, fault) => {
    expect(known.faultsOf(expression(expr))).toEqual([fault]);
  });

  it.each([
    ['a|b', ['a', 'b']],
    ['x-(a|b)-(c|d)', ['x-a-c', 'x-a-d', 'x-b-c', 'x-b-d']],
    ['5..|(x)?y', ['5..|(x)?y']],
    ['(?:a|b)c', ['ac', 'bc']],
  ])('as %s has them are %j', (pattern, alternatives) => {
    expect(alternativesOf(pattern)).toEqual(alternatives);
  });

  it('are told where no expression reads them', () => {
    expect(unreadNames(['a_total', 'b_seconds', 'c'], [expression('rate(b_seconds_bucket[1m])'), expression('a_total')])).toEqual(['c']);
  });
});
