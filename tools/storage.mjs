// Bundles a program that works on the database, and runs it: node tools/storage.mjs <backup|restore|audit> [its arguments]
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { bundle, bundleThreads, storageThreads } from './bundle.mjs';

const [name, ...args] = process.argv.slice(2);
const folder = resolve('dist/tools/storage');
const program = `${folder}/${name}.js`;
const part = name === 'audit' ? 'audit' : 'backup';
await bundle(`libs/storage/src/${part}/${name}-main.ts`, program);
await bundleThreads(storageThreads, folder);
const { status, error } = spawnSync(process.execPath, [program, ...args], { stdio: 'inherit' });
if (error) throw error;
process.exit(status ?? 1);
