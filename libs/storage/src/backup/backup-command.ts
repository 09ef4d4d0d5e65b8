import type { AskedCommand, StorageCommand } from '../storage-command';
import { backup } from './backup';
import { restore } from './restore';

/** Writes all that cannot be made again into a file. */
export const BACKUP_COMMAND: StorageCommand = {
  usage: 'backup <file>',
  read: (args) => withFile(args, (file) => async (database) => ({ text: `${file}: ${describeCounts(await backup(database, file))}` })),
};

/** Puts what a backup holds into an empty database, or with `--replace` in the place of all that is there. */
export const RESTORE_COMMAND: StorageCommand = {
  usage: 'restore <file> [--replace]',
  read: (args) => {
    const replace = args.includes('--replace');
    const rest = args.filter((argument) => argument !== '--replace');
    return withFile(rest, (file) => async (database) => ({ text: `restored ${describeCounts(await restore(database, file, { replace }))}` }));
  },
};

function withFile([file, ...flags]: readonly string[], run: (file: string) => AskedCommand['run']): AskedCommand | undefined {
  return file === undefined || file.startsWith('-') ? undefined : { flags, run: run(file) };
}

/** The rows of each table, in words. */
function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([table, count]) => `${count} ${table}`).join(', ');
}
