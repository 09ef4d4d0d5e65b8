import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SERVICES } from '@sigmalang/contracts';
import { parse } from 'yaml';
import { COMPOSE_FOLDER, type ComposeService, readComposeFile, variablesOf } from './compose-file';

const FILES = ['compose.yml', 'compose.standalone.yml', 'compose.dev.yml'] as const;
const RUN = ['compose.yml', 'compose.standalone.yml'] as const;
const OUR_APPS = ['gateway', ...SERVICES];
const main = readComposeFile('compose.yml');
const dev = readComposeFile('compose.dev.yml');

/** The services of files, each with its name. */
function servicesOf(files: readonly string[]): [string, ComposeService][] {
  return files.flatMap((file) => [...readComposeFile(file).services].map(([name, service]): [string, ComposeService] => [`${name} of ${file}`, service]));
}

const ends = ({ restart = '' }: ComposeService): boolean => restart === 'no' || restart.startsWith('on-failure');

/** What is mounted from the host, as paths in this repository or of the machine. */
function mountsOf({ volumes = [] }: ComposeService): { from: string; to: string; mode?: string }[] {
  return volumes.map((volume) => {
    const [from = '', to = '', mode] = volume.split(':');
    return { from, to, mode };
  });
}

describe.each(servicesOf(RUN))('%s', (_name, service) => {
  it('writes nowhere but where it must, has no capability it does not need, and gets no more', () => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  it('does not run as root, unless all it does is to give folders away', () => {
    const [, command] = [service.entrypoint, service.command?.join(' ') ?? ''];
    if (service.user === '0:0') {
      expect(service.cap_add).toEqual(['CHOWN']);
      expect(service.network_mode).toBe('none');
      expect(command).toMatch(/^chown \S+ \S+( && chown \S+ \S+)*$/);
    } else {
      expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
      expect(service.cap_add).toBeUndefined();
    }
  });

  it('has limits of memory and of processors', () => {
    expect(service.deploy?.resources.limits.memory).toMatch(/^\d+[MG]$/);
    expect(service.deploy?.resources.limits.cpus).toMatch(/^\d+(\.\d+)?$/);
  });

  it('is looked after while it runs, or ends by itself', () => {
    if (ends(service)) expect(service.healthcheck).toEqual({ disable: true });
    else expect(service.healthcheck?.test?.[0]).toMatch(/^CMD(-SHELL)?$/);
    expect(service.restart).toMatch(/^(unless-stopped|no|on-failure:\d+)$/);
  });

  it('is reached from this machine alone unless told otherwise', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^(127\.0\.0\.1|\$\{GATEWAY_ADDRESS:-127\.0\.0\.1\}):\$\{[A-Z_]+:-\d+\}:\d+$/);
  });

  it('is of a stated version, and of no registry that is named here', () => {
    const [, name = '', tag = ''] = /^(?:\$\{[A-Z]+:-\})?([^:]+):(.+)$/.exec(service.image ?? '') ?? [];
    expect(name.split('/').slice(0, -1).join('')).not.toMatch(/[.:]/);
    expect(tag.replace(/^\$\{VERSION:-(.+)\}$/, '$1')).toMatch(/^v?\d+\.\d+\.\d+|^0\.8\.1-pg17$/);
  });

  it('mounts files that are there, and lets none of them be written', () => {
    for (const { from, mode } of mountsOf(service).filter((mount) => /^[./]/.test(mount.from))) {
      expect(mode).toBe('ro');
      if (from.startsWith('.')) expect([from, existsSync(join(COMPOSE_FOLDER, from))]).toEqual([from, true]);
    }
  });

  it('keeps secrets out of the command line', () => {
    expect([...(service.command ?? []), ...(service.entrypoint ?? [])].join(' ')).not.toMatch(/(?<!\$)\$\{[A-Z_]*(PASSWORD|TOKEN|SECRET|KEY)/);
  });
});

describe.each(FILES)('%s', (file) => {
  const { services, networks, volumes } = readComposeFile(file);
  const known = file === 'compose.dev.yml' ? new Map([...main.services, ...services]) : services;

  it('waits for services that are there, and for the health of those alone that tell it', () => {
    for (const [name, { condition }] of [...services.values()].flatMap(({ depends_on = {} }) => Object.entries(depends_on))) {
      const awaited = known.get(name);
      expect([name, awaited && condition]).toEqual([name, awaited && (ends(awaited) ? 'service_completed_successfully' : 'service_healthy')]);
    }
  });

  it('declares the networks and volumes that it uses, and no other', () => {
    const all = [...services.values()];
    expect([...new Set(all.flatMap((service) => service.networks ?? []))].sort()).toEqual([...networks].sort());
    expect([...new Set(all.flatMap(mountsOf).map(({ from }) => from).filter((from) => !/^[./]/.test(from)))].sort()).toEqual([...volumes].sort());
  });
});

