import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { type ChartName, folderOf, isApp, LIBRARY } from './charts';

/** What a value may be, as YAML says it. */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap;

/** Values by name. */
export interface ValueMap {
  readonly [name: string]: Value;
}

/** Values with what the comments before them say of them. */
export interface DescribedValues {
  readonly values: ValueMap;
  /** By the path of a value, its parts joined by dots. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/** A comment that describes the value after it. */
const DESCRIPTION = /^ -- (.*)$/;

/** Whether a value holds others by name. */
export function isValueMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The values of a chart: for an app the defaults of the library with what the app says over them. */
export function valuesOf(chart: ChartName): DescribedValues {
  const own = readValues(join(folderOf(chart), 'values.yaml'));
  return isApp(chart) ? over(libraryDefaults(), own) : own;
}

/** The defaults of every app. */
export function libraryDefaults(): DescribedValues {
  return readValues(join(folderOf(LIBRARY), 'values.yaml'), ['exports', 'defaults']);
}

function over(below: DescribedValues, above: DescribedValues): DescribedValues {
  return { values: merge(below.values, above.values), descriptions: new Map([...below.descriptions, ...above.descriptions]) };
}

function merge(below: ValueMap, above: ValueMap): ValueMap {
  const merged: Record<string, Value> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const old = merged[name];
    merged[name] = isValueMap(old) && isValueMap(value) ? merge(old, value) : value;
  }
  return merged;
}

function readValues(file: string, under: readonly string[] = []): DescribedValues {
  const document = parseDocument(readFileSync(file, 'utf8'));
  const root = under.length === 0 ? document.contents : document.getIn(under, true);
  if (!isMap(root)) throw new Error(`${file}: there are no values`);
  const descriptions = new Map<string, string>();
  describe(root, [], descriptions);
  return { values: root.toJS(document) as ValueMap, descriptions };
}

function describe(map: YAMLMap, path: readonly string[], descriptions: Map<string, string>): void {
  for (const pair of map.items) {
    if (!isScalar(pair.key)) throw new Error(`${path.join('.')}: a name is no string`);
    const inner = [...path, String(pair.key.value)];
    // The comment before the first name of a map belongs to the map.
    const comment = pair.key.commentBefore ?? (pair === map.items[0] ? map.commentBefore : undefined);
    const described = comment?.split('\n').map((line) => DESCRIPTION.exec(line)?.[1]).find((text) => text !== undefined);
    if (described !== undefined) descriptions.set(inner.join('.'), described);
    if (isMap(pair.value)) describe(pair.value, inner, descriptions);
  }
}
