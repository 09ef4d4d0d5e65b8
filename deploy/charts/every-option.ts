import type { App } from '../settings/settings';
import type { ValueMap } from './chart-values';
import { type ChartName, isApp } from './charts';

const PEER = [{ namespaceSelector: { matchLabels: { team: 'a' } } }];

const COMMON: ValueMap = {
  image: { registry: 'registry.example:5000', digest: `sha256:${'0'.repeat(64)}` },
  imagePullSecrets: ['pull'],
  externalSecrets: { enabled: true, store: { name: 'store' }, remote: { natsToken: { key: 'nats', property: 'token' } } },
  natsTls: { secretName: 'nats-tls', certKey: 'tls.crt', keyKey: 'tls.key' },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  serviceAccount: { name: 'app', annotations: { role: 'a' } },
  networkPolicy: { monitoring: PEER },
  antiAffinity: 'required',
  priorityClassName: 'high',
  nodeSelector: { disk: 'fast' },
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'sigmalang', effect: 'NoSchedule' }],
  podLabels: { team: 'a' },
  podAnnotations: { note: 'b' },
  extraEnv: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/etc/ca/ca.crt' }],
  extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
  extraVolumeMounts: [{ name: 'ca', mountPath: '/etc/ca', readOnly: true }],
  service: { annotations: { note: 'c' } },
  preStopSleepSeconds: 3,
};

const SCALED: ValueMap = { autoscaling: { enabled: true, podMetrics: [{ name: 'sigmalang_requests_in_progress', averageValue: '20' }] } };

const OPEN: ValueMap = {
  ingress: { enabled: true, className: 'nginx', hosts: ['a.example'], tlsSecretName: 'tls', certManager: { clusterIssuer: 'letsencrypt' } },
  httpRoute: { enabled: true, parentRefs: [{ name: 'public', namespace: 'gateways', sectionName: 'https' }], hostnames: ['a.example'] },
  vault: { enabled: true, role: 'sigmalang', secrets: { jwtSecret: { path: 'secret/data/sigmalang', key: 'jwt' } } },
};

const OF_APP: Readonly<Record<App, ValueMap>> = {
  gateway: {
    ...SCALED,
    ...OPEN,
    settings: { jwtJwksUrl: 'https://keys.example/jwks.json', cacheMemoryBytes: 134_217_728 },
    secrets: { redisUrl: { name: 'sigmalang', key: 'redis-url' } },
  },
  encoder: SCALED,
  decoder: SCALED,
  nlp: SCALED,
  analogy: { ...SCALED, data: { accessMode: 'ReadWriteMany', storageClassName: 'shared' } },
  search: { ...SCALED, data: { type: 'claimPerReplica', storageClassName: 'fast' } },
  standalone: OPEN,
};

/** Values that turn every part of a chart on. */
export function everyOptionOf(chart: ChartName): ValueMap {
  if (isApp(chart)) return { ...COMMON, ...OF_APP[chart] };
  return {
    global: { imageRegistry: 'registry.example:5000', imageTag: '9.9.9', imagePullSecrets: ['pull'], settings: { natsUrl: 'nats://{{ .Release.Name }}-nats:4222' }, serviceMonitor: { enabled: true } },
    monitoring: { rules: { enabled: true, labels: { release: 'prometheus' } }, dashboards: { enabled: true } },
    externalSecrets: { enabled: true, store: { name: 'store' }, remote: { 'database-url': { key: 'sigmalang', property: 'database-url' } } },
    database: { vault: { enabled: true, role: 'sigmalang', secrets: { databaseUrl: { path: 'secret/data/sigmalang', key: 'url' } } }, nodeSelector: { disk: 'fast' } },
    backup: { enabled: true },
    restore: { enabled: true, replace: true },
    nats: { enabled: true },
    redis: { enabled: true },
    postgresql: { enabled: true },
    gateway: { ...SCALED, ...OPEN },
    analogy: { data: { type: 'existingClaim', existingClaim: 'records' } },
  };
}
