import { BaseConfig } from '@sigmalang/runtime';
import { lockFolder } from '@sigmalang/storage';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the indexes of this process, which no other process may use: each would write over what the other keeps. */
export class IndexFolder {
  private readonly path: string;
  private lock: { close(): void } | undefined;

  constructor({ dataDir }: BaseConfig) {
    this.path = join(dataDir, 'search');
  }

  /** Takes the folder, until it is left or the process ends, however it ends; throws FolderInUseError where another process has it. */
  take(): void {
    mkdirSync(this.path, { recursive: true });
    this.lock = lockFolder(this.path, 'The search index');
  }

  /** Leaves the folder to others. */
  leave(): void {
    this.lock?.close();
    this.lock = undefined;
  }
}
