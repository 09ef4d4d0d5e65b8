import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { toolsFolder } from '../tools-under-test';
import type { Schema } from './json-schema';

/** The OpenAPI document of a version of Kubernetes. */
export interface OpenApiDocument {
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** A definition of resources that are not of Kubernetes itself. */
export interface ResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

const LIST = readFileSync(join(__dirname, 'documents.txt'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const NAMES = LIST.map((line) => line.split(' ')[0] ?? '');

/** Versions of Kubernetes that charts are checked against, oldest first. */
export const KUBERNETES_VERSIONS = NAMES.flatMap((name) => /^kubernetes-(.+)\.json$/.exec(name)?.[1] ?? []);

/** Documents that `tools/ops-tools.sh` has not fetched. */
export function missingDocuments(): string[] {
  return NAMES.filter((name) => !existsSync(pathOf(name)));
}

/** What Kubernetes of a version takes. */
export function openApiDocument(version: string): OpenApiDocument {
  return JSON.parse(readFileSync(pathOf(`kubernetes-${version}.json`), 'utf8')) as OpenApiDocument;
}

/** The definition of a kind that others add; undefined where none was fetched. */
export function resourceDefinition(kind: string): ResourceDefinition | undefined {
  const name = `${kind.toLowerCase()}s.yaml`;
  if (!NAMES.includes(name)) return undefined;
  const known = definitions.get(name) ?? (parse(readFileSync(pathOf(name), 'utf8')) as ResourceDefinition);
  definitions.set(name, known); // some are large, and YAML takes its time
  return known;
}

const definitions = new Map<string, ResourceDefinition>();

function pathOf(name: string): string {
  return join(toolsFolder(), 'schemas', name);
}
