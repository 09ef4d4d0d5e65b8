import { type App, APPS, type Setting, settingsOf } from '../settings/settings';
import { type DescribedValues, isValueMap, libraryDefaults, type Value, type ValueMap, valuesOf } from './chart-values';
import { type ChartName, isApp, UMBRELLA_APPS } from './charts';
import { closed, defined, definitions, type Schema } from './schema-parts';
import { APP_VALUES, NEEDED_WHEN_ENABLED, UMBRELLA_VALUES } from './value-schemas';

/** Settings that the templates decide, so that ports, probes and volumes fit them. */
export const DECIDED_BY_TEMPLATES = ['host', 'port', 'metricsPort', 'dataDir', 'build', 'natsTlsCa', 'natsTlsCert', 'natsTlsKey'];

/** What DATA_DIR of an app may be. */
const VOLUMES: Readonly<Record<App, readonly string[]>> = {
  gateway: ['emptyDir'],
  encoder: ['emptyDir'],
  decoder: ['emptyDir'],
  nlp: ['emptyDir'],
  analogy: ['emptyDir', 'claim', 'existingClaim'],
  search: ['emptyDir', 'claimPerReplica'],
  standalone: ['emptyDir', 'claimPerReplica', 'existingClaim'],
};

/** The schema of the values of a chart. Refuses every name that the chart does not know. */
export function schemaOf(chart: ChartName): Schema {
  const head = { $schema: 'http://json-schema.org/draft-07/schema#', title: `Values of the chart ${chart}`, $comment: 'Written by `npm run charts`; not to be edited.' };
  return { ...head, ...(isApp(chart) ? appSchema(chart) : umbrellaSchema()), $defs: definitions };
}

/** The names of the settings that a chart of an app takes below `settings`. */
export function settingsOfChart(app: App): readonly Setting[] {
  return settingsRead(app).filter(({ field, isSecret }) => !isSecret && !DECIDED_BY_TEMPLATES.includes(field));
}

/** The names of the settings that a chart of an app takes by reference: those that are secret, and the address of NATS, in which a password may stand. */
export function secretsOfChart(app: App): readonly Setting[] {
  return settingsRead(app).filter(({ field, isSecret }) => isSecret || field === 'natsUrl');
}

const read = new Map<App, readonly Setting[]>();

/** The settings of an app, whose sources are read once. */
function settingsRead(app: App): readonly Setting[] {
  const settings = read.get(app) ?? settingsOf(app);
  read.set(app, settings);
  return settings;
}

function appSchema(app: App): Schema {
  const values = valuesOf(app);
  const secrets = secretsOfChart(app);
  const referring = (definition: keyof typeof definitions): Schema => closed(Object.fromEntries(secrets.map(({ field, description }) => [field, { ...defined(definition), description }])));
  const known: Record<string, Schema> = {
    ...APP_VALUES,
    settings: settingsSchema(settingsOfChart(app)),
    secrets: referring('secretReference'),
    'externalSecrets.remote': referring('remoteReference'),
    'vault.secrets': referring('vaultReference'),
    'data.type': { enum: VOLUMES[app] },
    ...(app === 'standalone' && { replicas: { type: 'integer', minimum: 0, maximum: 1 }, 'autoscaling.enabled': { const: false } }),
  };
  const properties = propertiesOf(values.values, [], { known, descriptions: values.descriptions });
  const enabled = { type: 'boolean', description: 'Whether the umbrella chart installs this one' };
  return closed({ ...properties, enabled, global: globalSchema(), 'sigmalang-library': librarySchema() });
}

/** What the umbrella says to all apps. Any part of it may be left out. */
function globalSchema(): Schema {
  const library = libraryDefaults();
  const { networkPolicy = {}, serviceMonitor = {} } = library.values;
  const flows = propertiesOf({ networkPolicy, serviceMonitor }, [], { known: APP_VALUES, descriptions: library.descriptions });
  const fields = APPS.map((app) => new Set(settingsOfChart(app).map(({ field }) => field)));
  const ofAll = settingsOfChart('encoder').filter(({ field }) => fields.every((each) => each.has(field)));
  const known = { ...UMBRELLA_VALUES, 'global.settings': settingsSchema(ofAll), 'global.networkPolicy': flows.networkPolicy ?? {}, 'global.serviceMonitor': flows.serviceMonitor ?? {} };
  const umbrella = valuesOf('sigmalang');
  const { global = {} } = propertiesOf({ global: umbrella.values.global ?? {} }, [], { known, descriptions: umbrella.descriptions });
  return global;
}

/** Helm puts the values of the library chart below its name. */
function librarySchema(): Schema {
  const defaults = closed(Object.fromEntries(Object.keys(libraryDefaults().values).map((name) => [name, {}])));
  return closed({ exports: closed({ defaults }), global: { type: 'object' } });
}

function umbrellaSchema(): Schema {
  const { values, descriptions } = valuesOf('sigmalang');
  const parts = Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'global' && !UMBRELLA_APPS.some((app) => app === name)));
  const properties = propertiesOf(parts, [], { known: UMBRELLA_VALUES, descriptions });
  const apps = UMBRELLA_APPS.map((app) => [app, inUmbrella(appSchema(app))] as const);
  return closed({ ...properties, ...Object.fromEntries(apps), global: globalSchema(), 'sigmalang-library': librarySchema() });
}

/** The schema of an app within that of the umbrella, which Helm keeps in a Secret of limited size: what the chart of the app says too is left out. */
function inUmbrella(app: Schema): Schema {
  const shared = { global: { $ref: '#/properties/global' }, 'sigmalang-library': { $ref: '#/properties/sigmalang-library' } };
  return { ...undescribed(app), properties: { ...(undescribed(app.properties as Schema)), ...shared } };
}

/** A schema without its descriptions; a property of that name is none. */
function undescribed(schema: Schema): Schema {
  const kept = Object.entries(schema).filter(([keyword, value]) => keyword !== 'description' || typeof value !== 'string');
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, typeof value === 'object' && value !== null && !Array.isArray(value) ? undescribed(value as Schema) : value]));
}

interface Knowledge {
  readonly known: Readonly<Record<string, Schema>>;
  readonly descriptions: DescribedValues['descriptions'];
}

function propertiesOf(values: ValueMap, path: readonly string[], knowledge: Knowledge): Record<string, Schema> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, valueSchema(value, [...path, name], knowledge)]));
}

function valueSchema(value: Value, path: readonly string[], knowledge: Knowledge): Schema {
  const at = path.join('.');
  const description = knowledge.descriptions.get(at);
  return { ...(knowledge.known[at] ?? inferred(value, path, knowledge)), ...(description !== undefined && { description }) };
}

/** What a default says of its value: its type, and for a map its names. Lists and empty maps say too little. */
function inferred(value: Value, path: readonly string[], knowledge: Knowledge): Schema {
  const at = path.join('.');
  if (isValueMap(value) && Object.keys(value).length > 0) return closed(propertiesOf(value, path, knowledge), NEEDED_WHEN_ENABLED[at]);
  if (typeof value === 'boolean') return { type: 'boolean' };
  if (typeof value === 'string') return { type: 'string' };
  throw new Error(`${at}: its default does not say what it may be; deploy/charts/value-schemas.ts has to`);
}

function settingsSchema(settings: readonly Setting[]): Schema {
  return closed(Object.fromEntries(settings.map((setting) => [setting.field, settingSchema(setting)])));
}

function settingSchema({ type, minimum, maximum, minLength, maxLength, values, description }: Setting): Schema {
  return {
    ...(values ? { enum: values } : { type }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    description,
  };
}
