// For who works on the sources: builds apps again when a source changes, and starts a program anew when it was built again.
//
//   node tools/dev.mjs <app> [flags]        both, for one app
//   node tools/dev.mjs build <app…>         builds alone
//   node tools/dev.mjs run <app> [flags]    runs alone what another process builds
//
// Looks at the times of files twice a second, since not every file system that is mounted into a container tells of changes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 500;
const SOURCES = ['{apps,libs}/*/src/**/*.{ts,json}', '{apps,libs}/*/assembly/**/*.ts', '{apps,libs}/*/*.{json,mjs}', 'tools/*.mjs', '*.json', '.swcrc'];
const bin = resolve('node_modules/.bin');
const stopping = new AbortController();
const say = (text) => console.error(`dev: ${text}`);

/** Times of files, in one text; what the build writes between them is none of them. */
function timesOf(patterns) {
  const files = globSync(patterns, { exclude: ['**/*.gen.ts', '**/*spec.ts'] });
  return files.map((file) => `${file} ${statSync(file, { throwIfNoEntry: false })?.mtimeMs}`).sort().join('\n');
}

/** Resolves with the times when they are other than those given. */
async function changed(patterns, known) {
  for (;;) {
    const times = timesOf(patterns);
    if (times !== known) return times;
    await sleep(INTERVAL_MS, undefined, { signal: stopping.signal });
  }
}

async function keepBuilt(apps) {
  for (let built; ; ) {
    built = await changed(SOURCES, built);
    say(`building ${apps.join(', ')}`);
    const nx = spawn(`${bin}/node`, [`${bin}/nx`, 'run-many', '--target=build', `--projects=${apps.join(',')}`, '--output-style=static'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NX_DAEMON: 'false', PATH: `${bin}${delimiter}${process.env.PATH}` },
    });
    const [code] = await once(nx, 'exit');
    say(code === 0 ? 'built' : `the build failed, see nx run-many --target=build; the next change starts another`);
  }
}

async function keepRunning(app, flags) {
  const last = [`dist/apps/${app}/bundled-packages.json`]; // the last file that a build writes
  let built = await changed(last, '');
  for (;;) {
    say(`starting ${app}`);
    const program = spawn(process.execPath, [`dist/apps/${app}/main.js`, ...flags], { stdio: 'inherit', env: { MALLOC_ARENA_MAX: '1', ...process.env } });
    const ended = once(program, 'exit').then(([code, signal]) => say(`${app} ended with ${code ?? signal}`));
    try {
      do built = await changed(last, built);
      while (built === ''); // removed, to be written again
    } finally {
      program.kill('SIGTERM');
      await ended;
    }
  }
}

const [verb, ...rest] = process.argv.slice(2);
const loops = {
  build: () => [keepBuilt(rest)],
  run: () => [keepRunning(rest[0], rest.slice(1))],
}[verb] ?? (() => [keepBuilt([verb]), keepRunning(verb, rest)]);
if (!verb || (!rest[0] && (verb === 'build' || verb === 'run'))) {
  say('usage: node tools/dev.mjs <app> [flags] | build <app…> | run <app> [flags]');
  process.exit(1);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopping.abort());
await Promise.all(loops()).catch((error) => {
  if (error.name !== 'AbortError') throw error;
});
