import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../charts/rendered-charts';
import { toolPath } from '../tools-under-test';
import { openApiDocument, resourceDefinition } from './documents';
import { type KindOfObject, schemaOfKind, schemaOfResource } from './json-schema';

/** Objects that belong together: those that a chart makes of one file of values. */
export interface NamedObjects {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

interface Report {
  readonly resources: readonly { readonly filename: string; readonly kind: string; readonly name: string; readonly status: string; readonly msg: string }[];
  readonly summary: { readonly valid: number; readonly invalid: number; readonly errors: number; readonly skipped: number };
}

/** What kubeconform found. */
export interface Conformity {
  /** How many objects were looked at. */
  readonly objects: number;
  /** What a Kubernetes of that version would not take, and why. */
  readonly faults: readonly string[];
}

/** Checks objects by the schemas of a version of Kubernetes, and by those of the resources that others add to it. Fields that no schema knows are faults. */
export async function conformityTo(version: string, lists: readonly NamedObjects[]): Promise<Conformity> {
  const folder = mkdtempSync(join(tmpdir(), 'sigmalang-kubernetes-'));
  try {
    writeSchemas(version, lists, folder);
    const files = lists.filter(({ objects }) => objects.length > 0).map(({ name, objects }) => {
      const file = join(folder, `${name.replaceAll(/[^\w.-]+/g, '_')}.yaml`);
      writeFileSync(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
      return file;
    });
    const { resources, summary } = await kubeconform(version, folder, files);
    const bad = resources.filter(({ status }) => status !== 'statusValid');
    const faults = bad.map(({ filename, kind, name, msg }) => `${filename.slice(folder.length + 1)}: ${kind} ${name}: ${msg}`);
    return { objects: summary.valid + summary.invalid + summary.errors, faults };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeSchemas(version: string, lists: readonly NamedObjects[], folder: string): void {
  const openApi = openApiDocument(version);
  const kinds = new Map(lists.flatMap(({ objects }) => objects).map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }] as const));
  mkdirSync(join(folder, 'schemas'));
  for (const kind of kinds.values()) {
    const added = resourceDefinition(kind.kind);
    const schema = schemaOfKind(openApi, kind) ?? (added && schemaOfResource(added, kind));
    if (schema) writeFileSync(join(folder, 'schemas', fileOf(kind)), JSON.stringify(schema));
  }
}

/** The name that kubeconform makes of a kind. */
function fileOf({ apiVersion, kind }: KindOfObject): string {
  const [group = '', version] = apiVersion.split('/');
  return `${[kind, group.split('.')[0], version].filter((part) => part !== undefined).join('-').toLowerCase()}.json`;
}

function kubeconform(version: string, folder: string, files: readonly string[]): Promise<Report> {
  const location = join(folder, 'schemas', '{{ .ResourceKind }}{{ .KindSuffix }}.json');
  const args = ['-strict', '-summary', '-output', 'json', '-kubernetes-version', version, '-schema-location', location, ...files];
  return new Promise((resolve, reject) => {
    execFile(toolPath('kubeconform'), args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Report); // it exits with 1 where it finds faults
      } catch {
        reject(new Error(`kubeconform: ${stderr}`, { cause: error }));
      }
    });
  });
}
