import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describeWithTools, toolPath } from './tools-under-test';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly string[]>> };
}

interface Workflow {
  readonly on: Readonly<Record<string, { readonly inputs?: Readonly<Record<string, { readonly options?: readonly string[] }>> } | null>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = '.github/workflows';

/** The workflows, by the names of their files. */
const workflows = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  return { file, text, workflow: parse(text) as Workflow };
});

const jobs = workflows.flatMap(({ file, workflow }) => Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job })));
const steps = jobs.flatMap(({ name, job }) => (job.steps ?? []).map((step) => ({ name, step })));
const commands = steps.flatMap(({ name, step: { run } }) => (run === undefined ? [] : [{ name, run }]));

function workflowOf(file: string): Workflow {
  const found = workflows.find((each) => each.file === file);
  if (!found) throw new Error(`there is no ${file}`);
  return found.workflow;
}

it('there is a workflow for tests, faults of security, dependencies, images, charts, releases and deployments', () => {
  expect(workflows.map(({ file }) => file).sort()).toEqual(
    ['charts.yml', 'ci.yml', 'codeql.yml', 'dependency-review.yml', 'deploy.yml', 'images.yml', 'release.yml'],
  );
});

describe('what workflows may', () => {
  it('is to read, and more only in the jobs that need it', () => {
    expect(workflows.filter(({ workflow }) => JSON.stringify(workflow.permissions) !== '{"contents":"read"}').map(({ file }) => file)).toEqual([]);
    const more = jobs.flatMap(({ name, job: { permissions = {} } }) =>
      Object.entries(permissions).flatMap(([what, right]) => (right === 'read' ? [] : [`${name}: ${what}`])),
    );
    expect(more.sort()).toEqual([
      'codeql.yml: analyze: security-events',
      'images.yml: image: id-token',
      'images.yml: image: packages',
      'release.yml: charts: id-token',
      'release.yml: charts: packages',
      'release.yml: images: id-token',
      'release.yml: images: packages',
      'release.yml: version: contents',
    ]);
  });

  it('ends: each job after a time, and each workflow says what may run beside it', () => {
    expect(jobs.filter(({ job }) => job.uses === undefined && job['timeout-minutes'] === undefined).map(({ name }) => name)).toEqual([]);
    expect(workflows.filter(({ workflow }) => workflow.concurrency === undefined).map(({ file }) => file)).toEqual([]);
  });

  it('is said by nobody outside: no command is put together from an expression', () => {
    expect(commands.filter(({ run }) => run.includes('${{')).map(({ name }) => name)).toEqual([]);
  });
});

describe('what workflows use', () => {
  it('are actions of one commit each, whose version stands beside it, and workflows that are there', () => {
    const used = workflows.flatMap(({ file, text }) => [...text.matchAll(/uses: (.*)/g)].map(([, action = '']) => ({ file, action })));
    expect(used.length).toBeGreaterThan(20);
    const isPinned = (action: string): boolean => /^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action);
    const isHere = (action: string): boolean => action.startsWith('./') && existsSync(action);
    expect(used.filter(({ action }) => !isPinned(action) && !isHere(action))).toEqual([]);
    const versions = new Map<string, Set<string>>();
    for (const { action } of used) {
      const [name = '', version = ''] = action.split('@');
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
    expect([...versions].filter(([, pins]) => pins.size > 1)).toEqual([]);
  });

  it('are scripts of package.json that are there', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = commands.flatMap(({ run }) => [...run.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => script));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it('are files of the repository that are there', () => {
    const named = commands.flatMap(({ run }) => [...run.matchAll(/(?<![\w$/}"-])((?:deploy|tools|helm|docs|\.ci)\/[\w./-]*\w)/g)].map(([, path = '']) => path));
    expect(named).toEqual(expect.arrayContaining(['.ci/run', 'deploy/Dockerfile', 'deploy/roll-out.sh', 'tools/setup.mjs']));
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('are images of every app that there is', () => {
    const apps = readdirSync('apps').filter((app) => existsSync(`apps/${app}/src/main.ts`) && existsSync(`helm/${app}`));
    expect([...(workflowOf('images.yml').jobs.image?.strategy?.matrix?.app ?? [])].sort()).toEqual(apps.sort());
  });

  it('are environments that the umbrella chart has values for', () => {
    const environments = workflowOf('deploy.yml').on.workflow_dispatch?.inputs?.environment?.options ?? [];
    expect(environments).toEqual(['development', 'staging', 'production']);
    expect(environments.filter((name) => !existsSync(`helm/sigmalang/values-${name}.yaml`))).toEqual([]);
  });
});

describeWithTools(['actionlint'], 'actionlint', () => {
  it('has nothing to say of any workflow', () => {
    const { status, stdout, stderr } = spawnSync(toolPath('actionlint'), ['-no-color'], { encoding: 'utf8' });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});
