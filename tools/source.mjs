// Bundles one TypeScript program of this repository and runs it: node tools/source.mjs <file> [its arguments]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundle } from './bundle.mjs';

const [file, ...args] = process.argv.slice(2);
const program = resolve('dist/tools', file.replaceAll('/', '-').replace(/\.ts$/, '.js'));
const data = process.env.SIGMALANG_DATA ?? '../shared/data';
await bundle(file, program);
const { status, error } = spawnSync(process.execPath, ['--expose-gc', program, ...args], {
  stdio: 'inherit',
  env: { ...process.env, ...(existsSync(data) && { SIGMALANG_DATA: resolve(data) }) },
});
if (error) throw error;
process.exit(status ?? 1);
