import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { settingsOf } from '../settings/settings';
import { describeWithTools } from '../tools-under-test';
import type { ValueMap } from './chart-values';
import { UMBRELLA_APPS, valuesFilesOf } from './charts';
import { ofKind, podsOf, theOne } from './kubernetes-parts';
import { type KubernetesObject, renderChart, renderedText } from './rendered-charts';

const DUMP = /^sigmalang-\d{8}T\d{6}Z\.backup$/;
const HOOK = 'helm.sh/hook';

function render(values: ValueMap, ...valuesFiles: string[]): readonly KubernetesObject[] {
  return renderChart('sigmalang', { values, valuesFiles });
}

/** What a Job of the chart runs, with a program in the place of storage.js and a folder in the place of the volume. */
function runJob(objects: readonly KubernetesObject[], name: string, storage: string, folder: string): { readonly status: number | null; readonly text: string } {
  const pod = podsOf(objects).find(({ labels }) => labels['app.kubernetes.io/name'] === name);
  const [container] = pod?.spec.containers ?? [];
  const args = (container?.args ?? []).map((argument) => (argument === '/backups' ? folder : argument === '/app/dist/apps/app/storage.js' ? storage : argument));
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

describeWithTools(['helm'], 'the umbrella chart', () => {
  it('has its rules and dashboards as they are compiled, once they are wanted', () => {
    const objects = render({ monitoring: { rules: { enabled: true, labels: { release: 'prometheus' } }, dashboards: { enabled: true } } });
    const rules = ofKind(objects, 'PrometheusRule');
    const dashboards = ofKind(objects, 'ConfigMap').filter(({ metadata }) => metadata.labels?.grafana_dashboard === '1');
    const files = (folder: string): string[] => readdirSync(`helm/sigmalang/files/${folder}`).sort();
    expect(rules.map(({ metadata }) => `${metadata.name.replace('sigmalang-', '')}.yaml`).sort()).toEqual(files('rules'));
    expect(rules.map(({ spec }) => Object.keys(spec as object))).toEqual(rules.map(() => ['groups']));
    expect(rules[0]?.metadata.labels).toMatchObject({ release: 'prometheus' });
    expect(dashboards.flatMap(({ data }) => Object.keys(data)).sort()).toEqual(files('dashboards'));
    for (const { data } of dashboards) for (const [name, text] of Object.entries(data)) expect(text).toBe(readFileSync(`helm/sigmalang/files/dashboards/${name}`, 'utf8'));
    expect(ofKind(render({}), 'PrometheusRule')).toEqual([]);
  });

  it('leads from alerts and panels to the documents of who runs it', () => {
    const project = readFileSync('helm/sigmalang/files/documents-url.txt', 'utf8').trim();
    const text = renderedText('sigmalang', { values: { monitoring: { documentsUrl: 'https://wiki.example.org/sigmalang/', rules: { enabled: true }, dashboards: { enabled: true } } } });
    expect(text).toContain('https://wiki.example.org/sigmalang/docs/runbooks/');
    expect(text).toContain('https://wiki.example.org/sigmalang/docs/resilience.md');
    expect(text).not.toContain(project);
  });

  it.each<[string, ValueMap, string]>([
    ['before the first installation and each upgrade', {}, 'pre-install,pre-upgrade'],
    ['after the first installation where the database comes with it', { postgresql: { enabled: true } }, 'post-install,pre-upgrade'],
    ['after the first installation where the Secret comes with it', { externalSecrets: { enabled: true, store: { name: 's' }, remote: { 'database-url': { key: 'k' } } } }, 'post-install,pre-upgrade'],
  ])('migrates %s', (_when, values, hooks) => {
    const job = theOne(render(values), 'Job');
    expect(job.metadata.annotations?.[HOOK]).toBe(hooks);
    const [container] = podsOf([job])[0]?.spec.containers ?? [];
    expect([container?.image, container?.command, container?.args]).toEqual(['sigmalang-gateway:0.1.0', ['/app/bin/node'], ['/app/dist/apps/app/storage.js', 'migrate']]);
  });

  it('opens the way to the database for a hook before the hook runs', () => {
    const hooks = render({ restore: { enabled: true } }).filter(({ metadata, kind }) => metadata.annotations?.[HOOK] !== undefined && kind !== 'Pod');
    const weights = Object.fromEntries(hooks.map(({ kind, metadata }) => [`${kind} ${metadata.name}`, Number(metadata.annotations?.['helm.sh/hook-weight'])]));
    expect(weights).toEqual({ 'NetworkPolicy sigmalang-migrations': -5, 'Job sigmalang-migrations': 0, 'NetworkPolicy sigmalang-restore': 5, 'Job sigmalang-restore': 10 });
  });

  it.each(valuesFilesOf('sigmalang'))('has the gateway watch NATS with %s, and reach it, since alerts ask for that', (file) => {
    const objects = render({}, file);
    expect(theOne(objects, 'ConfigMap', 'sigmalang-gateway').data.NATS_MONITORING_URLS).toMatch(/^http:\/\/[\w.-]+:8222(,|$)/);
    const ports = theOne(objects, 'NetworkPolicy', 'sigmalang-gateway').spec.egress?.flatMap((rule) => rule.ports.map(({ port }) => port));
    expect(ports).toContain(8222);
  });

  it.each(valuesFilesOf('sigmalang'))('lets bodies through nginx with %s that the gateway takes', (file) => {
    const annotations = render({}, file).filter(({ kind }) => kind === 'Ingress').map(({ metadata }) => metadata.annotations?.['nginx.ingress.kubernetes.io/proxy-body-size']);
    const largest = settingsOf('gateway').find(({ env }) => env === 'MAX_VECTOR_BODY_BYTES')?.default;
    for (const size of annotations) expect(Number.parseInt(size ?? '', 10) * 2 ** 20).toBe(Number(largest));
  });

  it('restores only when it is told to, and replaces what is there only when it is told that too', () => {
    expect(ofKind(render({}), 'Job').map(({ metadata }) => metadata.name)).toEqual(['sigmalang-migrations']);
    const argsOf = (values: ValueMap): readonly string[] => podsOf([theOne(render({ restore: values }), 'Job', 'sigmalang-restore')])[0]?.spec.containers[0]?.args?.slice(-2) ?? [];
    expect(argsOf({ enabled: true })).toEqual(['/backups', 'latest']);
    expect(argsOf({ enabled: true, file: 'a.backup', replace: true })).toEqual(['a.backup', '--replace']);
  });

  it('writes dumps to a claim that outlives it, one at a time', () => {
    const objects = render({ backup: { enabled: true } });
    expect(theOne(objects, 'CronJob').spec).toMatchObject({ schedule: '*/10 * * * *', concurrencyPolicy: 'Forbid' });
    expect(theOne(objects, 'PersistentVolumeClaim', 'sigmalang-backup').metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    const existing = render({ backup: { enabled: true, volume: { existingClaim: 'mine' } } });
    expect(ofKind(existing, 'PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toEqual(['sigmalang-analogy-data']);
  });

  it('names no registry where none is given, and the one that is given everywhere', () => {
    const imagesOf = (objects: readonly KubernetesObject[]): string[] => podsOf(objects).flatMap(({ spec }) => spec.containers.map(({ image }) => image));
    const registry = 'registry.example:5000/mirror';
    const mirrored = imagesOf(render({ global: { imageRegistry: registry } }, 'values-small.yaml'));
    expect(imagesOf(render({}, 'values-small.yaml')).map((image) => `${registry}/${image}`)).toEqual(mirrored);
  });

  it('fits, with all that it renders, into the Secret that Helm keeps of a release', () => {
    const filesOf = (chart: string): string[] => globSync(`helm/${chart}/{*,templates/*,files/*/*}`).filter((path) => statSync(path).isFile());
    const charts = ['sigmalang', 'library', ...UMBRELLA_APPS.flatMap((app) => [app, 'library'])]; // each app brings the library
    const paths = charts.flatMap(filesOf);
    expect(paths.length).toBeGreaterThan(100);
    const release = { chart: paths.map((name) => ({ name, data: readFileSync(name, 'base64') })), manifest: renderedText('sigmalang', { valuesFiles: ['values-production.yaml'] }) };
    const stored = gzipSync(JSON.stringify(release), { level: 9 }).toString('base64').length;
    expect(stored).toBeLessThan(900_000); // a Secret holds 1 MiB
  });

  describe('what its Jobs run', () => {
    let folder: string;
    let storage: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'sigmalang-dumps-'));
      storage = join(mkdtempSync(join(tmpdir(), 'sigmalang-storage-')), 'storage.cjs');
      writeFileSync(storage, `const [name, file, ...flags] = process.argv.slice(2); if (name === 'backup') require('node:fs').writeFileSync(file, 'dump'); console.log(name, require('node:path').basename(file), ...flags);`);
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
      rmSync(join(storage, '..'), { recursive: true });
    });

    it('keeps as many dumps as it is told, the newest, and touches nothing else', () => {
      const others = ['sigmalang-20200101T000000Z.backup', 'sigmalang-20200102T000000Z.backup', 'sigmalang-20200103T000000Z.backup', 'notes.txt'];
      for (const name of others) writeFileSync(join(folder, name), '');
      expect(runJob(render({ backup: { enabled: true, keep: 2 } }), 'backup', storage, folder).status).toBe(0);
      const left = readdirSync(folder).sort();
      expect(left).toEqual(['notes.txt', 'sigmalang-20200103T000000Z.backup', expect.stringMatching(DUMP)]);
    });

    it('fails and removes nothing when no dump could be written', () => {
      writeFileSync(storage, 'process.exit(1)');
      writeFileSync(join(folder, 'sigmalang-20200101T000000Z.backup'), '');
      writeFileSync(join(folder, 'sigmalang-20200102T000000Z.backup'), '');
      expect(runJob(render({ backup: { enabled: true, keep: 1 } }), 'backup', storage, folder).status).toBe(1);
      expect(readdirSync(folder)).toHaveLength(2);
    });

    it('restores the newest dump, or the one that is named', () => {
      for (const day of [1, 3, 2]) writeFileSync(join(folder, `sigmalang-2020010${day}T000000Z.backup`), '');
      expect(runJob(render({ restore: { enabled: true } }), 'restore', storage, folder).text).toContain('restore sigmalang-20200103T000000Z.backup\n');
      const named = render({ restore: { enabled: true, file: 'sigmalang-20200101T000000Z.backup', replace: true } });
      expect(runJob(named, 'restore', storage, folder).text).toContain('restore sigmalang-20200101T000000Z.backup --replace\n');
    });

    it('fails where there is no dump to restore', () => {
      expect(runJob(render({ restore: { enabled: true } }), 'restore', storage, folder)).toEqual({ status: 1, text: expect.stringContaining(`there is no dump in ${join(folder, '..', basename(folder))}`) as string });
    });
  });
});
