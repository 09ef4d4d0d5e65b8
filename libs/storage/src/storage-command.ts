import { BaseConfig, ReadConfig } from '@sigmalang/runtime';
import { ServiceError } from '@sigmalang/contracts';
import { BackupError } from './backup/backup-format';
import type { Database } from './database';
import { EmbeddedPostgresError } from './embedded/embedded-postgres';
import { FolderInUseError } from './embedded/folder-lock';
import { NewerDatabaseError } from './migrations/migrate';
import { codeOf, isConnectionError } from './storage-errors';
import { StorageConfig } from './storage.config';
import { openDatabase } from './storage.module';

/** What a command has found out or done. */
export interface CommandOutcome {
  /** What it prints. */
  readonly text: string;
  /** Whether it exits with 1. */
  readonly isFailure?: boolean;
}

/** What a command line asks for. */
export interface AskedCommand {
  /** What stands on it for the settings. */
  readonly flags: readonly string[];
  /** Does it, with an open database whose tables are up to date. */
  readonly run: (database: Database) => Promise<CommandOutcome>;
}

/** Something that is done with the database from a command line. */
export interface StorageCommand {
  /** How it is written. */
  readonly usage: string;
  /** Makes sense of what stands behind its name; undefined where there is none. */
  read(args: readonly string[]): AskedCommand | undefined;
}

/**
 * Runs a command with the database that the settings name: prints what it says, or on standard error why it cannot be done, with exit code 1.
 *
 * @param flags what stands on the command line for the settings
 */
export async function runStorageCommand(flags: readonly string[], command: (database: Database) => Promise<CommandOutcome>): Promise<void> {
  let database: Database | undefined;
  try {
    const config = ReadConfig.from([BaseConfig, StorageConfig], { env: process.env, argv: [...flags] });
    database = openDatabase(config.get(BaseConfig), config.get(StorageConfig));
    await database.onModuleInit();
    if (!database.isReady) fail('The database is not there');
    else {
      const { text, isFailure = false } = await command(database);
      if (isFailure) fail(text);
      else process.stdout.write(`${text}\n`);
    }
  } catch (error) {
    fail(reasonOf(error));
  } finally {
    await database?.onApplicationShutdown();
  }
}

/** Prints on standard error why a command cannot be done, or what it found wrong, and has it exit with 1. */
export function fail(reason: string): void {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}

/** Why it cannot be done; not a word of an error that may hold what is kept, or the password. */
function reasonOf(error: unknown): string {
  const told = [BackupError, ServiceError, FolderInUseError, NewerDatabaseError, EmbeddedPostgresError];
  if (error instanceof Error && (told.some((kind) => error instanceof kind) || error.name === 'ConfigError')) return error.message;
  if (isConnectionError(error)) return `The database is not there (${codeOf(error)})`;
  return `It failed (${codeOf(error)})`;
}
