// Bundles the program that works on the database, and runs it: node tools/storage.mjs <migrate|backup|restore|audit> [its arguments]
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { bundleStorageProgram, bundleThreads, storageThreads } from './bundle.mjs';

const folder = resolve('dist/tools/storage');
const program = `${folder}/storage.js`;
await bundleStorageProgram(folder);
await bundleThreads(storageThreads, folder);
const { status, error } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
if (error) throw error;
process.exit(status ?? 1);
