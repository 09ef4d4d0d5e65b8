import type { KubernetesObject } from './rendered-charts';

/** Labels, annotations or data by name. */
export type Strings = Readonly<Record<string, string>>;

/** A container of a pod, as far as the specs look at it. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } } }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources?: { readonly requests?: Strings; readonly limits?: Strings };
  readonly securityContext?: unknown;
  readonly lifecycle?: { readonly preStop?: { readonly sleep: { readonly seconds: number } } };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

/** A probe of a container. */
export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly exec?: { readonly command: readonly string[] };
}

/** What a pod runs. */
export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly containers: readonly Container[];
  readonly securityContext?: unknown;
  readonly terminationGracePeriodSeconds?: number;
  readonly volumes?: readonly { readonly name: string; readonly [source: string]: unknown }[];
}

/** A pod, or the template of one. */
export interface Pod {
  /** Kind and name of the object that it stands in. */
  readonly of: string;
  readonly labels: Strings;
  readonly annotations: Strings;
  readonly spec: PodSpec;
}

/** What chooses pods by their labels. */
export interface Selector {
  readonly matchLabels?: Strings;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

interface Template {
  readonly metadata?: { readonly labels?: Strings; readonly annotations?: Strings };
  readonly spec: PodSpec;
}

/** A Deployment or StatefulSet. */
export interface Workload extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly strategy?: { readonly type: string };
    readonly selector: Selector;
    readonly template: Template;
    readonly volumeClaimTemplates?: readonly unknown[];
  };
}

/** A ConfigMap. */
export interface ConfigMap extends KubernetesObject {
  readonly data: Strings;
}

/** A Service. */
export interface Service extends KubernetesObject {
  readonly spec: { readonly selector: Strings; readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[] };
}

/** A HorizontalPodAutoscaler. */
export interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly scaleTargetRef: { readonly kind: string; readonly name: string }; readonly minReplicas: number };
}

/** A PodDisruptionBudget. */
export interface DisruptionBudget extends KubernetesObject {
  readonly spec: { readonly maxUnavailable: number; readonly selector: Selector };
}

/** One end of a flow that a NetworkPolicy lets through. */
export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}

/** Flows that a NetworkPolicy lets through. */
export interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports: readonly { readonly protocol: string; readonly port: number }[];
}

/** A NetworkPolicy. */
export interface NetworkPolicy extends KubernetesObject {
  readonly spec: { readonly podSelector: Selector; readonly policyTypes: readonly string[]; readonly ingress?: readonly Rule[]; readonly egress?: readonly Rule[] };
}

/** Kinds of objects that the specs look into; of others they know what all have. */
interface Kinds {
  readonly ConfigMap: ConfigMap;
  readonly CronJob: KubernetesObject;
  readonly Deployment: Workload;
  readonly ExternalSecret: KubernetesObject;
  readonly HorizontalPodAutoscaler: Autoscaler;
  readonly Job: KubernetesObject;
  readonly NetworkPolicy: NetworkPolicy;
  readonly PersistentVolumeClaim: KubernetesObject;
  readonly PodDisruptionBudget: DisruptionBudget;
  readonly PrometheusRule: KubernetesObject;
  readonly Secret: KubernetesObject;
  readonly Service: Service;
  readonly ServiceMonitor: KubernetesObject;
  readonly StatefulSet: Workload;
}

/** The objects of a kind. */
export function ofKind<Kind extends keyof Kinds>(objects: readonly KubernetesObject[], kind: Kind): readonly Kinds[Kind][] {
  return objects.filter((object): object is Kinds[Kind] => object.kind === kind);
}

/** The one object of a kind, of a name where there are several. */
export function theOne<Kind extends keyof Kinds>(objects: readonly KubernetesObject[], kind: Kind, name?: string): Kinds[Kind] {
  const [found, ...others] = ofKind(objects, kind).filter((object) => name === undefined || object.metadata.name === name);
  if (found === undefined || others.length > 0) throw new Error(`there are ${others.length} others, or there is no ${kind} ${name ?? ''}`);
  return found;
}

/** The Deployments and StatefulSets. */
export function workloadsOf(objects: readonly KubernetesObject[]): readonly Workload[] {
  return [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')];
}

/** Every pod that the objects are or make. */
export function podsOf(objects: readonly KubernetesObject[]): readonly Pod[] {
  return objects.flatMap((object) => {
    const template = templateOf(object);
    if (!template) return [];
    const { labels = {}, annotations = {} } = template.metadata ?? {};
    return [{ of: `${object.kind} ${object.metadata.name}`, labels, annotations, spec: template.spec }];
  });
}

function templateOf(object: KubernetesObject): Template | undefined {
  const { spec, metadata } = object as KubernetesObject & { spec?: { template?: Template; jobTemplate?: { spec: { template: Template } } } };
  if (object.kind === 'Pod') return { metadata, spec: spec as unknown as PodSpec };
  return object.kind === 'CronJob' ? spec?.jobTemplate?.spec.template : spec?.template;
}

/** Whether a selector takes labels. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Strings): boolean {
  const isEqual = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return isEqual && matchExpressions.every(({ key, operator, values = [] }) => operator === 'In' && values.includes(labels[key] ?? ''));
}
