// Bundles one app: SWC compiles each TypeScript file (decorator metadata included), esbuild joins them into
// dist/apps/<app>/main.js. Packages in `external` stay in node_modules: native addons and what tracing instruments.
import { build } from 'esbuild';
import { transformFile } from '@swc/core';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const app = process.argv[2];
if (!app) throw new Error('usage: node tools/bundle.mjs <app>');

const external = [];

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

// Packages that others load on the chance that they are wanted, and that only the gateway (Swagger) or nobody wants.
const unused = app === 'gateway' || app === 'standalone' || app === 'bench' ? [] : ['@nestjs/swagger'];
const unusedPackages = {
  name: 'unused-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(@nestjs\/swagger|libphonenumber-js)/ }, ({ path }) =>
      path === 'libphonenumber-js' || unused.includes(path) ? { path, namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

const outdir = `dist/apps/${app}`;
rmSync(outdir, { recursive: true, force: true });
const result = await build({
  entryPoints: { main: `apps/${app}/src/main.ts` },
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  tsconfig: 'tsconfig.base.json',
  external,
  inject: ['node_modules/reflect-metadata/Reflect.js'], // before any decorator
  plugins: [unusedPackages, optionalPackages, swc],
  metafile: true,
  logLevel: 'warning',
});
// esbuild writes all but regular expressions in ASCII; one other character would make V8 keep the file in twice the memory.
const main = `${outdir}/main.js`;
const escape = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
writeFileSync(main, readFileSync(main, 'utf8').replace(/[\u0080-\uffff]/g, escape));
const [[file, { bytes }]] = Object.entries(result.metafile.outputs).filter(([name]) => name.endsWith('main.js'));
console.log(`${dirname(file)}: ${(bytes / 1e6).toFixed(1)} MB`);
