import { BaseConfig, ReadConfig } from '@sigmalang/runtime';
import { ServiceError } from '@sigmalang/contracts';
import type { Database } from '../database';
import { EmbeddedPostgresError } from '../embedded/embedded-postgres';
import { FolderInUseError } from '../embedded/folder-lock';
import { NewerDatabaseError } from '../migrations/migrate';
import { codeOf, isConnectionError } from '../storage-errors';
import { StorageConfig } from '../storage.config';
import { openDatabase } from '../storage.module';
import { BackupError } from './backup-format';

/** What a command was asked for. */
export interface BackupArguments {
  readonly file: string;
  readonly replace: boolean;
}

/**
 * Runs a command with the database that the settings name: prints what it says, or on standard error why it cannot be done, with exit code 1.
 *
 * @param usage how the command is written
 */
export async function runBackupCommand(usage: string, command: (database: Database, options: BackupArguments) => Promise<string>): Promise<void> {
  const [file, ...rest] = process.argv.slice(2);
  if (file === undefined || file.startsWith('-')) {
    fail(`usage: ${usage}`);
    return;
  }
  let database: Database | undefined;
  try {
    const config = ReadConfig.from([BaseConfig, StorageConfig], { env: process.env, argv: rest.filter((argument) => argument !== '--replace') });
    database = openDatabase(config.get(BaseConfig), config.get(StorageConfig));
    await database.onModuleInit();
    if (database.isReady) process.stdout.write(`${await command(database, { file, replace: rest.includes('--replace') })}\n`);
    else fail('The database is not there');
  } catch (error) {
    fail(reasonOf(error));
  } finally {
    await database?.onApplicationShutdown();
  }
}

/** The rows of each table, in words. */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([table, count]) => `${count} ${table}`).join(', ');
}

function fail(reason: string): void {
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
