import { environmentName } from '@sigmalang/runtime/config-layers';
import { parse, parseAllDocuments } from 'yaml';
import { type Container, ofKind, podsOf } from '../charts/kubernetes-parts';
import type { KubernetesObject } from '../charts/rendered-charts';
import { APPS, type Program, PROGRAMS, settingsOf } from '../settings/settings';

/** A name of a setting, where it stands, and which program is meant to read it; any where none is told. */
export interface NamedSetting {
  readonly name: string;
  readonly where: string;
  readonly program?: Program;
}

/** Who reads which names. */
export class KnownSettings {
  private readonly readers = new Map<string, Program[]>();

  /** @param others names that are no settings of classes, and that may stand anywhere */
  constructor(private readonly others: readonly string[]) {
    for (const program of PROGRAMS) {
      for (const { env } of settingsOf(program)) {
        for (const name of [env, `${env}_FILE`]) this.readers.set(name, [...(this.readers.get(name) ?? []), program]);
      }
    }
  }

  /** One sentence for each name that nobody reads, or not the program that it is given to. */
  faultsOf(named: readonly NamedSetting[]): string[] {
    const faults = named.flatMap(({ name, where, program }) => {
      if (this.others.includes(name)) return [];
      const readers = this.readers.get(name) ?? [];
      if (program === undefined) return readers.length > 0 ? [] : [`${where}: nothing reads ${name}`];
      return readers.includes(program) ? [] : [`${where}: ${program} does not read ${name}`];
    });
    return [...new Set(faults)];
  }
}

/** The program that runs in a container of ours; undefined for those of others, and where something else is run than what the image is for. */
export function programOf({ image, command = [], args = [] }: Pick<Container, 'image' | 'command' | 'args'>): Program | undefined {
  const [, name] = /(?:^|\/|\})sigmalang-([a-z]+)(?::|@|$)/.exec(image) ?? [];
  if ([...command, ...args].some((word) => word.endsWith('/storage.js'))) return 'storage';
  return command.length > 0 ? undefined : APPS.find((app) => app === name);
}

/** The names of settings that the containers of charts are given, in `env` and in the ConfigMaps that `envFrom` names. */
export function settingsInObjects(chart: string, objects: readonly KubernetesObject[]): NamedSetting[] {
  const maps = new Map(ofKind(objects, 'ConfigMap').map(({ metadata, data }) => [metadata.name, Object.keys(data)]));
  return podsOf(objects).flatMap(({ of, spec }) =>
    spec.containers.flatMap((container) => {
      const program = programOf(container);
      if (!program) return [];
      const where = `${chart}: ${of}, container ${container.name}`;
      const sources = (container.envFrom ?? []).map(({ configMapRef }) => configMapRef?.name ?? '');
      const lost = sources.filter((name) => !maps.has(name));
      if (lost.length > 0) throw new Error(`${where}: there is no ConfigMap ${lost.join(', ')}`);
      const names = [...(container.env ?? []).map(({ name }) => name), ...sources.flatMap((name) => maps.get(name) ?? [])];
      return names.map((name) => ({ name, where, program }));
    }),
  );
}

interface ComposeService {
  readonly image?: string;
  readonly command?: string | readonly string[];
  readonly entrypoint?: string | readonly string[];
  readonly environment?: Readonly<Record<string, unknown>> | readonly string[];
}

/** The names of settings that services of ours are given in a compose file. */
export function settingsInCompose(file: string, text: string): NamedSetting[] {
  const { services } = parse(text, { merge: true }) as { services: Readonly<Record<string, ComposeService>> };
  return Object.entries(services).flatMap(([service, { image = '', command, entrypoint, environment = {} }]) => {
    const words = [command, entrypoint].flatMap((each) => (typeof each === 'string' ? each.split(/\s+/) : (each ?? [])));
    const program = programOf({ image, args: words }) ?? appIn(words);
    const names = Array.isArray(environment) ? (environment as string[]).map((entry) => entry.split('=')[0] ?? '') : Object.keys(environment);
    return program ? names.map((name) => ({ name, where: `${file}: ${service}`, program })) : [];
  });
}

/** The app that a command of development runs by its name. */
function appIn(words: readonly string[]): Program | undefined {
  return APPS.find((app) => words.some((word) => word === app || word.includes(`dist/apps/${app}/`)));
}

/** The names of settings in a document: words in backticks with an underscore in them, and variables and values that examples set. */
export function settingsInDocument(file: string, text: string): NamedSetting[] {
  const blocks = [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)].map(([, language = '', block = '']) => ({ language, block }));
  const prose = text.replaceAll(/^ *```\w*\n[\s\S]*?^ *```/gm, '');
  const words = [...prose.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => namesInCode(code));
  const set = blocks.filter(({ language }) => language !== 'sql').flatMap(({ block }) => namesInExample(block));
  const fields = blocks.filter(({ language }) => ['yaml', 'yml'].includes(language)).flatMap(({ block }) => fieldsInValues(block));
  return [...new Set([...words, ...set, ...fields])].map((name) => ({ name, where: file }));
}

function namesInCode(code: string): string[] {
  const [, name] = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=.*)?$/.exec(code) ?? [];
  return name === undefined ? namesInExample(code) : [name];
}

/** Variables that a command or a file of variables sets, but for those that the example itself reads again. */
function namesInExample(block: string): string[] {
  const names = [...block.matchAll(/(?<![\w$./{-])([A-Z][A-Z0-9_]{2,})=/g)].map(([, name = '']) => name);
  return names.filter((name) => !new RegExp(`\\$\\{?${name}\\b`).test(block));
}

/** Environment names of what stands below `settings` and `secrets` in an example of values. */
function fieldsInValues(block: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const isMap = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
      if (['settings', 'secrets'].includes(key) && isMap) found.push(...Object.keys(inner as object).map(environmentName));
      else visit(inner);
    }
  };
  for (const document of documentsIn(block)) visit(document);
  return found;
}

function documentsIn(block: string): unknown[] {
  const documents = parseAllDocuments(block);
  return Array.isArray(documents) ? documents.filter(({ errors }) => errors.length === 0).map((document) => document.toJS() as unknown) : [];
}
