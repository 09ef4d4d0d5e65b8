import { describeCounts, runBackupCommand } from './backup-command';
import { restore } from './restore';

void runBackupCommand('npm run restore -- <file> [--replace]', async (database, options) => `restored ${describeCounts(await restore(database, options.file, options))}`);
