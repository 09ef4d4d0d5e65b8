// Bundles one app: SWC compiles each TypeScript file (decorator metadata included), esbuild joins them into
// dist/apps/<app>/main.js, and what runs on worker threads into files beside it. Packages in `external` stay in node_modules: native addons and what tracing instruments.
import { build } from 'esbuild';
import { transformFile } from '@swc/core';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const external = ['@electric-sql/pglite', '@electric-sql/pglite-pgvector', 'usearch']; // these load files from beside them

const swc = {
  name: 'swc',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await transformFile(path, { module: { type: 'es6' }, sourceMaps: 'inline' })).code,
      loader: 'js',
    }));
  },
};

// Nest requires optional packages lazily (`@nestjs/websockets`, `kafkajs`): what is not installed stays a require.
const optionalPackages = {
  name: 'optional-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, resolveDir, kind }) => {
      if (kind === 'entry-point' || /^(node:|@sigmalang\/)/.test(path)) return undefined;
      try {
        createRequire(`${resolveDir}/`).resolve(path);
        return undefined;
      } catch {
        return { path, external: true };
      }
    });
  },
};

// Packages that others load on the chance that they are wanted, and that this program does not want.
const unusedPackages = (unused) => ({
  name: 'unused-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) => (unused.includes(path) ? { path, namespace: 'unused' } : undefined));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
});

/**
 * Bundles `entry` into `outfile` and returns the size in bytes; `unused` names packages that it can do without. A signal ends
 * the program with `stoppedCode`, unless it listens to signals itself.
 */
export function bundle(entry, outfile, unused = [], stoppedCode = 0) {
  return write(entry, outfile, unused, {
    sourcemap: true,
    // As the first process of a container Node ignores a signal without a handler; `run` puts its own in the place of this.
    banner: { js: `for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(${stoppedCode}));` },
    inject: ['node_modules/reflect-metadata/Reflect.js'], // before any decorator
  });
}

/** Bundles the program `storage` into a folder. One that was stopped has not done what it was to do. */
export function bundleStorageProgram(folder) {
  return bundle('libs/storage/src/storage-main.ts', `${folder}/storage.js`, ['@nestjs/swagger'], 143);
}

/** Bundles what runs on worker threads, beside the program whose threads they are: the pool's own part, ours, and programs by name. */
export async function bundleWorkers(programs, folder) {
  await write('node_modules/piscina/dist/worker.js', `${folder}/worker.js`, ['@napi-rs/nice']); // piscina looks for this name
  await write('libs/runtime/src/workers/worker-thread.ts', `${folder}/worker-thread.js`);
  for (const [name, entry] of Object.entries(programs)) await write(entry, `${folder}/${name}-worker.js`);
}

/** Bundles threads of their own, by name, beside the program that starts them. */
export async function bundleThreads(threads, folder) {
  for (const [name, entry] of Object.entries(threads)) await write(entry, `${folder}/${name}-thread.js`);
}

/** The threads of a program that keeps something in the database. */
export const storageThreads = { postgres: 'libs/storage/src/embedded/postgres-thread.ts' };

async function write(entry, outfile, unused = [], options = {}) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outfile,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    tsconfig: 'tsconfig.base.json',
    external,
    ...options,
    plugins: [unusedPackages(['libphonenumber-js', ...unused]), optionalPackages, swc],
    logLevel: 'warning',
  });
  noteContents(metafile);
  mkdirSync(dirname(outfile), { recursive: true });
  for (const { path, text } of outputFiles) writeFileSync(path, path.endsWith('.map') ? text : inAscii(text));
  return statSync(outfile).size;
}

/** What the bundles of this run hold of other packages, as folders such as `node_modules/rxjs`. */
const bundledPackages = new Set();

function noteContents({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0));
  for (const [file] of files) {
    const [folder] = /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
    if (folder) bundledPackages.add(folder);
    if (file.endsWith('/kernels.gen.ts')) bundledPackages.add('node_modules/assemblyscript'); // parts of its library are in what it compiles
  }
}

/**
 * esbuild writes all but regular expressions in ASCII, and one other character makes V8 keep the whole file in twice
 * the memory.
 */
function inAscii(code) {
  return code.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const app = process.argv[1] === import.meta.filename ? process.argv[2] : undefined;
const codec = { codec: 'libs/codec/src/codec-worker.ts' };
const analogy = { analogy: 'apps/analogy/src/analogy-worker.ts' };
const index = { index: 'apps/search/src/local/index-worker.ts' };
const workerPrograms = { encoder: codec, decoder: codec, analogy, search: index, standalone: { ...codec, ...analogy, ...index } };
const threads = { gateway: storageThreads, search: storageThreads, standalone: storageThreads, bench: storageThreads };
if (app) {
  const showsApi = ['gateway', 'standalone', 'bench'].includes(app);
  rmSync(`dist/apps/${app}`, { recursive: true, force: true });
  const bytes = await bundle(`apps/${app}/src/main.ts`, `dist/apps/${app}/main.js`, showsApi ? [] : ['@nestjs/swagger']);
  if (app in workerPrograms) await bundleWorkers(workerPrograms[app], `dist/apps/${app}`);
  if (app in threads) await bundleThreads(threads[app], `dist/apps/${app}`);
  if (app in threads && app !== 'bench') await bundleStorageProgram(`dist/apps/${app}`);
  writeFileSync(`dist/apps/${app}/bundled-packages.json`, `${JSON.stringify([...bundledPackages].sort(), null, 2)}\n`);
  console.log(`dist/apps/${app}: ${(bytes / 1e6).toFixed(1)} MB`);
}
