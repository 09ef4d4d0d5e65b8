import ts from 'typescript';
import { type Setting, settingsOfClass, type SettingsGroup } from './config-class';
import { SourceTree, unknown } from './source-tree';

export type { Setting, SettingsGroup } from './config-class';

/** Apps that are deployed, each its own process. */
export const APPS = ['gateway', 'encoder', 'decoder', 'nlp', 'analogy', 'search', 'standalone'] as const;

/** One of {@link APPS}. */
export type App = (typeof APPS)[number];

/** Programs that read settings: the apps, and `storage`, which migrates, backs up, restores and audits the database. */
export const PROGRAMS = [...APPS, 'storage'] as const;

/** One of {@link PROGRAMS}. */
export type Program = (typeof PROGRAMS)[number];

/** Where every app starts, and the function in it that is given the settings that all of them have. */
const BOOTSTRAP = 'libs/runtime/src/run.ts';
const STORAGE_COMMAND = 'libs/storage/src/storage-command.ts';

/** The settings that a program reads, in the order of its own `--help`. */
export function settingsOf(program: Program, tree = workspace): readonly Setting[] {
  return groupsOf(program, tree).flatMap(({ settings }) => settings);
}

/** The classes of settings that a program reads. */
export function groupsOf(program: Program, tree = workspace): readonly SettingsGroup[] {
  const named = program === 'storage' ? inCallOf(tree.source(STORAGE_COMMAND), 'ReadConfig.from') : [...inCallOf(tree.source(BOOTSTRAP), 'readOrExit'), ...ownClasses(tree, program)];
  const classes = named.map((name) => {
    const declared = tree.declarationOf(name);
    if (!ts.isClassDeclaration(declared)) throw unknown(name, 'it is no class');
    return declared;
  });
  return [...new Set(classes)].map((declared) => settingsOfClass(tree, declared));
}

const workspace = new SourceTree();

/** The names in the list that a function is called with. */
function inCallOf(source: ts.SourceFile, called: string): ts.Identifier[] {
  const list = firstIn(source, (node) => (ts.isCallExpression(node) && node.expression.getText() === called ? node.arguments[0] : undefined));
  if (!list || !ts.isArrayLiteralExpression(list)) throw new Error(`${source.fileName}: no list of classes is given to ${called}`);
  return list.elements.filter(ts.isIdentifier);
}

/** The names in `config` of what an app gives to `run`. */
function ownClasses(tree: SourceTree, app: App): ts.Identifier[] {
  const source = tree.source(`apps/${app}/src/main.ts`);
  const described = firstIn(source, (node) => (ts.isCallExpression(node) && node.expression.getText() === 'run' ? node.arguments[0] : undefined));
  if (!described) throw new Error(`${source.fileName}: run is not called`);
  const config = propertyOf(tree, described, 'config');
  return config ? elementsOf(tree, config) : [];
}

/** The value of a property of an object, be it its own or one of an object that is spread into it. */
function propertyOf(tree: SourceTree, object: ts.Expression, name: string): ts.Expression | undefined {
  const value = tree.valueOf(object);
  if (!ts.isObjectLiteralExpression(value)) throw unknown(value, 'it is no object that can be read');
  const found = value.properties.map((property) => {
    if (ts.isSpreadAssignment(property)) return propertyOf(tree, property.expression, name);
    return ts.isPropertyAssignment(property) && property.name.getText() === name ? property.initializer : undefined;
  });
  return found.findLast((each) => each !== undefined);
}

/** The names in a list, with those of lists that are spread into it. */
function elementsOf(tree: SourceTree, expression: ts.Expression): ts.Identifier[] {
  if (ts.isPropertyAccessExpression(expression)) {
    const list = propertyOf(tree, expression.expression, expression.name.text);
    if (!list) throw unknown(expression, 'there is no such property');
    return elementsOf(tree, list);
  }
  const list = tree.valueOf(expression);
  if (!ts.isArrayLiteralExpression(list)) throw unknown(list, 'it is no list that can be read');
  return list.elements.flatMap((element) => {
    if (ts.isSpreadElement(element)) return elementsOf(tree, element.expression);
    if (ts.isIdentifier(element)) return [element];
    throw unknown(element, 'it is no name of a class');
  });
}

function firstIn<Found>(node: ts.Node, look: (node: ts.Node) => Found | undefined): Found | undefined {
  return look(node) ?? ts.forEachChild(node, (child) => firstIn(child, look));
}
