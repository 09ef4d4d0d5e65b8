import { DatabaseSync } from 'node:sqlite';

/** Another process, or this one, has the folder open already. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';

  constructor(folder: string) {
    super(`The database in ${folder} is in use by another process; end that one, or set another DATA_DIR`);
  }
}

const SQLITE_BUSY = 5;

/**
 * Takes the lock of a folder, `<folder>.lock`, until `close` is called or the process ends, however it ends: it is a lock of SQLite, which
 * the kernel keeps. Throws {@link FolderInUseError} when somebody has it.
 */
export function lockFolder(folder: string): { close(): void } {
  const lock = new DatabaseSync(`${folder}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY ? new FolderInUseError(folder) : error;
  }
  return lock;
}
