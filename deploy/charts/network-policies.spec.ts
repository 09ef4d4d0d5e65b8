import { APPS } from '../settings/settings';
import { describeWithTools } from '../tools-under-test';
import type { ValueMap } from './chart-values';
import { CHART_NAMES, type ChartName } from './charts';
import { everyOptionOf } from './every-option';
import { type NetworkPolicy, ofKind, type Peer, podsOf, type Rule, selects, theOne } from './kubernetes-parts';
import { everyRendering, renderChart } from './rendered-charts';

/** Who a peer is, in short: the value of each label that chooses it, or its addresses. */
function nameOf({ podSelector, namespaceSelector, ipBlock }: Peer): string {
  const labels = [...Object.values(namespaceSelector?.matchLabels ?? {}), ...Object.values(podSelector?.matchLabels ?? {})];
  const chosen = podSelector?.matchExpressions?.flatMap(({ values = [] }) => values) ?? [];
  return ipBlock?.cidr ?? [...labels, ...chosen].join(' ');
}

/** What a policy lets in and out, a line a peer and port. */
function flowsOf({ spec }: NetworkPolicy): string[] {
  const lines = (rules: readonly Rule[] | undefined, direction: string): string[] =>
    (rules ?? []).flatMap(({ from, to, ports }) => (from ?? to ?? []).flatMap((peer) => ports.map(({ protocol, port }) => `${direction} ${nameOf(peer)} ${port}${protocol === 'TCP' ? '' : ` ${protocol}`}`)));
  return [...lines(spec.ingress, 'from'), ...lines(spec.egress, 'to')].sort();
}

function policyOf(app: ChartName, values: ValueMap = {}): NetworkPolicy {
  return theOne(renderChart(app, { values }), 'NetworkPolicy', `sigmalang-${app}`);
}

const DNS = ['to kube-system kube-dns 53', 'to kube-system kube-dns 53 UDP'];
const scraped = (app: string): string[] => ['from monitoring 9090', `from sigmalang ${app}-test 9090`];
const called = (app: string): string[] => ['from ingress-nginx 8000', `from sigmalang ${app}-test 8000`];
const NATS = 'to nats 4222';
const POSTGRESQL = 'to postgresql 5432';
const REDIS = 'to redis 6379';

const cases = [
  ...everyRendering().map(([chart, rendering]) => [`${chart} with ${rendering.valuesFiles[0] ?? 'its defaults'}`, chart, rendering] as const),
  ...CHART_NAMES.map((chart) => [`${chart} with every option`, chart, { values: everyOptionOf(chart) }] as const),
];

