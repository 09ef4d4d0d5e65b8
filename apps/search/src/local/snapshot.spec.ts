import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { draftSnapshot, finishSnapshot, readNewestSnapshot, removeDrafts } from './snapshot';
import type { SnapshotDamagedError } from './snapshot-error';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sigmalang-snapshot-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A snapshot with a file that was written to the draft, `words`, and one that is copied, `documents`. */
function write(seq: number, words = `words ${seq}`, documents = `documents ${seq}`): void {
  const source = join(folder, 'source');
  writeFileSync(source, documents);
  const draft = draftSnapshot(folder, { seq, dimensions: 3 }, { documents: source });
  writeFileSync(join(draft.draft, 'words'), words);
  finishSnapshot(draft);
}

function read(): { seq: number | undefined; words: string | undefined; documents: string | undefined; damaged: string[] } {
  const damaged: string[] = [];
  const target = join(folder, 'target');
  const snapshot = readNewestSnapshot(folder, { documents: target }, ({ file }: SnapshotDamagedError) => void damaged.push(file));
  const documents = snapshot && readFileSync(target, 'utf8');
  return { seq: snapshot?.seq, words: snapshot?.files.get('words')?.toString(), documents, damaged };
}

const snapshots = (): string[] => readdirSync(folder).filter((name) => name.startsWith('snapshot-'));

describe('a snapshot', () => {
  it('is read as it was written, and is the only one', () => {
    for (const seq of [9, 10, 11]) write(seq);
    expect(snapshots()).toEqual(['snapshot-11-0']);
    expect(read()).toEqual({ seq: 11, words: 'words 11', documents: 'documents 11', damaged: [] });
  });

  it('takes the place of one of the same number', () => {
    write(5, 'old');
    write(5, 'new');
    expect(snapshots()).toEqual(['snapshot-5-1']);
    expect(read()).toMatchObject({ words: 'new' });
  });

  it('is not there in a folder that is not there, or has none', () => {
    expect(read().seq).toBeUndefined();
    expect(readNewestSnapshot(join(folder, 'none'), {}, () => undefined)).toBeUndefined();
  });

  it.each([
    ['words', 'words'],
    ['documents', 'documents'],
    ['manifest.json', 'manifest.json'],
  ])('whose file %s is damaged in any way is thrown away, and said to be', (_name, file) => {
    const damages: ((path: string) => void)[] = [
      (path) => { rmSync(path); },
      (path) => { truncateSync(path, readFileSync(path).length - 1); },
      (path) => { truncateSync(path, 0); },
      (path) => { writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from([10])])); },
    ];
    const { length } = `words 7`;
    for (let at = 0; at < length; at++) {
      damages.push((path) => {
        const content = readFileSync(path);
        content[at] = (content[at] ?? 0) ^ 1;
        writeFileSync(path, content);
      });
    }
    for (const damage of damages) {
      write(7);
      damage(join(folder, snapshots()[0] ?? '', file));
      // behind the JSON of a manifest a line end is no damage
      const isHarmless = file === 'manifest.json' && damage === damages[3];
      expect(read()).toEqual(isHarmless ? expect.objectContaining({ seq: 7 }) : { seq: undefined, words: undefined, documents: undefined, damaged: [file] });
      expect(snapshots()).toHaveLength(isHarmless ? 1 : 0);
    }
  });

  it('whose manifest is changed somewhere is thrown away', () => {
    write(7);
    const { length } = readFileSync(join(folder, 'snapshot-7-0', 'manifest.json'));
    for (let at = 0; at < length; at += 11) {
      write(8);
      const path = join(folder, 'snapshot-8-0', 'manifest.json');
      const content = readFileSync(path);
      content[at] = (content[at] ?? 0) ^ 2;
      writeFileSync(path, content);
      expect({ at, ...read() }).toMatchObject({ at, seq: undefined, damaged: ['manifest.json'] });
    }
  });

  it('that is damaged leaves the one before, where that is still there', () => {
    write(1);
    mkdirSync(join(folder, 'snapshot-2-0'));
    expect(read()).toMatchObject({ seq: 1, damaged: ['manifest.json'] });
    expect(snapshots()).toEqual(['snapshot-1-0']);
  });

  it('that was not finished is no snapshot, and is removed', () => {
    write(1);
    const draft = draftSnapshot(folder, { seq: 2, dimensions: 3 }, {});
    writeFileSync(join(draft.draft, 'words'), 'half');
    expect(read()).toMatchObject({ seq: 1, damaged: [] });
    removeDrafts(folder);
    expect(readdirSync(folder).filter((name) => name.startsWith('draft-'))).toEqual([]);
  });

  it('of another format is not read, and is not damage', () => {
    write(3);
    const path = join(folder, 'snapshot-3-0', 'manifest.json');
    const { createHash } = jest.requireActual<typeof import('node:crypto')>('node:crypto');
    const { body } = JSON.parse(readFileSync(path, 'utf8')) as { body: object };
    const other = { ...body, format: 999 };
    writeFileSync(path, JSON.stringify({ body: other, sha256: createHash('sha256').update(JSON.stringify(other)).digest('hex') }));
    expect(read()).toMatchObject({ seq: undefined, damaged: [] });
  });
});
