import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';

/** Where settings come from; later layers win: file, environment, flags. */
export interface ConfigSources {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Command-line arguments, without the program. */
  readonly argv: readonly string[];
}

/** Settings of one layer, by field name, with where each was found. */
export type ConfigLayer = ReadonlyMap<string, { readonly value: unknown; readonly from: string }>;

/** The layers in rising order of precedence, and what is wrong with them. */
export interface ConfigLayers {
  readonly layers: readonly ConfigLayer[];
  readonly faults: readonly string[];
}

/** `METRICS_PORT` of `metricsPort`. */
export function environmentName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** `--metrics-port` of `metricsPort`. */
export function flagName(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Collects the settings of file (`--config` or `CONFIG_FILE`), environment (also `*_FILE`) and flags. */
export function readLayers(fields: readonly string[], { env, argv }: ConfigSources): ConfigLayers {
  const faults: string[] = [];
  const flags = readFlags(fields, argv, faults);
  const file = flags.get('config')?.value ?? env.CONFIG_FILE;
  flags.delete('config');
  const layers = [
    typeof file === 'string' && file !== '' ? readFile(fields, file, faults) : new Map<string, never>(),
    readEnvironment(fields, env, faults),
    flags,
  ];
  return { layers, faults };
}

function readFile(fields: readonly string[], file: string, faults: string[]): ConfigLayer {
  const layer = new Map<string, { value: unknown; from: string }>();
  let content: unknown;
  try {
    content = parseFile(file);
  } catch (error) {
    faults.push(`${file}: ${describe(error)}`);
    return layer;
  }
  if (content === null) return layer;
  if (typeof content !== 'object' || Array.isArray(content)) {
    faults.push(`${file}: must hold settings by name`);
    return layer;
  }
  for (const [field, value] of Object.entries(content)) {
    if (fields.includes(field)) layer.set(field, { value, from: `${field} in ${file}` });
    else faults.push(`${file}: ${field} is no setting of this process`);
  }
  return layer;
}

/** Why a file cannot be read, without a word of what stands in it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'cannot be read';
  if ('code' in error && error.code === 'ENOENT') return 'there is no such file';
  if ('line' in error && typeof error.line === 'number') return `is malformed at line ${error.line}`;
  const [start] = 'linePos' in error && Array.isArray(error.linePos) ? (error.linePos as { line: number }[]) : [];
  if (start) return `is malformed at line ${start.line}`;
  return error instanceof FileNameError ? error.message : 'cannot be read';
}

class FileNameError extends Error {}

function parseFile(file: string): unknown {
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
      return parseYaml(readFileSync(file, 'utf8'));
    case '.toml':
      return parseToml(readFileSync(file, 'utf8'));
    default:
      throw new FileNameError('must end in .yaml, .yml or .toml');
  }
}

function readEnvironment(fields: readonly string[], env: ConfigSources['env'], faults: string[]): ConfigLayer {
  const layer = new Map<string, { value: unknown; from: string }>();
  for (const field of fields) {
    const name = environmentName(field);
    const secretFile = env[`${name}_FILE`];
    if (env[name] && secretFile) faults.push(`${name} and ${name}_FILE are both set`);
    else if (env[name]) layer.set(field, { value: env[name], from: name });
    else if (secretFile) {
      try {
        layer.set(field, { value: readFileSync(secretFile, 'utf8').replace(/\r?\n$/, ''), from: `${name}_FILE` });
      } catch {
        faults.push(`${name}_FILE: the file it names cannot be read`);
      }
    }
  }
  return layer;
}

function readFlags(
  fields: readonly string[],
  argv: readonly string[],
  faults: string[],
): Map<string, { value: unknown; from: string }> {
  const names = new Map(fields.map((field) => [flagName(field), field]));
  names.set('--config', 'config');
  const layer = new Map<string, { value: unknown; from: string }>();
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    const [flag = '', ...rest] = argument.split('=');
    const field = names.get(flag);
    if (field === undefined) {
      faults.push(`${flag.startsWith('-') ? flag : 'an argument'} is no flag of this process`);
      continue;
    }
    const value = rest.length > 0 ? rest.join('=') : argv[i + 1]?.startsWith('--') ? undefined : argv[++i];
    if (value === undefined || value === '') faults.push(`${flag} needs a value`);
    else layer.set(field, { value, from: flag });
  }
  return layer;
}
