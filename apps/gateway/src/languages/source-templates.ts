import * as classValidator from 'class-validator';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** What the sources say to callers. */
export interface SourceTemplates {
  /** Every template, and the first place that has it. */
  readonly templates: ReadonlyMap<string, string>;
  /** Places that say something of which no template can be made, and why. */
  readonly faults: readonly string[];
}

/** Errors of libraries that know nothing of messages: their sentences are told apart where they are translated. */
const LIBRARY_ERRORS = ['VectorError', 'SigmaVectorError'];

const NO_SOURCE = /(\.(spec|e2e-spec|bench|gen|d)|-under-test)\.ts$/;

/** Reads the templates of the sources below folders of the workspace. */
export function templatesOfSources(root: string, folders: readonly string[]): SourceTemplates {
  const files = folders.flatMap((folder) => sourcesBelow(join(root, folder)));
  const sources = files.map((file) => ts.createSourceFile(relative(root, file), readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  const reader = new SourceReader();
  for (const source of sources) reader.noteFunctions(source);
  for (const source of sources) reader.read(source);
  return reader;
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !NO_SOURCE.test(name))
    .map((name) => join(folder, name));
}

type Declaration = ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement;

/** Types of what can be told in other languages. */
const MESSAGES = /^(Message|SaidFault)\b/;

class SourceReader implements SourceTemplates {
  readonly templates = new Map<string, string>();
  readonly faults: string[] = [];
  /** Functions and methods that are declared to give a message. */
  private readonly speakers = new Set(['say', 'sentence', 'anyOf', 'allOf', 'renamed']);

  noteFunctions(node: ts.Node): void {
    if (ts.isFunctionLike(node) && node.name && MESSAGES.test(node.type?.getText() ?? '')) this.speakers.add(node.name.getText());
    ts.forEachChild(node, (child) => { this.noteFunctions(child); });
  }

  read(node: ts.Node): void {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'say') this.readSaid(node);
    if (ts.isNewExpression(node)) this.readError(node.expression.getText(), node.arguments);
    if (ts.isClassDeclaration(node)) this.readSubclass(node);
    if (ts.isObjectLiteralExpression(node)) this.readFault(node);
    if (isOfRule(node)) this.readRule(node);
    if (ts.isImportDeclaration(node) && node.getSourceFile().fileName.startsWith('libs/contracts/')) this.readRules(node);
    ts.forEachChild(node, (child) => { this.read(child); });
  }

  private readSaid({ template }: ts.TaggedTemplateExpression): void {
    this.note(templateOf(template), template);
    if (ts.isNoSubstitutionTemplateLiteral(template)) return;
    for (const { expression } of template.templateSpans) {
      if (wordsIn(expression)) this.fault(expression, 'words stand among the values: make a sentence of its own for each');
    }
  }

  /** What an error says: the second argument of it, and that of the errors of libraries. */
  private readError(name: string, [, message]: readonly ts.Expression[] = []): void {
    if (message && name === 'ServiceError') this.readMessage(message);
    if (message && LIBRARY_ERRORS.includes(name)) this.readLiterals(message);
  }

  /** What an error of a kind of its own says: the second argument that it gives to ServiceError. */
  private readSubclass(node: ts.ClassDeclaration): void {
    const base = node.heritageClauses?.flatMap(({ types }) => types.map(({ expression }) => expression.getText())) ?? [];
    if (!base.includes('ServiceError')) return;
    const visit = (child: ts.Node): void => {
      if (ts.isCallExpression(child) && child.expression.kind === ts.SyntaxKind.SuperKeyword) this.readError('ServiceError', child.arguments);
      ts.forEachChild(child, visit);
    };
    visit(node);
  }

  private readLiterals(expression: ts.Expression): void {
    if (ts.isStringLiteral(expression)) this.note(expression.text, expression);
    else if (ts.isTemplateLiteral(expression)) this.note(templateOf(expression), expression);
    else if (ts.isConditionalExpression(expression)) [expression.whenTrue, expression.whenFalse].forEach((each) => { this.readLiterals(each); });
  }

  /** What a fault `{ field, rule, message }` says. */
  private readFault(node: ts.ObjectLiteralExpression): void {
    const properties = new Map(node.properties.map((property) => [property.name?.getText() ?? '', property]));
    const message = properties.get('message');
    if (!message || !properties.has('field') || !properties.has('rule')) return;
    if (ts.isPropertyAssignment(message)) this.readMessage(message.initializer);
    if (ts.isShorthandPropertyAssignment(message)) this.readMessage(message.name);
  }

  private readMessage(expression: ts.Expression): void {
    if (ts.isStringLiteral(expression) || ts.isNoSubstitutionTemplateLiteral(expression)) this.note(expression.text, expression);
    else if (ts.isConditionalExpression(expression)) [expression.whenTrue, expression.whenFalse].forEach((each) => { this.readMessage(each); });
    else if (ts.isTemplateExpression(expression)) this.fault(expression, `it has values: write say${expression.getText().slice(0, 40)}…`);
    else if (ts.isIdentifier(expression)) this.readNamed(expression);
    else if (listOf(expression)) listOf(expression)?.forEach((each) => { this.readMessage(each); });
    else if (!this.isMessage(expression)) this.fault(expression, 'it cannot be seen that this is a Message: give the function that makes it that type');
  }

  /** What a constant of the same file says, or a parameter that is declared to be a message. */
  private readNamed(identifier: ts.Identifier): void {
    const declared = declarationOf(identifier);
    if (declared && MESSAGES.test(typeOf(declared))) return;
    if (declared && ts.isVariableDeclaration(declared) && declared.initializer) this.readMessage(declared.initializer);
    else this.fault(identifier, 'it cannot be seen what this says: declare it as a Message');
  }

  private isMessage(expression: ts.Expression): boolean {
    if (ts.isTaggedTemplateExpression(expression)) return this.speakers.has(expression.tag.getText());
    if (!ts.isCallExpression(expression)) return false;
    const called = expression.expression;
    return this.speakers.has(ts.isPropertyAccessExpression(called) ? called.name.text : called.getText());
  }

  /** Refuses words in what a rule says that are no message. */
  private readRule(node: ts.Node): void {
    const visit = (child: ts.Node): void => {
      if (ts.isTaggedTemplateExpression(child)) return;
      const isText = ts.isTemplateExpression(child) || ts.isStringLiteral(child) || ts.isNoSubstitutionTemplateLiteral(child);
      if (isText && /[a-z] /i.test(child.getText())) this.fault(child, 'a rule says this: write say`…`.text');
      else ts.forEachChild(child, visit);
    };
    ts.forEachChild(node, visit);
  }

  /** The rules of class-validator that contracts use: what each says, as it is before its values are put in. */
  private readRules({ moduleSpecifier, importClause }: ts.ImportDeclaration): void {
    const bindings = importClause?.namedBindings;
    if (!ts.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== 'class-validator' || !bindings || !ts.isNamedImports(bindings)) return;
    for (const element of bindings.elements) {
      for (const template of templatesOfRule((element.propertyName ?? element.name).text)) this.note(template, element);
    }
  }

  private note(template: string, node: ts.Node): void {
    if (!this.templates.has(template)) this.templates.set(template, placeOf(node));
  }

  private fault(node: ts.Node, why: string): void {
    this.faults.push(`${placeOf(node)}: ${node.getText()}: ${why}`);
  }
}

