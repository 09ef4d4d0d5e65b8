import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHARTS_FOLDER, type ChartName } from '../charts/charts';
import { everyRendering, renderChart } from '../charts/rendered-charts';
import { describeWithTools } from '../tools-under-test';
import { earlierCharts } from './earlier-charts';
import { refusedChanges } from './upgrades';

jest.setTimeout(180_000); // many runs of helm

describeWithTools(['helm', 'git'], 'an upgrade of the charts', () => {
  const earlier = earlierCharts();
  const folders = earlier.map(({ folder }) => folder);
  afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true }); });
  const cases = everyRendering().map(([chart, { valuesFiles }]) => [chart, valuesFiles] as const);

  function copyOf(charts: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'sigmalang-charts-'));
    folders.push(folder);
    cpSync(charts, folder, { recursive: true, verbatimSymlinks: true });
    return folder;
  }

  function refused(from: string, chart: ChartName, valuesFiles: readonly string[]): string[] {
    return refusedChanges(renderChart(chart, { valuesFiles, folder: from }), renderChart(chart, { valuesFiles }));
  }

  if (earlier.length === 0) process.stderr.write('No earlier commit has charts here (the history may be shallow): upgrades are checked from a copy alone\n');

  it('changes nothing that Kubernetes refuses to change, from the last tag and the commits before', () => {
    for (const { commit, folder } of earlier) {
      const had = cases.filter(([chart, files]) => [`${chart}/Chart.yaml`, ...files.map((file) => `${chart}/${file}`)].every((file) => existsSync(join(folder, file))));
      const changes = had.flatMap(([chart, files]) => refused(folder, chart, files).map((change) => `${commit}: ${chart} ${files.join(' ')}: ${change}`));
      expect(changes).toEqual([]);
    }
  });

  it('would be refused where labels that select pods change, or what claims ask for', () => {
    const folder = copyOf(CHARTS_FOLDER);
    expect(refused(folder, 'search', [])).toEqual([]);
    const file = join(folder, 'library/templates/_names.tpl');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('app.kubernetes.io/name', 'app.kubernetes.io/component'));
    expect(refused(folder, 'gateway', []).some((change) => change.startsWith('Deployment sigmalang-gateway: spec.selector changes from'))).toBe(true);
    expect(refused(folder, 'sigmalang', []).some((change) => change.includes('spec.selector changes from'))).toBe(true);
  });

  it('finds charts of earlier commits and tags, each once', () => {
    const repository = mkdtempSync(join(tmpdir(), 'sigmalang-charts-'));
    folders.push(repository);
    const git = (...args: string[]): void => { execFileSync('git', ['-c', 'user.name=it', '-c', 'user.email=it@example.org', ...args], { cwd: repository, stdio: 'ignore' }); };
    const commit = (name: string): void => {
      writeFileSync(join(repository, 'README.md'), name);
      git('add', '--all');
      git('commit', '--message', name);
    };
    git('init');
    commit('without charts');
    expect(earlierCharts(repository)).toEqual([]);
    cpSync(join(CHARTS_FOLDER, 'nlp'), join(repository, 'helm/nlp'), { recursive: true, verbatimSymlinks: true });
    commit('with charts');
    git('tag', 'v1');
    commit('the same charts');
    writeFileSync(join(repository, 'helm/nlp/values.yaml'), '{}\n');
    commit('other charts');
    const found = earlierCharts(repository);
    folders.push(...found.map(({ folder }) => folder));
    expect(found.map(({ commit: name }) => name)).toEqual(['v1', 'HEAD']);
    expect(found.map(({ folder }) => existsSync(join(folder, 'nlp/Chart.yaml')))).toEqual([true, true]);
  });
});
