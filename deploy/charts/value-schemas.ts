import { closed, defined, neededWhenEnabled, type Schema } from './schema-parts';

const count: Schema = { type: 'integer', minimum: 0, maximum: 1_000 };
const seconds: Schema = { type: 'integer', minimum: 1, maximum: 86_400 };
const optionalName: Schema = { type: 'string', pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$', maxLength: 253 };
const duration: Schema = { type: 'string', pattern: '^([0-9]+(ms|s|m|h))+$' };
const items = (schema: Schema): Schema => ({ type: 'array', items: schema });

const image: Readonly<Record<string, Schema>> = {
  'image.registry': { type: 'string', pattern: '^[^/@ ]*(/[^@ ]+)?$' },
  'image.repository': { type: 'string', pattern: '^[a-z0-9]+([._/-][a-z0-9]+)*$' },
  'image.tag': { type: 'string', pattern: '^[\\w.-]*$' },
  'image.digest': { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
  'image.pullPolicy': { enum: ['Always', 'IfNotPresent', 'Never'] },
};

const store: Readonly<Record<string, Schema>> = {
  'externalSecrets.refreshInterval': duration,
  'externalSecrets.store.kind': { enum: ['SecretStore', 'ClusterSecretStore'] },
  'externalSecrets.store.name': optionalName,
};

/** Kubernetes volumes that hold files that others made. */
const volume = closed(
  {
    name: defined('name'),
    configMap: closed({ name: defined('name'), optional: { type: 'boolean' } }, { required: ['name'] }),
    secret: closed({ secretName: defined('name'), optional: { type: 'boolean' } }, { required: ['secretName'] }),
    persistentVolumeClaim: closed({ claimName: defined('name'), readOnly: { type: 'boolean' } }, { required: ['claimName'] }),
    emptyDir: closed({ sizeLimit: defined('quantity') }),
  },
  { required: ['name'], minProperties: 2, maxProperties: 2 },
);
const volumeMount = closed(
  { name: defined('name'), mountPath: { type: 'string', pattern: '^/' }, subPath: { type: 'string' }, readOnly: { type: 'boolean' } },
  { required: ['name', 'mountPath'] },
);
const parent = closed(
  { group: { type: 'string' }, kind: { type: 'string' }, name: defined('name'), namespace: defined('name'), sectionName: defined('name'), port: defined('port') },
  { required: ['name'] },
);
const podMetric = closed({ name: { type: 'string', minLength: 1 }, averageValue: defined('quantity') }, { required: ['name', 'averageValue'] });
const variable = closed({ name: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$' }, value: { type: 'string' } }, { required: ['name', 'value'] });

/** The values of apps that their defaults do not say enough of, by path. */
export const APP_VALUES: Readonly<Record<string, Schema>> = {
  ...image,
  ...store,
  fullnameOverride: optionalName,
  imagePullSecrets: defined('names'),
  replicas: count,
  'autoscaling.minReplicas': { ...count, minimum: 1 },
  'autoscaling.maxReplicas': { ...count, minimum: 1 },
  'autoscaling.targetCPUUtilizationPercentage': { type: 'integer', minimum: 1, maximum: 1_000 },
  'autoscaling.podMetrics': items(podMetric),
  'autoscaling.scaleDownStabilizationSeconds': { type: 'integer', minimum: 0, maximum: 3_600 },
  'podDisruptionBudget.maxUnavailable': { type: ['integer', 'string'], minimum: 1, pattern: '^[1-9][0-9]?%$|^100%$' },
  'natsTls.secretName': optionalName,
  'data.size': defined('quantity'),
  'data.storageClassName': optionalName,
  'data.accessMode': { enum: ['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'] },
  'data.existingClaim': optionalName,
  'service.annotations': defined('strings'),
  'serviceMonitor.labels': defined('strings'),
  'serviceMonitor.interval': duration,
  'serviceMonitor.scrapeTimeout': duration,
  'networkPolicy.clients': defined('peers'),
  'networkPolicy.monitoring': defined('peers'),
  ...Object.fromEntries(['dns', 'nats', 'postgresql', 'redis', 'keySet', 'traces', 'vault'].map((flow) => [`networkPolicy.${flow}.peers`, defined('peers')])),
  ...Object.fromEntries(['dns', 'nats', 'postgresql', 'redis', 'keySet', 'traces', 'vault'].map((flow) => [`networkPolicy.${flow}.port`, defined('port')])),
  'networkPolicy.nats.monitoringPort': defined('port'),
  'serviceAccount.name': optionalName,
  'serviceAccount.annotations': defined('strings'),
  'probes.startupSeconds': { ...seconds, maximum: 3_600 },
  'probes.readinessPeriodSeconds': { ...seconds, maximum: 60 },
  'probes.timeoutSeconds': { ...seconds, maximum: 60 },
  'probes.livenessFailures': { type: 'integer', minimum: 1, maximum: 60 },
  preStopSleepSeconds: { type: 'integer', minimum: 0, maximum: 300 },
  antiAffinity: { enum: ['preferred', 'required', 'off'] },
  'topologySpread.maxSkew': { type: 'integer', minimum: 1, maximum: 100 },
  'topologySpread.whenUnsatisfiable': { enum: ['ScheduleAnyway', 'DoNotSchedule'] },
  priorityClassName: optionalName,
  nodeSelector: defined('strings'),
  tolerations: defined('tolerations'),
  podLabels: defined('strings'),
  podAnnotations: defined('strings'),
  extraEnv: items(variable),
  extraVolumes: items(volume),
  extraVolumeMounts: items(volumeMount),
  resources: defined('resources'),
  'ingress.className': optionalName,
  'ingress.hosts': defined('hosts'),
  'ingress.tlsSecretName': optionalName,
  'ingress.certManager.clusterIssuer': optionalName,
  'ingress.certManager.issuer': optionalName,
  'ingress.annotations': defined('strings'),
  'httpRoute.parentRefs': items(parent),
  'httpRoute.hostnames': defined('hosts'),
};

/** What must be given where a part of a chart is on. */
export const NEEDED_WHEN_ENABLED: Readonly<Record<string, Schema>> = {
  vault: neededWhenEnabled({ role: { minLength: 1 }, secrets: { minProperties: 1 } }),
  'database.vault': neededWhenEnabled({ role: { minLength: 1 }, secrets: { minProperties: 1 }, prePopulateOnly: { const: true } }),
  externalSecrets: neededWhenEnabled({ store: { properties: { name: { minLength: 1 } } }, remote: { minProperties: 1 } }),
  ingress: neededWhenEnabled({ hosts: { minItems: 1 } }),
  httpRoute: neededWhenEnabled({ parentRefs: { minItems: 1 } }),
};

/** The values of the umbrella that their defaults do not say enough of, by path. */
export const UMBRELLA_VALUES: Readonly<Record<string, Schema>> = {
  ...store,
  'global.imageRegistry': { type: 'string', pattern: '^[^/@ ]*(/[^@ ]+)?$' },
  'global.imageTag': { type: 'string', pattern: '^[\\w.-]*$' },
  'global.imagePullSecrets': defined('names'),
  'monitoring.rules.labels': defined('strings'),
  'monitoring.dashboards.label': { type: 'string', minLength: 1 },
  'monitoring.dashboards.folderAnnotation': { type: 'string', minLength: 1 },
  'externalSecrets.secretName': defined('name'),
  'externalSecrets.remote': { type: 'object', propertyNames: defined('key'), additionalProperties: defined('remoteReference') },
  ...Object.fromEntries(Object.entries(image).map(([path, schema]) => [`database.${path}`, schema])),
  'database.url': defined('secretReference'),
  'database.vault.secrets': closed({ databaseUrl: defined('vaultReference') }),
  'database.serviceAccountName': defined('name'),
  'database.nodeSelector': defined('strings'),
  'database.tolerations': defined('tolerations'),
  'migrations.timeoutSeconds': seconds,
  'backup.schedule': { type: 'string', pattern: '^(\\S+ ){4}\\S+$' },
  'backup.timeZone': { type: 'string', pattern: '^[A-Za-z_]+(/[A-Za-z_+0-9-]+)*$' },
  'backup.keep': { type: 'integer', minimum: 1, maximum: 100_000 },
  'backup.timeoutSeconds': seconds,
  'backup.volume.existingClaim': optionalName,
  'backup.volume.size': defined('quantity'),
  'backup.volume.storageClassName': optionalName,
  'restore.file': { type: 'string', pattern: '^[\\w.-]+$' },
  'restore.timeoutSeconds': seconds,
  'redis.password': defined('secretReference'),
  'postgresql.password': defined('secretReference'),
  'postgresql.volume.size': defined('quantity'),
  'postgresql.volume.storageClassName': optionalName,
  ...Object.fromEntries(['database', 'nats', 'redis', 'postgresql'].map((part) => [`${part}.resources`, defined('resources')])),
  ...Object.fromEntries(['nats', 'redis', 'postgresql'].flatMap((part) => ['repository', 'tag'].map((field) => [`${part}.image.${field}`, image[`image.${field}`] ?? {}]))),
};
