import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHARTS_FOLDER } from '../charts/charts';

/** Charts of an earlier commit. */
export interface EarlierCharts {
  /** What the commit is called: a tag, or how far before HEAD it is. */
  readonly commit: string;
  /** Folder of all its charts. */
  readonly folder: string;
}

/**
 * The charts that an upgrade may come from, laid out in temporary folders: those of the last tag, and those of the last two commits, as far as they
 * have charts and those differ from one another. None where there is no history.
 */
export function earlierCharts(repository = '.'): readonly EarlierCharts[] {
  const tag = git(repository, 'describe', '--tags', '--abbrev=0');
  const trees = new Map<string, string>();
  for (const commit of [...(tag === undefined ? [] : [tag]), 'HEAD^1', 'HEAD']) {
    const tree = git(repository, 'rev-parse', '--verify', '--quiet', `${commit}:${CHARTS_FOLDER}`);
    if (tree !== undefined && !trees.has(tree)) trees.set(tree, commit);
  }
  return [...trees].map(([tree, commit]) => {
    const folder = mkdtempSync(join(tmpdir(), 'sigmalang-charts-'));
    const archive = execFileSync('git', ['archive', tree], { cwd: repository, maxBuffer: 256 * 1024 * 1024 });
    execFileSync('tar', ['-x', '-C', folder], { input: archive });
    return { commit, folder };
  });
}

function git(repository: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout.trim() : undefined;
}
