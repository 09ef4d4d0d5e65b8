import { describeWithTools } from '../tools-under-test';
import { APPS } from '../settings/settings';
import { CHART_NAMES, UMBRELLA_APPS } from './charts';
import { everyOptionOf } from './every-option';
import { ofKind, podsOf, type Probe, selects, theOne, type Workload, workloadsOf } from './kubernetes-parts';
import { everyRendering, type KubernetesObject, renderChart } from './rendered-charts';


const cases = [
  ...everyRendering().map(([chart, rendering]) => [`${chart} with ${rendering.valuesFiles[0] ?? 'its defaults'}`, chart, rendering] as const),
  ...CHART_NAMES.map((chart) => [`${chart} with every option`, chart, { values: everyOptionOf(chart) }] as const),
];
const HTTP_APPS = ['gateway', 'standalone'];

function probesOf({ spec }: Workload): (readonly [string, Probe])[] {
  const [container] = spec.template.spec.containers;
  return (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).flatMap((name) => (container?.[name] ? [[name, container[name]] as const] : []));
}

describeWithTools(['helm'], 'workloads of charts', () => {
  describe.each(cases)('%s', (_title, chart, rendering) => {
    let objects: readonly KubernetesObject[];
    beforeAll(() => (objects = renderChart(chart, rendering)));

    it('select the pods that they make, and nobody else does', () => {
      const workloads = workloadsOf(objects);
      for (const { metadata, kind, spec } of workloads) {
        const mine = podsOf(objects).filter(({ labels }) => selects(spec.selector, labels)).map(({ of }) => of);
        expect(mine).toEqual([`${kind} ${metadata.name}`]);
      }
      expect(new Set(workloads.map(({ spec }) => JSON.stringify(spec.selector))).size).toBe(workloads.length);
    });

    it('are what Services, budgets and policies select: each selects the pods of exactly one', () => {
      const services = ofKind(objects, 'Service').map(({ kind, metadata, spec }) => [`${kind} ${metadata.name}`, { matchLabels: spec.selector }] as const);
      const budgets = ofKind(objects, 'PodDisruptionBudget').map(({ kind, metadata, spec }) => [`${kind} ${metadata.name}`, spec.selector] as const);
      const policies = ofKind(objects, 'NetworkPolicy').map(({ kind, metadata, spec }) => [`${kind} ${metadata.name}`, spec.podSelector] as const);
      for (const [name, selector] of [...services, ...budgets, ...policies]) {
        expect([name, podsOf(objects).filter(({ labels }) => selects(selector, labels)).length]).toEqual([name, 1]);
      }
    });

    it('hold nothing in what cannot change that changes with a version', () => {
      const fixed = workloadsOf(objects).map(({ spec }) => JSON.stringify([spec.selector, spec.serviceName, spec.volumeClaimTemplates]));
      for (const text of fixed) expect(text).not.toMatch(/version|helm\.sh\/chart|managed-by/);
    });

    it('have replicas of their own only where nothing scales them', () => {
      const scaled = ofKind(objects, 'HorizontalPodAutoscaler').map(({ spec }) => `${spec.scaleTargetRef.kind} ${spec.scaleTargetRef.name}`);
      const free = workloadsOf(objects).filter(({ spec }) => spec.replicas === undefined).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(free.sort()).toEqual(scaled.sort());
    });

    it('lose fewer pods to a drain than there are, where there are several', () => {
      for (const budget of ofKind(objects, 'PodDisruptionBudget')) {
        const workload = workloadsOf(objects).find(({ spec }) => selects(budget.spec.selector, spec.template.metadata?.labels ?? {}));
        const scaler = ofKind(objects, 'HorizontalPodAutoscaler').find(({ spec }) => spec.scaleTargetRef.name === workload?.metadata.name);
        const fewest = scaler?.spec.minReplicas ?? workload?.spec.replicas ?? 0;
        expect([budget.metadata.name, fewest === 1 || budget.spec.maxUnavailable < fewest]).toEqual([budget.metadata.name, true]);
      }
    });

    it('open the ports that Services lead to, probes ask and settings name', () => {
      for (const workload of workloadsOf(objects)) {
        const [container] = workload.spec.template.spec.containers;
        const ports = new Map(container?.ports?.map(({ name, containerPort }) => [name, containerPort]));
        const services = ofKind(objects, 'Service').filter(({ spec }) => selects({ matchLabels: spec.selector }, workload.spec.template.metadata?.labels ?? {}));
        expect(services).toHaveLength(1);
        const led = services.flatMap(({ spec }) => spec.ports.map(({ port, targetPort }) => [targetPort, port]));
        expect(Object.fromEntries(led)).toEqual(Object.fromEntries(ports));
        for (const [, { httpGet }] of probesOf(workload)) if (httpGet) expect(ports.has(httpGet.port)).toBe(true);
        const map = container?.envFrom?.[0]?.configMapRef?.name;
        if (map === undefined) continue; // a server of others
        const { data } = theOne(objects, 'ConfigMap', map);
        expect([data.METRICS_PORT, data.PORT]).toEqual([String(ports.get('management')), ports.has('http') ? String(ports.get('http')) : undefined]);
      }
    });
  });

  it.each(APPS)('%s is started, ready and alive by its management port', (app) => {
    const [workload] = workloadsOf(renderChart(app));
    const probes = workload ? probesOf(workload) : [];
    const asked = probes.map(([name, { httpGet }]) => `${name} ${httpGet?.path ?? ''} ${httpGet?.port ?? ''}`);
    expect(asked).toEqual(['startupProbe /health/live management', 'readinessProbe /health/ready management', 'livenessProbe /health/live management']);
    const ports = workload?.spec.template.spec.containers[0]?.ports;
    expect(ports).toEqual([...(HTTP_APPS.includes(app) ? [{ name: 'http', containerPort: 8000 }] : []), { name: 'management', containerPort: 9090 }]);
  });

  it.each(APPS)('%s is scraped under its own job, and without the label `service`, which names others in our metrics', (app) => {
    const { spec } = theOne(renderChart(app, { values: { serviceMonitor: { enabled: true } } }), 'ServiceMonitor');
    const relabelings = [{ targetLabel: 'job', replacement: `sigmalang-${app}` }, { action: 'labeldrop', regex: 'service' }];
    expect(spec).toMatchObject({ endpoints: [{ port: 'management', path: '/metrics', honorLabels: true, relabelings }] });
  });

  it('of the umbrella are those of the charts of the apps, each under the condition of its name', () => {
    const names = (objects: readonly KubernetesObject[]): string[] => workloadsOf(objects).map(({ metadata }) => metadata.name).sort();
    expect(names(renderChart('sigmalang'))).toEqual(UMBRELLA_APPS.map((app) => `sigmalang-${app}`).sort());
    const off = Object.fromEntries(UMBRELLA_APPS.filter((app) => app !== 'search').map((app) => [app, { enabled: false }]));
    expect(names(renderChart('sigmalang', { values: off }))).toEqual(['sigmalang-search']);
  });

  it.each(UMBRELLA_APPS)('%s is the same in the umbrella as alone', (app) => {
    const stripped = ({ kind, metadata, spec }: KubernetesObject): unknown => [kind, metadata.name, metadata.labels?.['app.kubernetes.io/name'], spec];
    const alone = renderChart(app).map(stripped);
    expect(alone).not.toEqual([]);
    expect(renderChart('sigmalang').map(stripped)).toEqual(expect.arrayContaining(alone));
  });

  it('share one volume of analogy only where it can be shared', () => {
    const strategyOf = (values: object): unknown => theOne(renderChart('analogy', { values: values as never }), 'Deployment').spec.strategy?.type;
    expect(strategyOf({})).toBe('Recreate');
    expect(strategyOf({ data: { accessMode: 'ReadWriteOncePod' } })).toBe('Recreate');
    expect(strategyOf({ data: { type: 'existingClaim', existingClaim: 'mine' } })).toBe('Recreate');
    expect(strategyOf({ replicas: 3, data: { accessMode: 'ReadWriteMany' } })).toBe('RollingUpdate');
  });
});
