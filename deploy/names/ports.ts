import { type NetworkPolicy, ofKind, type Pod, podsOf, type Probe, type Selector, selects, type Service } from '../charts/kubernetes-parts';
import type { KubernetesObject } from '../charts/rendered-charts';
import { settingsOf } from '../settings/settings';
import { programOf } from './setting-names';

type Port = string | number;

interface Monitor extends KubernetesObject {
  readonly spec: { readonly selector: Selector; readonly endpoints: readonly { readonly port: string }[] };
}

interface Ingress extends KubernetesObject {
  readonly spec: { readonly rules?: readonly { readonly http: { readonly paths: readonly { readonly backend: { readonly service: { readonly name: string; readonly port: { readonly name?: string; readonly number?: number } } } }[] } }[] };
}

interface Route extends KubernetesObject {
  readonly spec: { readonly rules: readonly { readonly backendRefs: readonly { readonly name: string; readonly port: number }[] }[] };
}

const isMonitor = (object: KubernetesObject): object is Monitor => object.kind === 'ServiceMonitor';
const isIngress = (object: KubernetesObject): object is Ingress => object.kind === 'Ingress';
const isRoute = (object: KubernetesObject): object is Route => object.kind === 'HTTPRoute';

interface OpenPort {
  readonly name?: string;
  readonly containerPort: number;
}

/** Ports that the objects of a chart name and that nothing opens: one sentence each. */
export function portFaults(chart: string, objects: readonly KubernetesObject[]): string[] {
  const pods = podsOf(objects);
  const faults = [
    ...pods.flatMap(faultsOfPod),
    ...pods.flatMap((pod) => faultsOfListening(pod, objects)),
    ...ofKind(objects, 'Service').flatMap((service) => faultsOfService(service, pods)),
    ...ofKind(objects, 'NetworkPolicy').flatMap((policy) => faultsOfPolicy(policy, pods)),
    ...objects.filter(isMonitor).flatMap((monitor) => faultsOfMonitor(monitor, objects)),
    ...faultsOfRoutes(objects),
  ];
  return faults.map((fault) => `${chart}: ${fault}`);
}

function opens(ports: readonly OpenPort[], port: Port): boolean {
  return ports.some(({ name, containerPort }) => port === name || port === containerPort);
}

function portsOf({ spec }: Pod): readonly OpenPort[] {
  return spec.containers.flatMap(({ ports = [] }) => ports);
}

/** Probes that ask a port which their container does not open. */
function faultsOfPod({ of, spec }: Pod): string[] {
  return spec.containers.flatMap(({ name, ports = [], ...container }) => {
    const probes: Readonly<Record<string, Probe | undefined>> = { startupProbe: container.startupProbe, readinessProbe: container.readinessProbe, livenessProbe: container.livenessProbe };
    return Object.entries(probes).flatMap(([kind, probe]) => {
      const port = probe?.httpGet?.port;
      return port === undefined || opens(ports, port) ? [] : [`${of}: the ${kind} of ${name} asks port ${port}, which is not open`];
    });
  });
}

/** Ports of a process of ours on which it does not listen by its settings. */
function faultsOfListening({ of, spec }: Pod, objects: readonly KubernetesObject[]): string[] {
  return spec.containers.flatMap((container) => {
    const program = programOf(container);
    const ports = container.ports ?? [];
    if (!program || ports.length === 0) return [];
    const given = new Map(
      (container.envFrom ?? []).flatMap(({ configMapRef }) => {
        const map = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef?.name);
        return Object.entries(map?.data ?? {});
      }),
    );
    for (const { name, value } of container.env ?? []) if (value !== undefined) given.set(name, value);
    const listening = settingsOf(program).flatMap(({ env, default: usual }) => (['PORT', 'METRICS_PORT'].includes(env) ? [Number(given.get(env) ?? usual)] : []));
    const opened = ports.map(({ containerPort }) => containerPort);
    return [
      ...opened.filter((port) => !listening.includes(port)).map((port) => `${of}: ${container.name} opens port ${port}, on which it does not listen`),
      ...listening.filter((port) => !opened.includes(port)).map((port) => `${of}: ${container.name} listens on port ${port}, which it does not open`),
    ];
  });
}

function faultsOfService({ metadata, spec }: Service, pods: readonly Pod[]): string[] {
  const selected = pods.filter(({ labels }) => selects({ matchLabels: spec.selector }, labels));
  if (selected.length === 0) return [`Service ${metadata.name} selects no pod`];
  return spec.ports.flatMap(({ name, targetPort }) =>
    selected.filter((pod) => !opens(portsOf(pod), targetPort)).map(({ of }) => `Service ${metadata.name}: its port ${name} leads to ${targetPort}, which ${of} does not open`),
  );
}

function faultsOfPolicy({ metadata, spec }: NetworkPolicy, pods: readonly Pod[]): string[] {
  const selected = pods.filter(({ labels }) => selects(spec.podSelector, labels));
  const admitted = (spec.ingress ?? []).flatMap(({ ports }) => ports.map(({ port }) => port));
  return admitted.flatMap((port) => selected.filter((pod) => !opens(portsOf(pod), port)).map(({ of }) => `NetworkPolicy ${metadata.name} lets in to port ${port}, which ${of} does not open`));
}

function faultsOfMonitor({ metadata, spec }: Monitor, objects: readonly KubernetesObject[]): string[] {
  const services = ofKind(objects, 'Service').filter((service) => selects(spec.selector, service.metadata.labels ?? {}));
  if (services.length === 0) return [`ServiceMonitor ${metadata.name} selects no Service`];
  return spec.endpoints.flatMap(({ port }) =>
    services.filter((service) => !service.spec.ports.some(({ name }) => name === port)).map((service) => `ServiceMonitor ${metadata.name} scrapes port ${port}, which Service ${service.metadata.name} does not have`),
  );
}

function faultsOfRoutes(objects: readonly KubernetesObject[]): string[] {
  const services = ofKind(objects, 'Service');
  const hasPort = (service: string, port: Port): boolean => services.some(({ metadata, spec }) => metadata.name === service && spec.ports.some((each) => [each.name, each.port].includes(port)));
  const backends = [
    ...objects.filter(isIngress).flatMap(({ metadata, spec }) =>
      (spec.rules ?? []).flatMap(({ http }) => http.paths.map(({ backend: { service } }) => [`Ingress ${metadata.name}`, service.name, service.port.name ?? service.port.number ?? 0] as const)),
    ),
    ...objects.filter(isRoute).flatMap(({ metadata, spec }) => spec.rules.flatMap(({ backendRefs }) => backendRefs.map(({ name, port }) => [`HTTPRoute ${metadata.name}`, name, port] as const))),
  ];
  return backends.filter(([, service, port]) => !hasPort(service, port)).map(([of, service, port]) => `${of} leads to port ${port} of Service ${service}, which is not there`);
}
