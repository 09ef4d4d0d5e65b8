import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** A declaration that a name stands for. */
export type Declared = ts.VariableDeclaration | ts.ClassDeclaration;

/** Sources of the workspace by path, and what the names in them stand for; throws where it cannot tell. */
export class SourceTree {
  private readonly sources = new Map<string, ts.SourceFile>();
  private readonly paths: Readonly<Record<string, readonly [string]>>;

  /** @param read text of a file by its path in the workspace, undefined where there is none */
  constructor(private readonly read: (path: string) => string | undefined = readText) {
    const { config } = ts.parseConfigFileTextToJson('tsconfig.base.json', this.textOf('tsconfig.base.json')) as {
      config: { compilerOptions: { paths: Record<string, [string]> } };
    };
    this.paths = config.compilerOptions.paths;
  }

  source(path: string): ts.SourceFile {
    const known = this.sources.get(path) ?? ts.createSourceFile(path, this.textOf(path), ts.ScriptTarget.Latest, true);
    this.sources.set(path, known);
    return known;
  }

  /** What a name stands for where it is used: a constant or a class of the same file, or one that is imported. */
  declarationOf(name: ts.Identifier): Declared {
    return this.declaredIn(name.getSourceFile(), name.text);
  }

  /** The value of a constant that a name stands for, or the expression itself; without `as` and `satisfies`. */
  valueOf(expression: ts.Expression): ts.Expression {
    const bare = withoutTypes(expression);
    if (!ts.isIdentifier(bare)) return bare;
    const declared = this.declarationOf(bare);
    if (!ts.isVariableDeclaration(declared) || !declared.initializer) throw unknown(bare, 'it is no constant');
    return this.valueOf(declared.initializer);
  }

  private textOf(path: string): string {
    const text = this.read(path);
    if (text === undefined) throw new Error(`${path} is not there`);
    return text;
  }

  private declaredIn(source: ts.SourceFile, name: string): Declared {
    for (const statement of source.statements) {
      const found = declaredBy(statement, name) ?? this.declaredElsewhere(source, statement, name);
      if (found) return found;
    }
    throw new Error(`${source.fileName}: ${name} is neither declared nor imported`);
  }

  /** What an import or a repeated export of another file brings. */
  private declaredElsewhere(source: ts.SourceFile, statement: ts.Statement, name: string): Declared | undefined {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
    const { moduleSpecifier } = statement;
    const names = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : statement.exportClause;
    if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier) || !names) return undefined;
    if (!ts.isNamedImports(names) && !ts.isNamedExports(names)) return undefined;
    const element = [...names.elements].find((each) => each.name.text === name);
    return element && this.declaredIn(this.imported(source.fileName, moduleSpecifier.text), (element.propertyName ?? element.name).text);
  }

  private imported(from: string, specifier: string): ts.SourceFile {
    const alias = this.paths[specifier]?.[0];
    if (alias !== undefined) return this.source(join(alias));
    if (!specifier.startsWith('.')) throw new Error(`${from}: what ${specifier} exports cannot be seen`);
    return this.source(`${join(dirname(from), specifier)}.ts`);
  }
}

/** An error that says where something cannot be understood, and why. */
export function unknown(node: ts.Node, why: string): Error {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return new Error(`${source.fileName}:${line + 1}: ${node.getText().slice(0, 80)}: ${why}`);
}

function withoutTypes(expression: ts.Expression): ts.Expression {
  let bare = expression;
  while (ts.isAsExpression(bare) || ts.isSatisfiesExpression(bare) || ts.isParenthesizedExpression(bare)) bare = bare.expression;
  return bare;
}

function declaredBy(statement: ts.Statement, name: string): Declared | undefined {
  if (ts.isClassDeclaration(statement)) return statement.name?.text === name ? statement : undefined;
  if (!ts.isVariableStatement(statement)) return undefined;
  return statement.declarationList.declarations.find((each) => ts.isIdentifier(each.name) && each.name.text === name);
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
