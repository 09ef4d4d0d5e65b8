import { OTHER_VARIABLES, type OtherVariable } from './other-variables';
import { groupsOf, PROGRAMS, type Program, type Setting, type SettingsGroup } from './settings';
import type { SourceTree } from './source-tree';

/** File of the reference, in the workspace. */
export const CONFIGURATION_DOCUMENT = 'docs/configuration.md';

/** The reference of all settings, in Markdown. */
export function configurationDocument(tree?: SourceTree): string {
  const read = new Map(PROGRAMS.map((program) => [program, groupsOf(program, tree)]));
  const groups = new Map([...read.values()].flat().map((group) => [group.name, group]));
  const parts = [HEAD, programsTable(read), ...[...groups.values()].map((group) => groupPart(group, read)), variablesPart()];
  return `${parts.join('\n\n')}\n`;
}

const HEAD = `<!-- Written by \`npm run configuration\` from the classes of settings; not to be edited. -->
# Configuration

A process reads its settings once, as it starts. Each has one name, written in four ways:

| where | \`requestTimeoutMs\` is written | wins over |
|---|---|---|
| default, in the code | | |
| file that \`--config\` or \`CONFIG_FILE\` names: \`.yaml\`, \`.yml\` or \`.toml\` | \`requestTimeoutMs: 5000\` | the default |
| environment | \`REQUEST_TIMEOUT_MS=5000\` | the file |
| flag | \`--request-timeout-ms=5000\` or \`--request-timeout-ms 5000\` | the environment |

- **Secrets from files**: the value of any setting may stand in a file that \`<NAME>_FILE\` names, such as \`DATABASE_URL_FILE=/run/secrets/database-url\`; one line break at the end is left off. \`<NAME>\` and \`<NAME>_FILE\` together are refused. What is marked secret here belongs there or into a Secret, and never into a file of values or a flag, which every process of the machine can read.
- **Empty** variables count as not set. Booleans are \`true\` or \`false\`.
- **Faults** are all reported together, without the values, before the process exits with 1: a file or a flag that names a setting which the process does not have, a value of the wrong type or out of its range. Variables of the environment that are no settings are not looked at.
- \`node dist/apps/<app>/main.js --help\` prints the settings of one app.

## Who reads what`;

function programsTable(read: ReadonlyMap<Program, readonly SettingsGroup[]>): string {
  const rows = [...read].map(([program, groups]) => {
    const count = groups.reduce((sum, { settings }) => sum + settings.length, 0);
    return `| \`${program}\` | ${groups.map(({ name }) => `[${titleOf(name)}](#${anchorOf(name)})`).join(', ')} | ${count} |`;
  });
  return ['| program | reads | settings |', '|---|---|---|', ...rows].join('\n');
}

function groupPart({ name, description, settings }: SettingsGroup, read: ReadonlyMap<Program, readonly SettingsGroup[]>): string {
  const readers = [...read].filter(([, groups]) => groups.some((group) => group.name === name)).map(([program]) => `\`${program}\``);
  return [
    `## ${titleOf(name)}`,
    '',
    `${description} Read by ${readers.join(', ')}.`,
    '',
    '| environment | flag | in a file | type and range | default | what it is |',
    '|---|---|---|---|---|---|',
    ...settings.map(settingRow),
  ].join('\n');
}

function settingRow(setting: Setting): string {
  const cells = [`\`${setting.env}\``, `\`${setting.flag}\``, `\`${setting.field}\``, rangeOf(setting), defaultOf(setting), descriptionOf(setting)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function rangeOf({ type, minimum, maximum, minLength, maxLength, values }: Setting): string {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  const between = (least: number | undefined, most: number | undefined, unit: string): string => {
    if (least === undefined && most === undefined) return '';
    if (most === undefined) return `, at least ${grouped(least ?? 0)}${unit}`;
    return `, ${grouped(least ?? 0)} to ${grouped(most)}${unit}`;
  };
  return type === 'string' ? `string${between(minLength === 1 && maxLength === undefined ? undefined : minLength, maxLength, ' characters')}` : type + between(minimum, maximum, '');
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

function defaultOf({ default: value, isComputed }: Setting): string {
  if (value === undefined) return isComputed ? 'worked out' : 'none';
  return value === '' ? 'empty' : `\`${value}\``;
}

function descriptionOf({ description, isSecret }: Setting): string {
  return isSecret ? description.replace(/ ?Secret\.$/, ' **Secret.**') : description;
}

const READERS: Readonly<Record<OtherVariable['reader'], string>> = {
  process: 'processes, or what they run on',
  check: 'checks and benchmarks',
  image: 'builds of images',
  other: 'programs beside ours',
};

function variablesPart(): string {
  const rows = OTHER_VARIABLES.map(({ name, reader, description }) => `| \`${name}\` | ${READERS[reader]} | ${description} |`);
  return ['## Other variables', '', 'They are no settings of a class: no file and no flag has them.', '', '| variable | read by | what it is |', '|---|---|---|', ...rows].join('\n');
}

function titleOf(group: string): string {
  return TITLES[group] ?? group;
}

/** Names of groups that do not say enough alone. */
const TITLES: Readonly<Record<string, string>> = { Base: 'Every process', Resilience: 'Calls to services', Storage: 'Database', Identity: 'Identity of callers' };

function anchorOf(group: string): string {
  return titleOf(group).toLowerCase().replaceAll(' ', '-');
}
