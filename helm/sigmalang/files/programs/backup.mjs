// Writes a dump with the time in its name, and removes the oldest beyond those that are kept.
// Its arguments: the program storage.js, the folder of dumps, and how many are kept.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [storage, folder, kept] = process.argv.slice(1);
const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
const dump = join(folder, `sigmalang-${time}.backup`);
const { status } = spawnSync(process.execPath, [storage, 'backup', dump], { stdio: 'inherit' });
if (status !== 0) process.exit(1);
const dumps = readdirSync(folder).filter((name) => /^sigmalang-\d{8}T\d{6}Z\.backup$/.test(name)).sort();
for (const name of dumps.slice(0, -Number(kept))) rmSync(join(folder, name));
