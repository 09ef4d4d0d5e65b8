import { ERROR_CODES, METRICS } from '@sigmalang/contracts';
import { shippedExpressions, type ShippedExpression } from '@sigmalang/deploy/names/expressions';
import { KnownSeries, unreadNames } from '@sigmalang/deploy/names/series-names';
import { describeWithTools } from '@sigmalang/deploy/tools-under-test';
import { eventually } from './eventually';
import type { PrometheusUnderTest } from './prometheus-under-test';
import { endEverything } from './teardown';
import { WATCHERS, WatchedSystem } from './watched-system';
import { causeTraffic } from './watched-traffic';

jest.setTimeout(300_000);

describeWithTools(WATCHERS, 'names in rules and panels, on a running system under traffic', () => {
  const expressions = shippedExpressions('helm/sigmalang/files');
  let prometheus: PrometheusUnderTest;
  let known: KnownSeries;

  beforeAll(async () => {
    const started = Date.now() / 1_000;
    const system = await WatchedSystem.start();
    prometheus = await system.watch();
    console.log('started', Date.now() / 1000 - started);
    await Promise.all(['gateway', 'standalone'].map((app) => causeTraffic(system.process(app).origin)));
    console.log('traffic', Date.now() / 1000 - started);
    await new Promise((r) => setTimeout(r, 10_000));
    known = new KnownSeries(await prometheus.series(started), { code: ['OK', ...ERROR_CODES] });
    console.log('series', Date.now() / 1000 - started);
  });
  afterAll(endEverything);

  it('name metrics, labels and values that are there', () => {
    expect(expressions.flatMap((each) => known.faultsOf(each))).toEqual([]);
  });

  it('are rules that Prometheus can evaluate', async () => {
    const rules = await prometheus.rules();
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('are queries that Prometheus can answer, and that show something', async () => {
    const empty: string[] = [];
    for (const { where, expr, use } of expressions) {
      const result = await prometheus.query(expr);
      if (use === 'panel' && result.length === 0) empty.push(`${where}: ${expr}`);
    }
    expect(empty).toEqual([]);
  });

  it('list', () => {
    console.log(unreadNames(Object.values(METRICS), expressions).join('\n'));
  });
});
