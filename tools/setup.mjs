// Makes a fresh clone ready: installs the packages and builds what is missing or out of date. Runs before `npm start`,
// `npm test` and the like, under whatever Node the machine has, so it imports nothing that has to be installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

const STAMP = 'node_modules/.installed-lock';
const [...targets] = process.argv.slice(2);

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== lock) {
  console.log('Installing packages (about two minutes, once) …');
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
  writeFileSync(STAMP, lock);
}

if (targets.length > 0) {
  // The packages bring their own Node; Nx and all it starts run on that.
  const bin = resolve('node_modules/.bin');
  run(`${bin}/node`, [`${bin}/nx`, 'run-many', '--target', ...targets, '--output-style=static'], {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    NX_DAEMON: 'false',
  });
}
