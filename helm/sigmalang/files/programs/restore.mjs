// Puts a dump into the database.
// Its arguments: the program storage.js, the folder of dumps, the name of one or `latest`, and flags of `storage.js restore`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const [storage, folder, name, ...flags] = process.argv.slice(1);
const newest = () => readdirSync(folder).filter((file) => /^sigmalang-\d{8}T\d{6}Z\.backup$/.test(file)).sort().at(-1);
const dump = name === 'latest' ? newest() : name;
if (dump === undefined) throw new Error(`there is no dump in ${folder}`);
console.log(`restoring ${dump}`);
const { status } = spawnSync(process.execPath, [storage, 'restore', join(folder, dump), ...flags], { stdio: 'inherit' });
process.exit(status ?? 1);
