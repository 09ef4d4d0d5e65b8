import type { Database } from '../database';
import { fail, runStorageCommand } from '../storage-command';

/** What a command was asked for. */
export interface BackupArguments {
  readonly file: string;
  readonly replace: boolean;
}

/**
 * Runs a command on a file with the database that the settings name, see {@link runStorageCommand}.
 *
 * @param usage how the command is written
 */
export async function runBackupCommand(usage: string, command: (database: Database, options: BackupArguments) => Promise<string>): Promise<void> {
  const [file, ...rest] = process.argv.slice(2);
  if (file === undefined || file.startsWith('-')) {
    fail(`usage: ${usage}`);
    return;
  }
  const flags = rest.filter((argument) => argument !== '--replace');
  await runStorageCommand(flags, async (database) => ({ text: await command(database, { file, replace: rest.includes('--replace') }) }));
}

/** The rows of each table, in words. */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([table, count]) => `${count} ${table}`).join(', ');
}
