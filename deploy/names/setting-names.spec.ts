import { ERROR_CODES } from '@sigmalang/contracts';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readComposeFile, variablesOf } from '../compose-file';
import type { KubernetesObject } from '../charts/rendered-charts';
import { OTHER_VARIABLES } from '../settings/other-variables';
import { KnownSettings, settingsInCompose, settingsInDocument, settingsInObjects } from './setting-names';

function textOf(file: string): string {
  return readFileSync(file, 'utf8');
}

const known = new KnownSettings(OTHER_VARIABLES.map(({ name }) => name));

/** What compose files, the Dockerfile and workflows are filled from, which documents tell how to set. */
const filledFrom = [
  ...globSync('deploy/compose*.yml').flatMap((file) => [...variablesOf(readComposeFile(basename(file))).keys()]),
  ...[...readFileSync('deploy/Dockerfile', 'utf8').matchAll(/^ARG (\w+)/gm)].map(([, name = '']) => name),
  ...globSync('.github/workflows/*.yml').flatMap((file) => [...textOf(file).matchAll(/(?:\b(?:secrets|vars)\.|^ +)([A-Z_]{3,})(?=\b(?!:)|: \$\{\{)/gm)].map(([, name = '']) => name)),
];
const anywhere = new KnownSettings([...OTHER_VARIABLES.map(({ name }) => name), ...ERROR_CODES, ...filledFrom]);

describe('settings that documents name', () => {
  const documents = globSync(['docs/**/*.md', '*.md', '.github/**/*.md', 'deploy/**/*.md']);

  it('are read by a program, or known to be of others', () => {
    const named = documents.flatMap((file) => settingsInDocument(file, textOf(file)));
    expect(named.length).toBeGreaterThan(50);
    expect(anywhere.faultsOf(named)).toEqual([]);
  });

  it('are found in backticks, in commands, in files of variables and in values of charts', () => {
    const text = 'Set `CACHE_TTL`, `AUTH_MODE=off` or `KEY=1 npm start`; not `INVALID` nor `x.Y_Z`.\n```sh\nPORT=1 node main.js --env NATS_URL=x\nTOKEN=$(make)\ncurl -H "$TOKEN"\n```\n```yaml\ngateway:\n  settings: {cacheTtl: 1, keyBurst: 2}\n```\n';
    expect(settingsInDocument('a.md', text).map(({ name }) => name)).toEqual(['CACHE_TTL', 'AUTH_MODE', 'KEY', 'PORT', 'NATS_URL', 'KEY_BURST']);
  });

  it('are missed once they are renamed', () => {
    expect(anywhere.faultsOf(settingsInDocument('a.md', '`CACHE_TTLS` and `CACHE_TTL`'))).toEqual(['a.md: nothing reads CACHE_TTLS']);
  });
});

describe('settings that compose files give', () => {
  const files = globSync('deploy/compose*.yml');

  it('are read by the program that gets them', () => {
    const named = files.map((file) => settingsInCompose(file, textOf(file)));
    expect(named.filter((each) => each.length === 0)).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
    expect(known.faultsOf(named.flat())).toEqual([]);
  });

  it('are missed once they are renamed, and where another program gets them', () => {
    const text = 'services:\n  a: {image: "${REGISTRY:-}sigmalang-nlp:1", environment: {LOG_LEVELS: info, LOG_LEVEL: info}}\n  b: {image: sigmalang-nlp, environment: [CACHE_TTL=1]}\n  c: {image: redis, environment: {X: 1}}\n  d: {image: sigmalang-gateway, command: [/app/storage.js], environment: {CACHE_TTL: 1}}\n';
    expect(known.faultsOf(settingsInCompose('c.yml', text))).toEqual([
      'c.yml: a: nlp does not read LOG_LEVELS',
      'c.yml: b: nlp does not read CACHE_TTL',
      'c.yml: d: storage does not read CACHE_TTL',
    ]);
  });
});

describe('settings that the containers of a chart are given', () => {
  const pod = { containers: [{ name: 'app', image: 'mirror/sigmalang-search:1', env: [{ name: 'DATABASE_URL' }, { name: 'DATABASE' }], envFrom: [{ configMapRef: { name: 'it' } }] }] };
  const map: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'it' }, data: { LOG_LEVEL: 'info', CACHE_TTL: '1' } };
  const workload: KubernetesObject = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'it' }, spec: { template: { spec: pod } } };

  it('are those of env and of the ConfigMaps that it takes', () => {
    expect(settingsInObjects('chart', [map, workload]).map(({ name }) => name)).toEqual(['DATABASE_URL', 'DATABASE', 'LOG_LEVEL', 'CACHE_TTL']);
    expect(() => settingsInObjects('chart', [workload])).toThrow('there is no ConfigMap it');
  });

  it('are missed where the program does not read them', () => {
    const where = 'chart: StatefulSet it, container app';
    expect(known.faultsOf(settingsInObjects('chart', [map, workload]))).toEqual([`${where}: search does not read DATABASE`, `${where}: search does not read CACHE_TTL`]);
  });
});
