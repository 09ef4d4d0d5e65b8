import type { OpenApiDocument, ResourceDefinition } from './documents';

/** A schema, of OpenAPI or JSON. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

/** Kind of object: `apiVersion` and `kind`. */
export interface KindOfObject {
  readonly apiVersion: string;
  readonly kind: string;
}

const REFERENCE = '#/definitions/';

/** Values that are written as one type and taken as two. */
const EITHER: Readonly<Record<string, Schema>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['string', 'integer'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
};

/** The JSON schema of a kind that Kubernetes has itself, which refuses fields that it does not know; undefined where it has no such kind. */
export function schemaOfKind({ definitions }: OpenApiDocument, wanted: KindOfObject): Schema | undefined {
  const found = Object.entries(definitions).find(([, definition]) => kindsOf(definition).some((each) => isSameKind(each, wanted)));
  if (!found) return undefined;
  const [name, definition] = found;
  const reached = new Set<string>([name]);
  for (const each of reached) for (const next of referencesIn(definitions[each])) reached.add(next);
  const strict = [...reached].map((each) => [each, EITHER[each] ?? strictSchema(definitions[each] ?? {})]);
  return { ...strictSchema(ofKind(definition, wanted)), definitions: Object.fromEntries(strict) as Schema };
}

/** The JSON schema of a kind that a definition of resources adds, which refuses fields that it does not know. */
export function schemaOfResource({ spec }: ResourceDefinition, wanted: KindOfObject): Schema | undefined {
  const version = spec.versions.find(({ name }) => isSameKind({ apiVersion: `${spec.group}/${name}`, kind: spec.names.kind }, wanted));
  return version && strictSchema(ofKind(version.schema.openAPIV3Schema, wanted));
}

/** A schema in which objects have no fields but those that are declared. */
export function strictSchema(schema: Schema): Schema {
  const entries = Object.entries(schema).filter(([keyword]) => !keyword.startsWith('x-kubernetes-') && !DROPPED.includes(keyword));
  const strict: Record<string, unknown> = Object.fromEntries(entries.map(([keyword, value]) => [keyword, strictKeyword(keyword, value)]));
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['string', 'integer'] };
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties !== undefined;
  if (schema.properties && !isOpen) strict.additionalProperties = false;
  return strict;
}

/** What says nothing of whether an object is taken, or says it in another dialect. */
const DROPPED = ['description', 'default', 'example', 'format', 'nullable', 'exclusiveMinimum', 'exclusiveMaximum'];

function strictKeyword(keyword: string, value: unknown): unknown {
  if (keyword === 'properties') return Object.fromEntries(Object.entries(value as Schema).map(([name, each]) => [name, strictSchema(each as Schema)]));
  if (keyword === 'items' || keyword === 'additionalProperties') return typeof value === 'object' ? strictSchema(value as Schema) : value;
  return value; // anyOf, oneOf and not hold no fields of their own, but further conditions
}

/** A schema that takes one kind alone; what stands in `metadata` of a resource that is added is as in Kubernetes. */
function ofKind(schema: Schema, { apiVersion, kind }: KindOfObject): Schema {
  const properties = schema.properties as Readonly<Record<string, Schema>>;
  return {
    ...schema,
    required: [...new Set([...((schema.required as string[] | undefined) ?? []), 'apiVersion', 'kind'])],
    properties: { ...properties, apiVersion: { enum: [apiVersion] }, kind: { enum: [kind] } },
  };
}

function kindsOf(definition: Schema): KindOfObject[] {
  const kinds = (definition['x-kubernetes-group-version-kind'] ?? []) as readonly { group: string; version: string; kind: string }[];
  return kinds.map(({ group, version, kind }) => ({ apiVersion: group === '' ? version : `${group}/${version}`, kind }));
}

function isSameKind(one: KindOfObject, other: KindOfObject): boolean {
  return one.apiVersion === other.apiVersion && one.kind === other.kind;
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' && inner.startsWith(REFERENCE) ? [inner.slice(REFERENCE.length)] : referencesIn(inner),
  );
}
