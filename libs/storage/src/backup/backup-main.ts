import { backup } from './backup';
import { describeCounts, runBackupCommand } from './backup-command';

void runBackupCommand('npm run backup -- <file>', async (database, { file }) => `${file}: ${describeCounts(await backup(database, file))}`);
