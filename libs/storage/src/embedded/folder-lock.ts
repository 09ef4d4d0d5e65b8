import { DatabaseSync } from 'node:sqlite';

/** What a folder of the embedded database holds. */
export const LOCKED_DATABASE = 'The database';

/** Another process, or this one, has the folder open already. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';

  constructor(folder: string, what: string) {
    super(`${what} in ${folder} is in use by another process; end that one, or set another DATA_DIR`);
  }
}

const SQLITE_BUSY = 5;

/**
 * Takes the lock of a folder, `<folder>.lock`, until `close` is called or the process ends, however it ends: it is a lock of SQLite, which
 * the kernel keeps. Throws {@link FolderInUseError} when somebody has it, and an Error where the folder that it is in cannot be written.
 *
 * @param what the folder holds, as a message begins with it
 */
export function lockFolder(folder: string, what: string): { close(): void } {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${folder}.lock`, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    const { errcode, message = 'unknown' } = error as { errcode?: unknown; message?: string };
    if (errcode === SQLITE_BUSY) throw new FolderInUseError(folder, what);
    throw new Error(`${what} in ${folder} cannot be locked: ${message}`, { cause: error });
  }
}
