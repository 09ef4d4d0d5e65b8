// Runs every *.bench.ts, or those whose path holds a given word: npm run bench -- codec; a word that is the name of one means that one: npm run bench -- load
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { bundle } from './bundle.mjs';

const words = process.argv.slice(2);
const all = globSync('{libs,apps}/**/*.bench.ts').sort();
const named = (word) => all.filter((file) => basename(file) === `${word}.bench.ts`);
const meant = (word) => (named(word).length > 0 ? named(word) : all.filter((file) => file.includes(word)));
const files = words.length === 0 ? all : all.filter((file) => words.some((word) => meant(word).includes(file)));
const data = process.env.SIGMALANG_DATA ?? '../shared/data';
const env = { ...process.env, ...(existsSync(data) && { SIGMALANG_DATA: resolve(data) }) };
let failed = false;
for (const file of files) {
  console.log(`\n# ${file}`);
  const program = resolve('dist/bench', file.replaceAll('/', '-').replace(/\.ts$/, '.js'));
  await bundle(file, program);
  const start = `require(${JSON.stringify(program)}).default({ print: (line) => console.log(line) })`;
  const { status } = spawnSync(process.execPath, ['--expose-gc', '-e', start], { stdio: 'inherit', env });
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
