import type { KubernetesObject } from '../charts/rendered-charts';
import { refusedChanges } from './upgrades';

function object(kind: string, spec: Record<string, unknown>, more: object = {}): KubernetesObject {
  return { apiVersion: 'apps/v1', kind, metadata: { name: 'it' }, spec, ...more };
}

describe('changes of objects that an upgrade makes', () => {
  it.each([
    ['a Deployment that selects others', object('Deployment', { selector: { matchLabels: { app: 'a' } } }), object('Deployment', { selector: { matchLabels: { app: 'b' } } }), 'spec.selector'],
    ['a StatefulSet of another Service', object('StatefulSet', { serviceName: 'a' }), object('StatefulSet', { serviceName: 'b' }), 'spec.serviceName'],
    ['a StatefulSet with larger claims', object('StatefulSet', { volumeClaimTemplates: [{ spec: { size: 1 } }] }), object('StatefulSet', { volumeClaimTemplates: [{ spec: { size: 2 } }] }), 'spec.volumeClaimTemplates'],
    ['a StatefulSet that starts its pods otherwise', object('StatefulSet', {}), object('StatefulSet', { podManagementPolicy: 'Parallel' }), 'spec.podManagementPolicy'],
    ['a Service that becomes headless', object('Service', {}), object('Service', { clusterIP: 'None' }), 'spec.clusterIP'],
    ['a Job with another template', object('Job', { template: { a: 1 } }), object('Job', { template: { a: 2 } }), 'spec.template'],
    ['a claim of another class', object('PersistentVolumeClaim', { storageClassName: 'a' }), object('PersistentVolumeClaim', { storageClassName: 'b' }), 'spec.storageClassName'],
    ['a binding of another role', object('RoleBinding', {}, { roleRef: { name: 'a' } }), object('RoleBinding', {}, { roleRef: { name: 'b' } }), 'roleRef'],
    ['another version of the same kind', object('Deployment', { selector: { a: 1 } }, { apiVersion: 'apps/v1beta1' }), object('Deployment', { selector: { a: 2 } }), 'spec.selector'],
  ])('are refused for %s', (_, before, after, part) => {
    expect(refusedChanges([before], [after])).toEqual([expect.stringContaining(`${before.kind} it: ${part} changes from`)]);
  });

  it.each([
    ['another image', object('Deployment', { selector: { a: 1 }, template: { image: 'a' } }), object('Deployment', { selector: { a: 1 }, template: { image: 'b' } })],
    ['more replicas of a StatefulSet', object('StatefulSet', { serviceName: 'a', replicas: 1 }), object('StatefulSet', { serviceName: 'a', replicas: 2 })],
    ['a hook, which Helm replaces', object('Job', { template: 1 }, { metadata: { name: 'it', annotations: { 'helm.sh/hook': 'pre-upgrade' } } }), object('Job', { template: 2 }, { metadata: { name: 'it', annotations: { 'helm.sh/hook': 'pre-upgrade' } } })],
    ['a larger claim', object('PersistentVolumeClaim', { resources: 1 }), object('PersistentVolumeClaim', { resources: 2 })],
    ['another kind of the same name', object('Deployment', { selector: 1 }), object('StatefulSet', { selector: 2 })],
    ['an object that is new', object('Deployment', { selector: 1 }), object('Deployment', { selector: 2 }, { metadata: { name: 'other' } })],
  ])('are taken for %s', (_, before, after) => {
    expect(refusedChanges([before], [after])).toEqual([]);
  });
});