function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

function templateOf(literal: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(literal)) return literal.text;
  return literal.templateSpans.reduce((template, span, i) => `${template}{${i}}${span.literal.text}`, literal.head.text);
}

/** Whether a node is what a rule says of a value that breaks it: `defaultMessage` of one of ours, `message` of a decorator. */
function isOfRule(node: ts.Node): boolean {
  if (!ts.isPropertyAssignment(node) && !ts.isMethodDeclaration(node) && !ts.isVariableDeclaration(node)) return false;
  if (!node.getSourceFile().fileName.startsWith('libs/contracts/')) return false;
  const name = node.name.getText();
  return name === 'defaultMessage' || (name === 'message' && ts.isCallExpression(node.parent.parent) && ts.isDecorator(node.parent.parent.parent));
}

/** Whether an expression chooses among words. */
function wordsIn(expression: ts.Expression): boolean {
  const isWords = (node: ts.Expression): boolean => ts.isStringLiteral(node) && /[a-z]/i.test(node.text);
  return isWords(expression) || (ts.isConditionalExpression(expression) && (isWords(expression.whenTrue) || isWords(expression.whenFalse)));
}

/** What a constant object of the same file says, where an expression is one of its properties. */
function listOf(expression: ts.Expression): ts.Expression[] | undefined {
  if (!ts.isPropertyAccessExpression(expression) && !ts.isElementAccessExpression(expression)) return undefined;
  const declared = ts.isIdentifier(expression.expression) ? declarationOf(expression.expression) : undefined;
  let value = declared && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
  while (value && (ts.isAsExpression(value) || ts.isSatisfiesExpression(value))) value = value.expression;
  if (!value || !ts.isObjectLiteralExpression(value)) return undefined;
  return value.properties.flatMap((property) => (ts.isPropertyAssignment(property) ? [property.initializer] : []));
}

