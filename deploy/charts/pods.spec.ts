import { settingsOf } from '../settings/settings';
import { describeWithTools } from '../tools-under-test';
import { CHART_NAMES, isApp } from './charts';
import { everyOptionOf } from './every-option';
import { type Container, ofKind, type Pod, podsOf, theOne, workloadsOf } from './kubernetes-parts';
import { everyRendering, type KubernetesObject, renderChart } from './rendered-charts';

const cases = [
  ...everyRendering().map(([chart, rendering]) => [`${chart} with ${rendering.valuesFiles[0] ?? 'its defaults'}`, chart, rendering] as const),
  ...CHART_NAMES.map((chart) => [`${chart} with every option`, chart, { values: everyOptionOf(chart) }] as const),
];

/** Whether the pod runs one of our images, and not a server of others for evaluation. */
function isOurs({ spec }: Pod): boolean {
  return spec.containers.every(({ image }) => image.includes('sigmalang-'));
}

function containersOf(objects: readonly KubernetesObject[]): (readonly [string, Container])[] {
  return podsOf(objects).flatMap(({ of, spec }) => spec.containers.map((container) => [`${of}, ${container.name}`, container] as const));
}

describeWithTools(['helm'], 'pods of charts', () => {
  describe.each(cases)('%s', (_title, chart, rendering) => {
    let objects: readonly KubernetesObject[];
    beforeAll(() => (objects = renderChart(chart, rendering)));

    it('run as a user without rights, on a root that cannot be written', () => {
      for (const { of, spec } of podsOf(objects)) {
        expect([of, spec.securityContext]).toEqual([of, expect.objectContaining({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })]);
      }
      for (const [name, { securityContext }] of containersOf(objects)) {
        const nothing = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] } };
        expect([name, securityContext]).toEqual([name, nothing]);
      }
    });

    it('of ours run as 10001, the user of the images', () => {
      const users = podsOf(objects).filter(isOurs).map(({ spec }) => spec.securityContext);
      expect(users.length).toBeGreaterThan(0);
      expect(users).toEqual(users.map(() => expect.objectContaining({ runAsUser: 10_001, runAsGroup: 10_001, fsGroup: 10_001 }) as unknown));
    });

    it('ask for CPU and memory, and have limits of both', () => {
      const amounts = { cpu: expect.anything() as unknown, memory: expect.anything() as unknown };
      for (const [name, { resources }] of containersOf(objects)) expect([name, resources]).toEqual([name, { requests: amounts, limits: amounts }]);
    });

    it('have a token of their ServiceAccount for Vault alone', () => {
      for (const { of, annotations, spec } of podsOf(objects)) {
        expect([of, spec.automountServiceAccountToken]).toEqual([of, annotations['vault.hashicorp.com/agent-inject'] === 'true']);
      }
    });

    it('take nothing that is secret from a ConfigMap or from a value', () => {
      const secret = new Set(settingsOf(isApp(chart) ? chart : 'standalone').filter(({ isSecret }) => isSecret).map(({ env }) => env));
      expect(secret.size).toBeGreaterThan(0);
      const named = ofKind(objects, 'ConfigMap').flatMap(({ data }) => Object.keys(data));
      const given = containersOf(objects).flatMap(([, { env = [] }]) => env.filter(({ value }) => value !== undefined).map(({ name }) => name));
      expect([...named, ...given].filter((name) => secret.has(name))).toEqual([]);
      expect(ofKind(objects, 'Secret')).toEqual([]);
    });

    it('wait longer before they are killed than a process may take to stop', () => {
      for (const { metadata, spec } of workloadsOf(objects)) {
        const [container] = spec.template.spec.containers;
        const map = container?.envFrom?.[0]?.configMapRef?.name;
        if (map === undefined) continue; // a server of others
        const { data } = theOne(objects, 'ConfigMap', map);
        const stopping = (Number(data.SHUTDOWN_GRACE_MS) + Number(data.SHUTDOWN_DELAY_MS ?? 0)) / 1_000;
        const held = container?.lifecycle?.preStop?.sleep.seconds ?? 0;
        expect([metadata.name, spec.template.spec.terminationGracePeriodSeconds]).toEqual([metadata.name, Math.ceil(stopping) + held + 10]);
      }
    });
  });

  it('of the gateway stop in two steps: all go elsewhere, requests end', () => {
    const objects = renderChart('gateway');
    const { containers: [container], terminationGracePeriodSeconds } = theOne(objects, 'Deployment').spec.template.spec;
    const { SHUTDOWN_DELAY_MS, SHUTDOWN_GRACE_MS } = theOne(objects, 'ConfigMap').data;
    expect([container?.lifecycle, SHUTDOWN_DELAY_MS, SHUTDOWN_GRACE_MS, terminationGracePeriodSeconds]).toEqual([undefined, '10000', '30000', 50]);
  });

  it('are replaced when a setting changes, and not when nothing does', () => {
    const checksumOf = (cacheTtl: number): unknown => {
      const { spec } = theOne(renderChart('gateway', { values: { settings: { cacheTtl } } }), 'Deployment');
      return spec.template.metadata?.annotations?.['checksum/settings'];
    };
    expect(checksumOf(60)).toMatch(/^[0-9a-f]{64}$/);
    expect(checksumOf(60)).toBe(checksumOf(60));
    expect(checksumOf(61)).not.toBe(checksumOf(60));
  });

  it.each([['500m', '1'], [1, '1'], ['2', '1'], [4, '3'], ['2500m', '2']])('with a limit of %s processors compute on %s threads', (cpu, threads) => {
    const resources = { requests: { cpu: '100m', memory: '1Gi' }, limits: { cpu, memory: '1Gi' } };
    expect(theOne(renderChart('analogy', { values: { resources } }), 'ConfigMap').data.WORKER_THREADS).toBe(threads);
  });

  it('take numbers of settings as they are written, however large', () => {
    const values = { settings: { cacheMemoryBytes: 17_179_869_184, maxBodyBytes: 1_048_577, cacheEnabled: false, natsUrl: 'nats://{{ .Release.Name }}:4222' } };
    const { data } = theOne(renderChart('gateway', { values, release: 'it' }), 'ConfigMap');
    expect(data).toMatchObject({ CACHE_MEMORY_BYTES: '17179869184', MAX_BODY_BYTES: '1048577', CACHE_ENABLED: 'false', NATS_URL: 'nats://it:4222' });
  });

  it('take secrets from the Secret, the store or Vault that they are said to be in', () => {
    const values = {
      secrets: { jwtSecret: { name: 'mine', key: 'jwt' } },
      externalSecrets: { enabled: true, store: { name: 'store' }, remote: { authSecret: { key: 'remote' } } },
      vault: { enabled: true, role: 'r', secrets: { databaseUrl: { path: 'secret/data/a', key: 'url' } } },
    };
    const objects = renderChart('gateway', { values });
    const env = theOne(objects, 'Deployment').spec.template.spec.containers[0]?.env ?? [];
    expect(Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom?.secretKeyRef]))).toEqual({
      ADMIN_KEY: { name: 'sigmalang', key: 'admin-key' },
      JWT_SECRET: { name: 'mine', key: 'jwt' },
      AUTH_SECRET: { name: 'sigmalang-gateway-external', key: 'authSecret' },
      DATABASE_URL_FILE: '/vault/secrets/databaseUrl',
    });
    expect(theOne(objects, 'ExternalSecret').spec).toMatchObject({ target: { name: 'sigmalang-gateway-external' }, data: [{ secretKey: 'authSecret', remoteRef: { key: 'remote' } }] });
  });
});
