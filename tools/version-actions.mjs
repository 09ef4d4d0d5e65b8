// How `nx release` reads and writes the version: one for all, in package.json, its lock file, the API's document, the changelog, the charts and
// the compose files.
import { VersionActions } from 'nx/release/index.js';
import { parseDocument } from 'yaml';

const PACKAGE = 'package.json';
const LOCK = 'package-lock.json';
const OPENAPI = 'docs/openapi.json';
const CHANGELOG = 'CHANGELOG.md';
const UNRELEASED = '## [Unreleased]\n';

const jsonOf = (tree, path) => JSON.parse(tree.read(path, 'utf-8'));
const writeJson = (tree, path, value) => tree.write(path, `${JSON.stringify(value, null, 2)}\n`);

/** Charts of the workspace, each by its folder. */
function chartFiles(tree) {
  return tree.children('helm').map((folder) => `helm/${folder}/Chart.yaml`).filter((path) => tree.exists(path));
}

/** Makes of what is not released yet the entry of a version, and begins the next. */
function writeChangelog(tree, version) {
  const text = tree.read(CHANGELOG, 'utf-8');
  const today = new Date().toISOString().slice(0, 10);
  tree.write(CHANGELOG, text.replace(UNRELEASED, `${UNRELEASED}\n## [${version}] - ${today}\n`));
}

/** Files of deploy/ that name the images of a version where none is said. */
function composeFiles(tree) {
  return tree.children('deploy').filter((name) => name.startsWith('compose') && name.endsWith('.yml') || name === '.env.example').map((name) => `deploy/${name}`);
}

/** Writes the version into a file of settings for compose, in the place of the one before. */
function writeCompose(tree, path, before, version) {
  const text = tree.read(path, 'utf-8');
  tree.write(path, text.replaceAll(`{VERSION:-${before}}`, `{VERSION:-${version}}`).replaceAll(`VERSION=${before}\n`, `VERSION=${version}\n`));
}

/** Writes the version into a chart, which is of the same version as what it installs, and as the charts of this workspace that it is made of. */
function writeChart(tree, path, version, names) {
  const text = tree.read(path, 'utf-8');
  const chart = parseDocument(text);
  const own = (chart.get('dependencies')?.items ?? []).filter((dependency) => names.has(dependency.get('name')));
  const versions = [chart, ...own].flatMap((node) => ['version', 'appVersion'].flatMap((key) => (node.has(key) ? [node.get(key, true).range] : [])));
  versions.sort(([one], [other]) => other - one); // the last first, so that those before stay where they are
  tree.write(path, versions.reduce((so, [from, to]) => so.slice(0, from) + version + so.slice(to), text));
}

export default class WorkspaceVersionActions extends VersionActions {
  validManifestFilenames = [PACKAGE];

  async readCurrentVersionFromSourceManifest(tree) {
    return { manifestPath: PACKAGE, currentVersion: jsonOf(tree, PACKAGE).version };
  }

  async readCurrentVersionFromRegistry() {
    throw new Error('Nothing of this workspace is in a registry of packages');
  }

  async readCurrentVersionOfDependency() {
    return { currentVersion: null, dependencyCollection: null };
  }

  async updateProjectDependencies() {
    return [];
  }

  /** Projects have one version together: the first one writes it, and there is nothing left for the others. */
  async updateProjectVersion(tree, version) {
    const manifest = jsonOf(tree, PACKAGE);
    if (manifest.version === version) return [];
    writeJson(tree, PACKAGE, { ...manifest, version });
    const lock = jsonOf(tree, LOCK);
    lock.version = version;
    lock.packages[''].version = version;
    writeJson(tree, LOCK, lock);
    const document = jsonOf(tree, OPENAPI);
    document.info.version = version;
    writeJson(tree, OPENAPI, document);
    const charts = chartFiles(tree);
    const names = new Set(charts.map((path) => parseDocument(tree.read(path, 'utf-8')).get('name')));
    for (const path of charts) writeChart(tree, path, version, names);
    const composed = composeFiles(tree);
    for (const path of composed) writeCompose(tree, path, manifest.version, version);
    writeChangelog(tree, version);
    return [`✍️  Version ${version} written to ${[PACKAGE, LOCK, OPENAPI, CHANGELOG, ...charts, ...composed].join(', ')}`];
  }
}
