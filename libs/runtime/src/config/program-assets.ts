import { dirname, resolve } from 'node:path';

/** Folder of the assets that were built with the running program: `assets`, two levels above its file. */
export function programAssets(): string {
  return resolve(dirname(process.argv[1] ?? '.'), '../../assets');
}
