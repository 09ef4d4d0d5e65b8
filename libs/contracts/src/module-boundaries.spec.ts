import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');

/** Lints texts as if they were files of the workspace: the repository's configuration, the boundary rule alone. */
const LINTER = `
  import { readFileSync } from 'node:fs';
  import { ESLint } from 'eslint';
  import tseslint from 'typescript-eslint';

  const eslint = new ESLint({
    overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
    ruleFilter: ({ ruleId }) => ruleId === '@nx/enforce-module-boundaries',
  });
  const reports = [];
  for (const [filePath, text] of JSON.parse(readFileSync(0, 'utf8'))) {
    const [result] = await eslint.lintText(text, { filePath });
    reports.push(result.messages.map(({ ruleId, message }) => (ruleId ?? 'no rule') + ': ' + message.split('\\n')[0]));
  }
  process.stdout.write(JSON.stringify(reports));
`;

const FORBIDDEN: readonly [file: string, imported: string][] = [
  ['libs/vector/src/probe.ts', '@sigmalang/contracts'],
  ['libs/vector/src/probe.ts', '@sigmalang/codec'],
  ['libs/contracts/src/probe.ts', '@sigmalang/vector'],
  ['libs/contracts/src/probe.ts', '@sigmalang/runtime'],
  ['libs/codec/src/probe.ts', '@sigmalang/runtime'],
  ['libs/codec/src/probe.ts', '@sigmalang/lexicon'],
  ['libs/lexicon/src/probe.ts', '@sigmalang/codec'],
  ['libs/runtime/src/probe.ts', '@sigmalang/vector'],
  ['libs/runtime/src/probe.ts', '@sigmalang/encoder'],
  ['apps/encoder/src/probe.ts', '@sigmalang/decoder'],
  ['apps/gateway/src/probe.ts', '@sigmalang/encoder'],
  ['apps/encoder/src/probe.ts', '../../../libs/vector/src/index'],
];

const ALLOWED: readonly [file: string, imported: string][] = [
  ['libs/runtime/src/probe.ts', '@sigmalang/contracts'],
  ['libs/codec/src/probe.ts', '@sigmalang/vector'],
  ['libs/lexicon/src/probe.ts', '@sigmalang/vector'],
  ['apps/encoder/src/probe.ts', '@sigmalang/codec'],
  ['apps/gateway/src/probe.ts', '@sigmalang/runtime'],
  ['apps/standalone/src/probe.ts', '@sigmalang/decoder'],
];

const reports = new Map<string, string[]>();
const cache = mkdtempSync(join(tmpdir(), 'sigmalang-nx-'));

/** Runs a program of the workspace, with an Nx project graph of its own. */
function runNode(args: readonly string[], input = ''): string {
  const env = { ...process.env, NX_DAEMON: 'false', NX_WORKSPACE_DATA_DIRECTORY: cache };
  return execFileSync(process.execPath, args, { cwd: ROOT, env, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

beforeAll(() => {
  runNode(['node_modules/nx/dist/bin/nx.js', 'show', 'projects']);
  const cases = [...FORBIDDEN, ...ALLOWED];
  const texts = cases.map(([file, imported]) => [file, `import * as probe from '${imported}';\nvoid probe;\n`]);
  const answers = JSON.parse(runNode(['--input-type=module', '--eval', LINTER], JSON.stringify(texts))) as string[][];
  cases.forEach(([file, imported], i) => reports.set(`${file} ${imported}`, answers[i] ?? ['not linted']));
}, 120_000);

afterAll(() => {
  rmSync(cache, { recursive: true, force: true });
});

it.each(FORBIDDEN)('%s may not import %s', (file, imported) => {
  expect(reports.get(`${file} ${imported}`)).toEqual([expect.stringMatching(/^@nx\/enforce-module-boundaries: /)]);
});

it.each(ALLOWED)('%s may import %s', (file, imported) => {
  expect(reports.get(`${file} ${imported}`)).toEqual([]);
});
