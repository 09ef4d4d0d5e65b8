import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../charts/rendered-charts';

/** Fields of a StatefulSet that may be changed; Kubernetes refuses an upgrade that changes another. */
const MUTABLE_IN_STATEFUL_SET = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'];

/** Changes that Kubernetes refuses, between the objects of one chart before and after: one sentence each. */
export function refusedChanges(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): string[] {
  const earlier = new Map(before.filter(lives).map((object) => [identityOf(object), object]));
  return after.filter(lives).flatMap((object) => {
    const old = earlier.get(identityOf(object));
    if (!old) return [];
    const [was, is] = [immutablePartsOf(old), immutablePartsOf(object)];
    const parts = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return parts.filter((part) => !isDeepStrictEqual(was[part], is[part])).map((part) => `${object.kind} ${object.metadata.name}: ${part} changes from ${JSON.stringify(was[part])} to ${JSON.stringify(is[part])}`);
  });
}

/** Whether an object stays from one release to the next; Helm replaces those of hooks. */
function lives({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['helm.sh/hook'] === undefined;
}

/** Who an object is, whatever the version of its kind. */
function identityOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return `${group ?? ''}/${kind}/${metadata.name}`;
}

type Parts = Readonly<Record<string, unknown>>;

function immutablePartsOf(object: KubernetesObject): Parts {
  const spec = (object.spec ?? {}) as Parts;
  switch (object.kind) {
    case 'Deployment':
    case 'DaemonSet':
      return only(spec, ['selector']);
    case 'StatefulSet':
      return only(spec, Object.keys(spec).filter((field) => !MUTABLE_IN_STATEFUL_SET.includes(field)));
    case 'Service':
      return { 'spec.clusterIP': spec.clusterIP ?? 'given by Kubernetes' };
    case 'Job':
      return only(spec, ['template', 'selector', 'completionMode']);
    case 'PersistentVolumeClaim':
      return only(spec, Object.keys(spec).filter((field) => !['resources', 'volumeAttributesClassName'].includes(field)));
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return only(object, ['roleRef'], '');
    case 'ConfigMap':
    case 'Secret':
      return object.immutable === true ? only(object, ['data', 'stringData'], '') : {};
    default:
      return {};
  }
}

function only(values: Parts, fields: readonly string[], path = 'spec.'): Parts {
  return Object.fromEntries(fields.map((field) => [path + field, values[field]]));
}
