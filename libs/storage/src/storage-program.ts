import { BaseConfig, describeConfig } from '@sigmalang/runtime';
import { AUDIT_COMMAND } from './audit/audit-command';
import { BACKUP_COMMAND, RESTORE_COMMAND } from './backup/backup-command';
import { MIGRATE_COMMAND } from './migrations/migrate-command';
import { fail, runStorageCommand, type StorageCommand } from './storage-command';
import { StorageConfig } from './storage.config';

const COMMANDS: ReadonlyMap<string, StorageCommand> = new Map([
  ['migrate', MIGRATE_COMMAND],
  ['backup', BACKUP_COMMAND],
  ['restore', RESTORE_COMMAND],
  ['audit', AUDIT_COMMAND],
]);

/**
 * The program `storage`: does one thing with the database that the settings name, and exits with 0 when it is done, else with 1.
 *
 * @param args the name of a command, what it takes, and flags for settings
 */
export async function runStorageProgram([name, ...args]: readonly string[]): Promise<void> {
  const command = COMMANDS.get(name ?? '');
  if (name === '--help' || (command && args.includes('--help'))) {
    process.stdout.write(`${usageOf(command)}\n\n${describeConfig([BaseConfig, StorageConfig])}\n`);
    return;
  }
  const asked = command?.read(args);
  if (asked) await runStorageCommand(asked.flags, asked.run);
  else fail(usageOf(command));
}

function usageOf(command?: StorageCommand): string {
  const commands = command ? [command] : [...COMMANDS.values()];
  return commands.map(({ usage }, i) => `${i === 0 ? 'usage:' : '      '} storage ${usage} [settings]`).join('\n');
}
