// Lays out what an image holds: the bundle of one app, the assets it loads, Node and the health check.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

const [app, target] = process.argv.slice(2);
const vocabulary = 'vocabulary';
const lexicon = 'lexicon/wink-sg-100d.int8.lexicon';
const apiDocs = 'api-docs';
const assets = {
  gateway: [apiDocs],
  encoder: [vocabulary],
  decoder: [vocabulary],
  nlp: [lexicon],
  standalone: [apiDocs, vocabulary, lexicon],
}[app];
if (!assets || !target) throw new Error('usage: node tools/image-tree.mjs <app> <folder>');

const bin = resolve('node_modules/.bin');
const { status } = spawnSync(`${bin}/node`, [`${bin}/nx`, 'build', app, '--output-style=static'], {
  stdio: 'inherit',
  env: { ...process.env, NX_DAEMON: 'false', PATH: `${bin}${delimiter}${process.env.PATH}` },
});
if (status !== 0) process.exit(status ?? 1);

mkdirSync(`${target}/bin`, { recursive: true });
cpSync('node_modules/node/bin/node', `${target}/bin/node`, { dereference: true });
cpSync('deploy/health-check.mjs', `${target}/health-check.mjs`);
cpSync(`dist/apps/${app}/main.js`, `${target}/dist/apps/app/main.js`);
for (const asset of assets) cpSync(`dist/assets/${asset}`, `${target}/dist/assets/${asset}`, { recursive: true });
