// Calls every route of a started standalone with requests made from its own OpenAPI document, right ones and wrong ones, and compares each
// answer with what the document says: npm run fuzz-api -- --seconds=60 --seed=1
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const PACKAGES = 'tools/fuzz-api.requirements.txt';
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'use_after_free',
  'ignored_auth',
];

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' }, // a regular expression that paths match
    report: { type: 'string' }, // a file to keep what was sent and answered in, as NDJSON
  },
});

/** Runs a program to its end, or ends this one. */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** The program in an environment of its own, which is made when it is missing, has been moved, or its list of packages has changed. */
function schemathesis() {
  const folder = resolve('node_modules/.cache/fuzz-api');
  const stamp = join(folder, 'installed');
  const wanted = createHash('sha256').update(readFileSync(PACKAGES)).update(folder).digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    console.log('Installing schemathesis (half a minute, once) …');
    rmSync(folder, { recursive: true, force: true });
    run('python3', ['-m', 'venv', folder]);
    run(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', PACKAGES]);
    writeFileSync(stamp, wanted);
  }
  return join(folder, 'bin/schemathesis');
}

const key = `sk_${randomBytes(32).toString('base64url')}`;

/** Starts a standalone on ports of its own and gives the address of its REST API, and the faults that it logs. */
async function startStandalone(dataDir) {
  const child = spawn(process.execPath, ['dist/apps/standalone/main.js'], {
    env: { PATH: process.env.PATH, PORT: '0', METRICS_PORT: '0', DATA_DIR: dataDir, ADMIN_KEY: key, RATE_LIMIT_ENABLED: 'false', AUDIT_SCOPE: 'security' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const faults = [];
  const url = await new Promise((started, failed) => {
    child.once('exit', (code) => failed(new Error(`the standalone ended with ${code}`)));
    let listening;
    createInterface(child.stdout).on('line', (line) => {
      const entry = JSON.parse(line);
      if (entry.level === 'error' || entry.level === 'fatal') faults.push(line);
      if (entry.msg === 'HTTP is listening') listening = entry.url;
      if (entry.msg === 'ready') started(listening);
    });
  });
  return { child, url, faults };
}

const program = schemathesis();
const dataDir = mkdtempSync(join(tmpdir(), 'sigmalang-fuzz-api-'));
const { child, url, faults } = await startStandalone(dataDir);
const fuzzer = spawn(
  program,
  [
    '--no-color',
    '--config-file', resolve('tools/fuzz-api.toml'),
    'run', `${url}/openapi.json`,
    '--url', url,
    '--header', `X-API-Key: ${key}`,
    '--checks', CHECKS.join(),
    '--phases', 'examples,coverage,fuzzing,stateful',
    '--max-time', values.seconds,
    '--seed', values.seed,
    '--workers', '1', // with more, Python 3.11 loses count in its own parser, and the seed would not repeat a run
    '--request-timeout', '35',
    '--warnings', 'off',
    '--continue-on-failure',
    '--suppress-health-check', 'all',
    ...(values.only ? ['--include-path-regex', values.only] : []),
    ...(values.report ? ['--report', 'ndjson', '--report-ndjson-path', values.report] : []),
  ],
  { stdio: ['ignore', 'inherit', 'inherit'], cwd: dataDir },
);
const status = await new Promise((ended) => fuzzer.once('exit', (code) => ended(code ?? 1)));
const survived = child.exitCode === null;
if (survived) {
  child.kill('SIGTERM');
  await new Promise((ended) => child.once('exit', ended));
}
rmSync(dataDir, { recursive: true, force: true });
for (const fault of faults) console.error(fault);
if (!survived) console.error('the standalone did not survive');
process.exit(status === 0 && survived && faults.length === 0 ? 0 : 1);
