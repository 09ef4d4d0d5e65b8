import { BaseConfig } from '@sigmalang/runtime';
import { FolderInUseError } from '@sigmalang/storage';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IndexFolder } from './index-folder';

let dataDir: string;

beforeEach(async () => { dataDir = await mkdtemp(join(tmpdir(), 'index-folder-')); });

afterEach(() => rm(dataDir, { recursive: true, force: true }));

const open = (folder = dataDir): IndexFolder => new IndexFolder(Object.assign(new BaseConfig(), { dataDir: folder }));

describe('the folder of indexes', () => {
  it('is taken by one, in a DATA_DIR that need not be there, and by another when that one has left it', () => {
    const [first, second] = [open(join(dataDir, 'new')), open(join(dataDir, 'new'))];
    first.take();
    expect(() => { second.take(); }).toThrow(FolderInUseError);
    expect(() => { second.take(); }).toThrow(
      `The search index in ${join(dataDir, 'new', 'search')} is in use by another process; end that one, or set another DATA_DIR`,
    );
    first.leave();
    second.take();
    expect(() => { first.take(); }).toThrow(FolderInUseError);
    second.leave();
    second.leave();
  });

  it('is that of one DATA_DIR alone', () => {
    const [first, second] = [open(join(dataDir, 'a')), open(join(dataDir, 'b'))];
    first.take();
    second.take();
    first.leave();
    second.leave();
  });

  it('that cannot be locked says so, and that nobody else has it', async () => {
    await writeFile(join(dataDir, 'search.lock'), 'no database at all, and long enough to be seen as none of SQLite'.repeat(20));
    expect(() => { open().take(); }).toThrow(`${join(dataDir, 'search')} cannot be locked: `);
  });
});
