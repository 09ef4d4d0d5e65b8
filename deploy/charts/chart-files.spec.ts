import { readFileSync } from 'node:fs';
import { APPS, settingsOf } from '../settings/settings';
import { chartFiles } from './chart-files';
import { DECIDED_BY_TEMPLATES, schemaOf, secretsOfChart, settingsOfChart } from './chart-schema';
import { CHART_NAMES } from './charts';
import type { Schema } from './schema-parts';

const files = chartFiles();

it.each([...files.keys()])('%s is what its sources say now: npm run charts', (path) => {
  expect(readFileSync(path, 'utf8')).toBe(files.get(path));
});

/** Places of a schema where an object may have names that it does not say; a map from names to strings or references is none of them. */
function openPlaces(schema: Schema, at = ''): string[] {
  const inner = ['properties', '$defs'].flatMap((keyword) => Object.entries((schema[keyword] ?? {}) as Record<string, Schema>).flatMap(([name, each]) => openPlaces(each, `${at}/${name}`)));
  const items = schema.items ? openPlaces(schema.items as Schema, `${at}/items`) : [];
  const isObject = schema.type === 'object' || (Array.isArray(schema.type) && schema.type.includes('object'));
  const isOpen = isObject && (schema.additionalProperties === undefined || schema.additionalProperties === true);
  return [...(isOpen ? [at] : []), ...inner, ...items];
}

describe.each(CHART_NAMES)('the schema of %s', (chart) => {
  const schema = schemaOf(chart);

  it('is closed everywhere but where Helm itself puts what is global', () => {
    expect(openPlaces(schema).filter((place) => !place.endsWith('/sigmalang-library/global'))).toEqual([]);
  });

});

it.each(APPS)('the schema of %s takes every setting of the app once, as a value or by reference', (app) => {
  const { settings, secrets } = schemaOf(app).properties as Readonly<Record<string, Schema>>;
  const values = settingsOfChart(app).map(({ field }) => field);
  const references = secretsOfChart(app).map(({ field }) => field);
  expect(values.filter((field) => references.includes(field))).toEqual(['natsUrl']); // a password may stand in it
  expect([...new Set([...values, ...references, ...DECIDED_BY_TEMPLATES])].sort()).toEqual([...new Set([...settingsOf(app).map(({ field }) => field), ...DECIDED_BY_TEMPLATES])].sort());
  expect([settings?.properties, secrets?.properties].map((properties) => Object.keys(properties as Schema))).toEqual([values, references]);
});