describe('compose.yml', () => {
  it('runs every app', () => {
    for (const app of OUR_APPS) expect(main.services.get(app)?.image).toBe(`\${REGISTRY:-}sigmalang-${app}:\${VERSION:-${versionOfThis()}}`);
  });

  it('asks for every secret, each time it uses it', () => {
    for (const [name, rest] of variablesOf(main)) {
      const isSecret = /_(PASSWORD|TOKEN|SECRET|KEY)$/.test(name);
      expect([name, [...rest].every((text) => text.startsWith(':?'))]).toEqual([name, isSecret]);
    }
  });

  it('keeps from the outer world what need not be reached', () => {
    const published = [...main.services].filter(([, { networks = [] }]) => networks.includes('published')).map(([name]) => name);
    expect(published.sort()).toEqual(['alertmanager', 'gateway', 'grafana', 'jaeger', 'prometheus']);
    expect([...main.services].filter(([, { ports }]) => ports).map(([name]) => name).sort()).toEqual(published);
  });

  it('gives each process time to end', () => {
    for (const app of OUR_APPS) expect(Number.parseInt(main.services.get(app)?.stop_grace_period ?? '', 10)).toBeGreaterThan(10);
  });
});

describe('deploy/.env.example', () => {
  const lines = readFileSync(join(COMPOSE_FOLDER, '.env.example'), 'utf8').split('\n');
  const named = lines.flatMap((line) => /^#?([A-Z_]+)=/.exec(line)?.[1] ?? []);

  it('names each variable of the compose files, and no other', () => {
    const variables = new Set(RUN.flatMap((file) => [...variablesOf(readComposeFile(file)).keys()]));
    expect([...named].sort()).toEqual([...variables].sort());
  });

  it('sets what must be given, to nothing, and shows the default of all else', () => {
    for (const [name, rest] of variablesOf(main)) {
      const [first = ''] = rest;
      const fallback = /^:?-(.*)$/.exec(first)?.[1];
      const line = lines.find((each) => each.replace('#', '').startsWith(`${name}=`));
      if (fallback === undefined) expect(line).toBe(`${name}=`);
      else if (name !== 'REGISTRY') expect(line).toBe(`#${name}=${fallback}`);
    }
  });
});

describe('compose.dev.yml', () => {
  it('runs each app from what the builder builds', () => {
    const built = dev.services.get('builder')?.command?.slice(3) ?? [];
    expect([...built].sort()).toEqual([...OUR_APPS].sort());
    for (const app of OUR_APPS) {
      expect(dev.services.get(app)?.entrypoint).toEqual(['/src/node_modules/.bin/node', 'tools/dev.mjs', 'run', app]);
      expect(dev.services.get(app)?.depends_on).toEqual({ builder: { condition: 'service_healthy' } });
    }
  });

  it('mounts sources that are there, and builds a stage that there is', () => {
    for (const { from } of [...dev.services.values()].flatMap(mountsOf)) {
      if (from.startsWith('.')) expect([from, existsSync(join(COMPOSE_FOLDER, from))]).toEqual([from, true]);
    }
    const { context = '', dockerfile = '', target = '' } = dev.services.get('builder')?.build ?? {};
    expect(readFileSync(resolve(COMPOSE_FOLDER, context, dockerfile), 'utf8')).toMatch(new RegExp(`^FROM .* AS ${target}$`, 'm'));
  });
});

describe('monitoring/prometheus.yml', () => {
  const read = (file: string): unknown => parse(readFileSync(join(COMPOSE_FOLDER, file), 'utf8'));
  interface Scraping {
    readonly scrape_configs: readonly { readonly job_name: string; readonly static_configs: readonly { readonly targets: readonly string[] }[] }[];
  }
  const { scrape_configs: jobs } = read('monitoring/prometheus.yml') as Scraping;
  const targets = new Map(jobs.map(({ job_name: job, static_configs: configs }) => [job, configs.flatMap((config) => config.targets)]));

  it('scrapes every process on the port of its metrics, and every exporter', () => {
    for (const app of OUR_APPS) expect(targets.get(`sigmalang-${app}`)).toEqual([`${app}:9090`]);
    const exporters = [...main.services.keys()].filter((name) => name.endsWith('-exporter'));
    expect(['redis', 'postgresql', 'node'].flatMap((name) => targets.get(`sigmalang-${name}`)?.map((target) => target.split(':')[0]) ?? []).sort()).toEqual(exporters.sort());
  });

  it('reaches whom it scrapes', () => {
    const mine = new Set(main.services.get('prometheus')?.networks);
    for (const host of [...targets.values()].flat().map((target) => target.split(':')[0] ?? '')) {
      if (host !== '127.0.0.1') expect([host, main.services.get(host)?.networks?.some((network) => mine.has(network))]).toEqual([host, true]);
    }
  });

  it('stands beside sources of data that are services', () => {
    const { datasources } = read('monitoring/grafana/datasources/datasources.yaml') as { datasources: { url: string; uid: string }[] };
    expect(datasources.map(({ url }) => new URL(url).hostname).filter((host) => !main.services.has(host))).toEqual([]);
    expect(datasources.map(({ uid }) => uid)).toEqual(['prometheus', 'jaeger', 'alertmanager']);
  });
});

function versionOfThis(): string {
  return (JSON.parse(readFileSync(resolve(COMPOSE_FOLDER, '../package.json'), 'utf8')) as { version: string }).version;
}
