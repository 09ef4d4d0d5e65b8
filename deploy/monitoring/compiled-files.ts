import { stringify } from 'yaml';
import { RUNBOOK_BASE } from './alert';
import type { CompiledFile } from './compiled-file';
import { dashboards } from './dashboards';
import { rules } from './rules';

const HEAD = '# Written by `npm run monitoring` from deploy/monitoring; not to be edited.\n';

function textOf({ name, content }: CompiledFile): string {
  return name.endsWith('.json') ? `${JSON.stringify(content, undefined, 2)}\n` : HEAD + stringify(content, { lineWidth: 0 });
}

/** Folder of the umbrella chart that holds what is compiled; compose mounts the same. */
export const COMPILED_FOLDER = 'helm/sigmalang/files';

/** What has to stand in that folder: path within it, and text. */
export function compiledFiles(): ReadonlyMap<string, string> {
  const files = { dashboards, rules };
  const compiled = Object.entries(files).flatMap(([folder, list]) => list.map((file) => [`${folder}/${file.name}`, textOf(file)] as const));
  return new Map([...compiled, ['documents-url.txt', `${RUNBOOK_BASE}\n`]]);
}
