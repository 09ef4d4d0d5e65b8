import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { templatesOfSources } from './source-templates';

const root = mkdtempSync(join(tmpdir(), 'sigmalang-templates-'));

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function read(source: string, file = 'libs/probe/src/probe.ts'): { templates: string[]; faults: string[] } {
  rmSync(join(root, 'libs'), { recursive: true, force: true });
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), source);
  const { templates, faults } = templatesOfSources(root, ['libs']);
  return { templates: [...templates.keys()], faults: [...faults] };
}

it.each<[string, string, string[]]>([
  ['a literal', "throw new ServiceError('NOT_FOUND', 'Nothing there');", ['Nothing there']],
  ['a sentence with values', "throw new ServiceError('NOT_FOUND', say`No ${what} of ${most}`);", ['No {0} of {1}']],
  ['either of two', "throw new ServiceError('NOT_FOUND', isA ? 'A' : say`B ${b}`);", ['B {0}', 'A']],
  ['a constant', "const message = say`It is ${a}`; throw new ServiceError('NOT_FOUND', message, [{ field, rule: 'max', message }]);", ['It is {0}']],
  ['a parameter', "function gone(message: Message) { return new ServiceError('NOT_FOUND', message); }", []],
  ['a function', "function gone(): Message { return say`Gone`; }\nthrow new ServiceError('NOT_FOUND', gone());", ['Gone']],
  ['a fault', "const fault = { field, rule: 'max', message: 'Too much' };", ['Too much']],
  ['one of several', "const SAID = { a: 'It is a', b: say`It is ${b}` } as const; throw new ServiceError(code, SAID[which]);", ['It is {0}', 'It is a']],
  ['an error of a kind of its own', "class GoneError extends ServiceError { constructor() { super('NOT_FOUND', 'It is gone'); } }", ['It is gone']],
  ['an error of a library', 'throw new VectorError(reason, `expected ${a} of ${b}`);', ['expected {0} of {1}']],
  ['what a rule says', 'const rule = { defaultMessage: (fault) => say`${fault?.property ?? \'in\'} must be so`.text };', ['{0} must be so']],
])('%s is read', (_what, source, templates) => {
  expect(read(source)).toEqual({ templates: expect.arrayContaining(templates) as string[], faults: [] });
  expect(read(source).templates).toHaveLength(templates.length);
});

it.each([
  ['a template literal', 'throw new ServiceError(code, `No ${what}`);'],
  ['a text that comes from elsewhere', 'throw new ServiceError(code, error.message);'],
  ['a parameter that is a text', 'function gone(message: string) { return new ServiceError(code, message); }'],
  ['a parameter that may be a text', 'function gone(message: string | Message) { return new ServiceError(code, message); }'],
  ['a constant of a template literal', 'const message = `No ${what}`; throw new ServiceError(code, message);'],
  ['a function that gives a text', 'function gone(): string { return ``; }\nthrow new ServiceError(code, gone());'],
  ['one of several of which one is a template literal', 'const SAID = { a: `It is ${a}` }; throw new ServiceError(code, SAID.a);'],
  ['a fault of a template literal', 'const fault = { field, rule, message: `No ${what}` };'],
  ['a name that is declared nowhere', 'throw new ServiceError(code, message);'],
  ['a joined text', "throw new ServiceError(code, 'a' + b);"],
  ['words among the values', "throw new ServiceError(code, say`The ${isRequest ? 'request' : 'reply'} is too long`);"],
])('%s is refused, and named with its place', (_what, source) => {
  expect(read(source).faults).toEqual([expect.stringMatching(/^libs\/probe\/src\/probe\.ts:\d+: /)]);
});

it.each([
  ['a rule of ours', 'const rule = { defaultMessage: (fault) => `${fault?.property} must be so` };'],
  ['either sentence of a rule', 'const rule = { defaultMessage: (fault) => isA ? say`It must be ${a}`.text : `It must not be ${a}` };'],
  ['a sentence without values', "const rule = { defaultMessage: () => 'It must be so' };"],
  ['a function of that name', 'const defaultMessage = (fault) => `${fault?.property} must be so`;'],
  ['a decorator that says something else', "class Probe { @Min(1, { message: 'It must be so' }) a; }"],
])('%s without say is refused in contracts', (_what, source) => {
  expect(read(source, 'libs/contracts/src/probe.ts').faults).toHaveLength(1);
});

it('a rule may name a path among its values', () => {
  const source = "const rule = { defaultMessage: (fault) => say`${`${fault?.property ?? 'a condition'}[${i}]`} must be so`.text };";
  expect(read(source, 'libs/contracts/src/probe.ts')).toEqual({ templates: ['{0} must be so'], faults: [] });
});

it('rules of class-validator are read where contracts use them, with their values in order', () => {
  const source = "import { IsEnum, IsInt, Max, ValidateBy, type ValidationOptions } from 'class-validator';";
  expect(read(source, 'libs/contracts/src/probe.ts').templates).toEqual([
    '{0} must be one of the following values: {1}',
    '{0} must be an integer number',
    '{0} must not be greater than {1}',
  ]);
  expect(read(source).templates).toEqual([]);
});

it.each(['probe.spec.ts', 'probe.bench.ts', 'probe-under-test.ts', 'probe.gen.ts'])('%s says nothing to callers', (name) => {
  expect(read("throw new ServiceError('NOT_FOUND', 'Nothing there');", `libs/probe/src/${name}`).templates).toEqual([]);
});