/** The type that a declaration gives a name, or gives what the name is a part of. */
function typeOf(declared: Declaration): string {
  let node: ts.Node = declared;
  while (ts.isBindingElement(node) || ts.isBindingName(node)) node = node.parent;
  return (ts.isVariableDeclaration(node) || ts.isParameter(node)) && node.type ? node.type.getText() : '';
}

/** Where a name is declared, in the blocks around its use. */
function declarationOf(identifier: ts.Identifier): Declaration | undefined {
  let scope: ts.Node = identifier.parent;
  let found = declaredIn(scope, identifier.text, scope);
  while (!found && !ts.isSourceFile(scope)) {
    scope = scope.parent;
    found = declaredIn(scope, identifier.text, scope);
  }
  return found;
}

function declaredIn(node: ts.Node, name: string, scope: ts.Node): Declaration | undefined {
  const isDeclaration = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
  if (isDeclaration && ts.isIdentifier(node.name) && node.name.text === name) return node;
  if (node !== scope && ts.isFunctionLike(node)) return undefined;
  return ts.forEachChild(node, (child) => declaredIn(child, name, scope));
}

/** What a decorator of class-validator says of a value that breaks its rule; nothing where it is no rule. */
function templatesOfRule(name: string): string[] {
  const decorator = (classValidator as unknown as Readonly<Record<string, unknown>>)[name];
  if (name === 'ValidateNested') return NESTED;
  if (NO_RULES.includes(name) || !/^[A-Z]/.test(name) || typeof decorator !== 'function') return [];
  class Probe {}
  (decorator as (constraint: number) => PropertyDecorator)(1)(Probe.prototype, 'probe');
  const storage = classValidator.getMetadataStorage();
  return storage.getTargetValidationMetadatas(Probe, '', false, false).flatMap(({ constraintCls, constraints }) =>
    storage.getTargetValidatorConstraints(constraintCls).map(({ instance }) => {
      const args = { property: '$property', value: undefined, object: {}, targetName: '', constraints: constraints as unknown[] };
      const said = instance.defaultMessage?.(args) ?? '';
      let place = 0;
      return said.replaceAll('$property', '{0}').replaceAll(/\$constraint\d/g, () => `{${++place}}`);
    }),
  );
}

const NO_RULES = ['ValidateBy', 'ValidateIf', 'IsOptional', 'ValidationError', 'ValidationTypes', 'Validate', 'Allow'];

const NESTED = ['nested property {0} must be either object or array', 'each value in nested property {0} must be either object or array', 'each value in {0}'];
