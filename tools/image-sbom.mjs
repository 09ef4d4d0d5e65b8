// The bill of materials of an image, CycloneDX 1.6: which packages, libraries and programs are truly in it. The same image has the
// same bill, byte by byte. Scanners find it by its ending, .cdx.json.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const EXPRESSION = / (?:OR|AND|WITH) /;
const SPDX_ID = /^[A-Za-z0-9.+-]+$/;

function licensesOf(license) {
  if (typeof license !== 'string') return {};
  if (EXPRESSION.test(license)) return { licenses: [{ expression: license }] };
  return { licenses: [{ license: SPDX_ID.test(license) ? { id: license } : { name: license } }] };
}

const encoded = (name) => name.split('/').map(encodeURIComponent).join('/');

/** A package of npm, from its folder; with the hash that the lock file has of what was downloaded. */
function npmComponent(folder, lock) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const [, algorithm, hash] = /^(sha\d+)-(.+)$/.exec(lock.packages[folder]?.integrity ?? '') ?? [];
  const purl = `pkg:npm/${encoded(name)}@${encodeURIComponent(version)}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...licensesOf(license),
    ...(hash && { hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex') }] }),
  };
}

/** A package of Debian. */
function debianComponent({ name, version, architecture, source }, distribution) {
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-${distribution}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl, properties: [{ name: 'debian:source', value: source }] };
}

/** Node, and what stands in it. */
function nodeComponent(versions) {
  const { node, ...parts } = versions;
  const purl = `pkg:generic/node@${node}`;
  const own = ['modules', 'napi', 'tz', 'unicode', 'cldr']; // numbers of interfaces and of data
  return {
    type: 'application',
    'bom-ref': purl,
    name: 'node',
    version: node,
    purl,
    cpe: `cpe:2.3:a:nodejs:node.js:${node}:*:*:*:*:*:*:*`,
    licenses: [{ license: { id: 'MIT' } }],
    components: Object.entries(parts)
      .filter(([name]) => !own.includes(name))
      .map(([name, version]) => ({ type: 'library', 'bom-ref': `${purl}#${name}`, name, version })),
  };
}

/**
 * The bill of an image.
 *
 * @param app the app that is in it
 * @param folders folders of the npm packages that are in it, whole, in part or in a bundle
 * @param debian its packages of Debian: name, version, architecture, source
 * @param distribution version of that Debian
 * @param nodeVersions what `process.versions` of its Node says
 */
export function sbomOf({ app, folders, debian, distribution, nodeVersions }) {
  const { version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const own = `sigmalang-${app}@${version}`;
  const components = [
    nodeComponent(nodeVersions),
    { type: 'operating-system', 'bom-ref': `debian@${distribution}`, name: 'debian', version: distribution },
    ...debian.map((each) => debianComponent(each, distribution)),
    ...folders.map((folder) => npmComponent(folder, lock)),
  ];
  const distinct = [...new Map(components.map((component) => [component['bom-ref'], component])).values()];
  distinct.sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
  const bill = {
    metadata: { component: { type: 'container', 'bom-ref': own, name: `sigmalang-${app}`, version, ...licensesOf(license) } },
    components: distinct,
    dependencies: [{ ref: own, dependsOn: distinct.map((component) => component['bom-ref']) }],
  };
  const hex = createHash('sha256').update(JSON.stringify(bill)).digest('hex');
  const serial = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${serial}`, version: 1, ...bill };
}
