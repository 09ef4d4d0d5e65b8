import type { StorageCommand } from '../storage-command';
import type { Database } from '../database';
import { schemaVersion } from './migrate';

/** Brings the tables up to date, so that no other process has to; changes nothing where they are. */
export const MIGRATE_COMMAND: StorageCommand = {
  usage: 'migrate',
  read: (args) => (args.every((argument) => argument.startsWith('-')) ? { flags: [...args], run: tellVersion } : undefined),
};

/** What was to be done is done by the time a database is open. */
async function tellVersion(database: Database): Promise<{ text: string }> {
  const version = await database.withConnection('migrate', (client) => schemaVersion(client, 'storage'));
  return { text: `The tables are of version ${version}, which this program can use` };
}
