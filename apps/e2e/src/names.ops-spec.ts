import { ERROR_CODES, METRICS } from '@sigmalang/contracts';
import { everyChart } from '@sigmalang/deploy/every-chart';
import { shippedExpressions } from '@sigmalang/deploy/names/expressions';
import { type AppProbe, probesIn } from '@sigmalang/deploy/names/probes';
import { KnownSeries, unreadNames } from '@sigmalang/deploy/names/series-names';
import { APPS, settingsOf } from '@sigmalang/deploy/settings';
import { describeWithTools } from '@sigmalang/deploy/tools-under-test';
import { execFileSync, spawnSync } from 'node:child_process';
import { get } from 'node:http';
import { resolve } from 'node:path';
import { eventually } from './eventually';
import type { PrometheusUnderTest } from './prometheus-under-test';
import { RestClient } from './rest-client';
import { endEverything } from './teardown';
import { APPS_ON_NATS, WATCHERS, WatchedSystem } from './watched-system';
import { EveryCaller } from './watched-traffic';

jest.setTimeout(300_000);

const ROOT = resolve(__dirname, '../../..');

/** Queries that are sent at the same time. */
const AT_ONCE = 8;

/** Values that come about where no run of minutes brings them: what errors there are, and the states that Prometheus gives alerts. */
const POSSIBLE = { code: ['OK', ...ERROR_CODES], alertstate: ['pending', 'firing'], severity: ['critical', 'warning', 'info'] };

/** Panels that may be empty here, and why that is right. */
const MAY_BE_EMPTY: Readonly<Record<string, string>> = {
  'dashboards/sigmalang-overview.json: Alerts': 'none need fire',
  'dashboards/sigmalang-nats-and-storage.json: Age of the archive': 'this PostgreSQL archives nothing',
  'dashboards/sigmalang-slo.json: Routes that spend it: availability': 'nothing failed yet',
  'dashboards/sigmalang-slo.json: Routes that spend it: latency': 'nothing was slow, on a machine that has nothing else to do',
};

/** Panels about what a process without NATS does not have: its certificates. */
const OF_NATS_ALONE: readonly string[] = ['dashboards/sigmalang-standalone.json: Each process'];

let system: WatchedSystem;
let prometheus: PrometheusUnderTest;
let started: number;

