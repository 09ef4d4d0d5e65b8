import { SEARCH_MODES } from '@sigmalang/contracts';
import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BruteForceSearch } from './evaluation/brute-force-search';
import { DIMENSIONS, MadeChanges } from './evaluation/made-changes';
import { SnapshotDamagedError } from './snapshot-error';
import { buildGraph } from './build-graph';
import { compactSnapshot } from './compact-snapshot';
import { INDEX_FILES } from './index-files';
import type { LocalIndex } from './local-index';
import { dropIndex, openIndex } from './open-index';
import { finishSnapshot } from './snapshot';

jest.setTimeout(60_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sigmalang-index-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function snapshot(index: LocalIndex): void {
  finishSnapshot(index.beginSnapshot());
  index.endSnapshot();
}

/** Answers to some queries in every mode, and what comparing all documents finds, after so many changes. */
function compare(index: LocalIndex, changes: number, seed: number, puts: number): void {
  const [oracle, made, asking] = [new BruteForceSearch(), new MadeChanges(seed, 200), new MadeChanges(99, 1)];
  for (let seq = 1; seq <= changes; seq++) oracle.apply(made.next(puts));
  expect(index.documents).toBe(oracle.size);
  for (const mode of SEARCH_MODES) {
    const filter = { key: 'even', equals: true };
    const query = { query: asking.query(), mode, topK: 20, threshold: 0, highlight: false, explain: false, embedding: asking.embedding(), filter, weights: { keyword: 0.7, semantic: 0.3 } };
    const { results, total } = index.search(query);
    expect({ results: results.map(({ id, score }) => ({ id, score })), total }).toEqual(oracle.search(query));
  }
}

/** Makes changes up to a number. */
function catchUp(index: LocalIndex, upTo: number, seed: number, puts: number): void {
  const made = new MadeChanges(seed, 200);
  for (let seq = 1; seq <= upTo; seq++) index.apply(made.next(puts));
}

describe('an index whose snapshot is damaged', () => {
  const damages: readonly (readonly [string, (path: string) => void])[] = [
    ['has a byte flipped in the middle', (path) => { flip(path, 0.5); }],
    ['has its last byte flipped', (path) => { flip(path, 1); }],
    ['is cut short', (path) => { truncateSync(path, Math.floor(readFileSync(path).length / 2)); }],
    ['is empty', (path) => { truncateSync(path, 0); }],
    ['is missing', (path) => { rmSync(path); }],
  ];
  const files = [...Object.values(INDEX_FILES), 'manifest.json'];

  function flip(path: string, where: number): void {
    const content = readFileSync(path);
    const at = Math.min(content.length - 1, Math.floor(content.length * where));
    content[at] = (content[at] ?? 0) ^ 0x10;
    writeFileSync(path, content);
  }

  /** A folder with a snapshot that has every file there can be. */
  function whole(): string {
    const path = join(folder, 'whole');
    const { index } = openIndex(path, DIMENSIONS);
    catchUp(index, 4, 1, 40);
    index.adoptGraph(buildGraph(index.orderGraph()));
    snapshot(index);
    index.close();
    return path;
  }

  it('is empty, says so, and has thrown it away, whatever file it is', () => {
    const path = whole();
    const [name = ''] = readdirSync(path).filter((each) => each.startsWith('snapshot-'));
    expect(readdirSync(join(path, name)).sort()).toEqual([...files].sort());
    for (const file of files) {
      for (const [what, damage] of damages) {
        const copy = join(folder, 'copy');
        cpSync(path, copy, { recursive: true });
        damage(join(copy, name, file));
        const { index, from, damaged } = openIndex(copy, DIMENSIONS);
        expect({ file, what, from, damaged, documents: index.documents, seq: index.seq }).toEqual({ file, what, from: 'damaged', damaged: 1, documents: 0, seq: 0 });
        expect(readdirSync(copy).filter((each) => each.startsWith('snapshot-'))).toEqual([]);
        if (what === 'is missing') {
          catchUp(index, 5, 1, 40);
          compare(index, 5, 1, 40);
        }
        index.close();
        rmSync(copy, { recursive: true });
      }
    }
    const { index, from } = openIndex(path, DIMENSIONS);
    expect(from).toBe('snapshot');
    expect(index.stats().graphRows).toBeGreaterThan(0);
    compare(index, 4, 1, 40);
    index.close();
  });

  it('is empty where files of two snapshots are mixed, each of which is what was written', () => {
    const path = whole();
    const { index } = openIndex(path, DIMENSIONS);
    catchUp(index, 6, 1, 40);
    const draft = index.beginSnapshot();
    finishSnapshot({ ...draft, seq: 5 });
    index.close();
    expect(openIndex(path, DIMENSIONS)).toMatchObject({ from: 'damaged', damaged: 1 });
  });

  it('is of the snapshot before, where that is still there', () => {
    const path = whole();
    const before = join(folder, 'before');
    cpSync(path, before, { recursive: true });
    const { index } = openIndex(path, DIMENSIONS);
    catchUp(index, 6, 1, 40);
    snapshot(index);
    index.close();
    cpSync(join(before, 'snapshot-4-0'), join(path, 'snapshot-4-0'), { recursive: true });
    flip(join(path, 'snapshot-6-0', INDEX_FILES.keywords), 0.3);
    const opened = openIndex(path, DIMENSIONS);
    expect(opened).toMatchObject({ from: 'snapshot', damaged: 1 });
    compare(opened.index, 4, 1, 40);
    opened.index.close();
  });

  it('says of the error which file it is, and nothing else', () => {
    expect(new SnapshotDamagedError('manifest.json')).toMatchObject({ name: 'SnapshotDamagedError', file: 'manifest.json' });
  });
});

describe('an index with many dead rows', () => {
  it('is made anew without them from its snapshot, and finds the same', () => {
    const { index } = openIndex(folder, DIMENSIONS);
    catchUp(index, 10, 2, 60);
    snapshot(index);
    expect(compactSnapshot({ folder, dimensions: DIMENSIONS })).toBe(true);
    const before = index.stats();
    index.close();
    const { index: again, from } = openIndex(folder, DIMENSIONS);
    expect(from).toBe('snapshot');
    expect(again.stats()).toMatchObject({ seq: 10, documents: before.documents, rows: before.documents });
    expect(before.rows).toBeGreaterThan(before.documents);
    catchUp(again, 12, 2, 60);
    compare(again, 12, 2, 60);
    again.close();
    expect(readdirSync(folder).sort()).toEqual(['snapshot-10-1', 'work']);
  });

  it('stays as it is where it has no snapshot', () => {
    const { index } = openIndex(folder, DIMENSIONS);
    expect(compactSnapshot({ folder, dimensions: DIMENSIONS })).toBe(false);
    index.close();
  });
});

it('an index is gone with its folder once it is dropped, and empty where another length of embeddings is asked for', () => {
  const { index } = openIndex(folder, DIMENSIONS);
  catchUp(index, 2, 3, 40);
  snapshot(index);
  index.close();
  const other = openIndex(folder, DIMENSIONS + 1);
  expect(other).toMatchObject({ from: 'nothing', damaged: 0 });
  other.index.close();
  dropIndex(folder);
  expect(existsSync(folder)).toBe(false);
});

describe('an index whose process is killed', () => {
  const program = join(mkdtempSync(join(tmpdir(), 'sigmalang-killed-')), 'program.js');

  beforeAll(() => {
    const contents = `
      import openIndexes from './index-worker';
      import { DIMENSIONS, MadeChanges } from './evaluation/made-changes';
      const [folder] = process.argv.slice(2);
      const [tasks, made, key] = [openIndexes(), new MadeChanges(4, 200), 'k'];
      const { seq } = tasks.open({ key, folder, dimensions: DIMENSIONS });
      for (let at = 1; ; at++) {
        tasks.apply({ key, changes: made.next(20) });
        if (at <= seq) continue;
        if (at % 3 === 0) {
          tasks.finishSnapshot(tasks.beginSnapshot({ key }));
          tasks.endSnapshot({ key });
        }
        process.stdout.write(at + '\\n');
      }`;
    const stdin = { contents, resolveDir: __dirname, loader: 'ts' } as const;
    buildSync({ stdin, outfile: program, bundle: true, platform: 'node', format: 'cjs', external: ['usearch'], tsconfig: join(__dirname, '../../../../tsconfig.base.json'), nodePaths: [join(__dirname, '../../../../node_modules')] });
  });

  afterAll(() => {
    rmSync(dirname(program), { recursive: true });
  });

  /** Lets the program run until it has said so many lines and some milliseconds are over; gives the last number that it said. */
  async function kill(lines: number, ms: number): Promise<number> {
    const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_PATH: join(__dirname, '../../../../node_modules') } });
    let [said, wait] = ['', false];
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString();
      if (wait || said.split('\n').length <= lines) return;
      wait = true;
      setTimeout(() => child.kill('SIGKILL'), ms);
    });
    await ended;
    return Number(said.trimEnd().split('\n').at(-2) ?? 0);
  }

  it('is at one of its snapshots, whole, and goes on from there, again and again', async () => {
    let reached = 0;
    for (const [lines, ms] of [[2, 1], [4, 3], [3, 7], [6, 12], [2, 20], [5, 5]] as const) {
      const said = await kill(lines, ms);
      const { index, from, damaged } = openIndex(folder, DIMENSIONS);
      expect(damaged).toBe(0);
      expect(from).toBe(index.seq === 0 ? 'nothing' : 'snapshot');
      expect(index.seq % 3).toBe(0);
      // A snapshot that was said to be done is there.
      expect(index.seq).toBeGreaterThanOrEqual(Math.max(reached, said - (said % 3)));
      reached = index.seq;
      compare(index, reached, 4, 20);
      catchUp(index, reached + 2, 4, 20);
      compare(index, reached + 2, 4, 20);
      index.close();
    }
    expect(reached).toBeGreaterThan(6);
  });
});
