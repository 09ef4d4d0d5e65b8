import { APPS } from '../settings/settings';
import { describeWithTools } from '../tools-under-test';
import type { Value, ValueMap } from './chart-values';
import { type ChartName, UMBRELLA_APPS } from './charts';
import { theOne } from './kubernetes-parts';
import { renderChart } from './rendered-charts';

/** `{a: {b: value}}` of `a.b`. */
function at(path: string, value: Value): ValueMap {
  if (path === '') return value as ValueMap;
  return path.split('.').reduceRight<Value>((inner, name) => ({ [name]: inner }), value) as ValueMap;
}

function refusal(chart: ChartName, values: ValueMap): string {
  try {
    renderChart(chart, { values });
  } catch (error) {
    return String(error);
  }
  return 'nothing was refused';
}

/** The places where a chart refuses names that it does not know. */
function unknownNames(chart: ChartName, values: ValueMap): string[] {
  const lines = [...refusal(chart, values).matchAll(/^ *- at '(.*)': additional properties (.*) not allowed$/gm)];
  return lines.flatMap(([, place = '', names = '']) => [...names.matchAll(/'(\w+)'/g)].map(([, name = '']) => `${place}/${name}`)).sort();
}

const MISSPELT: ValueMap = {
  replica: 1,
  image: { repositori: 'x' },
  settings: { logLevle: 'info' },
  secrets: { natsTokn: { name: 'a', key: 'b' }, natsToken: { name: 'a', key: 'b', valeu: 'c' } },
  resources: { limits: { memmory: '1Gi' } },
  networkPolicy: { nats: { prot: 1 }, monitoring: [{ podSelektor: {} }] },
  externalSecrets: { store: { nmae: 'x' } },
  data: { siez: '1Gi' },
  tolerations: [{ kee: 'a' }],
};
const MISSPELT_PLACES = [
  '/data/siez', '/externalSecrets/store/nmae', '/image/repositori', '/networkPolicy/monitoring/0/podSelektor', '/networkPolicy/nats/prot', '/replica', '/resources/limits/memmory',
  '/secrets/natsToken/valeu', '/secrets/natsTokn', '/settings/logLevle', '/tolerations/0/kee',
];
const MISSPELT_GLOBAL: ValueMap = { imageRegistri: 'x', settings: { logLevle: 'info' }, networkPolicy: { nats: { prot: 1 } }, serviceMonitor: { enable: true } };
const MISSPELT_GLOBAL_PLACES = ['/global/imageRegistri', '/global/networkPolicy/nats/prot', '/global/serviceMonitor/enable', '/global/settings/logLevle'];

