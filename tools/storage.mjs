// Bundles a program that works on the database, and runs it: node tools/storage.mjs <backup|restore> <file> [its arguments]
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { bundle, bundleThreads, storageThreads } from './bundle.mjs';

const [name, ...args] = process.argv.slice(2);
const folder = resolve('dist/tools/storage');
const program = `${folder}/${name}.js`;
await bundle(`libs/storage/src/backup/${name}-main.ts`, program);
await bundleThreads(storageThreads, folder);
const { status, error } = spawnSync(process.execPath, [program, ...args], { stdio: 'inherit' });
if (error) throw error;
process.exit(status ?? 1);
