import { OTHER_VARIABLES } from '../settings/other-variables';
import { KnownSettings, settingsInObjects } from '../names/setting-names';
import { describeUnless, findTool } from '../tools-under-test';
import { conformityTo } from './conformity';
import { KUBERNETES_VERSIONS, missingDocuments } from './documents';
import { everyChart, type RenderedChart } from './every-chart';
import { portFaults } from '../names/ports';

jest.setTimeout(180_000); // many runs of helm

const missing = ['helm', 'kubeconform'].filter((name) => findTool(name) === undefined);

describeUnless([...missing, ...missingDocuments()], 'every chart with every file of values, and with every option', () => {
  let charts: readonly RenderedChart[];
  beforeAll(() => { charts = everyChart(); });

  it.each(KUBERNETES_VERSIONS)('is what Kubernetes %s takes', async (version) => {
    const { objects, faults } = await conformityTo(version, charts);
    expect(faults).toEqual([]);
    expect(objects).toBe(charts.flatMap((chart) => chart.objects).length);
  });

  it('gives processes settings that they read', () => {
    const known = new KnownSettings(OTHER_VARIABLES.map(({ name }) => name));
    const named = charts.flatMap(({ name, objects }) => settingsInObjects(name, objects));
    expect(named.length).toBeGreaterThan(100);
    expect(known.faultsOf(named)).toEqual([]);
  });

  it('names ports that are open', () => {
    expect(charts.flatMap(({ name, objects }) => portFaults(name, objects))).toEqual([]);
  });
});
