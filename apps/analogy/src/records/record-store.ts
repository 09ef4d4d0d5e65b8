import { cursorOf, EVERY_OWNER, KEPT_NAME, type ListPosition, positionOf, PutRecordRequest, say, ServiceError } from '@sigmalang/contracts';
import { BaseConfig, currentRequest, stopIfOver, toRequest } from '@sigmalang/runtime';
import type { RoleFillerPair } from '@sigmalang/vector';
import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { folderOf, ownerOf } from './owner-folder';

/** A record with the name under which it is kept. */
export interface KeptRecord {
  readonly name: string;
  readonly pairs: readonly RoleFillerPair[];
}

/** Some of the kept records, by their owners and names, and where to go on. */
export interface ListedRecords {
  readonly records: readonly ListPosition[];
  readonly nextCursor: string | null;
}

/** The file of a record holds something else; the message names the record and nothing of what the file holds. */
export class DamagedRecordError extends Error {
  override readonly name = 'DamagedRecordError';

  constructor(readonly record: string) {
    super(`The file of record ${record} is damaged`);
  }
}

/** Most records that one owner may keep. */
export const MOST_RECORDS = 10_000;

const EXTENSION = '.json';
const UNFINISHED = '.tmp';

/** After so many milliseconds an unfinished file is what a process that was killed left behind. */
const ABANDONED_MS = 600_000;

const logger = new Logger('RecordStore');

/** Keeps records as files, one each in a folder of their owner, and reads them at each use, so that processes which share DATA_DIR agree. */
@Injectable()
export class RecordStore {
  /** The last write that was asked for, after which the next one begins. */
  private lastWrite: Promise<unknown> = Promise.resolve();

  constructor(private readonly config: BaseConfig) {}

  /** The record of a name, or undefined where there is none; throws {@link DamagedRecordError}, and UNAVAILABLE where files cannot be read. */
  async get(owner: string, name: string): Promise<KeptRecord | undefined> {
    const text = await onDisk('read', () => readFile(this.pathOf(owner, name), 'utf8').catch(unlessAbsent));
    return text === undefined ? undefined : parse(name, text);
  }

  /** Keeps a record in the place of any of its name; throws CONFLICT when there are too many, UNAVAILABLE where files cannot be written, and TIMEOUT or CANCELLED where the request was over before its turn. */
  async put(owner: string, record: KeptRecord): Promise<void> {
    await this.write(async () => {
      const folder = this.folderOf(owner);
      await mkdir(folder, { recursive: true });
      const names = await tidiedNames(folder);
      if (names.length >= MOST_RECORDS && !names.includes(record.name)) {
        throw new ServiceError('CONFLICT', say`No more than ${MOST_RECORDS} records can be kept: delete one first`);
      }
      await replaceFile(this.pathOf(owner, record.name), JSON.stringify({ name: record.name, pairs: record.pairs }));
      await syncFolder(folder);
    });
  }

  /** Removes the record of a name and says whether there was one; throws UNAVAILABLE where files cannot be written. */
  delete(owner: string, name: string): Promise<boolean> {
    return this.write(async () => {
      const removed = await unlink(this.pathOf(owner, name)).then(() => true, unlessAbsent);
      if (removed) await syncFolder(this.folderOf(owner));
      return removed ?? false;
    });
  }

  /** Removes all records of an owner with their folder and says how many there were; throws UNAVAILABLE where files cannot be written. */
  erase(owner: string): Promise<number> {
    return this.write(async () => {
      const folder = this.folderOf(owner);
      const files = await readdir(folder).catch(unlessAbsent);
      if (!files) return 0;
      await rm(folder, { recursive: true });
      await syncFolder(dirname(folder));
      return namesAmong(files).length;
    });
  }

  /**
   * At most `limit` records of an owner by name, or of EVERY_OWNER by owner and name, those after `cursor`; throws INVALID_REQUEST where that
   * is of a list of the other kind, UNAVAILABLE where files cannot be read.
   */
  async list(owner: string, limit: number, cursor?: string): Promise<ListedRecords> {
    const after = positionOf(owner, cursor);
    const owners = owner === EVERY_OWNER ? (await this.owners()).filter((each) => each >= after.owner) : [owner];
    const following: ListPosition[] = [];
    for (const each of owners) {
      const names = (await this.names(each)).filter((name) => each !== after.owner || name > after.name);
      following.push(...names.map((name) => ({ owner: each, name })));
      if (following.length > limit) break;
    }
    const records = following.slice(0, limit);
    const last = records.at(-1);
    return { records, nextCursor: following.length > limit && last ? cursorOf(owner, last) : null };
  }

  /** Everyone who has, or had, records, in order. */
  private async owners(): Promise<string[]> {
    const folders = await onDisk('read', () => readdir(this.root).catch(unlessAbsent));
    return (folders ?? []).flatMap((folder) => ownerOf(folder) ?? []).sort();
  }

  private async names(owner: string): Promise<string[]> {
    const files = await onDisk('read', () => readdir(this.folderOf(owner)).catch(unlessAbsent));
    return namesAmong(files ?? []).sort();
  }

  private get root(): string {
    return join(this.config.dataDir, 'records');
  }

  private folderOf(owner: string): string {
    return join(this.root, folderOf(owner));
  }

  private pathOf(owner: string, name: string): string {
    return join(this.folderOf(owner), `${name}${EXTENSION}`);
  }

  /** One write after the other, so that no two count the records at once; what nobody waits for any more is not begun. */
  private write<Result>(work: () => Promise<Result>): Promise<Result> {
    const context = currentRequest();
    const written = this.lastWrite.then(() => {
      if (context) stopIfOver(context);
      return onDisk('written', work);
    });
    this.lastWrite = written.catch(() => undefined);
    return written;
  }
}

/** The names of the records in a folder, what killed processes left behind being removed. */
async function tidiedNames(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  for (const file of files.filter((each) => each.endsWith(UNFINISHED))) {
    const path = join(folder, file);
    const found = await stat(path).catch(unlessAbsent);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
  return namesAmong(files);
}

function namesAmong(files: readonly string[]): string[] {
  return files
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .filter((name) => KEPT_NAME.test(name));
}

function parse(name: string, text: string): KeptRecord {
  let record: PutRecordRequest;
  try {
    record = toRequest(PutRecordRequest, JSON.parse(text));
  } catch {
    throw new DamagedRecordError(name);
  }
  if (record.name !== name) throw new DamagedRecordError(name);
  return record;
}

/** Writes a file beside and moves it into place, so that whoever reads finds the old content or the new, and so does who starts after a crash. */
async function replaceFile(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes what was renamed in a folder last; Windows cannot open folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

function unlessAbsent(error: unknown): undefined {
  if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
}

/** Does what needs the disk; what that refuses is logged and becomes UNAVAILABLE. */
async function onDisk<Result>(what: 'read' | 'written', work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const code = error.code ?? 'unknown';
    logger.error({ msg: `Records cannot be ${what}`, code, path: error.path });
    throw new ServiceError('UNAVAILABLE', what === 'read' ? say`Records cannot be read: the folder DATA_DIR refuses it (${code})` : say`Records cannot be written: the folder DATA_DIR refuses it (${code})`);
  }
}