describeWithTools(['helm'], 'network policies', () => {
  it.each(cases)('of %s choose each pod once, in both directions', (_title, chart, rendering) => {
    const objects = renderChart(chart, rendering);
    const policies = ofKind(objects, 'NetworkPolicy');
    for (const { of, labels } of podsOf(objects)) {
      const chosen = policies.filter(({ spec }) => selects(spec.podSelector, labels)).map(({ spec }) => spec.policyTypes);
      expect([of, chosen]).toEqual([of, [['Ingress', 'Egress']]]);
    }
  });

  it.each(cases)('of %s name the peers and the port of each flow', (_title, chart, rendering) => {
    const rules = ofKind(renderChart(chart, rendering), 'NetworkPolicy').flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])]);
    expect(rules.length).toBeGreaterThan(0);
    for (const { from, to, ports } of rules) {
      const peers = from ?? to ?? [];
      expect([peers.length, ports.length].every((length) => length > 0)).toBe(true);
      expect(peers.map(nameOf).filter((name) => name === '')).toEqual([]); // an empty peer is everybody
    }
  });

  it.each<[ChartName, string[]]>([
    ['gateway', [...called('gateway'), NATS, POSTGRESQL]],
    ['encoder', [NATS]],
    ['decoder', [NATS]],
    ['nlp', [NATS]],
    ['analogy', [NATS]],
    ['search', [NATS, POSTGRESQL]],
    ['standalone', called('standalone')],
  ])('of %s let through what it does by default, and nothing else', (app, flows) => {
    expect(flowsOf(policyOf(app))).toEqual([...flows, ...DNS, ...scraped(app)].sort());
  });

  it.each<[string, ChartName, ValueMap, string]>([
    ['Redis', 'gateway', { secrets: { redisUrl: { name: 'a', key: 'b' } } }, REDIS],
    ['Redis that Vault knows', 'gateway', { vault: { enabled: true, role: 'r', secrets: { redisUrl: { path: 'a', key: 'b' } } } }, REDIS],
    ['the monitoring of NATS', 'gateway', { settings: { natsMonitoringUrls: 'http://nats:8222' } }, 'to nats 8222'],
    ['a key set', 'gateway', { settings: { jwtJwksUrl: 'https://keys.example/jwks.json' } }, 'to 0.0.0.0/0 443'],
    ['a collector of traces', 'encoder', { settings: { otelExporterOtlpEndpoint: 'http://collector.monitoring:4318' } }, 'to monitoring 4318'],
    ['a database of its own', 'standalone', { secrets: { databaseUrl: { name: 'a', key: 'b' } } }, POSTGRESQL],
    ['Vault', 'encoder', { vault: { enabled: true, role: 'r', secrets: { natsToken: { path: 'a', key: 'b' } } } }, 'to vault 8200'],
  ])('let %s be reached only where it is used', (_what, app, values, flow) => {
    expect(flowsOf(policyOf(app))).not.toContain(flow);
    expect(flowsOf(policyOf(app, values))).toContain(flow);
  });

  it('are not there where they are turned off', () => {
    for (const app of APPS) expect(ofKind(renderChart(app, { values: { networkPolicy: { enabled: false } } }), 'NetworkPolicy')).toEqual([]);
  });

  it('of all apps change with what the umbrella says of them', () => {
    const peers = [{ ipBlock: { cidr: '10.1.0.0/16' } }];
    const policies = ofKind(renderChart('sigmalang', { values: { global: { networkPolicy: { nats: { peers, port: 4333 } } } } }), 'NetworkPolicy');
    const reaching = policies.filter((policy) => flowsOf(policy).includes('to 10.1.0.0/16 4333')).map(({ metadata }) => metadata.name);
    expect(reaching).toEqual(['analogy', 'decoder', 'encoder', 'gateway', 'nlp', 'search'].map((app) => `sigmalang-${app}`));
  });

  it('of the servers for evaluation let in those that use them, and nothing out', () => {
    const objects = renderChart('sigmalang', { valuesFiles: ['values-small.yaml'], values: { backup: { enabled: true } } });
    const flows = Object.fromEntries(['nats', 'redis', 'postgresql'].map((name) => [name, flowsOf(theOne(objects, 'NetworkPolicy', `sigmalang-${name}`))]));
    expect(flows).toEqual({
      nats: ['from sigmalang gateway 8222', 'from sigmalang gateway encoder decoder nlp analogy search 4222'],
      redis: ['from sigmalang gateway 6379'],
      postgresql: ['from sigmalang gateway search migrations backup restore 5432'],
    });
    expect(flowsOf(theOne(objects, 'NetworkPolicy', 'sigmalang-migrations'))).toEqual([POSTGRESQL, ...DNS].sort());
    expect(flowsOf(theOne(objects, 'NetworkPolicy', 'sigmalang-backup'))).toEqual([POSTGRESQL, ...DNS].sort());
  });

  it('let a pod of one app reach the server that lets it in: both ends of each flow are open', () => {
    const objects = renderChart('sigmalang', { valuesFiles: ['values-small.yaml'], values: { gateway: { settings: { natsMonitoringUrls: 'http://nats:8222' } } } });
    const policies = ofKind(objects, 'NetworkPolicy');
    const pods = podsOf(objects);
    const open = (direction: 'ingress' | 'egress', self: (typeof pods)[number], other: (typeof pods)[number], port: number): boolean =>
      policies.filter(({ spec }) => selects(spec.podSelector, self.labels)).some(({ spec }) =>
        (spec[direction] ?? []).some(({ from, to, ports }) =>
          ports.some((each) => each.port === port && each.protocol === 'TCP') && (from ?? to ?? []).some((peer) => peer.podSelector !== undefined && !peer.namespaceSelector && selects(peer.podSelector, other.labels))));
    const lines = pods.flatMap((client) => pods.flatMap((server) => [4222, 5432, 6379, 8000, 8222, 9090]
      .filter((port) => open('egress', client, server, port) && open('ingress', server, client, port))
      .map((port) => `${client.labels['app.kubernetes.io/name'] ?? ''} ${server.labels['app.kubernetes.io/name'] ?? ''} ${port}`)));
    const apps = ['gateway', 'encoder', 'decoder', 'nlp', 'analogy', 'search'];
    expect(lines.sort()).toEqual([
      ...apps.map((app) => `${app} nats 4222`), 'gateway nats 8222', ...['gateway', 'search', 'migrations'].map((app) => `${app} postgresql 5432`), 'gateway redis 6379',
      ...apps.map((app) => `${app}-test ${app} 9090`), 'gateway-test gateway 8000',
    ].sort());
  });
});
