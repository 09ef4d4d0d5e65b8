import { toolPath } from '@sigmalang/deploy/tools-under-test';
import { globSync } from 'node:fs';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { eventually } from './eventually';
import { freePort } from './ports';
import { ProgramUnderTest } from './program-under-test';
import { atTheEnd } from './teardown';

/** What is shipped for the Prometheus of one machine. */
const SHIPPED = resolve(__dirname, '../../../deploy/monitoring/prometheus.yml');

/** The rules that are shipped for every Prometheus. */
const RULES = resolve(__dirname, '../../../helm/sigmalang/files/rules');

/** Labels of a series, its name as `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** One result of a query. */
export interface Sample {
  readonly metric: Labels;
  readonly value: readonly [time: number, value: string];
}

interface ShippedConfig {
  readonly scrape_configs: readonly { readonly job_name: string; readonly static_configs: readonly { readonly targets: readonly string[] }[] }[];
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly interval?: string }[];
}

/** A rule as Prometheus has it. */
export interface LoadedRule {
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  readonly lastEvaluation: string;
}

/** A real Prometheus with the jobs and rules that are shipped; it looks each second. */
export class PrometheusUnderTest {
  private constructor(private readonly program: ProgramUnderTest) {}

  /** Starts it; `targets` are the addresses of each shipped job, by its name: jobs without any are left out. */
  static async start(targets: ReadonlyMap<string, readonly string[]>): Promise<PrometheusUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), 'sigmalang-e2e-prometheus-'));
    atTheEnd(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, 'rules'));
    for (const file of globSync(`${RULES}/*.yaml`)) {
      const { groups } = parse(await readFile(file, 'utf8')) as RuleFile;
      await writeFile(join(folder, 'rules', basename(file)), stringify({ groups: groups.map((group) => ({ ...group, interval: '1s' })) }));
    }
    const port = await freePort();
    const file = join(folder, 'prometheus.yml');
    await writeFile(file, await configOf(targets, port));
    const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'];
    return new PrometheusUnderTest(await ProgramUnderTest.start(toolPath('prometheus'), { args, port }));
  }

  /** The results of a query, now or at a time in seconds since 1970; throws what Prometheus says of one that it cannot answer. */
  async query(query: string, time?: number): Promise<readonly Sample[]> {
    const data = (await this.ask('query', { query, ...(time !== undefined && { time: String(time) }) })) as { resultType: string; result: readonly Sample[] };
    return data.resultType === 'vector' ? data.result : [{ metric: {}, value: [0, ''] }];
  }

  /** Every series that has a value since a time, in seconds since 1970. */
  async series(since: number): Promise<readonly Labels[]> {
    return (await this.ask('series', { 'match[]': '{__name__=~".+"}', start: String(since) })) as readonly Labels[];
  }

  /** Waits until every target was scraped twice since now, and every rule evaluated; gives the time by then. */
  async look(): Promise<number> {
    const since = Date.now() / 1_000;
    await eventually(
      () => this.query('min(timestamp(up))'),
      ([oldest]) => Number(oldest?.value[1]) > since + 2,
    );
    await eventually(
      () => this.rules(),
      (rules) => rules.every(({ lastEvaluation }) => Date.parse(lastEvaluation) / 1_000 > since + 2),
    );
    return Date.now() / 1_000;
  }

  /** Every rule, with whether it could be evaluated. */
  async rules(): Promise<readonly LoadedRule[]> {
    const { groups } = (await this.ask('rules', {})) as { groups: readonly { rules: readonly LoadedRule[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  private async ask(path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const url = `http://${this.program.address}/api/v1/${path}`;
    const post = ['query', 'series'].includes(path) ? { method: 'POST', body: new URLSearchParams(parameters) } : {};
    const answer = (await (await fetch(url, post)).json()) as { status: string; error?: string; data: unknown };
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  }
}

/** The shipped jobs, each with the addresses where its processes really are. */
async function configOf(targets: ReadonlyMap<string, readonly string[]>, ownPort: number): Promise<string> {
  const { scrape_configs: jobs, ...shipped } = parse(await readFile(SHIPPED, 'utf8')) as ShippedConfig;
  const own = new Map([...targets, ['prometheus', [`127.0.0.1:${ownPort}`]]]);
  const unknown = [...own.keys()].filter((name) => !jobs.some((job) => job.job_name === name) && name !== 'sigmalang-standalone');
  if (unknown.length > 0) throw new Error(`${SHIPPED} has no job ${unknown.join(', ')}`);
  const kept = jobs.filter(({ job_name: name }) => name !== 'sigmalang-standalone').concat(targets.has('sigmalang-standalone') ? [{ job_name: 'sigmalang-standalone', static_configs: [] }] : []);
  const scraped = kept.flatMap((job) => {
    const addresses = own.get(job.job_name);
    return addresses ? [{ ...job, static_configs: [{ targets: addresses }] }] : [];
  });
  const global = { scrape_interval: '1s', evaluation_interval: '1s' };
  return stringify({ ...shipped, global, alerting: undefined, rule_files: ['rules/*.yaml'], scrape_configs: scraped });
}
