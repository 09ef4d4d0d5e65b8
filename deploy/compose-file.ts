import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** A service of a compose file, as far as it is checked. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly resources: { readonly limits: { readonly cpus?: string; readonly memory?: string } } };
}

/** A compose file. */
export interface ComposeFile {
  /** Its text, for what stands in it anywhere. */
  readonly text: string;
  readonly services: ReadonlyMap<string, ComposeService>;
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** Folder of the compose files, to which paths in them are relative. */
export const COMPOSE_FOLDER = resolve(__dirname);

/** Reads one of the compose files of this folder. */
export function readComposeFile(name: string): ComposeFile {
  const text = readFileSync(join(COMPOSE_FOLDER, name), 'utf8');
  const { services, networks = {}, volumes = {} } = parse(text, { merge: true }) as Record<'services' | 'networks' | 'volumes', object | undefined>;
  return {
    text,
    services: new Map(Object.entries(services ?? {}) as [string, ComposeService][]),
    networks: Object.keys(networks),
    volumes: Object.keys(volumes),
  };
}

/** The variables that a compose file takes from the environment, with what stands behind each name: `:?why`, `:-default`, `-default`. */
export function variablesOf({ text }: ComposeFile): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  for (const [, name = '', rest = ''] of lines.join('\n').matchAll(/(?<!\$)\$\{([A-Z_]+)([^}]*)\}/g)) {
    found.set(name, (found.get(name) ?? new Set()).add(rest));
  }
  return found;
}
