import type { KubernetesObject } from '../charts/rendered-charts';
import { describeUnless, findTool } from '../tools-under-test';
import { conformityTo } from './conformity';
import { KUBERNETES_VERSIONS, missingDocuments } from './documents';

const missing = [...(findTool('kubeconform') ? [] : ['kubeconform']), ...missingDocuments()];
const POD = { containers: [{ name: 'it', image: 'it', resources: { limits: { cpu: 1, memory: '1Gi' } }, ports: [{ containerPort: 8000, name: 'http' }], livenessProbe: { httpGet: { path: '/', port: 'http' } } }] };

function deployment(pod: object = POD, spec: object = {}): KubernetesObject {
  const labels = { app: 'it' };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'it' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod }, ...spec } };
}

const MONITOR: KubernetesObject = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'it' }, spec: { selector: {}, endpoints: [{ port: 'metrics', interval: '15s' }] } };

describeUnless(missing, 'the schemas of Kubernetes', () => {
  it('are there from 1.30 to 1.37, one a minor version', () => {
    expect(KUBERNETES_VERSIONS.map((version) => version.replace(/\.\d+$/, ''))).toEqual(['1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36', '1.37']);
  });

  it.each(KUBERNETES_VERSIONS)('%s takes objects that are well formed', async (version) => {
    expect(await conformityTo(version, [{ name: 'good', objects: [deployment(), MONITOR] }])).toEqual({ objects: 2, faults: [] });
  });

  it.each([
    ['a field that is misspelt', deployment({ ...POD, container: [] }), "'container'"],
    ['a field that is misspelt deep within', deployment({ containers: [{ name: 'it', image: 'it', livenessProbe: { httpGet: { pth: '/', port: 1 } } }] }), "'pth'"],
    ['a number in the place of a string', deployment({ containers: [{ name: 'it', image: 1 }] }), 'got number, want string'],
    ['a field that is missing', deployment(POD, { selector: undefined }), "missing property 'selector'"],
    ['a kind that it does not have', { ...deployment(), apiVersion: 'apps/v1beta1' }, 'could not find schema'],
    ['a misspelt field of a resource that others add', { ...MONITOR, spec: { ...(MONITOR.spec as object), endpoint: [] } }, "'endpoint'"],
  ])('refuse %s', async (_, object, why) => {
    const { faults } = await conformityTo(KUBERNETES_VERSIONS[0] ?? '', [{ name: 'chart with values.yaml', objects: [object] }]);
    expect(faults).toEqual([expect.stringContaining(why)]);
    expect(faults[0]).toMatch(/^chart_with_values\.yaml\.yaml: /);
  });
});
