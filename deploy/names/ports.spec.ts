import { existsSync, readFileSync } from 'node:fs';
import { readComposeFile } from '../compose-file';
import type { KubernetesObject } from '../charts/rendered-charts';
import { APPS, settingsOf } from '../settings/settings';
import { portFaults } from './ports';

const labels = { app: 'it' };

function object(kind: string, spec: object, more: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'it', labels }, spec, ...more };
}

interface Changes {
  readonly image?: string;
  readonly containerPort?: number;
  readonly probed?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly targetPort?: string;
  readonly admitted?: number;
  readonly scraped?: string;
  readonly backend?: number;
}

/** A chart of one app, parts of it changed. */
function chart({ image = 'sigmalang-nlp:1', containerPort = 9090, probed = 'management', settings = {}, targetPort = 'management', admitted = 9090, scraped = 'management', backend = 9090 }: Changes): KubernetesObject[] {
  const container = { name: 'app', image, envFrom: [{ configMapRef: { name: 'it' } }], ports: [{ name: 'management', containerPort }], readinessProbe: { httpGet: { path: '/', port: probed } } };
  const route = { backend: { service: { name: 'it', port: { number: backend } } } };
  return [
    object('ConfigMap', {}, { data: settings }),
    object('Deployment', { template: { metadata: { labels }, spec: { containers: [container] } } }),
    object('Service', { selector: labels, ports: [{ name: 'management', port: 9090, targetPort }] }),
    object('NetworkPolicy', { podSelector: { matchLabels: labels }, ingress: [{ ports: [{ port: admitted }] }] }),
    object('ServiceMonitor', { selector: { matchLabels: labels }, endpoints: [{ port: scraped }] }),
    object('Ingress', { rules: [{ http: { paths: [route] } }] }),
    object('HTTPRoute', { rules: [{ backendRefs: [{ name: 'it', port: backend }] }] }),
  ];
}

describe('ports that a chart names', () => {
  it('match', () => {
    expect(portFaults('chart', chart({}))).toEqual([]);
    expect(portFaults('chart', chart({ containerPort: 9191, settings: { METRICS_PORT: '9191' }, admitted: 9191 }))).toEqual([]);
  });

  it.each<[string, Changes, string[]]>([
    ['a probe', { probed: 'metrics' }, ['the readinessProbe of app asks port metrics, which is not open']],
    ['a port of a container', { containerPort: 9191, admitted: 9191 }, ['app opens port 9191, on which it does not listen', 'app listens on port 9090, which it does not open']],
    ['a setting', { settings: { METRICS_PORT: '9191' } }, ['app opens port 9090, on which it does not listen', 'app listens on port 9191, which it does not open']],
    ['an app that has another port', { image: 'sigmalang-gateway:1' }, ['app listens on port 8000, which it does not open']],
    ['a port of a Service', { targetPort: 'metrics' }, ['Service it: its port management leads to metrics, which Deployment it does not open']],
    ['what a policy lets in', { admitted: 9091 }, ['NetworkPolicy it lets in to port 9091, which Deployment it does not open']],
    ['what is scraped', { scraped: 'metrics' }, ['ServiceMonitor it scrapes port metrics, which Service it does not have']],
    ['what is led to from outside', { backend: 80 }, ['Ingress it leads to port 80 of Service it, which is not there', 'HTTPRoute it leads to port 80 of Service it, which is not there']],
  ])('are missed after a change of %s', (_, changes, faults) => {
    expect(portFaults('chart', chart(changes)).map((fault) => fault.replace(/^chart: (Deployment it: )?/, ''))).toEqual(faults);
  });

  it('are missed where a Service or a monitor selects nothing', () => {
    const [, , service, , monitor] = chart({});
    expect(portFaults('chart', [service, monitor].filter((each) => each !== undefined).map((each) => ({ ...each, metadata: { name: 'it' } })))).toEqual([
      'chart: Service it selects no pod',
      'chart: ServiceMonitor it selects no Service',
    ]);
  });
});

describe('ports outside of charts', () => {
  const usual = new Map(APPS.flatMap((app) => settingsOf(app).map(({ env, default: value }) => [env, value] as const)));
  const ports = [usual.get('PORT'), usual.get('METRICS_PORT')];

  it('of the image are those of the settings', () => {
    const [, exposed = ''] = /^EXPOSE (.*)$/m.exec(readFileSync('deploy/Dockerfile', 'utf8')) ?? [];
    expect(exposed.split(' ').map(Number)).toEqual(ports);
  });

  it('that compose files publish of our apps are among them', () => {
    const files = ['compose.yml', 'compose.standalone.yml'].filter((file) => existsSync(`deploy/${file}`)).map(readComposeFile);
    const published = files.flatMap(({ services }) => [...services.values()].filter(({ image = '' }) => image.includes('sigmalang-')).flatMap((service) => service.ports ?? []));
    expect(published.length).toBeGreaterThan(1);
    expect(published.map((port) => Number(port.split(':').at(-1))).filter((port) => !ports.includes(port))).toEqual([]);
  });

  it('that the check of health of an image asks is that of the settings', () => {
    expect(readFileSync('deploy/health-check.mjs', 'utf8')).toContain(`process.env.METRICS_PORT ?? '${usual.get('METRICS_PORT')}'`);
  });
});
