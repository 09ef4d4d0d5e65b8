import { describeWithTools } from '../tools-under-test';
import { CHART_NAMES } from './charts';
import { everyOptionOf } from './every-option';
import { workloadsOf } from './kubernetes-parts';
import { everyRendering, lintChart, renderChart } from './rendered-charts';

const cases = everyRendering().map(([chart, rendering]) => [`${chart} with ${rendering.valuesFiles[0] ?? 'its defaults'}`, chart, rendering] as const);

describeWithTools(['helm'], 'charts', () => {
  it.each(cases)('%s has nothing that lint warns of, and renders', (_title, chart, rendering) => {
    expect(lintChart(chart, rendering)).toContain('0 chart(s) failed');
    expect(workloadsOf(renderChart(chart, rendering)).length).toBeGreaterThan(0);
  });

  it.each(CHART_NAMES)('%s renders with every option on', (chart) => {
    const rendering = { values: everyOptionOf(chart) };
    expect(lintChart(chart, rendering)).toContain('0 chart(s) failed');
    expect(workloadsOf(renderChart(chart, rendering)).length).toBeGreaterThan(0);
  });

  it('are refused by a Kubernetes that is too old', () => {
    expect(() => renderChart('gateway', { kubernetes: '1.29.0' })).toThrow('incompatible with Kubernetes');
  });
});
