import { readFileSync } from 'node:fs';
import { chartFiles } from './chart-files';
import { schemaOf, secretsOfChart, settingsOfChart } from './chart-schema';
import { CHART_NAMES, isApp } from './charts';
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

  it('takes every setting of the app once, as a value or by reference', () => {
    if (!isApp(chart)) return expect(schema.properties).toHaveProperty('global');
    const values = settingsOfChart(chart).map(({ field }) => field);
    const secrets = secretsOfChart(chart).map(({ field }) => field);
    expect(values.filter((field) => secrets.includes(field))).toEqual(['natsUrl']);
    expect(Object.keys((schema.properties as Record<string, Record<string, object>>).settings?.properties ?? {})).toEqual(values);
    return expect(Object.keys((schema.properties as Record<string, Record<string, object>>).secrets?.properties ?? {})).toEqual(secrets);
  });
});
