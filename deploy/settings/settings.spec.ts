import { existsSync, globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { CONFIGURATION_DOCUMENT, configurationDocument } from './configuration-document';
import { OTHER_VARIABLES } from './other-variables';
import { groupsOf, PROGRAMS, type Setting, settingsOf } from './settings';
import { SourceTree } from './source-tree';

const all = new Map(PROGRAMS.flatMap((program) => settingsOf(program).map((setting) => [setting.env, setting] as const)));

function named(env: string): Setting {
  const setting = all.get(env);
  if (!setting) throw new Error(`${env} was not found`);
  return setting;
}

/** The workspace with a part of one file replaced. */
function changed(file: string, from: string, to: string): SourceTree {
  return new SourceTree((path) => {
    if (!existsSync(path)) return undefined;
    const text = readFileSync(path, 'utf8');
    if (path !== file) return text;
    expect(text).toContain(from);
    return text.replace(from, to);
  });
}

describe('settings, as their classes declare them', () => {
  it.each([
    ['METRICS_PORT', { field: 'metricsPort', flag: '--metrics-port', type: 'integer', default: 9090, minimum: 0, maximum: 65535, isSecret: false }],
    ['HYBRID_KEYWORD_WEIGHT', { type: 'number', default: 0.7, minimum: 0, maximum: 1 }],
    ['CACHE_ENABLED', { type: 'boolean', default: true }],
    ['AUDIT_SCOPE', { type: 'string', default: 'changes', values: ['security', 'changes', 'all'] }],
    ['KEY_RATE_PER_MINUTE', { maximum: 60_000_000 }], // a constant
    ['AUTH_SECRET', { minLength: 32, maxLength: 1_024, isSecret: true }],
    ['TRUSTED_PROXIES', { default: '', isSecret: false }],
  ])('%s has its type, range, default and whether it is secret', (env, expected) => {
    expect(named(env)).toMatchObject(expected);
  });

  it('have no default where the process works it out or none is needed', () => {
    expect(['WORKER_THREADS', 'MODEL_DIR', 'DATABASE_URL'].map((env) => named(env).default)).toEqual([undefined, undefined, undefined]);
    expect(['WORKER_THREADS', 'MODEL_DIR'].map((env) => named(env).isComputed)).toEqual([true, undefined]);
  });

  it('are those of every process, and of the classes that the app names', () => {
    expect(groupsOf('nlp').map(({ name }) => name)).toEqual([...groupsOf('encoder').map(({ name }) => name), 'Nlp']);
    expect(groupsOf('standalone').map(({ name }) => name)).toEqual([...new Set([...groupsOf('gateway'), ...groupsOf('nlp'), ...groupsOf('search')].map(({ name }) => name))].sort(byOrderOfStandalone));
    expect(settingsOf('storage').map(({ env }) => env)).toContain('DATABASE_URL');
  });

  it('are found in every class of settings of the sources', () => {
    const sources = globSync('{apps,libs}/*/src/**/*.config.ts').map((file) => readFileSync(file, 'utf8'));
    const classes = sources.flatMap((text) => [...text.matchAll(/^export class (\w+)Config\b/gm)].map(([, name = '']) => name));
    expect([...new Set(PROGRAMS.flatMap((program) => groupsOf(program)).map(({ name }) => name))].sort()).toEqual(classes.sort());
  });

  it('include a field that is added to a class', () => {
    const tree = changed('apps/nlp/src/nlp.config.ts', 'export class NlpConfig {', 'export class NlpConfig {\n  /** Most of it. */\n  @IsInt()\n  @Max(7)\n  mostOfIt: number = 3;\n');
    expect(settingsOf('nlp', tree).find(({ env }) => env === 'MOST_OF_IT')).toEqual({
      field: 'mostOfIt', env: 'MOST_OF_IT', flag: '--most-of-it', type: 'integer', default: 3, maximum: 7, description: 'Most of it.', isSecret: false, group: 'Nlp',
    });
  });

  it('include a class that every process is given', () => {
    const tree = changed('libs/runtime/src/run.ts', 'readOrExit([BaseConfig, ', 'readOrExit([');
    expect(settingsOf('encoder', tree).map(({ env }) => env)).not.toContain('METRICS_PORT');
  });

  it('must each be described', () => {
    const tree = changed('apps/nlp/src/nlp.config.ts', 'export class NlpConfig {', 'export class NlpConfig {\n  @IsInt()\n  mostOfIt: number = 3;\n');
    expect(() => settingsOf('nlp', tree)).toThrow(/nlp\.config\.ts:\d+: mostOfIt: it has no description/);
  });
});

describe('the reference of settings', () => {
  it('is what the classes say now: npm run configuration', () => {
    expect(readFileSync(CONFIGURATION_DOCUMENT, 'utf8')).toBe(configurationDocument());
  });

  it('changes with a field that is added, or with a default', () => {
    const added = changed('apps/nlp/src/nlp.config.ts', 'export class NlpConfig {', 'export class NlpConfig {\n  /** Most of it. */\n  @IsInt()\n  mostOfIt: number = 3;\n');
    expect(configurationDocument(added)).toContain('| `MOST_OF_IT` | `--most-of-it` | `mostOfIt` | integer | `3` | Most of it. |');
    expect(configurationDocument(changed('apps/nlp/src/nlp.config.ts', "= 'wink-sg-100d-int8'", "= 'wink-sg-100d-float32'"))).not.toBe(configurationDocument());
  });
});

describe('variables that are read outside of the classes', () => {
  const sources = globSync(['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts', 'deploy/**/*.{ts,mjs}', 'tools/*.mjs']);

  it('are settings, or declared with what they are', () => {
    const known = new Set([...all.keys(), ...OTHER_VARIABLES.map(({ name }) => name)]);
    const texts = sources.map((file) => [file, readFileSync(file, 'utf8')] as const).filter(([, text]) => text.includes('process.env'));
    const read = texts.flatMap(([file, text]) => variablesRead(file, text).map((name) => [name, file]));
    expect(read.filter(([name = '']) => !known.has(name))).toEqual([]);
    expect(read.length).toBeGreaterThan(5);
  });

  it('are found by a member, by a string and by a pattern', () => {
    const text = "const a = process.env.ONE ?? process.env['TWO'];\nconst { THREE: it, FOUR } = process.env;";
    expect(variablesRead('a.ts', text)).toEqual(['ONE', 'TWO', 'THREE', 'FOUR']);
  });
});

/** Names of variables that a source takes from `process.env`; text within strings is no source. */
function variablesRead(file: string, text: string): string[] {
  const names: string[] = [];
  const isEnvironment = (node: ts.Node | undefined): boolean => node?.getText() === 'process.env';
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && isEnvironment(node.expression)) names.push(node.name.text);
    if (ts.isElementAccessExpression(node) && isEnvironment(node.expression) && ts.isStringLiteral(node.argumentExpression)) names.push(node.argumentExpression.text);
    if (ts.isVariableDeclaration(node) && isEnvironment(node.initializer) && ts.isObjectBindingPattern(node.name)) {
      names.push(...node.name.elements.map((element) => (element.propertyName ?? element.name).getText()));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return names;
}

function byOrderOfStandalone(one: string, other: string): number {
  const order = groupsOf('standalone').map(({ name }) => name);
  return order.indexOf(one) - order.indexOf(other);
}