describeWithTools(['helm'], 'values', () => {
  it.each(APPS)('of %s under names that are misspelt are refused, each of them', (app) => {
    const library = { exports: { defaults: { replica: 1 } } };
    const places = [...MISSPELT_PLACES, ...MISSPELT_GLOBAL_PLACES, '/sigmalang-library/exports/defaults/replica'].sort();
    expect(unknownNames(app, { ...MISSPELT, global: MISSPELT_GLOBAL, 'sigmalang-library': library })).toEqual(places);
  });

  it('of the umbrella under names that are misspelt are refused, each of them', () => {
    const own: ValueMap = {
      gatewy: { enabled: true },
      backup: { volume: { siez: '1Gi' } },
      postgresql: { image: { tga: 'x' } },
      restore: { fiel: 'x' },
      database: { vault: { secrets: { databseUrl: { path: 'a', key: 'b' } } } },
      monitoring: { rules: { enable: true } },
    };
    const places = ['/backup/volume/siez', '/database/vault/secrets/databseUrl', '/gatewy', '/monitoring/rules/enable', '/postgresql/image/tga', '/restore/fiel'];
    expect(unknownNames('sigmalang', { ...own, global: MISSPELT_GLOBAL })).toEqual(expect.arrayContaining([...places, ...MISSPELT_GLOBAL_PLACES]));
  });

  it('of the apps in the umbrella under names that are misspelt are refused, each of them', () => {
    const values = Object.fromEntries(UMBRELLA_APPS.map((app) => [app, MISSPELT]));
    const places = UMBRELLA_APPS.flatMap((app) => MISSPELT_PLACES.map((place) => `/${app}${place}`));
    expect(unknownNames('sigmalang', values)).toEqual(expect.arrayContaining(places));
  });

  it('of an app that the umbrella leaves out are refused too where they are misspelt', () => {
    expect(() => renderChart('sigmalang', { values: { nlp: { enabled: false, replica: 1 } } })).toThrow("'replica'");
  });

  it.each<[ChartName, string, Value, string]>([
    ['gateway', 'settings.cacheTtl', 0, 'minimum'],
    ['gateway', 'settings.cacheTtl', '300', 'want integer'],
    ['gateway', 'settings.authMode', 'of', 'must be one of'],
    ['gateway', 'settings.databaseUrl', 'postgres://a:b@c/d', 'not allowed'], // a secret is none of the settings
    ['gateway', 'settings.port', 80, 'not allowed'], // the templates decide it
    ['gateway', 'secrets.jwtSecret', { name: 'sigmalang' }, 'missing propert'],
    ['gateway', 'secrets.redisUrl', 'redis://:password@redis', 'got string'],
    ['gateway', 'resources', { limits: { cpu: 1, memory: '1Gi' }, requests: { cpu: 'one', memory: '1Gi' } }, 'does not match pattern'],
    ['gateway', 'ingress.enabled', true, 'minItems'],
    ['gateway', 'httpRoute.enabled', true, 'minItems'],
    ['gateway', 'vault.enabled', true, 'minLength'],
    ['gateway', 'externalSecrets.enabled', true, 'minLength'],
    ['gateway', 'networkPolicy.clients', [], 'minItems'], // nobody, written as a list, would be everybody
    ['gateway', 'networkPolicy.clients', [{}], 'minProperties'],
    ['encoder', 'data.type', 'claim', 'must be'],
    ['nlp', 'image.tag', 'a b', 'does not match pattern'],
    ['standalone', 'replicas', 2, 'maximum'],
    ['standalone', 'autoscaling.enabled', true, 'must be false'],
    ['analogy', 'replicas', 2, 'data.accessMode must be ReadWriteMany'],
    ['analogy', '', { replicas: 2, data: { accessMode: 'ReadWriteOncePod' } }, 'data.accessMode must be ReadWriteMany'],
    ['analogy', '', { replicas: 2, data: { type: 'existingClaim', existingClaim: 'mine' } }, 'data.accessMode must be ReadWriteMany'],
    ['analogy', '', { replicas: 2, data: { type: 'emptyDir' } }, 'data.type cannot be emptyDir'],
    ['gateway', 'settings.natsUrl', 'nats://user:password@nats:4222', 'into a ConfigMap'],
    ['sigmalang', 'global.settings.natsUrl', 'nats://a:4222,nats://user@b:4222', 'into a ConfigMap'],
    ['encoder', 'networkPolicy.nats.peers', null, 'peers of a flow'], // no list at all would be everybody too
    ['encoder', 'networkPolicy.dns.peers', null, 'peers of a flow'],
    ['encoder', 'podLabels', { 'app.kubernetes.io/name': 'nats' }, 'by which pods are found'],
    ['encoder', 'fullnameOverride', 'e'.repeat(53), 'more than 52 characters'],
    ['search', 'autoscaling', { enabled: true, minReplicas: 5, maxReplicas: 2 }, 'minReplicas is more than'],
    ['encoder', 'secrets.natsToken', { name: 'n', key: 'k', value: 'secret' }, 'not allowed'],
    ['sigmalang', 'backup.schedule', 'hourly', 'does not match pattern'],
    ['sigmalang', 'restore.file', '../dump', 'does not match pattern'],
    ['sigmalang', 'gateway.settings.cacheTtl', 0, 'minimum'],
    ['sigmalang', 'global.settings.cacheTtl', 10, 'not allowed'], // a setting of the gateway alone
    ['sigmalang', 'database.vault.enabled', true, 'minLength'],
  ])('of %s: %s = %j is refused', (chart, path, value, why) => {
    expect(refusal(chart, at(path, value))).toContain(why);
  });

  it.each<[string, ValueMap]>([
    ['a Secret', { secrets: { natsUrl: { name: 'a', key: 'b' } } }],
    ['a store', { externalSecrets: { enabled: true, store: { name: 's' }, remote: { natsUrl: { key: 'k' } } } }],
    ['Vault', { vault: { enabled: true, role: 'r', secrets: { natsUrl: { path: 'p', key: 'k' } } } }],
  ])('that say the same setting twice, the second time by %s, are refused', (_place, values) => {
    expect(() => renderChart('encoder', { values: { ...values, settings: { natsUrl: 'nats://a:4222' } } })).toThrow('natsUrl stands in settings and in secrets');
    const { data } = theOne(renderChart('encoder', { values }), 'ConfigMap');
    expect(data).not.toHaveProperty('NATS_URL'); // a process refuses to start with a setting and its file
  });

  it('are refused under a name of the release with which names of objects would be too long, or those of two apps the same', () => {
    expect(() => renderChart('sigmalang', { release: 'r'.repeat(41) })).toThrow('more than 40 characters');
    expect(() => renderChart('sigmalang', { release: 'r'.repeat(40), valuesFiles: ['values-small.yaml'] })).not.toThrow();
  });
});
