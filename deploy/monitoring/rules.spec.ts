import { METRICS } from '@sigmalang/contracts';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { selectorsIn } from '../names/selectors';
import { describeWithTools, toolPath } from '../tools-under-test';
import { indexLine, RUNBOOK_BASE, runbookUrl } from './alert';
import { COMPILED_FOLDER } from './compiled-files';
import { FOREIGN_METRICS } from './foreign-metrics';
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

const recordedNames = recordingGroups.flatMap(({ rules }) => rules.map(({ record }) => record));

/** Names in statements that begin like those of metrics. */
const SQL_NAMES = ['pg_terminate_backend'];

/** What the runbooks quote of the logs of other programs. */
const LINES_OF_OTHERS = ['Slow Consumer Detected', 'No space left on device'];

/** The series that an expression reads. */
function metricsIn(expr: string): string[] {
  return selectorsIn(expr).map(({ metric }) => metric);
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

  it('stand in the index of the runbooks, as they are', () => {
    const index = readFileSync('docs/runbooks/README.md', 'utf8').split('\n').filter((line) => line.startsWith('| [Sigmalang'));
    expect(index).toEqual(alerts.map((alert) => indexLine(alert.topic, alert)));
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
    const known = new Set<string>([...Object.values(METRICS), ...Object.values(FOREIGN_METRICS).flat(), ...recordedNames]);
    const histograms = new Set([...known].flatMap((name) => ['_bucket', '_count', '_sum'].map((suffix) => name + suffix)));
    expect([...read].filter((name) => !known.has(name) && !histograms.has(name))).toEqual([]);
  });
});

describe('runbooks', () => {
  it('are all of a topic, but for the index and the templates', () => {
    const files = globSync('*.md', { cwd: 'docs/runbooks' }).sort();
    const templates = ['README.md', 'escalation-template.md', 'incident-template.md', 'post-mortem-template.md'];
    expect(files).toEqual([...alertTopics.map(({ topic }) => `${topic}.md`), ...templates].sort());
  });

  it.each(alertTopics)('about $topic name no metric that there is not', ({ topic }) => {
    const metrics = new Set<string>([...Object.values(METRICS), ...Object.values(FOREIGN_METRICS).flat(), ...recordedNames]);
    const text = readFileSync(`docs/runbooks/${topic}.md`, 'utf8').replaceAll(/sql "[^"]*"/g, '');
    const named = [...text.matchAll(/(?:\w+:)?\b(?:sigmalang|redis|pg|node|nodejs|process)_[a-z0-9_]+\b(?::\w+)?/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
    expect(named.filter((name) => !metrics.has(name) && !SQL_NAMES.includes(name))).toEqual([]);
  });

  it.each(alertTopics)('about $topic quote lines of the log that are written', ({ topic }) => {
    const program = globSync('{apps,libs}/*/src/**/*.ts', { exclude: (file) => file.includes('.spec.') }).map((file) => readFileSync(file, 'utf8')).join('\n');
    const text = readFileSync(`docs/runbooks/${topic}.md`, 'utf8');
    const sentences = [...text.matchAll(/`([A-Z][a-z]* [^`]+)`/g)].map(([, line = '']) => line);
    expect(sentences.filter((line) => !program.includes(line) && !LINES_OF_OTHERS.includes(line))).toEqual([]);
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
  function faultsOf(config: object): string {
    const folder = mkdtempSync(join(tmpdir(), 'sigmalang-alertmanager-'));
    const file = join(folder, 'alertmanager.yml');
    writeFileSync(file, stringify(config));
    const { status, stdout, stderr } = spawnSync(toolPath('amtool'), ['check-config', file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    return status === 0 ? '' : stdout + stderr;
  }

  const shipped = parse(readFileSync('deploy/monitoring/alertmanager.yml', 'utf8')) as object;
  const [receivers, values] = [...readFileSync('docs/alerting.md', 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => parse(text) as { alertmanager?: { config: object } });

  it('finds nothing wrong with the configuration that compose uses', () => {
    expect(faultsOf(shipped)).toBe('');
  });

  it('finds nothing wrong with it once it has the receivers that the document gives', () => {
    expect(Object.keys(receivers ?? {})).toEqual(['receivers']);
    expect(faultsOf({ ...shipped, ...receivers })).toBe('');
  });

  it('finds nothing wrong with the values for kube-prometheus-stack', () => {
    expect(faultsOf(values?.alertmanager?.config ?? {})).toBe('');
  });

  it.each([
    ['page', ['severity=critical', 'slo=availability']],
    ['ticket', ['severity=warning']],
    ['nobody', ['severity=info']],
  ])('tells %s of alerts with %j', (receiver, labels) => {
    const { stdout } = spawnSync(toolPath('amtool'), ['config', 'routes', 'test', '--config.file=deploy/monitoring/alertmanager.yml', ...labels], { encoding: 'utf8' });
    expect(stdout.trim()).toBe(receiver);
  });
});
