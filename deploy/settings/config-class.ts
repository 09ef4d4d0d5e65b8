import { environmentName, flagName } from '@sigmalang/runtime/config-layers';
import ts from 'typescript';
import { type SourceTree, unknown } from './source-tree';

/** A setting of a process, as its class of settings declares it. */
export interface Setting {
  /** Name in a file of settings, and below `settings` in the values of a chart. */
  readonly field: string;
  /** Name in the environment; `<env>_FILE` names a file that holds the value. */
  readonly env: string;
  /** Name on the command line. */
  readonly flag: string;
  readonly type: 'integer' | 'number' | 'boolean' | 'string';
  /** Value where none is given; undefined where there is none or the process works it out. */
  readonly default?: string | number | boolean;
  /** Set where the process works its default out. */
  readonly isComputed?: true;
  /** Least and largest number. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Least and largest number of characters. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** All values that it may have. */
  readonly values?: readonly string[];
  readonly description: string;
  /** Whether it must stand nowhere but in a secret. */
  readonly isSecret: boolean;
  /** Class of settings that it belongs to, without `Config`. */
  readonly group: string;
}

/** A class of settings. */
export interface SettingsGroup {
  readonly name: string;
  readonly description: string;
  readonly settings: readonly Setting[];
}

type Literal = string | number | boolean;
type Rules = Partial<Pick<Setting, 'type' | 'minimum' | 'maximum' | 'minLength' | 'maxLength' | 'values'>>;

/** The settings that a class declares: its public fields, with the rules in their decorators. */
export function settingsOfClass(tree: SourceTree, declared: ts.ClassDeclaration): SettingsGroup {
  const name = declared.name?.text.replace(/Config$/, '') ?? '';
  if (declared.heritageClauses) throw unknown(declared, 'a class of settings extends nothing');
  const fields = declared.members.filter(ts.isPropertyDeclaration);
  return { name, description: commentOf(declared), settings: fields.map((field) => settingOf(tree, field, name)) };
}

function settingOf(tree: SourceTree, field: ts.PropertyDeclaration, group: string): Setting {
  const name = field.name.getText();
  const rules = (ts.getDecorators(field) ?? []).map((decorator) => rulesOf(tree, decorator));
  const { type = typeOf(field), ...limits } = Object.assign({}, ...rules) as Rules;
  const description = commentOf(field);
  const initial = field.initializer && literalOf(tree, field.initializer);
  return {
    field: name,
    env: environmentName(name),
    flag: flagName(name),
    type,
    ...(initial !== undefined && { default: initial }),
    ...(field.initializer && initial === undefined && { isComputed: true }),
    ...limits,
    description,
    isSecret: /(^|\. )Secret\.$/.test(description),
    group,
  };
}

/** What a decorator says of a value; nothing where it is a rule of our own, which its description tells of. */
function rulesOf(tree: SourceTree, { expression }: ts.Decorator): Rules {
  if (!ts.isCallExpression(expression)) throw unknown(expression, 'it is no call of a rule');
  const [limit] = expression.arguments;
  const number = (): number => {
    const value = limit && literalOf(tree, limit);
    if (typeof value !== 'number') throw unknown(expression, 'its limit is no constant number');
    return value;
  };
  switch (expression.expression.getText()) {
    case 'IsInt':
      return { type: 'integer' };
    case 'IsNumber':
      return { type: 'number' };
    case 'IsBoolean':
      return { type: 'boolean' };
    case 'IsString':
      return { type: 'string' };
    case 'Min':
      return { minimum: number() };
    case 'Max':
      return { maximum: number() };
    case 'MinLength':
      return { minLength: number() };
    case 'MaxLength':
      return { maxLength: number() };
    case 'IsIn':
      return { type: 'string', values: wordsOf(tree, limit) };
    default:
      return {};
  }
}

function wordsOf(tree: SourceTree, list: ts.Expression | undefined): readonly string[] {
  const value = list && tree.valueOf(list);
  if (!value || !ts.isArrayLiteralExpression(value)) throw new Error(`${list?.getText() ?? 'IsIn()'} is no list`);
  return value.elements.map((element) => {
    if (!ts.isStringLiteral(element)) throw unknown(element, 'it is no word');
    return element.text;
  });
}

function typeOf(field: ts.PropertyDeclaration): Setting['type'] {
  const type = field.type?.getText();
  if (type === 'string' || type === 'number' || type === 'boolean') return type;
  throw unknown(field, 'no rule says its type');
}

/** A constant that can be read without running anything; undefined for one that cannot. */
function literalOf(tree: SourceTree, expression: ts.Expression): Literal | undefined {
  const value = ts.isCallExpression(expression) ? expression : tree.valueOf(expression);
  if (ts.isStringLiteral(value)) return value.text;
  if (ts.isNumericLiteral(value)) return Number(value.text);
  if (value.kind === ts.SyntaxKind.TrueKeyword) return true;
  return value.kind === ts.SyntaxKind.FalseKeyword ? false : undefined;
}

function commentOf(node: ts.PropertyDeclaration | ts.ClassDeclaration): string {
  const [comment] = ts.getJSDocCommentsAndTags(node);
  const text = comment && ts.isJSDoc(comment) ? (ts.getTextOfJSDocComment(comment.comment) ?? '') : '';
  if (text === '') throw unknown(node.name ?? node, 'it has no description');
  return text.replace(/\s+/g, ' ');
}