describeWithTools([...WATCHERS, 'helm'], 'a running system', () => {
  beforeAll(async () => {
    started = Date.now() / 1_000;
    system = await WatchedSystem.start();
    prometheus = await system.watch();
  });
  afterAll(endEverything);

  describe('under traffic', () => {
    const expressions = shippedExpressions(resolve(ROOT, 'helm/sigmalang/files'));

    it('gives every panel something to show, and every query is one that Prometheus can answer', async () => {
      const callers = ['gateway', 'standalone'].map((app) => new EveryCaller(system.process(app).origin));
      await Promise.all(callers.map((caller) => caller.round()));
      await prometheus.look();
      await Promise.all(callers.map((caller) => caller.round())); // what came to be at one look has a rate at the next
      const then = await prometheus.look();
      const empty: string[] = [];
      const queue = [...expressions];
      const ask = async (): Promise<void> => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          const { length } = await prometheus.query(next.expr, then);
          if (next.use === 'panel' && length === 0) empty.push(next.where);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, ask));
      const left = [...Object.keys(MAY_BE_EMPTY), ...OF_NATS_ALONE];
      expect(empty.filter((where) => !left.includes(where))).toEqual([]);
      expect(left.filter((where) => !expressions.some((each) => each.where === where))).toEqual([]);
    });

    it('and after an outage has every metric, label and value that a rule or a panel names', async () => {
      await system.postgres.kill();
      await Promise.all(['/v1/collections', '/v1/keys'].map((path) => new RestClient(system.process('gateway').origin).get(path)));
      await prometheus.look();
      await system.postgres.start();
      await prometheus.look();
      const known = new KnownSeries(await prometheus.series(started), POSSIBLE);
      const named = expressions.filter(({ where }) => !OF_NATS_ALONE.includes(where));
      expect(named.flatMap((each) => known.faultsOf(each))).toEqual([]);
    });

    it('evaluates every rule', async () => {
      const rules = await prometheus.rules();
      expect(rules.length).toBeGreaterThan(30);
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    });

    it('would be missed a metric that is renamed in it', async () => {
      const renamed = (await prometheus.series(started)).filter(({ __name__: name }) => name !== METRICS.requests);
      const known = new KnownSeries(renamed, POSSIBLE);
      expect(expressions.flatMap((each) => known.faultsOf(each)).filter((fault) => fault.includes(`no series is called ${METRICS.requests}`))).not.toEqual([]);
    });

    it('has metrics that no rule and no panel reads, which are told', () => {
      const unread = unreadNames(Object.values(METRICS), expressions);
      if (unread.length > 0) process.stderr.write(`No rule and no panel reads ${unread.join(', ')}\n`);
      expect(unread.length).toBeLessThan(Object.keys(METRICS).length / 10);
    });
  });

  describe('asked by the probes of the charts', () => {
    const probes = probesIn(everyChart());
    const of = (kind: AppProbe['kind']): readonly AppProbe[] => probes.filter((probe) => probe.kind === kind);

    /** The status that an app answers a probe with, as kubelet asks: over a connection of its own. */
    function ask({ app, port, path }: AppProbe): Promise<number> {
      const asked = system.process(app);
      const origin = port === 'http' ? asked.origin : asked.managementOrigin;
      return new Promise((answer, fail) => {
        get(`${origin}${path}`, { agent: false }, (response) => {
          response.resume().once('end', () => { answer(response.statusCode ?? 0); });
        }).once('error', fail);
      });
    }

    /** What each app answers to its probes of a kind. */
    async function answers(kind: AppProbe['kind']): Promise<Record<string, number>> {
      return Object.fromEntries(await Promise.all(of(kind).map(async (probe) => [`${probe.app} ${probe.path}`, await ask(probe)] as const)));
    }

    const allOf = (kind: AppProbe['kind'], status: (app: string) => number): Record<string, number> =>
      Object.fromEntries(of(kind).map(({ app, path }) => [`${app} ${path}`, status(app)]));
    const isOnNats = (app: string): boolean => (APPS_ON_NATS as readonly string[]).includes(app);
    const withoutNats = (app: string): number => (isOnNats(app) ? 503 : 200);

    it('is started, ready and alive', async () => {
      expect(new Set(probes.map(({ app }) => app))).toEqual(new Set(APPS));
      for (const kind of ['startup', 'readiness', 'liveness'] as const) expect(await answers(kind)).toEqual(allOf(kind, () => 200));
    });

    it('would answer a path that is renamed with 404', async () => {
      for (const probe of probes) expect(await ask({ ...probe, path: `${probe.path}z` })).toBe(404);
    });

    it('is not ready, and alive, while NATS is away; the check of health of images says the same', async () => {
      await system.nats.kill();
      await eventually(() => answers('readiness'), (all) => Object.entries(all).every(([probe, status]) => status === withoutNats(probe.split(' ')[0] ?? '')));
      expect(await answers('liveness')).toEqual(allOf('liveness', () => 200));
      for (const app of ['encoder', 'standalone']) expect([app, healthCheckOf(app)]).toEqual([app, isOnNats(app) ? 1 : 0]);
      await system.startNats();
      await eventually(() => answers('readiness'), (all) => Object.values(all).every((status) => status === 200));
      expect(healthCheckOf('encoder')).toBe(0);
    });

    it('is not ready, and alive, from the signal to stop until it ends', async () => {
      expect(await answers('readiness')).toEqual(allOf('readiness', () => 200));
      system.nats.freeze(); // so that nothing ends before it was asked: a process waits for the server to take its leave
      for (const app of APPS) system.process(app).signal('SIGTERM');
      await Promise.all(
        APPS.map((app) => {
          const own = probes.filter((probe) => probe.app === app && probe.kind !== 'startup');
          const look = (): Promise<number[]> => Promise.all(own.map(ask));
          return eventually(look, (statuses) => statuses.every((status, i) => status === (own[i]?.kind === 'readiness' ? 503 : 200)));
        }),
      );
      system.nats.thaw();
      expect(await Promise.all(APPS.map((app) => system.process(app).exitCode()))).toEqual(APPS.map(() => 0));
    });

    function healthCheckOf(app: string): number | null {
      const { port } = new URL(system.process(app).managementOrigin);
      return spawnSync(process.execPath, ['deploy/health-check.mjs'], { cwd: ROOT, env: { PATH: process.env.PATH, METRICS_PORT: port } }).status;
    }
  });

  it.each(APPS)('%s says with --help that it reads what the reference of settings says it reads', (app) => {
    const help = execFileSync(process.execPath, [resolve(ROOT, 'dist/apps', app, 'main.js'), '--help'], { encoding: 'utf8' });
    const told = help.split('\n').slice(1).flatMap((line) => line.trim().split(/\s+/).slice(0, 2).join(' ') || []);
    expect(told).toEqual([...settingsOf(app).map(({ flag, env }) => `${flag} ${env}`), '--config CONFIG_FILE']);
  });
});
