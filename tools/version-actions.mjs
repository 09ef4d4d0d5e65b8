// How `nx release` reads and writes the version: one for all, in package.json, its lock file, the charts and the API's document.
import { VersionActions } from 'nx/release/index.js';
import { parseDocument } from 'yaml';

const PACKAGE = 'package.json';
const LOCK = 'package-lock.json';
const OPENAPI = 'docs/openapi.json';

const jsonOf = (tree, path) => JSON.parse(tree.read(path, 'utf-8'));
const writeJson = (tree, path, value) => tree.write(path, `${JSON.stringify(value, null, 2)}\n`);

/** Charts of the workspace, each by its folder. */
function chartFiles(tree) {
  return tree.children('helm').map((folder) => `helm/${folder}/Chart.yaml`).filter((path) => tree.exists(path));
}

/** Writes the version into a chart, which is of the same version as what it installs, and as the charts of this workspace that it is made of. */
function writeChart(tree, path, version) {
  const chart = parseDocument(tree.read(path, 'utf-8'));
  chart.set('version', version);
  if (chart.has('appVersion')) chart.set('appVersion', version);
  for (const dependency of chart.get('dependencies')?.items ?? []) {
    if (String(dependency.get('repository')).startsWith('file://')) dependency.set('version', version);
  }
  tree.write(path, chart.toString({ lineWidth: 0 }));
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
    for (const path of charts) writeChart(tree, path, version);
    return [`✍️  Version ${version} written to ${[PACKAGE, LOCK, OPENAPI, ...charts].join(', ')}`];
  }
}
