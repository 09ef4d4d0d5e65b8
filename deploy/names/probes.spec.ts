import type { RenderedChart } from '../kubernetes/every-chart';
import { probesIn } from './probes';

function chartWith(container: object): RenderedChart {
  const pod = { containers: [{ name: 'app', image: 'registry.example/sigmalang-nlp:1', ...container }] };
  return { chart: 'nlp', name: 'nlp with values', objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'it' }, spec: { template: { spec: pod } } }] };
}

const probe = (path: string): object => ({ httpGet: { path, port: 'management' } });
const probes = { startupProbe: probe('/a'), readinessProbe: probe('/b'), livenessProbe: probe('/a') };

describe('probes of apps in charts', () => {
  it('are named by app, kind, path and port, each once', () => {
    expect(probesIn([chartWith(probes), chartWith(probes)])).toEqual([
      { app: 'nlp', kind: 'startup', path: '/a', port: 'management' },
      { app: 'nlp', kind: 'readiness', path: '/b', port: 'management' },
      { app: 'nlp', kind: 'liveness', path: '/a', port: 'management' },
    ]);
  });

  it('are of no servers of others, and of no other program of an image', () => {
    expect(probesIn([chartWith({ image: 'redis:8' }), chartWith({ command: ['/app/bin/node', 'storage.js'] })])).toEqual([]);
  });

  it('are missed where an app has none', () => {
    expect(() => probesIn([chartWith({ ...probes, readinessProbe: undefined })])).toThrow('nlp with values: Deployment it: container app has no readiness probe that asks a path');
  });
});
