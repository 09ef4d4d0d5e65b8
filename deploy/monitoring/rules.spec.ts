import { METRICS } from '@sigmalang/contracts';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { describeWithTools, toolPath } from '../tools-under-test';
import { RUNBOOK_BASE, runbookUrl } from './alert';
import { COMPILED_FOLDER } from './compiled-files';
import { FOREIGN_METRICS } from './foreign-metrics';
import { metricsIn } from './metrics-in-expression';
import { recordingFiles, recordingGroups } from './recorded';
import { alertTopics } from './rules';
import { alertTests } from './rule-tests';
import { testFileOf } from './rule-tests/alert-test';
import { recordedTestFile } from './rule-tests/recorded';

jest.setTimeout(180_000);

const alerts = alertTopics.flatMap(({ topic, alerts: list }) => list.map((alert) => ({ ...alert, topic })));
const names = alerts.map(({ alert }) => alert);
const rulesFolder = join(process.cwd(), COMPILED_FOLDER, 'rules');

function fileOf(name: string): string {
  return join(rulesFolder, `${name}.yaml`);
}

/** The headings of a Markdown file of the second rank. */
function headingsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
}

describe('alerts', () => {
  it('are at least thirty, each of a name of its own', () => {
    expect(names.length).toBeGreaterThanOrEqual(30);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(names.filter((name) => !/^Sigmalang[A-Z]\w+$/.test(name))).toEqual([]);
  });

  it.each(alerts)('$alert says how long, how bad, what, and where, and has one runbook', ({ alert, topic, for: holds, severity, summary, description }) => {
    expect(holds).toMatch(/^[1-9]\d*[mhd]$/);
    expect(['critical', 'warning', 'info']).toContain(severity);
    expect(summary).not.toMatch(/\{\{|\.$/);
    expect(description).toMatch(/\.$/);
    expect(runbookUrl(topic, alert)).toBe(`${RUNBOOK_BASE}/docs/runbooks/${topic}.md#${alert.toLowerCase()}`);
  });

  it('fire in a test, and are quiet in another, each', () => {
    const tested = Object.values(alertTests).flat();
    expect(tested.map(({ alert }) => alert).sort()).toEqual([...names].sort());
    expect(tested.filter(({ quiet }) => Object.keys(quiet).length === 0)).toEqual([]);
  });

  it('have a heading in the runbook of their topic, and no heading there is of anything else', () => {
    for (const { topic, alerts: list } of alertTopics) {
      expect(headingsOf(`docs/runbooks/${topic}.md`)).toEqual(list.map(({ alert }) => alert));
    }
  });

  it('have each a runbook that says what it means, how to check, and what to do', () => {
    for (const { topic, alerts: list } of alertTopics) {
      const sections = readFileSync(`docs/runbooks/${topic}.md`, 'utf8').split(/^## /m).slice(1);
      const lacking = sections.filter((text) => !['**Means.**', '**Check.**', '**Do.**'].every((part) => text.includes(part)));
      expect(lacking.map((text) => text.split('\n')[0])).toEqual([]);
      expect(sections).toHaveLength(list.length);
    }
  });

  it('are told of by the index of the runbooks, which names every one', () => {
    const index = readFileSync('docs/runbooks/README.md', 'utf8');
    expect(alerts.filter(({ alert, topic }) => !index.includes(`[${alert}](${topic}.md#${alert.toLowerCase()})`)).map(({ alert }) => alert)).toEqual([]);
  });

  it('inhibit each other by names that there are', () => {
    const named = [...readFileSync('deploy/monitoring/alertmanager.yml', 'utf8').matchAll(/Sigmalang[A-Z]\w+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('what rules read', () => {
  const expressions = [...alerts.map(({ expr }) => expr), ...recordingGroups.flatMap(({ rules }) => rules.map(({ expr }) => expr))];
  const read = new Set(expressions.flatMap(metricsIn));

  it('is declared: in METRICS, among those of others, or recorded', () => {
    const recorded = recordingGroups.flatMap(({ rules }) => rules.map(({ record }) => record));
    const known = new Set<string>([...Object.values(METRICS), ...Object.values(FOREIGN_METRICS).flat(), ...recorded]);
    const histograms = new Set([...known].flatMap((name) => ['_bucket', '_count', '_sum'].map((suffix) => name + suffix)));
    expect([...read].filter((name) => !known.has(name) && !histograms.has(name))).toEqual([]);
  });

  it('of a metric is told from functions, labels, strings and times', () => {
    const expr = 'sum by (job, le) (rate(a_total{b="c_d", e=~"f|g"}[5m] offset 1h)) / on (job) group_left (x) (up == 1e3) unless job:a:rate5m > 0.5 and time() < 3';
    expect(metricsIn(expr)).toEqual(['a_total', 'up', 'job:a:rate5m']);
  });
});

describe('runbooks', () => {
  it('are all of a topic, but for the index and the templates', () => {
    const files = globSync('*.md', { cwd: 'docs/runbooks' }).sort();
    const templates = ['README.md', 'escalation-template.md', 'incident-template.md', 'post-mortem-template.md'];
    expect(files).toEqual([...alertTopics.map(({ topic }) => `${topic}.md`), ...templates].sort());
  });

  it('name no setting, log line or metric that there is not', () => {
    const metrics = new Set<string>([...Object.values(METRICS), ...Object.values(FOREIGN_METRICS).flat(), ...recordingGroups.flatMap(({ rules }) => rules.map(({ record }) => record))]);
    for (const { topic } of alertTopics) {
      const text = readFileSync(`docs/runbooks/${topic}.md`, 'utf8');
      const named = [...text.matchAll(/\b(?:sigmalang|redis|pg|node|nodejs|process)_[a-z0-9_]+\b/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
      expect(named.filter((name) => !metrics.has(name))).toEqual([]);
    }
  });

  it('look for lines of the log that the program writes', () => {
    const sources = globSync(['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts']).map((file) => readFileSync(file, 'utf8'));
    const program = sources.join('\n');
    for (const { topic } of alertTopics) {
      const text = readFileSync(`docs/runbooks/${topic}.md`, 'utf8');
      const lines = [...text.matchAll(/log line `([^`]+)`/g)].map(([, line = '']) => line);
      expect(lines.filter((line) => !program.includes(line))).toEqual([]);
    }
  });

  it('link to documents and headings that there are', () => {
    for (const file of globSync('docs/{runbooks/*,slo,alerting}.md')) {
      const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)#\s]*)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
      const local = links.filter((path) => path !== '' && !/^https?:/.test(path));
      expect(local.filter((path) => !existsSync(join(file, '..', path)))).toEqual([]);
    }
  });
});

describeWithTools(['promtool'], 'promtool', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sigmalang-rules-'));
  });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  function promtool(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(toolPath('promtool'), args, { encoding: 'utf8', cwd: folder });
    return status === 0 ? '' : `${stdout}${stderr}`;
  }

  function testOf(name: string, content: object): string {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, stringify(content, { lineWidth: 0 }));
    return promtool('test', 'rules', file);
  }

  it('finds nothing wrong with the rules', () => {
    expect(promtool('check', 'rules', ...globSync(`${rulesFolder}/*.yaml`))).toBe('');
  });

  it('computes the recorded series as they should be', () => {
    expect(testOf('recorded', recordedTestFile(Object.keys(recordingFiles).map(fileOf)))).toBe('');
  });

  it.each(alertTopics)('sees the alerts about $topic fire and be quiet where they should', (topic) => {
    const read = new Set(topic.alerts.flatMap(({ expr }) => metricsIn(expr)));
    const recorded = Object.entries(recordingFiles).filter(([, groups]) => groups.some(({ rules }) => rules.some(({ record }) => read.has(record))));
    const files = [...recorded.map(([name]) => name), topic.topic].map(fileOf);
    expect(testOf(topic.topic, testFileOf(topic, alertTests[topic.topic] ?? [], files))).toBe('');
  });
});

describeWithTools(['amtool'], 'amtool', () => {
  it('finds nothing wrong with the configuration of Alertmanager', () => {
    const { status, stdout, stderr } = spawnSync(toolPath('amtool'), ['check-config', 'deploy/monitoring/alertmanager.yml'], { encoding: 'utf8' });
    expect(status === 0 ? '' : stdout + stderr).toBe('');
  });
});
