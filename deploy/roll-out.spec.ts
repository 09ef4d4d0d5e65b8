import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;

/** Takes down what it is called with, and ends as the first pattern that fits says. */
function standIn(name: string, answers: readonly [pattern: string, answer: string][]): void {
  const cases = answers.map(([pattern, answer]) => `  ${pattern}) ${answer} ;;`).join('\n');
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "${name} $*" >>"${join(folder, 'called')}"\ncase "$*" in\n${cases}\nesac\n`);
  chmodSync(path, 0o755);
}

interface Cluster {
  readonly helm?: string;
  readonly revision?: string;
  readonly upgradeFails?: boolean;
  readonly testFails?: boolean;
  readonly isWrong?: boolean;
}

/** Runs the script on a cluster that is only said to be there. */
function rollOut(args: readonly string[], env: Readonly<Record<string, string>>, cluster: Cluster = {}): { status: number | null; called: string[] } {
  const { helm = 'v4.3.1', revision, upgradeFails = false, testFails = false, isWrong = false } = cluster;
  const list = revision === undefined ? '[]' : `[{"name":"sigmalang","namespace":"sigmalang","revision":"${revision}","status":"deployed"}]`;
  standIn('helm', [
    ['version*', `echo ${helm}`],
    ['*" list "*', `echo '${list}'`],
    ['*" upgrade "*', upgradeFails ? 'exit 1' : 'exit 0'],
    ['*" test "*', testFails ? 'exit 1' : 'exit 0'],
  ]);
  standIn('node', [['*', isWrong ? 'exit 1' : 'exit 0']]);
  const { status } = spawnSync('deploy/roll-out.sh', args, { env: { PATH: `${folder}:${process.env.PATH ?? ''}`, ...env }, encoding: 'utf8' });
  const log = join(folder, 'called');
  return { status, called: existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').filter((line) => !line.startsWith('helm version')) : [] };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sigmalang-roll-out-'));
});

afterEach(() => { rmSync(folder, { recursive: true }); });

const STAGING = { ENVIRONMENT: 'staging', VERSION: '1.2.3', URL: 'https://staging.example.org', REGISTRY: 'registry.example.org/sigma' };
const ROLLBACK = 'helm --namespace sigmalang rollback sigmalang';

describe('a version that is brought to a cluster', () => {
  it.each([
    ['v3.22.1', '--atomic'],
    ['v4.3.1', '--rollback-on-failure'],
  ])('with Helm %s goes back by itself where the upgrade fails, by %s, and has the values of its environment', (helm, flag) => {
    const { status, called } = rollOut(['upgrade'], STAGING, { helm, revision: '6' });
    expect(status).toBe(0);
    expect(called).toEqual([
      'helm --namespace sigmalang list --filter ^sigmalang$ --deployed --output json',
      'helm --namespace sigmalang upgrade sigmalang helm/sigmalang --install --create-namespace --values helm/sigmalang/values-staging.yaml ' +
        `--set-string global.imageTag=1.2.3 --set-string global.imageRegistry=registry.example.org/sigma ${flag} --wait --timeout 15m --history-max 20`,
      'helm --namespace sigmalang test sigmalang --timeout 5m',
      'node deploy/validate-deployment.mjs https://staging.example.org --version=1.2.3',
    ]);
  });

  it.each([
    ['its test fails', { testFails: true }],
    ['it does not do what it is there for', { isWrong: true }],
  ])('is taken back to the revision before where %s, and that is a failure', (_why, fault) => {
    const { status, called } = rollOut(['upgrade'], STAGING, { revision: '6', ...fault });
    expect([status, called.at(-1)]).toEqual([1, `${ROLLBACK} 6 --wait --timeout 15m`]);
  });

  it('stays where there was nothing before it, and that is a failure all the same', () => {
    const { status, called } = rollOut(['upgrade'], STAGING, { isWrong: true });
    expect(status).toBe(1);
    expect(called.filter((line) => line.startsWith(ROLLBACK))).toEqual([]);
  });

  it('is asked nothing where its upgrade fails', () => {
    const { status, called } = rollOut(['upgrade'], STAGING, { revision: '6', upgradeFails: true });
    expect(status).toBe(1);
    expect(called).toHaveLength(2);
  });
});

describe('a cluster that is taken back by hand', () => {
  it.each([
    ['the revision before', {}, ''],
    ['a revision that is named', { REVISION: '4' }, ' 4'],
  ])('goes to %s, and is validated', (_where, env, argument) => {
    const { status, called } = rollOut(['rollback'], { ...STAGING, ...env });
    expect(status).toBe(0);
    expect(called).toEqual([
      `${ROLLBACK}${argument} --wait --timeout 15m`,
      'helm --namespace sigmalang test sigmalang --timeout 5m',
      'node deploy/validate-deployment.mjs https://staging.example.org',
    ]);
  });
});

it.each([
  ['upgrade', 'URL'],
  ['upgrade', 'VERSION'],
  ['upgrade', 'ENVIRONMENT'],
  ['rollback', 'URL'],
])('%s changes nothing where %s is not set: what cannot be validated would be taken back', (order, name) => {
  const { status, called } = rollOut([order], { ...STAGING, [name]: '' }, { revision: '6' });
  expect(status).not.toBe(0);
  expect(called).toEqual([]);
});

it('anything else is no order, and does nothing', () => {
  expect(rollOut(['everything'], STAGING)).toEqual({ status: 2, called: [] });
});
