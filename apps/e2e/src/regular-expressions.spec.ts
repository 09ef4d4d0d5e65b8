import fc from 'fast-check';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { createContext, runInContext } from 'node:vm';
import { slowTextFor } from './pattern-attacks';
import { SteppedPattern } from './pattern-steps';

const ROOT = resolve(__dirname, '../../..');
const FILES = globSync('{apps,libs}/*/src/**/*.ts', { cwd: ROOT })
  .filter((file) => !/(\.spec|\.e2e-spec|\.bench|\.gen|\.d)\.ts$|-under-test\.ts$|^apps\/(e2e|bench)\/|\/(fit|fuzz|test-vectors|evaluation)\//.test(file))
  .sort();

interface Found {
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

/** Patterns that are made when a request comes, by the file that makes them: one as it is then. */
const MADE_LATER: Readonly<Record<string, RegExp>> = {
  'apps/gateway/src/fan-out.ts': /\btexts\[(\d+)\]/g,
};

/** Patterns that are slow for a long text, and what they look at instead. */
const SHORT_TEXTS: Readonly<Record<string, string>> = {
  '\\0+$': 'the name of the model in the head of our own file of word vectors',
};

/** Every regular expression of a file: the literals, and what is made of constants of the file. */
function patternsOf(file: string): Found[] {
  const source = ts.createSourceFile(file, readFileSync(resolve(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    const where = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ where, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    } else if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp') {
      found.push({ where, ...madeOf(source, node, file) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What an expression makes, from the constants before it that are made of constants themselves. */
function madeOf(source: ts.SourceFile, node: ts.Node, file: string): { source: string; flags: string } {
  const context = createContext({});
  const javaScript = (text: string): string => ts.transpile(text, { target: ts.ScriptTarget.Latest });
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement) || statement.end > node.pos) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!initializer || !/^(String\.raw|[`'"])/.test(initializer.getText())) continue;
      runInContext(javaScript(`var ${name.getText()} = ${initializer.getText()};`), context);
    }
  }
  try {
    const made = runInContext(javaScript(`(${node.getText()})`), context) as RegExp;
    return { source: made.source, flags: made.flags };
  } catch {
    const later = MADE_LATER[file];
    if (!later) throw new Error(`${file} makes a regular expression of what is not constant: say in MADE_LATER what it looks like`);
    return { source: later.source, flags: later.flags };
  }
}

const PATTERNS = FILES.flatMap(patternsOf);

describe('the steps of a pattern', () => {
  const patterns = [/a+b/, /^(a|ab)(c|bcd)(d*)$/, /(a*)*b/, /\b(\w+) \1\b/, /(?<=a)b|c(?!d)/, /a{2,3}?b/, /[^a]b?/u, /(?:a|b)*?c/, /^$/, /b$/m, /a??b/];

  it.each(patterns)('of %s lead to the match that the engine finds', (pattern) => {
    const stepped = new SteppedPattern(pattern.source, pattern.flags);
    const texts = fc.string({ unit: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'd', ' ', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(texts, (text) => {
        const match = pattern.exec(text);
        expect(stepped.find(text)).toEqual(match ? [match.index, match.index + match[0].length] : undefined);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each([/(a+)+$/, /^(a|a)*$/, /(\w|_)+-/, /\s+$/, /a+b/, /^(.*),(.*),(.*);$/, /(?:\d+,?)+x/, /^(([a-z])+.)+[A-Z]([a-z])+$/, /x*x*y/, /^\s*(\S*\s*)*:$/, /(?=(a+)+b)c/])(
    'of %s grow faster than some text',
    (pattern) => { expect(slowTextFor(pattern.source, pattern.flags)).toBeDefined(); },
  );

  it.each([/^a+$/, /^[a-z][a-z0-9_-]{0,62}$/, /[aeiou]/g, /^\d+(\.\d+)?$/, /^(?:ab)+c$/, /(?<!\s)\s+x?/, /a+/g, /^"[^"]*"$/])(
    'of %s grow in line with every text',
    (pattern) => { expect(slowTextFor(pattern.source, pattern.flags)).toBeUndefined(); },
  );
});

it('there are patterns to look at, in applications and libraries', () => {
  expect(PATTERNS.length).toBeGreaterThan(60);
  expect(PATTERNS.filter(({ where }) => where.startsWith('libs/')).length).toBeGreaterThan(20);
});

it('no exception is made that nothing needs', () => {
  const sources = new Set(PATTERNS.map(({ source }) => source));
  expect(Object.keys(SHORT_TEXTS).filter((source) => !sources.has(source) || slowTextFor(source, '') === undefined)).toEqual([]);
});

it.each(PATTERNS.filter(({ source }) => !(source in SHORT_TEXTS)))('$where: no text slows /$source/$flags down', ({ source, flags }) => {
  expect(slowTextFor(source, flags)).toBeUndefined();
});
